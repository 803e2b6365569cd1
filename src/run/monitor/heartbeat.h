/* Heartbeat: the monitor threads of all ranks report to rank 0's that they are alive, and whether their work
 * is stalled; rank 0 reports these ranks, and those without heartbeats. The messages do not involve the main
 * threads: these may be blocked in a system call. */
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
    double seconds;   /* since it last made progress */
    const char *path; /* current file; "": none. Borrowed */
} ms__heartbeat;

/* `seconds` without a heartbeat after which a rank is reported; `able`: this rank has a monitor thread.
 * *liveness is NULL, without an error, when a rank has none, when MPI is not MPI_THREAD_MULTIPLE, and with
 * one rank. MS_MPI. Collective. */
MS_MUST_CHECK ms_code ms__liveness_open(ms__liveness **liveness, ms_comm *comm, double seconds, bool able,
                                        ms_err *err);
/* Receives what is still in flight, and frees; accepts NULL. No other thread may use it. MS_MPI. Collective.
 */
MS_MUST_CHECK ms_code ms__liveness_close(ms__liveness *liveness, ms_err *err);

/* Writes one line about a rank to standard error; `who`: "rank 3 on node2: " or empty, `bar`: a progress bar
 * is shown. Local, as all below; one thread at a time. */
void ms__heartbeat_write(const char *who, const ms__heartbeat *beat, bool bar);
/* Reports this rank: rank 0 writes a line if it is stalled or resumed; other ranks send that, and regular
 * heartbeats. If a report cannot be sent, the rank writes the line itself. */
void ms__liveness_report(ms__liveness *liveness, const char *who, const ms__heartbeat *beat, bool bar);
/* Rank 0: receives heartbeats, and writes reports. Other ranks: gives MPI progress for their own messages. */
void ms__liveness_poll(ms__liveness *liveness, bool bar);

#endif
