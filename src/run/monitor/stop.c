#include "run/monitor/stop.h"

#include "base/clock.h"

#include <time.h>

#define POLL_EVERY 1e-3 /* seconds */

sigset_t ms__stop_signals(void)
{
    sigset_t set;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGUSR1);
    return set;
}

void ms__stop_arm(void)
{
    sigset_t set = ms__stop_signals();
    (void)pthread_sigmask(SIG_BLOCK, &set, NULL);
}

void ms__stop_disarm(void)
{
    static const struct timespec at_once = {0};
    sigset_t set = ms__stop_signals();
    while (sigtimedwait(&set, NULL, &at_once) > 0) {
    }
    (void)pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

bool ms__stop_wanted(ms__stop *stop)
{
    double now = ms_clock_now();
    if (stop->signal == 0 && now >= stop->next_poll) {
        static const struct timespec at_once = {0};
        sigset_t set = ms__stop_signals();
        int got = sigtimedwait(&set, NULL, &at_once);
        stop->signal = got > 0 ? got : 0;
        stop->next_poll = now + POLL_EVERY;
    }
    return stop->signal != 0;
}
