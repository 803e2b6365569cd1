/* Results on disk: what --result FILE writes, and what mpiscan report makes of such files. */
#ifndef MS_REPORT_STORED_H
#define MS_REPORT_STORED_H

#include "config/settings.h"
#include "result/run_result.h"

/* What a run leaves: the result file settings->result, if one is asked for, then the report
 * (ms_report_write), also when the result could not be kept. The result file is written whole or not at all
 * and readable only for its owner, as log lines are in it. `mismatch`: the one-rank run gave another answer,
 * which is then returned (MS_MISMATCH) unless there is an error; else the first error. Rank 0 only. Local. */
MS_MUST_CHECK ms_code ms_stored_run(const ms_settings *settings, const ms_run_result *run_result,
                                    bool mismatch, bool color, ms_err *err);

/* mpiscan report: reads the result files settings->paths, one of a whole run or all shards of one, and writes
 * the report that the run would have written, as ms_report_write does. *run_result is filled when there is a
 * report, for the exit code. MS_MISMATCH after the report when the one-rank run gave another answer; MS_USAGE
 * when the files do not belong together, or do not hold what is to be shown; MS_FORMAT when one is damaged.
 * On failure *run_result can only be freed. Local. */
MS_MUST_CHECK ms_code ms_stored_report(const ms_settings *settings, bool color, ms_run_result *run_result,
                                       ms_err *err);

#endif
