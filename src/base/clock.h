/* One clock for every measured time. */
#ifndef MS_BASE_CLOCK_H
#define MS_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Seconds of CLOCK_MONOTONIC: only differences on one host are meaningful. Local. */
double ms_clock_now(void);
/* Sleeps about `seconds` (may return early on a signal). Local. */
void ms_clock_sleep(double seconds);
/* A backoff sleep between two polls: *pause, 0 before the first, grows from 20 microseconds to a millisecond.
 * Local. */
void ms_clock_backoff(double *pause);
/* A time stamp in nanoseconds, saturating: a damaged file system may have any value. Local. */
int64_t ms_time_ns(struct timespec time);

#endif
