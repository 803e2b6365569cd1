/* Steal: the ranks do all tasks, each its own slice and then tasks stolen from others; and they stop
 * together. */
#ifndef MS_RUN_STEAL_STEAL_H
#define MS_RUN_STEAL_STEAL_H

#include "comm/channel.h"
#include "result/rankstat.h"
#include "run/monitor/progress.h"
#include "run/monitor/stop.h"
#include "run/work/work.h"
#include "tasks/schedule/thief.h"

/* One rank's state of one run. */
typedef struct ms__steal {
    /* Set by the caller; all borrowed. */
    ms_comm *comm;
    ms_worker *worker;
    ms_queue *queue; /* this rank's slice; empty afterwards */
    ms__progress *progress;
    ms__stop *stop;      /* the stop signals of this rank */
    ms_work_hooks hooks; /* of the work; poll must call ms__steal_poll */
    bool no_steal;       /* the same on all ranks */
    uint64_t seed;       /* of the order of victims */
    /* Private; {0} before. */
    ms_channel *channel;
    ms_thief thief;
    ms_rankstat *stat;
    bool stopped;       /* this rank does no more tasks, and its neighbors were sent a stop */
    bool stop_received; /* from a neighbor */
    ms_code failed;     /* of this rank's work, */
    ms_err err;         /* with its detail */
    double next_poll, next_rare_poll;
} ms__steal;

/* Does all tasks of all ranks' queues, each once: appends this rank's records to *records, and sets the
 * counts and seconds of *stat. Returns when all are done; all ranks agree on a failure of any. When any rank
 * gets a stop request, all end soon, tasks in progress are aborted, and *stopped is true on all ranks.
 * Collective. */
MS_MUST_CHECK ms_code ms__steal_run(ms__steal *steal, ms_bytes *records, ms_rankstat *stat, bool *stopped,
                                    ms_err *err);
/* The poll point of a working rank: every few milliseconds it draws or sends progress, receives messages,
 * replies to steal requests, and checks for a stop request: MS_STOPPED. Outside ms__steal_run only comm,
 * progress and stop must be set, and there are no messages. Local. */
MS_MUST_CHECK ms_code ms__steal_poll(ms__steal *steal);

#endif
