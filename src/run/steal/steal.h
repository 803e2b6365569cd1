/* Steal: the ranks do their tasks together, each its own slice and then what others still have; and they stop
 * together. */
#ifndef MS_RUN_STEAL_STEAL_H
#define MS_RUN_STEAL_STEAL_H

#include "result/rankstat.h"
#include "run/monitor/progress.h"
#include "run/monitor/stop.h"
#include "run/work/work.h"
#include "tasks/schedule/thief.h"

/* One rank's part in one run of the work. */
typedef struct ms__steal {
    /* Set by the caller; all borrowed. */
    ms_comm *comm;
    ms_worker *worker;
    ms_queue *queue; /* its slice; empty afterwards */
    ms__progress *progress;
    ms__stop *stop;      /* where this rank sees a request to stop */
    ms_work_hooks hooks; /* of the work; its poll has to call ms__steal_poll */
    bool no_steal;       /* the same on all ranks */
    uint64_t seed;       /* of the order in which victims are asked */
    /* Private; {0} before. */
    ms_channel *channel;
    ms_thief thief;
    ms_rankstat *stat;
    bool stopped;       /* this rank does no more tasks, and has sent that to its neighbors */
    bool stop_received; /* from one of them */
    ms_code failed;     /* what this rank's work failed with, and */
    ms_err err;         /* its detail */
    double next_poll, next_rare_poll;
} ms__steal;

/* Does all tasks of all ranks' queues, each once: this rank's records are appended to *records, and the
 * counts and seconds of *stat are set. Returns when all are done; a failure of one rank's work is agreed upon
 * by all. When any rank is asked to stop, all end within moments, what is under way is given up, and *stopped
 * is true on all ranks. Collective. */
MS_MUST_CHECK ms_code ms__steal_run(ms__steal *steal, ms_bytes *records, ms_rankstat *stat, bool *stopped,
                                    ms_err *err);
/* The poll point of a rank that works: every few milliseconds it draws or sends progress, receives messages,
 * gives tasks to who asks for some, and looks for a request to stop: MS_STOPPED. Outside ms__steal_run it
 * needs no more than comm, progress and stop, and has no messages. Local. */
MS_MUST_CHECK ms_code ms__steal_poll(ms__steal *steal);

#endif
