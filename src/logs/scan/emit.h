/* Emit: turns matches into counts, line numbers, reported lines and context. Private to logs/. */
#ifndef MS_LOGS_SCAN_EMIT_H
#define MS_LOGS_SCAN_EMIT_H

#include "base/bytes.h"
#include "logs/match/matcher.h"
#include "logs/scan/scan_types.h"

/* A line kept as possible context of a later match. */
typedef struct ms_kept_line {
    uint64_t line_no, offset, nbytes;
    ms_bytes text; /* owned: at most max_line bytes */
} ms_kept_line;

typedef struct ms_emit {
    const ms_scan_options *options; /* borrowed */
    const ms_scan_hooks *hooks;     /* borrowed during a run */
    uint64_t *counts;               /* owned, one per keyword: lines it matched */
    uint32_t *hit;                  /* owned: the keywords whose count is not 0; ascending after the run */
    uint32_t nhit;
    uint64_t nmatching;
    uint64_t start;  /* file offset of the text's first byte */
    uint64_t nbytes; /* of text before the block */
    bool stopped;    /* files_with_matches has found its line */

    const uint8_t *block; /* borrowed while it is scanned */
    size_t block_len;
    size_t counted;   /* newlines of block[0 .. counted) are included in line_no */
    size_t reported;  /* block[0 .. reported) has been reported: context begins after it */
    uint64_t line_no; /* of the line at block[counted], which is a line's beginning */
    size_t after_left;

    ms_kept_line *kept; /* owned: ring of the options->before lines before block[reported] */
    size_t kept_first, nkept;
} ms_emit;

typedef struct ms_long_line {
    const uint8_t *text; /* its first min(nbytes, max_line) bytes */
    uint64_t nbytes;     /* without the terminator */
    uint64_t nterminator;
    const uint32_t *ids;
    uint32_t nids;
} ms_long_line;

/* Borrows options. MS_NOMEM, then *emit still needs ms_emit_fini. Local, as all below. */
MS_MUST_CHECK ms_code ms_emit_init(ms_emit *emit, size_t nkeywords, const ms_scan_options *options);
void ms_emit_fini(ms_emit *emit);

void ms_emit_begin(ms_emit *emit, const ms_scan_hooks *hooks);
void ms_emit_set_start(ms_emit *emit, uint64_t start);
void ms_emit_begin_block(ms_emit *emit, const uint8_t *block, size_t n);
/* An ms_match_fn whose user is the ms_emit. */
MS_MUST_CHECK ms_code ms_emit_match(void *user, const ms_match *match);
MS_MUST_CHECK ms_code ms_emit_end_block(ms_emit *emit);
MS_MUST_CHECK ms_code ms_emit_long_line(ms_emit *emit, const ms_long_line *line);
/* Reports n more bytes searched. */
MS_MUST_CHECK ms_code ms_emit_progress(ms_emit *emit, uint64_t n);
bool ms_emit_stopped(const ms_emit *emit);
/* Ends the run; sorts the keywords with matches. */
ms_scan_totals ms_emit_totals(ms_emit *emit);

#endif
