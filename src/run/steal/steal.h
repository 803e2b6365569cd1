/* Steal: the ranks do their tasks together: each its own slice, and then what others still have. */
#ifndef MS_RUN_STEAL_STEAL_H
#define MS_RUN_STEAL_STEAL_H

#include "result/rankstat.h"
#include "run/monitor/progress.h"
#include "run/monitor/stop.h"
#include "run/work/work.h"

/* What one rank brings along; all borrowed. */
typedef struct ms__share {
    ms_comm *comm;
    ms_worker *worker;
    ms_queue *queue; /* its slice; empty afterwards */
    ms__progress *progress;
    ms_work_hooks hooks; /* besides looking for letters */
    ms__stop *stop;      /* where this rank hears of a request to stop */
    bool no_steal;       /* the same on all ranks */
    uint64_t seed;       /* of the order in which others are asked */
} ms__share;

/* Does all tasks of all ranks' queues, each once: this rank's records are appended to *records, and the
 * counts and seconds of *stat are set. Returns when all are done; a failure of one rank's work is agreed upon
 * by all. When any rank is asked to stop, all end within moments, what is under way is given up, and *stopped
 * is true on all ranks. Collective. */
MS_MUST_CHECK ms_code ms__share_run(const ms__share *share, ms_bytes *records, ms_rankstat *stat,
                                    bool *stopped, ms_err *err);

#endif
