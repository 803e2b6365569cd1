/* One clock for every measured time: see clock.h. */
#include "base/clock.h"

#include <time.h>

double ms_clock_now(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

void ms_clock_sleep(double seconds)
{
    if (seconds <= 0) {
        return;
    }
    struct timespec pause = {.tv_sec = (time_t)seconds};
    pause.tv_nsec = (long)((seconds - (double)pause.tv_sec) * 1e9);
    (void)nanosleep(&pause, NULL);
}
