/* Heartbeat: each rank's monitor thread lets rank 0's know now and then that the rank is alive, and whether
 * its work is stalled; rank 0 reports these ranks, and those that have fallen silent. The messages pass by
 * the threads that work: these may be stuck in a system call. */
#ifndef MS_RUN_MONITOR_HEARTBEAT_H
#define MS_RUN_MONITOR_HEARTBEAT_H

#include "comm/channel.h"

typedef struct ms__liveness ms__liveness;

typedef enum ms__rank_state {
    MS__RANK_ALIVE, /* nothing to report */
    MS__RANK_STALLED,
    MS__RANK_RESUMED, /* after it was reported as stalled */
    MS__RANK_STATES
} ms__rank_state;

typedef struct ms__heartbeat {
    ms__rank_state state;
    double seconds;   /* since it last moved */
    const char *path; /* where it is; "" for nowhere. Borrowed */
} ms__heartbeat;

/* `seconds` after which a silent rank is reported; `able`: this rank can take part. *liveness is NULL,
 * without an error, when a rank cannot, when MPI does not let two threads call it, and with one rank. MS_MPI.
 * Collective. */
MS_MUST_CHECK ms_code ms__liveness_open(ms__liveness **liveness, ms_comm *comm, double seconds, bool able,
                                        ms_err *err);
/* Receives what is still in flight, and frees; accepts NULL. When no other thread uses it any more. MS_MPI.
 * Collective. */
MS_MUST_CHECK ms_code ms__liveness_close(ms__liveness *liveness, ms_err *err);

/* One line on standard error about a rank; `who` is "rank 3 on node2: " or empty, `bar`: there is one on the
 * screen. Local, as all below; from one thread at a time. */
void ms__heartbeat_write(const char *who, const ms__heartbeat *beat, bool bar);
/* Reports this rank: rank 0 writes a line when there is something to report; other ranks send a message then,
 * and now and then otherwise. When it cannot be sent, the rank writes its line itself. */
void ms__liveness_report(ms__liveness *liveness, const char *who, const ms__heartbeat *beat, bool bar);
/* Rank 0: receives heartbeats, and writes what there is to report. Other ranks: keeps their own moving, which
 * MPI does only while it is called. */
void ms__liveness_poll(ms__liveness *liveness, bool bar);

#endif
