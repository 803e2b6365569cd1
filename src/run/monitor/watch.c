/* Watch: see watch.h. A thread beside the one that works, which looks once a second whether that has moved.
 *
 * Who is stuck in a system call cannot be asked by letter, nor answer; so the rank's own thread writes to
 * rank 0's, which names it, whatever the threads that work are doing there. Before MPI has started, and
 * where it does not let two threads call it, the rank writes to its own standard error, which the launcher
 * carries to the user. The longest standstill is also in the report, when there is one.
 */
#include "run/monitor/watch.h"

#include "base/clock.h"
#include "run/monitor/roll.h"

#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LOOK_EVERY 1.0 /* seconds, or a quarter of the limit when that is shorter */

struct ms__watch {
    double limit;
    char who[128]; /* "rank 3 on node2: ", or empty */
    pthread_t thread;
    _Atomic uint64_t moves;
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t wake;
    bool ending;
    bool bar;
    ms__roll *roll;      /* owned, or NULL */
    char path[PATH_MAX]; /* where the work is; empty: nowhere */
    ms__standstill longest;
};

/* What the thread has seen. */
typedef struct sight {
    uint64_t moves;
    double since;        /* clock: the first look that saw it */
    double next_seconds; /* after so many it is told */
    bool bar;
    char at[PATH_MAX];   /* where it was then */
    char path[PATH_MAX]; /* what is told of it */
} sight;

/* The lock is held. */
static void keep_longest(ms__watch *watch, const sight *seen, double seconds)
{
    if (seconds > watch->longest.seconds) {
        watch->longest.seconds = seconds;
        (void)snprintf(watch->longest.path, sizeof watch->longest.path, "%.255s", seen->at);
    }
}

/* Compares what is with what was seen before. The lock is held. */
static ms__roll_entry look(ms__watch *watch, sight *seen)
{
    double now = ms_clock_now();
    double stood = now - seen->since;
    bool told = seen->next_seconds > watch->limit;
    uint64_t moves = atomic_load_explicit(&watch->moves, memory_order_relaxed);
    bool moved = moves != seen->moves || watch->path[0] == 0;
    bool tells = moved ? told : stood >= seen->next_seconds;
    ms__roll_entry entry = {.seconds = stood, .path = seen->path};
    (void)snprintf(seen->path, sizeof seen->path, "%s", tells ? seen->at : watch->path);
    seen->bar = watch->bar;
    if (told || tells) {
        keep_longest(watch, seen, stood);
    }
    if (tells) {
        entry.word = moved ? MS__ROLL_GOES_ON : MS__ROLL_STUCK;
        seen->next_seconds = 2 * stood;
    }
    if (moved) {
        seen->moves = moves;
        seen->since = now;
        seen->next_seconds = watch->limit;
        (void)snprintf(seen->at, sizeof seen->at, "%s", watch->path);
    }
    return entry;
}

static void tell(ms__roll *roll, const char *who, const ms__roll_entry *entry, bool bar)
{
    if (roll) {
        ms__roll_tell(roll, who, entry, bar);
        ms__roll_call(roll, bar);
    } else if (entry->word != MS__ROLL_HERE) {
        ms__roll_write(who, entry, bar);
    }
}

static void *run(void *user)
{
    ms__watch *watch = user;
    sight seen = {.since = ms_clock_now(), .next_seconds = watch->limit};
    double pause = watch->limit / 4 < LOOK_EVERY ? watch->limit / 4 : LOOK_EVERY;
    (void)pthread_mutex_lock(&watch->lock);
    while (!watch->ending) {
        double until = ms_clock_now() + pause;
        struct timespec at = {.tv_sec = (time_t)until};
        at.tv_nsec = (long)((until - (double)at.tv_sec) * 1e9);
        (void)pthread_cond_clockwait(&watch->wake, &watch->lock, CLOCK_MONOTONIC, &at);
        ms__roll_entry entry = look(watch, &seen);
        ms__roll *roll = watch->roll;
        (void)pthread_mutex_unlock(&watch->lock); /* the work may not wait for a line to be written */
        tell(roll, watch->who, &entry, seen.bar);
        (void)pthread_mutex_lock(&watch->lock);
    }
    (void)pthread_mutex_unlock(&watch->lock);
    return NULL;
}

static void name_rank(ms__watch *watch, int rank)
{
    char host[64] = "";
    if (rank >= 0 && gethostname(host, sizeof host - 1) == 0) {
        (void)snprintf(watch->who, sizeof watch->who, "rank %d on %s: ", rank, host);
    }
}

ms__watch *ms__watch_start(double seconds, int rank)
{
    ms__watch *watch = seconds > 0 ? calloc(1, sizeof *watch) : NULL;
    if (!watch) {
        return NULL;
    }
    watch->limit = seconds;
    name_rank(watch, rank);
    (void)pthread_mutex_init(&watch->lock, NULL);
    (void)pthread_cond_init(&watch->wake, NULL);
    if (pthread_create(&watch->thread, NULL, run, watch) != 0) {
        free(watch);
        return NULL;
    }
    return watch;
}

ms_code ms__watch_join(ms__watch *watch, ms_comm *comm, double seconds, ms_err *err)
{
    ms__roll *roll = NULL;
    ms_code code = seconds > 0 ? ms__roll_open(&roll, comm, seconds, watch != NULL, err) : MS_OK;
    if (watch && roll) {
        (void)pthread_mutex_lock(&watch->lock);
        watch->roll = roll;
        (void)pthread_mutex_unlock(&watch->lock);
    }
    return code;
}

void ms__watch_stop(ms__watch *watch)
{
    ms_err ignored = {0};
    if (!watch) {
        return;
    }
    (void)pthread_mutex_lock(&watch->lock);
    watch->ending = true;
    (void)pthread_cond_signal(&watch->wake);
    (void)pthread_mutex_unlock(&watch->lock);
    (void)pthread_join(watch->thread, NULL);
    (void)pthread_cond_destroy(&watch->wake);
    (void)pthread_mutex_destroy(&watch->lock);
    ms_code closed = ms__roll_close(watch->roll, &ignored);
    (void)closed; /* all is told: the end of MPI comes next, whatever it thinks of that */
    free(watch);
}

void ms__watch_at(ms__watch *watch, const char *path, size_t n)
{
    if (!watch) {
        return;
    }
    n = n < sizeof watch->path ? n : sizeof watch->path - 1;
    (void)pthread_mutex_lock(&watch->lock);
    memcpy(watch->path, path, n);
    watch->path[n] = 0;
    (void)pthread_mutex_unlock(&watch->lock);
    ms__watch_moved(watch);
}

void ms__watch_moved(ms__watch *watch)
{
    if (watch) {
        (void)atomic_fetch_add_explicit(&watch->moves, 1, memory_order_relaxed);
    }
}

void ms__watch_leave(ms__watch *watch)
{
    ms__watch_at(watch, "", 0);
}

void ms__watch_clears_bar(ms__watch *watch)
{
    if (watch) {
        (void)pthread_mutex_lock(&watch->lock);
        watch->bar = true;
        (void)pthread_mutex_unlock(&watch->lock);
    }
}

ms__standstill ms__watch_longest(ms__watch *watch)
{
    ms__standstill longest = {0};
    if (watch) {
        (void)pthread_mutex_lock(&watch->lock);
        longest = watch->longest;
        (void)pthread_mutex_unlock(&watch->lock);
    }
    return longest;
}
