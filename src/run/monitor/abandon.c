/* Abandon: see abandon.h. A thread that waits for a signal without taking it. */
#include "run/monitor/abandon.h"

#include "base/exit_code.h"
#include "comm/comm.h"
#include "run/monitor/stop.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* Milliseconds: what is short is waited for, and then there is a report. Of ranks that are all asked the
 * first one says so, and the launcher ends the others. */
enum { GRACE = 700, GRACE_OF_OTHERS = 950 };

struct ms__abandon {
    const char *what;
    int grace;
    int signals;
    int ended;
    pthread_t thread;
};

/* As poll, but a signal does not end it: none is ours. */
static int wait_for(struct pollfd *list, nfds_t n, int milliseconds)
{
    int got = -1;
    while ((got = poll(list, n, milliseconds)) < 0) {
    }
    return got;
}

static void *wait_for_either(void *user)
{
    const ms__abandon *a = user;
    struct pollfd both[2] = {{.fd = a->ended, .events = POLLIN}, {.fd = a->signals, .events = POLLIN}};
    (void)wait_for(both, 2, -1);
    if (both[0].revents != 0 || wait_for(both, 1, a->grace) > 0) {
        return NULL;
    }
    char line[300];
    int n = snprintf(line, sizeof line,
                     "mpiscan: INCOMPLETE: stopped on request while %s" MS__NOTHING_DONE "\n", a->what);
    ssize_t put = write(STDERR_FILENO, line, n > 0 && (size_t)n < sizeof line ? (size_t)n : 0);
    (void)put;                            /* the exit code says it too */
    ms_comm_abort(NULL, MS_EXIT_STOPPED); /* MPI may be starting: it can neither be ended nor asked to */
}

ms__abandon *ms__abandon_begin(const char *what, bool first)
{
    ms__abandon *a = calloc(1, sizeof *a);
    if (!a) {
        return NULL;
    }
    sigset_t set = ms__stop_signals();
    a->what = what;
    a->grace = first ? GRACE : GRACE_OF_OTHERS;
    a->signals = signalfd(-1, &set, SFD_CLOEXEC);
    a->ended = eventfd(0, EFD_CLOEXEC);
    if (a->signals >= 0 && a->ended >= 0 && pthread_create(&a->thread, NULL, wait_for_either, a) == 0) {
        return a;
    }
    (void)close(a->signals);
    (void)close(a->ended);
    free(a);
    return NULL;
}

void ms__abandon_end(ms__abandon *abandon)
{
    if (!abandon || eventfd_write(abandon->ended, 1) != 0) { /* which cannot be */
        return;
    }
    (void)pthread_join(abandon->thread, NULL);
    (void)close(abandon->signals);
    (void)close(abandon->ended);
    free(abandon);
}
