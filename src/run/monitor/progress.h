/* Progress: a bar, or a line every half minute, on standard error of rank 0, which the other ranks send
 * updates. */
#ifndef MS_RUN_MONITOR_PROGRESS_H
#define MS_RUN_MONITOR_PROGRESS_H

#include "comm/channel.h"

typedef enum ms__progress_mode { MS__PROGRESS_NONE, MS__PROGRESS_BAR, MS__PROGRESS_LINES } ms__progress_mode;

typedef struct ms__progress {
    ms__progress_mode mode; /* the same on all ranks */
    ms_comm *comm;          /* borrowed */
    const char *what;       /* the current phase; NULL: nothing is shown */
    uint64_t total;         /* bytes of all ranks; rank 0 */
    uint64_t done;          /* bytes of this rank; rank 0: of all, by their updates */
    uint64_t sent;          /* of these, sent to rank 0 */
    double begin, last;     /* clock: of the phase; of the last update */
    bool drawn;             /* a bar is on the screen */
} ms__progress;

/* Begins a phase; `what` NULL: one in which nothing is shown or sent. Local, as all below. */
void ms__progress_begin(ms__progress *progress, const char *what, uint64_t total);
/* Is anything to be shown in this phase? */
bool ms__progress_is_shown(const ms__progress *progress);
/* This rank has done so many more bytes. */
void ms__progress_add(ms__progress *progress, uint64_t nbytes);
/* If due: rank 0 draws (after the first half second), other ranks send an update unless the last one is still
 * in flight. `channel` may be NULL. MS_MPI. */
MS_MUST_CHECK ms_code ms__progress_update(ms__progress *progress, ms_channel *channel, double now,
                                          ms_err *err);
/* Rank 0: adds an update. */
void ms__progress_receive(ms__progress *progress, const ms_message *message);
/* Ends the phase: clears the bar. */
void ms__progress_end(ms__progress *progress);

#endif
