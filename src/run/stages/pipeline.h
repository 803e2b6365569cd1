/* Pipeline: a run, from settings to its result. Work and comm meet here and in run/steal only.
 *
 *   begin  (enumerates on rank 0 while MPI starts)
 *   run    (the stages, in order)
 *   end    (all ranks leave with the same exit code) */
#ifndef MS_RUN_STAGES_PIPELINE_H
#define MS_RUN_STAGES_PIPELINE_H

#include "config/settings.h"
#include "result/run_result.h"

typedef struct ms_pipeline ms_pipeline;

/* Before anything else: opens what is closed of the descriptors 0..2, so that no file of ours gets their
 * numbers, in a way that writing to them fails as before; a write without a reader or over a size limit is an
 * error, not a signal. Local. */
void ms_pipeline_init_process(void);

/* Is this process the one that reports, by the launcher's environment: rank 0, or not launched? Local. */
bool ms_pipeline_reports(void);

/* May a report to where the settings say be in color? Local. */
bool ms_pipeline_color(const ms_settings *settings);
/* The exit code of a command that one rank did; prints err when it failed and this process reports.
 * `run_result` is that of a report, else NULL. Local. */
int ms_pipeline_exit(const ms_settings *settings, ms_code code, const ms_run_result *run_result,
                     const ms_err *err);

/* Borrows the settings for the pipeline's life. *pipeline is set also on failure: end needs it. Collective.
 */
MS_MUST_CHECK ms_code ms_pipeline_begin(ms_pipeline **pipeline, const ms_settings *settings, ms_err *err);
/* Runs all stages; *run_result is filled on rank 0. A failure is the same on all ranks. With MS_MISMATCH (the
 * one-rank run gave another answer) *run_result is filled too: what the first run found is worth a report.
 * Collective. */
MS_MUST_CHECK ms_code ms_pipeline_run(ms_pipeline *pipeline, ms_run_result *run_result, ms_err *err);
/* Is this rank 0, which reports? Local. */
bool ms_pipeline_is_root(const ms_pipeline *pipeline);
/* Agrees on the exit code (rank 0's view counts: `code` with rank 0's run_result), prints err on rank 0 if it
 * failed, ends MPI and frees. Returns the exit code. Collective. */
MS_MUST_CHECK int ms_pipeline_end(ms_pipeline *pipeline, ms_code code, const ms_run_result *run_result,
                                  ms_err *err);

/* mpiscan generate: makes the set on rank 0; *summary gets one line for the user. Local. */
MS_MUST_CHECK ms_code ms_pipeline_generate(const ms_settings *settings, ms_bytes *summary, ms_err *err);

#endif
