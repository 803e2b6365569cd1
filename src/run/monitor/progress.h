/* Progress: a bar, or a line now and then, on standard error of rank 0. */
#ifndef MS_RUN_MONITOR_PROGRESS_H
#define MS_RUN_MONITOR_PROGRESS_H

#include "comm/comm.h"

typedef enum ms__progress_mode { MS__PROGRESS_NONE, MS__PROGRESS_BAR, MS__PROGRESS_LINES } ms__progress_mode;

/* Of one rank; rank 0's also hears of the others and draws. */
typedef struct ms__progress {
    ms__progress_mode mode;  /* the same on all ranks */
    ms_comm *comm;           /* borrowed */
    const char *what;        /* of the phase under way */
    bool alone;              /* only rank 0 works in this phase */
    uint64_t total;          /* bytes of all ranks; rank 0 */
    uint64_t nbytes, ntasks; /* done by this rank */
    double begin, last;      /* clock: of the phase; of the last drawing or news */
    bool drawn;              /* a bar is on the screen */
} ms__progress;

/* Begins a phase. Local. */
void ms__progress_begin(ms__progress *progress, const char *what, bool alone, uint64_t total);
/* An on_progress hook of the work; user is the ms__progress. Local. */
MS_MUST_CHECK ms_code ms__progress_step(void *user, uint64_t nbytes, uint64_t ntasks);
/* Draws if it is time to: for rank 0 while it waits. Local. */
MS_MUST_CHECK ms_code ms__progress_idle(void *user);
/* This rank's work is done. Local. */
MS_MUST_CHECK ms_code ms__progress_last(ms__progress *progress, ms_err *err);
/* All work is done: takes the last news and clears the bar. Local. */
MS_MUST_CHECK ms_code ms__progress_end(ms__progress *progress, ms_err *err);

#endif
