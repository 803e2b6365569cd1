/* Long scan: a line longer than the buffer, in pieces: feeds them to the matcher and keeps the part of the
 * line that is to be shown. Private to logs/scan. */
#ifndef MS_LOGS_SCAN_LONG_SCAN_H
#define MS_LOGS_SCAN_LONG_SCAN_H

#include "logs/scan/listing.h"

typedef struct ms_long_scan {
    const ms_scan_options *options; /* borrowed */
    uint8_t *head;                  /* owned: the line's beginning, at most options->max_line bytes */
    ms_bytes window; /* the last bytes up to ms_surroundings_end, at least max_line if there are so many */
    uint64_t nbytes; /* of the line, so far */
    uint64_t found;  /* ms_surroundings_found of the first keyword; 0: none so far */
} ms_long_scan;

/* Borrows options. MS_NOMEM. On failure *line still needs ms_long_scan_fini. Local, as all below. */
MS_MUST_CHECK ms_code ms_long_scan_init(ms_long_scan *line, const ms_scan_options *options);
void ms_long_scan_fini(ms_long_scan *line);

/* Errors as of ms_matcher_long_begin and so on. */
MS_MUST_CHECK ms_code ms_long_scan_begin(ms_long_scan *line, ms_matcher *matcher, ms_err *err);
MS_MUST_CHECK ms_code ms_long_scan_feed(ms_long_scan *line, ms_matcher *matcher, const uint8_t *data,
                                        size_t n, ms_err *err);
/* n zeros follow, of which no matcher needs to see more than it was fed last. */
MS_MUST_CHECK ms_code ms_long_scan_skip(ms_long_scan *line, uint64_t n, ms_err *err);
/* *out borrows until the next line. */
MS_MUST_CHECK ms_code ms_long_scan_end(ms_long_scan *line, ms_matcher *matcher, ms_long_line *out,
                                       ms_err *err);

#endif
