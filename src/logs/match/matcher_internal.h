/* What the matcher's files share: blocks of whole lines (matcher.c), one line or a part of it (span.c), a
 * long line in pieces (long_line.c), what finds literals and expressions in bytes (find.c). */
#ifndef MS_LOGS_MATCH_MATCHER_INTERNAL_H
#define MS_LOGS_MATCH_MATCHER_INTERNAL_H

#include "logs/match/engine.h"
#include "logs/match/matcher.h"

typedef struct ms__mark {
    uint32_t line; /* offset of the line in the block */
    uint32_t next; /* ... and of the line behind it */
    uint32_t id;
} ms__mark;

/* The line that is longer than the window. */
typedef struct ms__long_line {
    ms_compiled stream; /* of expressions; compiled when first needed */
    hs_stream_t *open;  /* of expressions */
    ms_bytes tail;      /* of fixed strings: the last bytes that have been fed, and room for the next */
    size_t longest;     /* bytes that a match of a fixed string can have; 0: not known yet */
    bool tail_begins;   /* the tail is all of the line so far */
} ms__long_line;

enum { MS__PATIENCE = 8 };

/* Events of the current line that tell nothing new, and what to do about them. */
typedef struct ms__vanity {
    size_t nwasted;
    size_t patience; /* wasted events after which it is asked again whether the next would be in vain too */
    size_t resume;   /* go on here: what lies in between can tell nothing; 0: go on as it is */
} ms__vanity;

struct ms_matcher {
    const ms_keywords *keywords;
    ms_engine engine;
    bool filtered; /* what the engine finds in blocks are lines to be confirmed */
    hs_scratch_t *scratch;
    uint64_t *seen; /* per keyword (and one to be confirmed): the serial of the last line marked with it */
    uint64_t serial;
    ms__mark *marks;
    uint32_t *ids; /* of the line being reported */
    uint32_t nids;
    size_t nkeywords;
    size_t most;       /* bytes to be scanned at once, so that the marks suffice */
    uint64_t nwasted;  /* keywords compared in vain since the qgram_filter's last call ended; only of use with
                          one */
    uint64_t overtime; /* picoseconds: see find.c */
    ms__long_line line;
};

/* Before literals are looked for: gives the qgram_filter up for the library if it has found too much, too
 * often. No event may be under way. Errors as those of compile.h. Local. */
MS_MUST_CHECK ms_code ms__reconsider(ms_matcher *matcher, ms_err *err);
/* Calls `on_event` for what stands in the n bytes, n < 4 GiB, as hs_scan does, and returns what that returns.
 * Local. */
hs_error_t ms__find(ms_matcher *matcher, const ms_compiled *what, const uint8_t *data, size_t n,
                    match_event_handler on_event, void *user);
/* A literal of `len` bytes at data[end) has told something new or not. After some that have not: is there a
 * run to be skipped? Then vain->resume says to where. Local. */
bool ms__is_in_vain(const ms_matcher *matcher, ms__vanity *vain, const ms_stretch *line, size_t len,
                    size_t end, bool told);
/* Adds the keyword to the ids of the line, unless it is there. Local. */
void ms__add_id(ms_matcher *matcher, uint32_t id);
/* Scans one line, or a span of it, for fixed strings: adds the ids. `span` is borrowed. Local. */
MS_MUST_CHECK ms_code ms__scan_span(ms_matcher *matcher, const ms_stretch *span, ms_err *err);
/* Names the library's own code. Local. */
MS_MUST_CHECK ms_code ms__library_failed(int rc, ms_err *err);
void ms__long_line_fini(ms__long_line *line);

#endif
