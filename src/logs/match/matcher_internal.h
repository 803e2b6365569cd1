/* Shared by the matcher's files: blocks of whole lines (matcher.c), one line or a span of it (span.c), a long
 * line in pieces (long_line.c), searching with Hyperscan or the q-gram filter (find.c). */
#ifndef MS_LOGS_MATCH_MATCHER_INTERNAL_H
#define MS_LOGS_MATCH_MATCHER_INTERNAL_H

#include "logs/match/char_match.h"
#include "logs/match/engine.h"
#include "logs/match/matcher.h"

typedef struct ms__mark {
    uint32_t line; /* offset of the line in the block */
    uint32_t next; /* ... and of the next line */
    uint32_t id;
} ms__mark;

/* A line that is longer than the caller's buffer. */
typedef struct ms__long_line {
    ms_compiled stream; /* of expressions; compiled at first use */
    ms_err refused;     /* why it could not be compiled; code MS_OK: it was not tried, or could */
    hs_stream_t *open;  /* of expressions */
    ms_bytes tail;    /* of fixed strings: the last bytes fed, to which the next are appended; of expressions
                         that    are about characters: all of the line, unless it is too long */
    bool ascii;       /* of expressions: all that was fed is */
    bool too_long;    /* to be kept */
    size_t place;     /* see ms_matcher_long_place */
    size_t longest;   /* upper bound of a fixed string's match; 0: not known yet */
    bool tail_begins; /* the tail is all of the line so far */
    bool cr;          /* its terminator is CR LF */
} ms__long_line;

enum { MS__BACKOFF_MIN = 8 };

/* Exponential backoff for false positives: events of the current line that add no keyword. */
typedef struct ms__backoff {
    size_t nwasted;
    size_t threshold; /* wasted events after which ms_byte_runs_skip is tried; doubles each time */
    size_t resume; /* resume the scan at this offset, as nothing before it can add a keyword; 0: continue */
} ms__backoff;

struct ms_matcher {
    const ms_keywords *keywords;
    ms_engine engine;
    bool filtered; /* events of blocks are lines to be confirmed */
    hs_scratch_t *scratch;
    uint64_t *seen; /* per keyword, and one for lines to be confirmed: serial of the last line marked */
    uint64_t serial;
    uint64_t *walked; /* per node of the use tree: serial of the last line in which it matched */
    size_t nwalked;
    ms__mark *marks;
    uint32_t *ids; /* of the line being reported */
    uint32_t nids;
    size_t nkeywords;
    size_t max_scan;  /* bytes to scan at once, so that the marks suffice */
    uint64_t nwasted; /* keywords compared without a match since the q-gram filter's last call; unused without
                         one */
    uint64_t overrun; /* estimated cost of the filter over Hyperscan's, in picoseconds: see find.c */
    ms__long_line line;
    ms_bytes folded;       /* a span as of ms_case_fold_ascii */
    ms_char_matcher chars; /* of expressions */
    uint32_t *candidates;  /* of expressions: keywords that the line may match */
    uint32_t ncandidates;
    bool *typed_cr;   /* per keyword, owned: it may match the CR of a CR LF; NULL: none does */
    const bool *only; /* of which keywords ids are added; NULL: of all */
    uint64_t *tried;  /* per keyword: serial of the last line that it was a candidate of */
};

/* Called before literals are searched for, outside of any scan: replaces the q-gram filter by Hyperscan if
 * its cost has exceeded Hyperscan's by the time to compile. Errors as in compile.h. Local. */
MS_MUST_CHECK ms_code ms__check_filter_cost(ms_matcher *matcher, ms_err *err);
/* hs_scan, or the same with the q-gram filter: calls `on_event` for the events of n bytes, n < 4 GiB.
 * Local. */
hs_error_t ms__find(ms_matcher *matcher, const ms_compiled *what, const uint8_t *data, size_t n,
                    match_event_handler on_event, void *user);
/* A literal of `len` bytes at data[end) has added a keyword (`useful`) or not. After enough that have not:
 * true when a byte run can be skipped, and sets backoff->resume. Local. */
bool ms__back_off(const ms_matcher *matcher, ms__backoff *backoff, const ms_span *line, size_t len,
                  size_t end, bool useful);
/* Called with a keyword that matches; false ends the search. */
typedef bool (*ms__found_fn)(void *user, uint32_t id);
/* A literal with a use tree ends at data[end) of the line: calls `found` for the keywords that match there
 * and have not been found in this line by this literal. False when `found` has ended it. Local. */
bool ms__each_match(ms_matcher *matcher, unsigned literal, const ms_span *line, size_t end,
                    ms__found_fn found, void *user);
/* Makes matcher->walked for the engine's use tree. MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms__alloc_walked(ms_matcher *matcher, ms_err *err);
/* Has the literal a use tree? Local. */
bool ms__has_tree(const ms_matcher *matcher, unsigned literal);
/* Adds the keyword to the ids of the line, once. Local. */
void ms__add_id(ms_matcher *matcher, uint32_t id);
/* Fixed strings, ignoring case: may the text have letters that ms_case_fold_ascii replaces? Local. */
bool ms__has_folds(const ms_matcher *matcher, const uint8_t *data, size_t n);
/* Scans one line, or a span of it, for fixed strings or expressions, and adds the ids. `span` is borrowed.
 * Local. */
MS_MUST_CHECK ms_code ms__scan_span(ms_matcher *matcher, const ms_span *span, ms_err *err);
/* Sets typed_cr. MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms__find_typed_cr(ms_matcher *matcher, ms_err *err);
/* After a line has been scanned: scans `span`, which is its end with the CR of its CR LF, for the keywords of
 * typed_cr, and adds their ids. Local. */
MS_MUST_CHECK ms_code ms__scan_with_cr(ms_matcher *matcher, const ms_span *span, ms_err *err);
/* The error for a Hyperscan error code. Local. */
MS_MUST_CHECK ms_code ms__library_failed(int rc, ms_err *err);
void ms__long_line_fini(ms__long_line *line);

#endif
