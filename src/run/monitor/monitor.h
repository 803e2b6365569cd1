/* Monitor: a helper thread of each rank, for what the main thread cannot do while it works. All functions
 * accept NULL: the run continues without a monitor. Local, except two.
 * - watchdog: reports that the work makes no progress at one file, as in a blocking system call;
 * - heartbeat: once connected, rank 0 reports for all ranks (heartbeat.h);
 * - cancellation guard: ends the process on a stop request while the main thread cannot poll for it and has
 * no results yet. */
#ifndef MS_RUN_MONITOR_MONITOR_H
#define MS_RUN_MONITOR_MONITOR_H

#include "comm/comm.h"

#include <stddef.h>

typedef struct ms__monitor ms__monitor;

/* A rank's longest stall. */
typedef struct ms__stall {
    double seconds; /* 0: none */
    char path[256]; /* file, truncated */
} ms__stall;

/* Starts the thread; the stop signals are blocked (stop.h). When the work makes no progress at one file for
 * more than `stall_seconds` (0: no watchdog), a line is written to standard error, again whenever that time
 * has doubled, and when it resumes. `rank` is shown unless negative. NULL when the thread cannot be started.
 */
ms__monitor *ms__monitor_start(double stall_seconds, int rank);
/* From now on rank 0 reports for all. `seconds` as in ms__monitor_start, the same on all ranks; if `monitor`
 * is NULL on any rank, each continues to report by itself. MS_MPI. Collective. */
MS_MUST_CHECK ms_code ms__monitor_connect(ms__monitor *monitor, ms_comm *comm, double seconds, ms_err *err);
/* Ends the thread and frees; call it last. Collective when the ranks are connected. */
void ms__monitor_end(ms__monitor *monitor);

/* The work begins this file; any bytes but NUL, copied. */
void ms__monitor_at(ms__monitor *monitor, const char *path, size_t n);
/* Progress within that file. One atomic increment. */
void ms__monitor_moved(ms__monitor *monitor);
/* The work has no file. */
void ms__monitor_leave(ms__monitor *monitor);
/* A progress bar is shown: lines must clear it. */
void ms__monitor_clears_bar(ms__monitor *monitor);
ms__stall ms__monitor_longest(ms__monitor *monitor);

/* From now on a stop request ends the process with MS_EXIT_STOPPED after most of a second, with a line on
 * standard error that names `what` (borrowed): compiling the keywords may take minutes. Other ranks than 0
 * wait a little longer, so that one line is written when all get the signal. NULL ends the guard: later
 * requests, and very recent ones, are left to ms__stop_wanted. */
void ms__monitor_guard(ms__monitor *monitor, const char *what);

#endif
