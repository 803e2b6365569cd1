/* Stop: SIGTERM, SIGINT and SIGUSR1 as a request to end soon, with what is done. The signals are blocked, and
 * looked for now and then: no handler, nothing that could interrupt a system call. */
#ifndef MS_RUN_MONITOR_STOP_H
#define MS_RUN_MONITOR_STOP_H

#include <signal.h>
#include <stdbool.h>

#define MS__NOTHING_DONE ": this run has done nothing yet; the same command begins it again"

typedef struct ms__stop {
    double next_poll; /* clock */
    int signal;       /* the first one that came; 0: none yet */
} ms__stop;

/* The signals. Local, as all below. */
sigset_t ms__stop_signals(void);
/* Blocks the signals in the calling thread and in those that it starts from now on. */
void ms__stop_arm(void);
/* From now on they end the program again; those that came before are forgotten. */
void ms__stop_disarm(void);
/* Has one come? Looks at most once a millisecond. Once true it stays so. */
bool ms__stop_wanted(ms__stop *stop);

#endif
