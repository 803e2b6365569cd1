/* Report: a const run_result -> text, JSON lines or CSV, on standard output or into a file. */
#ifndef MS_REPORT_REPORT_H
#define MS_REPORT_REPORT_H

#include "config/settings.h"
#include "result/run_result.h"

/* Writes the whole report to standard output, or to settings->output: written atomically. `color` says
 * whether ANSI colors may be used. MS_IO when a write failed (disk full, output closed). Rank 0 only. Local.
 */
MS_MUST_CHECK ms_code ms_report_write(const ms_settings *settings, const ms_run_result *run_result,
                                      bool color, ms_err *err);
/* Writes a finished text (help, the man page, a summary) to standard output, checked as above. Local. */
MS_MUST_CHECK ms_code ms_report_text(const ms_bytes *text, ms_err *err);

#endif
