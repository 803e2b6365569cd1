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

void ms_clock_backoff(double *pause)
{
    *pause = *pause < 20e-6 ? 20e-6 : *pause < 1e-3 ? *pause * 1.5 : 1e-3;
    ms_clock_sleep(*pause);
}

int64_t ms_time_ns(struct timespec time)
{
    int64_t sum = 0;
    if (__builtin_mul_overflow((int64_t)time.tv_sec, INT64_C(1000000000), &sum) ||
        __builtin_add_overflow(sum, (int64_t)time.tv_nsec, &sum)) {
        return time.tv_sec < 0 ? INT64_MIN : INT64_MAX;
    }
    return sum;
}
