/* Heartbeats from thread to thread while the threads that work use MPI too. Whatever is reported is written
 * once, by rank 0 or, where no message could be sent, by the rank itself; and all ends, whenever it is
 * closed.
 *
 * --expect N [ROUNDS [SEED]] */
#include "chance.h"
#include "ranks.h"
#include "run/monitor/heartbeat.h"

#include "base/clock.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DEFAULT_ROUNDS = 40, MOST_REPORTS = 40, COLLECTIVES = 30 };

typedef struct reporter {
    ms__liveness *liveness;
    ms_comm *comm;
    chance chance;
    uint32_t nreports;
    atomic_bool done; /* the thread that works is */
} reporter;

/* The monitor thread: reports so and so often that its rank is stalled. Rank 0's receives all the time. */
static void *report(void *user)
{
    reporter *t = user;
    char who[32], path[64];
    uint64_t n = chance_below(&t->chance, MOST_REPORTS);
    (void)snprintf(who, sizeof who, "rank %u: ", ms_comm_rank(t->comm));
    for (uint64_t i = 0; i < n; i++) {
        bool reports = chance_below(&t->chance, 4) > 0;
        (void)snprintf(path, sizeof path, "%u.%u", ms_comm_rank(t->comm), t->nreports);
        ms__heartbeat beat = {
            .state = reports ? MS__RANK_STALLED : MS__RANK_ALIVE, .seconds = 1, .path = path};
        ms__liveness_report(t->liveness, who, &beat, false);
        ms__liveness_poll(t->liveness, false);
        t->nreports += reports;
        if (chance_below(&t->chance, 2)) {
            ms_clock_sleep((double)(chance_below(&t->chance, 300)) * 1e-6);
        }
    }
    while (ms_comm_rank(t->comm) == 0 && !atomic_load(&t->done)) {
        ms__liveness_poll(t->liveness, false);
        ms_clock_sleep(50e-6);
    }
    return NULL;
}

/* What the thread that works does meanwhile. */
static bool work(ms_comm *comm, uint64_t seed)
{
    bool good = true;
    uint32_t n = ms_comm_size(comm);
    for (uint64_t i = 0; i < COLLECTIVES; i++) {
        ms_bytes mine = {0};
        ms_bytes *parts = ms_comm_rank(comm) == 0 ? calloc(n, sizeof *parts) : NULL;
        ms_err err = {0};
        ms_bytes_put_u64(&mine, seed + i);
        good = good && ms_bytes_check(&mine) == MS_OK && ms_comm_gather(comm, &mine, parts, &err) == MS_OK;
        for (uint32_t r = 0; parts && r < n; r++) {
            ms_reader reader = ms_reader_over(parts[r].data, parts[r].len);
            good = good && ms_reader_u64(&reader) == seed + i;
            ms_bytes_fini(&parts[r]);
        }
        free(parts);
        ms_bytes_fini(&mine);
        good = good && ms_comm_sleeping_barrier(comm, NULL, NULL, NULL, &err) == MS_OK;
    }
    return good;
}

/* One round; *lines gets the lines that this rank has written. */
static bool run_round(ms_comm *comm, uint64_t seed, int errors, uint32_t *nreports, uint32_t *nlines)
{
    ms_err err = {0};
    pthread_t thread = 0;
    reporter t = {.comm = comm, .chance = {seed * 1000 + ms_comm_rank(comm)}};
    bool able = seed % 10 != 3 || ms_comm_rank(comm) % 3 != 1; /* at times a rank cannot take part */
    bool good = ms__liveness_open(&t.liveness, comm, 60, able, &err) == MS_OK;
    bool expected = ms_comm_size(comm) > 1 && (seed % 10 != 3 || ms_comm_size(comm) == 1);
    good = good && (t.liveness != NULL) == expected;
    if (good && t.liveness) {
        int own = dup(STDERR_FILENO);
        good = dup2(errors, STDERR_FILENO) >= 0 && pthread_create(&thread, NULL, report, &t) == 0;
        good = work(comm, seed) && good;
        atomic_store(&t.done, true);
        good = pthread_join(thread, NULL) == 0 && good;
        good = good && ms__liveness_close(t.liveness, &err) == MS_OK;
        (void)dup2(own, STDERR_FILENO);
        (void)close(own);
    }
    char text[65536];
    off_t end = lseek(errors, 0, SEEK_CUR);
    ssize_t n = pread(errors, text, sizeof text, 0);
    good = good && n == end;
    for (ssize_t i = 0; i < n; i++) {
        *nlines += text[i] == '\n';
    }
    *nreports += t.nreports;
    return lseek(errors, 0, SEEK_SET) == 0 && ftruncate(errors, 0) == 0 && good;
}

/* Sums of all ranks agree; the first number of each is rank 0's alone. */
static bool all_were_written(ms_comm *comm, uint32_t nreports, uint32_t nlines)
{
    ms_bytes mine = {0};
    uint32_t n = ms_comm_size(comm);
    ms_bytes *parts = ms_comm_rank(comm) == 0 ? calloc(n, sizeof *parts) : NULL;
    ms_err err = {0};
    uint64_t reports = 0;
    uint64_t lines = 0;
    ms_bytes_put_u32(&mine, nreports);
    ms_bytes_put_u32(&mine, nlines);
    bool good = ms_bytes_check(&mine) == MS_OK && ms_comm_gather(comm, &mine, parts, &err) == MS_OK;
    for (uint32_t r = 0; parts && r < n; r++) {
        ms_reader reader = ms_reader_over(parts[r].data, parts[r].len);
        reports += ms_reader_u32(&reader);
        lines += ms_reader_u32(&reader);
        ms_bytes_fini(&parts[r]);
    }
    if (parts) {
        (void)printf("%llu reports, %llu lines, %u of them by rank 0\n", (unsigned long long)reports,
                     (unsigned long long)lines, nlines);
        good = good && reports == lines && (n == 1 || nlines > lines / 2);
    }
    free(parts);
    ms_bytes_fini(&mine);
    return good;
}

int main(int argc, char **argv)
{
    ms_comm *comm = ranks_start(argc, argv);
    uint64_t rounds = argc > 3 ? strtoull(argv[3], NULL, 10) : DEFAULT_ROUNDS;
    uint64_t seed = argc > 4 ? strtoull(argv[4], NULL, 10) : 1;
    char name[] = "/tmp/mpi-heartbeat-XXXXXX";
    uint32_t nreports = 0;
    uint32_t nlines = 0;
    int errors = mkstemp(name);
    bool good = ranks_all_hold(comm, errors >= 0 && unlink(name) == 0, "no file for its errors");
    good = ranks_all_hold(comm, good && (ms_comm_size(comm) == 1 || ms_comm_has_threads(comm)),
                          "MPI does not let two threads call it");
    for (uint64_t i = 0; i < rounds && good; i++) {
        good = ranks_all_hold(comm, run_round(comm, seed + i, errors, &nreports, &nlines), "a round failed");
    }
    good =
        ranks_all_hold(comm, good && all_were_written(comm, nreports, nlines), "lines were lost, or doubled");
    ms_comm_finish(comm);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
