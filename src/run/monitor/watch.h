/* Watch: tells when this rank has stood still at a file for long, as in a system call that does not return.
 * Rank 0's own watch also tells it of the others (roll.h). */
#ifndef MS_RUN_MONITOR_WATCH_H
#define MS_RUN_MONITOR_WATCH_H

#include "comm/comm.h"

#include <stddef.h>

typedef struct ms__watch ms__watch;

/* A rank's longest standstill. */
typedef struct ms__standstill {
    double seconds; /* 0: there was none */
    char path[256]; /* where; the first bytes of a longer one */
} ms__standstill;

/* Starts to watch the calling thread: when it is at one file for more than `seconds` without a move, a line
 * is written to standard error, and again whenever that time has doubled, and when it goes on: by this rank,
 * or by rank 0 once ms__watch_join has been called. `rank` is shown unless it is negative. NULL when
 * `seconds` is 0, or when there are no means for it, which is no reason not to run; all functions accept
 * NULL. Local, as all below but two. */
ms__watch *ms__watch_start(double seconds, int rank);
/* From now on rank 0 tells it. `seconds` as for ms__watch_start, the same on all ranks; `watch` may be NULL
 * on some: then each goes on to tell it itself. MS_MPI. Collective. */
MS_MUST_CHECK ms_code ms__watch_join(ms__watch *watch, ms_comm *comm, double seconds, ms_err *err);
/* Ends and frees, when all else is done. Collective when the ranks have joined. */
void ms__watch_stop(ms__watch *watch);

/* The work is at this file from now on; any bytes but NUL, copied. */
void ms__watch_at(ms__watch *watch, const char *path, size_t n);
/* It has moved on within that file. Costs next to nothing. */
void ms__watch_moved(ms__watch *watch);
/* It is at no file. */
void ms__watch_leave(ms__watch *watch);
/* A bar is on the screen: lines begin at its left. */
void ms__watch_clears_bar(ms__watch *watch);

ms__standstill ms__watch_longest(ms__watch *watch);

#endif
