/* Listing: reports the lines that count, with their numbers, and the lines that are shown with them: context
 * before and after, or the event that they belong to (event_start). Private to logs/scan. */
#ifndef MS_LOGS_SCAN_LISTING_H
#define MS_LOGS_SCAN_LISTING_H

#include "base/bytes.h"
#include "logs/match/matcher.h"
#include "logs/scan/scan_types.h"

/* Of an event that begins before these limits, only the lines within them are shown before its matching line.
 */
#define MS_EVENT_LINES 10000U
#define MS_EVENT_BYTES (16U << 20)

/* A line kept as possible context of a later one that counts. */
typedef struct ms_kept_line {
    uint64_t line_no, offset, nbytes;
    ms_bytes text; /* owned: at most max_line bytes */
} ms_kept_line;

typedef struct ms_listing {
    const ms_scan_options *options; /* borrowed */
    const ms_scan_hooks *hooks;     /* borrowed during a run */
    ms_matcher *matcher; /* borrowed: finds the match within a line longer than max_line; NULL: no */

    const uint8_t *block; /* borrowed while it is scanned */
    size_t block_len;
    uint64_t offset;  /* of the block, in the file */
    size_t counted;   /* newlines of block[0 .. counted) are included in line_no */
    size_t reported;  /* block[0 .. reported) has been reported: context begins after it */
    uint64_t line_no; /* of the line at block[counted], which is a line's beginning */
    size_t after_left;
    bool has_events; /* options->event_start */

    const uint32_t
        *starts; /* borrowed while the block is scanned: offsets of lines that begin an event; ascending */
    size_t nstarts;
    bool in_event; /* the event of the last line reported has not ended */

    ms_kept_line *kept; /* owned: ring of the last lines before block[reported] that may be context */
    size_t kept_cap, kept_first, nkept;
    uint64_t kept_bytes; /* of their texts */
    bool kept_cut;       /* the event began before them */
    bool cut;            /* the next line reported has is_cut */
    uint32_t *ids;       /* owned: a copy, while the matcher finds the match */
} ms_listing;

/* A line that did not fit into a block. */
typedef struct ms_long_line {
    const uint8_t *text;   /* its first min(nbytes, max_line) bytes */
    const uint8_t *window; /* max_line bytes of it from window_begin > 0 on, where its match is; NULL: none */
    uint64_t window_begin;
    uint64_t nbytes; /* without the terminator */
    uint64_t nterminator;
    const uint32_t *ids;
    uint32_t nids;
    bool starts_event;
} ms_long_line;

/* Borrows options. MS_NOMEM, then *listing still needs ms_listing_fini. Local, as all below. */
MS_MUST_CHECK ms_code ms_listing_init(ms_listing *listing, size_t nkeywords, const ms_scan_options *options);
void ms_listing_fini(ms_listing *listing);

void ms_listing_begin(ms_listing *listing, const ms_scan_hooks *hooks);
void ms_listing_begin_block(ms_listing *listing, const uint8_t *block, size_t n, uint64_t offset);
/* Reports what is due before the line, then the line, which counts, with these ids; ids NULL: it counts
 * without that a keyword matches it. */
MS_MUST_CHECK ms_code ms_listing_put(ms_listing *listing, const ms_match *line);
/* Reports what is due after the last line that counts, and keeps what may be context of the next. */
MS_MUST_CHECK ms_code ms_listing_end_block(ms_listing *listing);
/* `counts`: it is reported with its ids, else it may be context. */
MS_MUST_CHECK ms_code ms_listing_put_long(ms_listing *listing, const ms_long_line *line, bool counts,
                                          uint64_t offset);
/* Are there lines to be shown after the last one reported? */
bool ms_listing_is_due(const ms_listing *listing);

/* Newlines of n bytes. */
uint64_t ms_count_newlines(const uint8_t *p, size_t n);
/* End of the line that begins at block[at] (without terminator), and start of the next. */
size_t ms_line_end(const uint8_t *block, size_t n, size_t at, size_t *next);

#endif
