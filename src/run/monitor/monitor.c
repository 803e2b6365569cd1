/* Before MPI has started, and without MPI_THREAD_MULTIPLE, a rank writes to its own standard error, which the
 * launcher forwards. The longest stall is also in the report. */
#include "run/monitor/monitor.h"

#include "base/clock.h"
#include "run/monitor/heartbeat.h"
#include "run/monitor/stop.h"

#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* Seconds. */
#define CHECK_EVERY 1.0 /* or a quarter of the limit if that is shorter */
#define GRACE 0.7       /* a short phase ends by itself, with a report */
#define GRACE_OF_OTHERS 0.95

struct ms__monitor {
    double limit;  /* of a stall; 0: no watchdog */
    double grace;  /* of a stop request while guarded */
    char who[128]; /* "rank 3 on node2: ", or empty */
    int wake;      /* an eventfd, owned */
    int signals;   /* a signalfd, owned; never read, so that a signal stays pending for ms__stop_wanted */
    ms_comm *comm; /* borrowed; NULL before the ranks are connected */
    pthread_t thread;
    _Atomic uint64_t moves;
    pthread_mutex_t lock; /* of all below */
    bool ending;
    bool bar;
    const char *guarded;    /* the current phase; NULL: no guard */
    double cancel_at;       /* clock; 0: no stop request */
    ms__liveness *liveness; /* owned, or NULL */
    char path[PATH_MAX];    /* current file; empty: none */
    ms__stall longest;
};

/* State of the work at the last check. */
typedef struct observation {
    uint64_t moves;
    double since;        /* clock: the first check with this state */
    double next_seconds; /* of a stall that is reported next */
    double next_check;   /* clock */
    bool bar;
    char at[PATH_MAX];   /* file */
    char path[PATH_MAX]; /* file in the report */
} observation;

/* The lock is held. */
static void update_longest(ms__monitor *m, const observation *seen, double seconds)
{
    if (seconds > m->longest.seconds) {
        m->longest.seconds = seconds;
        (void)snprintf(m->longest.path, sizeof m->longest.path, "%.255s", seen->at);
    }
}

/* Compares the state with that of the last check. The lock is held. */
static ms__heartbeat check_stall(ms__monitor *m, observation *seen, double now)
{
    double stalled = now - seen->since;
    bool reported = seen->next_seconds > m->limit;
    uint64_t moves = atomic_load_explicit(&m->moves, memory_order_relaxed);
    bool moved = moves != seen->moves || m->path[0] == 0;
    bool reports = moved ? reported : stalled >= seen->next_seconds;
    ms__heartbeat beat = {.seconds = stalled, .path = seen->path};
    (void)snprintf(seen->path, sizeof seen->path, "%s", reports ? seen->at : m->path);
    seen->bar = m->bar;
    if (reported || reports) {
        update_longest(m, seen, stalled);
    }
    if (reports) {
        beat.state = moved ? MS__RANK_RESUMED : MS__RANK_STALLED;
        seen->next_seconds = 2 * stalled;
    }
    if (moved) {
        seen->moves = moves;
        seen->since = now;
        seen->next_seconds = m->limit;
        (void)snprintf(seen->at, sizeof seen->at, "%s", m->path);
    }
    return beat;
}

static void report(ms__liveness *liveness, const char *who, const ms__heartbeat *beat, bool bar)
{
    if (liveness) {
        ms__liveness_report(liveness, who, beat, bar);
        ms__liveness_poll(liveness, bar);
    } else if (beat->state != MS__RANK_ALIVE) {
        ms__heartbeat_write(who, beat, bar);
    }
}

/* Watchdog and heartbeat, if due. The lock is held, but released while a line is written: the work must not
 * wait for that. */
static void check(ms__monitor *m, observation *seen)
{
    double now = ms_clock_now();
    if (m->limit <= 0 || now < seen->next_check) {
        return;
    }
    seen->next_check = now + (m->limit / 4 < CHECK_EVERY ? m->limit / 4 : CHECK_EVERY);
    ms__heartbeat beat = check_stall(m, seen, now);
    ms__liveness *liveness = m->liveness;
    (void)pthread_mutex_unlock(&m->lock);
    report(liveness, m->who, &beat, seen->bar);
    (void)pthread_mutex_lock(&m->lock);
}

/* Ends the process when a stop request under the guard has waited for the grace time. The lock is held, so
 * the main thread cannot end the guard at the same time. */
static void check_guard(const ms__monitor *m)
{
    if (!m->guarded || m->cancel_at <= 0 || ms_clock_now() < m->cancel_at) {
        return;
    }
    char line[300];
    int n = snprintf(line, sizeof line, "mpiscan: INCOMPLETE: interrupted while %s" MS__NOTHING_DONE "\n",
                     m->guarded);
    ssize_t put = write(STDERR_FILENO, line, n > 0 && (size_t)n < sizeof line ? (size_t)n : 0);
    (void)put;                            /* the exit code says the same */
    ms_comm_abort(NULL, MS_EXIT_STOPPED); /* MPI may be in MPI_Init: MPI_Abort is not possible */
}

/* Sleeps until the next check, the end of the grace time, a stop request under the guard, or a wakeup. The
 * lock is held, but released while it sleeps. */
static void sleep_until_due(ms__monitor *m, const observation *seen)
{
    bool waits = m->guarded && m->cancel_at <= 0; /* for a request */
    double until = m->limit > 0 ? seen->next_check : 0;
    if (m->guarded && !waits && (until <= 0 || m->cancel_at < until)) {
        until = m->cancel_at;
    }
    struct pollfd fds[2] = {{.fd = m->wake, .events = POLLIN},
                            {.fd = waits ? m->signals : -1, .events = POLLIN}};
    double left = until - ms_clock_now();
    int milliseconds = until <= 0 ? -1 : left > 0 ? (int)(left * 1e3) + 1 : 0;
    eventfd_t woken = 0;
    (void)pthread_mutex_unlock(&m->lock);
    int got = poll(fds, 2, milliseconds);
    (void)pthread_mutex_lock(&m->lock);
    if (got > 0 && fds[0].revents != 0) {
        (void)eventfd_read(m->wake, &woken);
    }
    if (got > 0 && fds[1].revents != 0 && m->guarded && m->cancel_at <= 0) {
        m->cancel_at = ms_clock_now() + m->grace;
    }
}

static void *run(void *user)
{
    ms__monitor *m = user;
    observation seen = {.since = ms_clock_now(), .next_seconds = m->limit};
    seen.next_check = seen.since;
    (void)pthread_mutex_lock(&m->lock);
    while (!m->ending) {
        sleep_until_due(m, &seen);
        check_guard(m);
        check(m, &seen);
    }
    (void)pthread_mutex_unlock(&m->lock);
    return NULL;
}

static void name_rank(ms__monitor *m, int rank)
{
    char host[64] = "";
    if (rank >= 0 && gethostname(host, sizeof host - 1) == 0) {
        (void)snprintf(m->who, sizeof m->who, "rank %d on %s: ", rank, host);
    }
}

static void monitor_free(ms__monitor *m)
{
    (void)pthread_mutex_destroy(&m->lock);
    (void)close(m->wake);
    (void)close(m->signals);
    free(m);
}

ms__monitor *ms__monitor_start(double stall_seconds, int rank)
{
    ms__monitor *m = calloc(1, sizeof *m);
    sigset_t set = ms__stop_signals();
    if (!m) {
        return NULL;
    }
    m->limit = stall_seconds;
    m->grace = rank <= 0 ? GRACE : GRACE_OF_OTHERS;
    m->wake = eventfd(0, EFD_CLOEXEC);
    m->signals = signalfd(-1, &set, SFD_CLOEXEC);
    name_rank(m, rank);
    (void)pthread_mutex_init(&m->lock, NULL);
    if (m->wake < 0 || m->signals < 0 || pthread_create(&m->thread, NULL, run, m) != 0) {
        monitor_free(m);
        return NULL;
    }
    return m;
}

ms_code ms__monitor_connect(ms__monitor *m, ms_comm *comm, double seconds, ms_err *err)
{
    ms__liveness *liveness = NULL;
    ms_code code = seconds > 0 ? ms__liveness_open(&liveness, comm, seconds, m != NULL, err) : MS_OK;
    if (m && liveness) {
        (void)pthread_mutex_lock(&m->lock);
        m->comm = comm;
        m->liveness = liveness;
        (void)pthread_mutex_unlock(&m->lock);
    }
    return code;
}

void ms__monitor_end(ms__monitor *m)
{
    ms_err ignored = {0}; /* everything is reported, and MPI ends next */
    if (!m) {
        return;
    }
    /* a rank that is still working must not miss heartbeats */
    ms_code code = m->liveness ? ms_comm_sleeping_barrier(m->comm, NULL, NULL, NULL, &ignored) : MS_OK;
    (void)pthread_mutex_lock(&m->lock);
    m->ending = true;
    (void)pthread_mutex_unlock(&m->lock);
    (void)eventfd_write(m->wake, 1);
    (void)pthread_join(m->thread, NULL);
    if (code == MS_OK) {
        code = ms__liveness_close(m->liveness, &ignored);
    }
    monitor_free(m);
}

void ms__monitor_at(ms__monitor *m, const char *path, size_t n)
{
    if (!m || m->limit <= 0) {
        return;
    }
    n = n < sizeof m->path ? n : sizeof m->path - 1;
    (void)pthread_mutex_lock(&m->lock);
    memcpy(m->path, path, n);
    m->path[n] = 0;
    (void)pthread_mutex_unlock(&m->lock);
    ms__monitor_moved(m);
}

void ms__monitor_moved(ms__monitor *m)
{
    if (m) {
        (void)atomic_fetch_add_explicit(&m->moves, 1, memory_order_relaxed);
    }
}

void ms__monitor_leave(ms__monitor *m)
{
    ms__monitor_at(m, "", 0);
}

void ms__monitor_clears_bar(ms__monitor *m)
{
    if (m) {
        (void)pthread_mutex_lock(&m->lock);
        m->bar = true;
        (void)pthread_mutex_unlock(&m->lock);
    }
}

ms__stall ms__monitor_longest(ms__monitor *m)
{
    ms__stall longest = {0};
    if (m) {
        (void)pthread_mutex_lock(&m->lock);
        longest = m->longest;
        (void)pthread_mutex_unlock(&m->lock);
    }
    return longest;
}

void ms__monitor_guard(ms__monitor *m, const char *what)
{
    if (m) {
        (void)pthread_mutex_lock(&m->lock);
        m->guarded = what;
        m->cancel_at = 0;
        (void)pthread_mutex_unlock(&m->lock);
        if (what) {
            (void)eventfd_write(m->wake, 1);
        }
    }
}
