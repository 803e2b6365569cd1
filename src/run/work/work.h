/* Work: a queue of tasks in, one record per task out. No MPI, no ranks: the one-rank run calls the same
 * function with the whole list. A failure of a file becomes a fault in its record and does not end the run.
 */
#ifndef MS_RUN_WORK_WORK_H
#define MS_RUN_WORK_WORK_H

#include "images/client/client.h"
#include "logs/match/match_density.h"
#include "logs/scan/scanner.h"
#include "run/work/work_hooks.h"
#include "tasks/schedule/queue.h"

typedef struct ms_worker ms_worker;

typedef struct ms_work_totals {
    uint64_t ntasks;
    uint64_t nbytes; /* searched */
} ms_work_totals;

/* Borrows the keywords for the lifetime of the worker; `compiled`: the output of rank 0's ms_matcher_compile,
 * NULL: compiled here. MS_USAGE names a keyword that cannot be compiled. Local. */
MS_MUST_CHECK ms_code ms_worker_new(ms_worker **worker, const ms_keywords *keywords, const ms_bytes *compiled,
                                    const ms_scan_options *options, ms_err *err);
/* Lets the worker convert images too, into output_dir (borrowed); without it every task is a log, and a file
 * that is an image is skipped. MS_USAGE when the worker program is missing. Local. */
MS_MUST_CHECK ms_code ms_worker_add_images(ms_worker *worker, const char *output_dir,
                                           const ms_gray_request *request, const ms_gray_limits *limits,
                                           ms_err *err);
/* With `dry_run` images are converted but not written: for a run that is only timed and compared. Local. */
void ms_worker_dry_run(ms_worker *worker, bool dry_run);
/* The tasks were listed on another host: from now on it is a fault when a path leads to another file here,
 * one that differs in both inode and modification time. Local. */
void ms_worker_set_remote_host(ms_worker *worker);
/* For tests and tuning: from now on no file is read; a task sleeps for so many nanoseconds a byte and has no
 * hits. Local. */
void ms_worker_simulate(ms_worker *worker, double nsec_a_byte);
void ms_worker_free(ms_worker *worker);

/* See ms_matcher_match_density. Local. */
MS_MUST_CHECK ms_code ms_worker_match_density(ms_worker *worker, const ms_bytes *sample,
                                              ms_match_density *match_density, ms_err *err);

/* Does tasks until the queue is empty, and appends their records (result/record.h) to *records. Only lack of
 * memory, an internal error or a hook ends it early; what was done is added to *totals. Local. */
MS_MUST_CHECK ms_code ms_work_run(ms_worker *worker, ms_queue *queue, const ms_work_hooks *hooks,
                                  ms_bytes *records, ms_work_totals *totals, ms_err *err);

#endif
