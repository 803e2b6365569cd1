/* Work: a queue of tasks in, one record per task out. Knows no MPI and no rank: the one-rank run is this same
 * function called with the whole list. A file's failure becomes a fault in its record and never stops the
 * run. */
#ifndef MS_RUN_WORK_WORK_H
#define MS_RUN_WORK_WORK_H

#include "images/client/client.h"
#include "logs/match/match_density.h"
#include "logs/scan/scanner.h"
#include "tasks/schedule/queue.h"

typedef struct ms_worker ms_worker;

typedef struct ms_work_hooks {
    /* Called with each task before it is begun, borrowed for the call, and with NULL when there is none any
     * more. NULL allowed. */
    void (*on_begin)(void *user, const ms_task *task);
    /* The one poll point: called between blocks, while a task waits for something else than its file, and
     * after each task, with the bytes and tasks done since the last call; anything but MS_OK ends the work
     * with that code. It may give tasks of the queue away or add some. NULL allowed. */
    ms_code (*poll)(void *user, uint64_t nbytes, uint64_t ntasks);
    /* Called with each finished task and its record; borrowed for the call. NULL allowed. */
    ms_code (*on_done)(void *user, const ms_task *task, const uint8_t *record, size_t nrecord);
    void *user;
} ms_work_hooks;

typedef struct ms_work_totals {
    uint64_t ntasks;
    uint64_t nbytes; /* searched */
} ms_work_totals;

/* Borrows the keywords for the worker's life; `compiled` is what rank 0's ms_matcher_compile has made of
 * them, or NULL to compile here. MS_USAGE names one that cannot be compiled. Local. */
MS_MUST_CHECK ms_code ms_worker_new(ms_worker **worker, const ms_keywords *keywords, const ms_bytes *compiled,
                                    const ms_scan_options *options, ms_err *err);
/* Makes the worker able to convert images too; without it every task is a log, and a file that is an image is
 * skipped. MS_USAGE when the worker program is missing. Local. */
MS_MUST_CHECK ms_code ms_worker_add_images(ms_worker *worker, const ms_gray_request *request,
                                           const ms_gray_limits *limits, ms_err *err);
/* With `dry_run` the images are converted into nothing: for a run that only is timed and compared. Local. */
void ms_worker_dry_run(ms_worker *worker, bool dry_run);
/* The tasks were listed on another host: a path that leads to another file here is a fault from now on. It is
 * another when neither its inode nor its time of change is what was listed. Local. */
void ms_worker_set_remote_host(ms_worker *worker);
/* For tests and tuning: from now on no file is read; a task takes so many nanoseconds a byte, asleep, and
 * nothing is found. Local. */
void ms_worker_simulate(ms_worker *worker, double nsec_a_byte);
void ms_worker_free(ms_worker *worker);

/* How crowded with keywords the sample is: see ms_matcher_match_density. Local. */
MS_MUST_CHECK ms_code ms_worker_match_density(ms_worker *worker, const ms_bytes *sample,
                                              ms_match_density *match_density, ms_err *err);

/* Does the tasks until the queue has none, and appends their records (result/record.h) to *records. Only a
 * lack of memory, an internal error or a hook ends it early; what was done is added to *totals. Local. */
MS_MUST_CHECK ms_code ms_work_run(ms_worker *worker, ms_queue *queue, const ms_work_hooks *hooks,
                                  ms_bytes *records, ms_work_totals *totals, ms_err *err);

#endif
