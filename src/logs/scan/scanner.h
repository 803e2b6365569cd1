/* Scanner: one stream -> its matching lines. Bounded memory: a buffer of whole lines, and the reported
 * beginning of a line longer than the buffer. Independent of results and ranks: what it finds goes to the
 * hooks. */
#ifndef MS_LOGS_SCAN_SCANNER_H
#define MS_LOGS_SCAN_SCANNER_H

#include "logs/match/matcher.h"
#include "logs/scan/scan_types.h"
#include "logs/stream/stream.h"

typedef struct ms_scanner ms_scanner;

/* Borrows the matcher for the scanner's life. Reusable for any number of streams. MS_NOMEM; MS_USAGE when
 * options.event_start cannot be compiled. Local. */
MS_MUST_CHECK ms_code ms_scanner_new(ms_scanner **scanner, ms_matcher *matcher,
                                     const ms_scan_options *options, ms_err *err);
void ms_scanner_free(ms_scanner *scanner);

/* Scans the stream to its end. *totals and the counts hold what was found, also before an error; they are
 * empty after MS_ARCHIVE, but lines may have been reported. Local. */
MS_MUST_CHECK ms_code ms_scanner_run(ms_scanner *scanner, ms_stream *stream, const ms_scan_hooks *hooks,
                                     ms_scan_totals *totals, ms_err *err);

/* Keywords that matched in the last run, by ascending id, and the lines that each of them matched. Local. */
uint32_t ms_scanner_nhit_keywords(const ms_scanner *scanner);
void ms_scanner_hit_keyword(const ms_scanner *scanner, uint32_t i, uint32_t *id, uint64_t *nlines);

#endif
