/* Monitor: the one helper thread of each rank, from the begin to the end of the pipeline. It sees what a
 * thread that works cannot see or say:
 * - watchdog: the work has been at one file for long without a move, as in a system call that does not
 * return;
 * - heartbeat: once connected, the rank is alive, and rank 0 reports in place of each rank (heartbeat.h);
 * - cancellation guard: the process is asked to stop while it can neither look for that nor has done
 * anything. All functions accept NULL: without a monitor the run goes on as well. Local, but two. */
#ifndef MS_RUN_MONITOR_MONITOR_H
#define MS_RUN_MONITOR_MONITOR_H

#include "comm/comm.h"

#include <stddef.h>

typedef struct ms__monitor ms__monitor;

/* A rank's longest stall. */
typedef struct ms__stall {
    double seconds; /* 0: there was none */
    char path[256]; /* where; the first bytes of a longer one */
} ms__stall;

/* Starts the thread; the signals of a stop request are blocked (stop.h). When the work is at one file for
 * more than `stall_seconds` (0: never) without a move, a line is written to standard error, and again
 * whenever that time has doubled, and when it resumes. `rank` is shown unless it is negative. NULL when there
 * are no means for it. */
ms__monitor *ms__monitor_start(double stall_seconds, int rank);
/* From now on rank 0 reports. `seconds` as for ms__monitor_start, the same on all ranks; `monitor` may be
 * NULL on some: then each goes on to report itself. MS_MPI. Collective. */
MS_MUST_CHECK ms_code ms__monitor_connect(ms__monitor *monitor, ms_comm *comm, double seconds, ms_err *err);
/* Ends the thread and frees, when all else is done. Collective when the ranks are connected. */
void ms__monitor_end(ms__monitor *monitor);

/* The work is at this file from now on; any bytes but NUL, copied. */
void ms__monitor_at(ms__monitor *monitor, const char *path, size_t n);
/* It has moved within that file. Costs next to nothing. */
void ms__monitor_moved(ms__monitor *monitor);
/* It is at no file. */
void ms__monitor_leave(ms__monitor *monitor);
/* A bar is on the screen: lines begin at its left. */
void ms__monitor_clears_bar(ms__monitor *monitor);
ms__stall ms__monitor_longest(ms__monitor *monitor);

/* From now on a stop request that has waited for most of a second ends the process with MS_EXIT_STOPPED,
 * after a line on standard error that names `what` (borrowed): the library that compiles may take minutes.
 * Only the first rank is so quick, others wait longer: of ranks that are all asked one says so. NULL ends the
 * guard: a request that comes then, or has come a moment before, waits for ms__stop_wanted. */
void ms__monitor_guard(ms__monitor *monitor, const char *what);

#endif
