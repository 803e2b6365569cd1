/* Stealing on real ranks, round after round in one start of MPI: --expect N [ROUNDS [SEED]]. Each round has
 * its own number, sizes and names of tasks, its own slow rank, and its own share of the tasks for each rank.
 * After it rank 0 has one record of each task, and the ranks' counts of what changed hands add up. In some
 * rounds one or all ranks get a stop request: then all have stopped, and no task was done twice. A hang is
 * for the caller's time-out.
 */
#include "base/clock.h"
#include "ranks.h"
#include "result/record.h"
#include "run/steal/steal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEFAULT_ROUNDS = 100, LONGEST_PATH = 3000 };

typedef struct round {
    uint32_t each, first, last; /* tasks: of each rank, and the two that have another number */
    size_t npath;
    uint64_t size;
    double nsec;
    uint32_t slow;
    double slowness;
    uint32_t stops; /* 0: no stop request; 1: rank `stopper` gets one; 2: all do */
    uint32_t stopper;
    uint32_t stop_after; /* calls of its hook */
} round_shape;

/* What a rank's hook knows. */
typedef struct stop_plan {
    ms__steal *steal;
    ms__stop stop;
    uint32_t calls, after; /* after 0: never */
} stop_plan;

static ms_code poll(void *user, uint64_t nbytes)
{
    stop_plan *a = user;
    ms__progress_add(a->steal->progress, nbytes);
    if (++a->calls == a->after) {
        a->stop.signal = 10;
    }
    return ms__steal_poll(a->steal);
}

static uint32_t draw(uint64_t *state, uint32_t below)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return (uint32_t)((*state >> 20) % below);
}

/* The same on every rank. */
static round_shape make_shape(uint64_t seed, uint32_t n)
{
    static const double slownesses[] = {1, 1, 3, 20};
    static const size_t paths[] = {1, 20, 300, LONGEST_PATH};
    uint64_t state = seed * 2654435761 + 88172645463325252ULL;
    (void)draw(&state, 2);
    round_shape shape = {
        .each = draw(&state, 40),
        .first = draw(&state, 2) ? draw(&state, 300) : 0,
        .last = draw(&state, 40),
        .npath = paths[draw(&state, 4)],
        .size = draw(&state, 3000),
        .nsec = draw(&state, 8) == 0 ? 300 : 30,
        .slow = draw(&state, n),
        .slowness = slownesses[draw(&state, 4)],
        .stopper = draw(&state, n),
        .stop_after = 1 + draw(&state, 60),
    };
    uint32_t kind = draw(&state, 10);
    shape.stops = kind < 2 ? 1 : kind == 2 ? 2 : 0;
    return shape;
}

static uint32_t tasks_of(const round_shape *shape, uint32_t rank, uint32_t n)
{
    return rank == 0 ? shape->first : rank == n - 1 ? shape->last : shape->each;
}

static bool fill_queue(ms_queue *queue, const round_shape *shape, uint32_t rank, uint32_t n)
{
    static const char zeros[LONGEST_PATH + 1] = "";
    char path[LONGEST_PATH + 1];
    ms_bytes bytes = {0};
    uint32_t entry = 0;
    bool good = true;
    memcpy(path, zeros, sizeof path);
    memset(path, 'p', shape->npath);
    for (uint32_t r = 0; r < rank; r++) {
        entry += tasks_of(shape, r, n);
    }
    for (uint32_t i = 0; i < tasks_of(shape, rank, n) && good; i++) {
        ms_task task = {.entry = entry + i,
                        .size = shape->size + i,
                        .end = shape->size + i,
                        .path = path,
                        .npath = shape->npath,
                        .output = ""};
        good = ms_task_put(&task, &bytes) == MS_OK;
    }
    good = good && ms_queue_add_copy(queue, bytes.data, bytes.len, NULL, NULL) == MS_OK;
    ms_bytes_fini(&bytes);
    return good;
}

/* Rank 0: each task has its one record, or after a stop one at the most. */
static bool each_once(const ms_bytes *parts, uint32_t nparts, uint32_t ntasks, bool stopped)
{
    uint8_t *seen = calloc(ntasks + 1, 1);
    uint32_t n = 0;
    bool good = seen != NULL;
    for (uint32_t r = 0; r < nparts && good; r++) {
        ms_reader reader = ms_reader_over(parts[r].data, parts[r].len);
        while (good && ms_reader_left(&reader) > 0) {
            ms_record record;
            good = ms_record_decode(&record, &reader) == MS_OK && record.entry < ntasks &&
                   seen[record.entry]++ == 0;
            n++;
        }
    }
    free(seen);
    return good && (stopped || n == ntasks);
}

/* Rank 0: what was given was taken. *moved gets how much. */
static bool books_balance(const ms_bytes *parts, uint32_t nparts, uint64_t *moved)
{
    uint64_t taken = 0, given = 0;
    bool good = true;
    for (uint32_t r = 0; r < nparts; r++) {
        ms_reader reader = ms_reader_over(parts[r].data, parts[r].len);
        ms_rankstat stat;
        good = ms_rankstat_decode(&stat, &reader) == MS_OK && good;
        taken += stat.tasks_stolen;
        given += stat.tasks_given;
    }
    *moved += taken;
    return good && taken == given;
}

/* Gathers *mine; rank 0 gets the parts, the others NULL. */
static ms_bytes *gather(ms_comm *comm, ms_bytes *mine)
{
    ms_err err = {0};
    ms_bytes *parts = ms_comm_rank(comm) == 0 ? calloc(ms_comm_size(comm), sizeof *parts) : NULL;
    if (ms_comm_gather(comm, mine, parts, &err) != MS_OK) {
        ms_comm_abort(comm, 99);
    }
    return parts;
}

static void free_parts(ms_comm *comm, ms_bytes *parts)
{
    for (uint32_t r = 0; parts && r < ms_comm_size(comm); r++) {
        ms_bytes_fini(&parts[r]);
    }
    free(parts);
}

static bool run_round(ms_comm *comm, ms_worker *worker, uint64_t seed, uint64_t *moved, uint64_t *nstopped)
{
    uint32_t n = ms_comm_size(comm), rank = ms_comm_rank(comm), ntasks = 0;
    round_shape shape = make_shape(seed, n);
    ms_queue queue = {0};
    double soon =
        rank == 0 ? ms_clock_now() : 0; /* rank 0 draws nothing yet, the others send an update at once */
    ms__progress progress = {.comm = comm, .mode = MS__PROGRESS_LINES, .begin = soon, .last = soon};
    ms_rankstat stat = {.rank = rank};
    ms_bytes records = {0}, books = {0};
    ms_err err = {0};
    stop_plan plan = {
        .after = shape.stops == 2 || (shape.stops == 1 && rank == shape.stopper) ? shape.stop_after : 0};
    ms__steal steal = {.comm = comm,
                       .worker = worker,
                       .queue = &queue,
                       .progress = &progress,
                       .hooks = {.poll = poll, .user = &plan},
                       .stop = &plan.stop,
                       .seed = seed};
    bool stopped = false;
    plan.steal = &steal;
    for (uint32_t r = 0; r < n; r++) {
        ntasks += tasks_of(&shape, r, n);
    }
    ms_worker_simulate(worker, shape.nsec * (rank == shape.slow ? shape.slowness : 1));
    bool good = fill_queue(&queue, &shape, rank, n);
    good = ms__steal_run(&steal, &records, &stat, &stopped, &err) == MS_OK && good && queue.ntasks == 0;
    good =
        good && (stopped || stat.tasks + stat.tasks_given == tasks_of(&shape, rank, n) + stat.tasks_stolen);
    good = good && (stopped || plan.stop.signal == 0) && (!stopped || shape.stops > 0);
    *nstopped += stopped;
    good = ms_rankstat_encode(&stat, &books) == MS_OK && good;
    ms_bytes *all_records = gather(comm, &records);
    ms_bytes *all_books = gather(comm, &books);
    if (rank == 0) {
        good = each_once(all_records, n, ntasks, stopped) &&
               (books_balance(all_books, n, moved) || stopped) && good;
    }
    free_parts(comm, all_records);
    free_parts(comm, all_books);
    ms_bytes_fini(&records);
    ms_bytes_fini(&books);
    ms_queue_fini(&queue);
    return ranks_all_hold(comm, good, "a task was lost, or done twice, or the books do not balance");
}

static uint64_t number(int argc, char **argv, int i, uint64_t otherwise)
{
    return argc > i ? strtoull(argv[i], NULL, 10) : otherwise;
}

int main(int argc, char **argv)
{
    ms_comm *comm = ranks_start(argc, argv);
    uint64_t rounds = number(argc, argv, 3, DEFAULT_ROUNDS), seed = number(argc, argv, 4, 1), moved = 0,
             nstopped = 0;
    ms_keywords keywords = {0};
    ms_scan_options options = {.max_line = 9, .buffer_size = 64};
    ms_worker *worker = NULL;
    ms_err err = {0};
    ms_str_list_push(&keywords.list, "x", 1);
    bool good = ms_str_list_check(&keywords.list) == MS_OK &&
                ms_worker_new(&worker, &keywords, NULL, &options, &err) == MS_OK;
    good = ranks_all_hold(comm, good, "no worker");
    for (uint64_t i = 0; i < rounds && good; i++) {
        good = run_round(comm, worker, seed + i, &moved, &nstopped);
    }
    if (ms_comm_rank(comm) == 0) {
        (void)printf("%llu rounds at %u ranks from seed %llu: %s, %llu tasks moved, %llu stopped\n",
                     (unsigned long long)rounds, ms_comm_size(comm), (unsigned long long)seed,
                     good ? "all sound" : "NOT SOUND", (unsigned long long)moved,
                     (unsigned long long)nstopped);
    }
    good = good && (ms_comm_rank(comm) > 0 || ms_comm_size(comm) == 1 || moved > 0);
    ms_worker_free(worker);
    ms_keywords_fini(&keywords);
    ms_comm_finish(comm);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
