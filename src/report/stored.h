/* Result files: written by --result FILE, read by mpiscan report. */
#ifndef MS_REPORT_STORED_H
#define MS_REPORT_STORED_H

#include "config/settings.h"
#include "result/run_result.h"

/* Writes the result file settings->result, if not NULL, then the report (ms_report_write), also when the
 * former failed. The result file is written atomically and readable only by its owner, as it holds log lines.
 * Returns the first error; else MS_MISMATCH if `mismatch`: the one-rank run had another answer. Rank 0 only.
 * Local. */
MS_MUST_CHECK ms_code ms_stored_run(const ms_settings *settings, const ms_run_result *run_result,
                                    bool mismatch, bool color, ms_err *err);

/* mpiscan report: reads the result files settings->paths (one whole run, or all shards of one) and writes the
 * report of that run, as ms_report_write does. *run_result is filled for the exit code. MS_MISMATCH after the
 * report when the one-rank run had another answer; MS_USAGE when the files are of different runs or lack what
 * is to be shown; MS_FORMAT when one is damaged. On failure *run_result can only be freed. Local. */
MS_MUST_CHECK ms_code ms_stored_report(const ms_settings *settings, bool color, ms_run_result *run_result,
                                       ms_err *err);

#endif
