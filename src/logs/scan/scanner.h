/* Scanner: one stream -> its matching lines. Bounded memory: a window of whole lines, and for a line longer
 * than the window the beginning that is to be shown. Knows neither results nor ranks: what it finds goes to
 * the hooks. */
#ifndef MS_LOGS_SCAN_SCANNER_H
#define MS_LOGS_SCAN_SCANNER_H

#include "logs/match/matcher.h"
#include "logs/scan/scan_types.h"
#include "logs/stream/stream.h"

typedef struct ms_scanner ms_scanner;

/* Borrows the matcher for the scanner's life. Reusable for any number of streams. Local. */
MS_MUST_CHECK ms_code ms_scanner_new(ms_scanner **scanner, ms_matcher *matcher,
                                     const ms_scan_options *options, ms_err *err);
void ms_scanner_free(ms_scanner *scanner);

/* Scans the stream to its end. *totals and the counts hold what was found, also when an error came in the
 * middle; they are empty when it was MS_ARCHIVE, but lines may have been reported. Local. */
MS_MUST_CHECK ms_code ms_scanner_run(ms_scanner *scanner, ms_stream *stream, const ms_scan_hooks *hooks,
                                     ms_scan_totals *totals, ms_err *err);

/* Keywords that matched in the last run, ascending ids; lines each of them matched. Borrowed until the next
 * run. */
uint32_t ms_scanner_nhit_keywords(const ms_scanner *scanner);
void ms_scanner_hit_keyword(const ms_scanner *scanner, uint32_t i, uint32_t *id, uint64_t *nlines);

#endif
