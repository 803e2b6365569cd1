/* Stop: SIGTERM, SIGINT and SIGUSR1 request to end soon, with the results so far. The signals are blocked and
 * polled: no handler, no interrupted system calls. */
#ifndef MS_RUN_MONITOR_STOP_H
#define MS_RUN_MONITOR_STOP_H

#include <signal.h>
#include <stdbool.h>

#define MS__NOTHING_DONE ": this run has done nothing yet; the same command begins it again"

typedef struct ms__stop {
    double next_poll; /* clock */
    int signal;       /* the first one; 0: none */
} ms__stop;

/* The signals. Local, as all below. */
sigset_t ms__stop_signals(void);
/* Blocks the signals in the calling thread and in threads that it starts later. */
void ms__stop_arm(void);
/* Unblocks them; pending ones are discarded. */
void ms__stop_disarm(void);
/* Whether one has come. Polls at most once a millisecond; stays true. */
bool ms__stop_wanted(ms__stop *stop);

#endif
