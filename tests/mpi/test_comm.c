/* Comm on real ranks.
 *
 * Every test finishes its collectives, keeps the run_result in locals, agrees with all ranks, and only then
 * asserts: an assertion between two collectives would hang the others. MPI is never called directly. */
#include "base/clock.h"
#include "comm/comm.h"
#include "ranks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

Suite *channel_suite(ms_comm *comm);

static ms_comm *world; /* libcheck hands a test no pointer */
static uint32_t expected;

/* The last is the program's default. */
static const uint64_t limits[] = {1, 7, 64, 64 << 20};
enum { NLIMITS = sizeof limits / sizeof limits[0], NSHAPES = 8, MANY = 200000, LATE_MS = 300 };

static bool all_hold(bool mine, const char *what)
{
    return ranks_all_hold(world, mine, what);
}

/* Bytes of rank r's part. The shapes: all empty; by rank; only the last; only rank 0; every other one empty;
 * about the limits; very different; large (only under limits that need few rounds). */
static size_t part_size(size_t shape, uint32_t r, uint64_t limit)
{
    static const size_t about[] = {63, 64, 65, 6, 7, 8, 1};
    uint32_t n = expected;
    switch (shape) {
    case 0:
        return 0;
    case 1:
        return r;
    case 2:
        return r + 1 == n ? 100 : 0;
    case 3:
        return r == 0 ? 100 : 0;
    case 4:
        return r % 2 == 0 ? 33 : 0;
    case 5:
        return about[r % 7];
    case 6:
        return r == n / 2 ? 1500 : 1;
    default:
        return limit > MANY ? MANY + r * 1000 : r * 7;
    }
}

static uint8_t part_byte(uint32_t r, size_t i)
{
    return (uint8_t)(r * 101 + i * 7 + (i >> 8) * 13 + 1);
}

static bool fill(ms_bytes *to, uint32_t r, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        ms_bytes_put_u8(to, part_byte(r, i));
    }
    return ms_bytes_reserve(to, 1) == MS_OK; /* data is not NULL for n = 0 either */
}

/* Is bytes[from ..) exactly rank r's part of n bytes? */
static bool is_part(const ms_bytes *bytes, size_t from, uint32_t r, size_t n)
{
    bool same = bytes->len == from + n;
    for (size_t i = 0; i < n && same; i++) {
        same = bytes->data[from + i] == part_byte(r, i);
    }
    return same;
}

static ms_bytes *make_parts(bool filled, size_t shape, uint64_t limit)
{
    ms_bytes *parts = calloc(expected, sizeof *parts);
    bool good = parts != NULL;
    for (uint32_t r = 0; r < expected && good && filled; r++) {
        good = fill(&parts[r], r, part_size(shape, r, limit));
    }
    if (!good) {
        ms_comm_abort(world, 99);
    }
    return parts;
}

static void free_parts(ms_bytes *parts)
{
    for (uint32_t r = 0; parts && r < expected; r++) {
        ms_bytes_fini(&parts[r]);
    }
    free(parts);
}

START_TEST(ranks_are_those_of_the_launcher)
{
    uint32_t rank = ms_comm_rank(world);
    ms_bytes mine = {0};
    ms_err err = {0};
    ms_bytes *parts = rank == 0 ? make_parts(false, 0, 0) : NULL;
    ms_bytes_put_u32(&mine, rank);
    ms_code put = ms_bytes_check(&mine);
    ms_code code = ms_comm_gather(world, &mine, parts, &err);
    bool good = put == MS_OK && code == MS_OK && ms_comm_size(world) == expected && rank < expected;
    for (uint32_t r = 0; parts && r < expected && good; r++) {
        ms_reader reader = ms_reader_over(parts[r].data, parts[r].len);
        good = ms_reader_u32(&reader) == r && !reader.failed;
    }
    good = good && ms_comm_host(world)[0] != 0 && ms_comm_start_seconds(world) >= 0;
    bool held = all_hold(good, "size, rank or host is wrong");
    ms_bytes_fini(&mine);
    free_parts(parts);
    ck_assert(held);
}
END_TEST

static bool scatter_once(size_t shape, uint64_t limit)
{
    uint32_t rank = ms_comm_rank(world);
    size_t n = part_size(shape, rank, limit);
    ms_err err = {0};
    ms_bytes mine = {0};
    ms_bytes *parts = rank == 0 ? make_parts(true, shape, limit) : NULL;
    ms_comm_set_chunk_size(world, limit);
    ms_code code = ms_comm_scatter(world, parts, &mine, &err);
    bool good = code == MS_OK && is_part(&mine, 0, rank, n);
    for (uint32_t r = 0; parts && r < expected && good; r++) { /* rank 0's own is moved, the others stay */
        good = is_part(&parts[r], 0, r, r == 0 ? 0 : part_size(shape, r, limit));
    }
    ms_bytes_fini(&mine);
    free_parts(parts);
    return good;
}

START_TEST(scatter_gives_each_rank_its_part)
{
    size_t failed = 0;
    for (size_t i = 0; i < (size_t)NLIMITS * NSHAPES; i++) {
        failed += !scatter_once(i % NSHAPES, limits[i / NSHAPES]);
    }
    bool held = all_hold(failed == 0, "scatter gave other bytes");
    ck_assert(held);
}
END_TEST

static bool gather_once(size_t shape, uint64_t limit)
{
    uint32_t rank = ms_comm_rank(world);
    size_t n = part_size(shape, rank, limit);
    ms_err err = {0};
    ms_bytes mine = {0};
    ms_bytes *parts = rank == 0 ? make_parts(false, shape, limit) : NULL;
    bool good = fill(&mine, rank, n);
    ms_comm_set_chunk_size(world, limit);
    ms_code code = ms_comm_gather(world, &mine, parts, &err);
    good = good && code == MS_OK && (rank == 0 ? mine.len == 0 : is_part(&mine, 0, rank, n));
    for (uint32_t r = 0; parts && r < expected && good; r++) {
        good = is_part(&parts[r], 0, r, part_size(shape, r, limit));
    }
    ms_bytes_fini(&mine);
    free_parts(parts);
    return good;
}

START_TEST(gather_brings_each_part_to_rank_0)
{
    size_t failed = 0;
    for (size_t i = 0; i < (size_t)NLIMITS * NSHAPES; i++) {
        failed += !gather_once(i % NSHAPES, limits[i / NSHAPES]);
    }
    bool held = all_hold(failed == 0, "gather brought other bytes");
    ck_assert(held);
}
END_TEST

static bool broadcast_once(size_t n, uint64_t limit)
{
    uint32_t rank = ms_comm_rank(world);
    ms_err err = {0};
    ms_bytes bytes = {0};
    /* what the others have before is replaced, longer or shorter */
    bool good = fill(&bytes, rank == 0 ? 5 : rank + 50, rank == 0 ? n : 40 * (size_t)rank);
    ms_comm_set_chunk_size(world, limit);
    ms_code code = ms_comm_broadcast(world, &bytes, &err);
    good = good && code == MS_OK && is_part(&bytes, 0, 5, n);
    ms_bytes_fini(&bytes);
    return good;
}

START_TEST(broadcast_replaces_everybodys)
{
    static const size_t sizes[] = {0, 1, 6, 7, 8, 63, 64, 65, 1000, MANY};
    size_t failed = 0;
    for (size_t i = 0; i < NLIMITS; i++) {
        for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; k++) {
            failed += sizes[k] / limits[i] < 10000 && !broadcast_once(sizes[k], limits[i]);
        }
    }
    bool held = all_hold(failed == 0, "broadcast gave other bytes");
    ck_assert(held);
}
END_TEST

/* The ranks in `failing` (a bit each) fail, each with a code and a text of its own. */
static bool agree_once(uint32_t failing)
{
    static const ms_code codes[] = {MS_NOMEM, MS_USAGE, MS_IO, MS_FORMAT, MS_LIMIT, MS_MISMATCH, MS_STOPPED};
    uint32_t rank = ms_comm_rank(world);
    uint32_t lowest = 0;
    char wanted[400];
    ms_err err = {0};
    ms_code mine = MS_OK;
    while (failing != 0 && (failing >> lowest & 1U) == 0) {
        lowest++;
    }
    if (failing >> rank & 1U) {
        mine = ms_err_set(&err, codes[rank % 7], 0, "number %u of %x failed", rank, failing);
    }
    (void)snprintf(wanted, sizeof wanted, "rank %u on %s: number %u of %x failed", lowest,
                   ms_comm_host(world), lowest, failing);
    const char *begin = lowest == 0 ? strstr(wanted, "number") : wanted; /* rank 0 is who speaks */
    ms_code code = ms_comm_agree(world, mine, &err);
    if (failing == 0) {
        return code == MS_OK;
    }
    return code == codes[lowest % 7] && err.code == code && strcmp(err.text, begin) == 0;
}

START_TEST(agree_has_the_text_of_the_lowest_failing_rank)
{
    size_t failed = 0;
    for (uint32_t failing = 0; failing < 1U << expected; failing++) {
        failed += !agree_once(failing);
    }
    /* agree is under test here, so each rank's own view counts as well */
    bool held = all_hold(failed == 0, "agree returned another text");
    ck_assert(held && failed == 0);
}
END_TEST

/* Seconds of processor time that this process has used. */
static double cpu_seconds(void)
{
    struct rusage use;
    (void)getrusage(RUSAGE_SELF, &use);
    return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
           (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) * 1e-6;
}

static ms_code count_idle(void *user, ms_err *err)
{
    (void)err;
    ++*(uint64_t *)user;
    return MS_OK;
}

typedef struct barrier {
    double entered, left, waited, cpu;
    uint64_t idle;
} barrier;

static ms_code enter_barrier_late(uint32_t late, barrier *m, ms_err *err)
{
    if (ms_comm_rank(world) == late) {
        ms_clock_sleep((double)LATE_MS * 1e-3);
    }
    double cpu = cpu_seconds();
    m->entered = ms_clock_now();
    ms_code code = ms_comm_sleeping_barrier(world, &m->waited, count_idle, &m->idle, err);
    m->left = ms_clock_now();
    m->cpu = cpu_seconds() - cpu;
    return code;
}

/* Gathers one number of each rank to `all` of rank 0. */
static bool gather_number(double value, double *all)
{
    ms_bytes mine = {0};
    ms_err err = {0};
    ms_bytes *parts = ms_comm_rank(world) == 0 ? make_parts(false, 0, 0) : NULL;
    ms_bytes_put_f64(&mine, value);
    bool good = ms_bytes_check(&mine) == MS_OK;
    good = ms_comm_gather(world, &mine, parts, &err) == MS_OK && good;
    for (uint32_t r = 0; parts && r < expected; r++) {
        ms_reader reader = ms_reader_over(parts[r].data, parts[r].len);
        all[r] = ms_reader_f64(&reader);
        good = good && !reader.failed;
    }
    ms_bytes_fini(&mine);
    free_parts(parts);
    return good;
}

/* Nobody may leave before the last has come, and who has to wait for long does that asleep. Who that is only
 * rank 0 knows, from all the times: on a busy machine anybody may be the last. The clock is the same for
 * all ranks of one host. */
static bool waited_asleep(const barrier *m, bool *polled)
{
    double entered[64];
    double left[64];
    double waited[64];
    double cpu[64];
    double idle[64];
    bool good = gather_number(m->entered, entered);
    good = gather_number(m->left, left) && good;
    good = gather_number(m->waited, waited) && good;
    good = gather_number(m->cpu, cpu) && good;
    good = gather_number((double)m->idle, idle) && good;
    double last_in = 0;
    for (uint32_t r = 0; r < expected && ms_comm_rank(world) == 0; r++) {
        last_in = entered[r] > last_in ? entered[r] : last_in;
    }
    size_t nwaiting = 0;
    double npolls = 0; /* each may have been kept from its core the whole time */
    for (uint32_t r = 0; r < expected && ms_comm_rank(world) == 0 && good; r++) {
        bool waits = last_in - entered[r] > (double)LATE_MS * 0.5e-3;
        good = left[r] >= last_in && (!waits || (waited[r] > 0 && cpu[r] < 0.6 * (left[r] - entered[r])));
        nwaiting += waits;
        npolls += waits ? idle[r] : 0;
    }
    *polled = *polled || nwaiting == 0 || npolls > 0;
    return good;
}

START_TEST(sleeping_barrier_waits_for_the_last_rank)
{
    size_t failed = 0;
    bool polled = false; /* has somebody who waited called the hook? Rank 0 knows */
    bool again = true;
    for (size_t i = 0; i < 20 && (i < 2 || again); i++) {
        ms_err err = {0};
        barrier m = {0};
        ms_code first = ms_comm_sleeping_barrier(world, NULL, NULL, NULL, &err);
        ms_code code = enter_barrier_late(i % 2 == 0 ? 0 : expected - 1, &m, &err);
        bool good = first == MS_OK && code == MS_OK && m.waited >= 0 && m.waited <= m.left - m.entered + 1e-3;
        good = waited_asleep(&m, &polled) && good;
        failed += !good;
        bool lacks = ms_comm_rank(world) == 0 && !polled;
        again = ms_comm_agree(world, lacks ? MS_STOPPED : MS_OK, &err) != MS_OK;
    }
    bool held = all_hold(failed == 0 && !again, "meet let somebody go early, or spun, or called no hook");
    ck_assert(held);
}
END_TEST

static Suite *comm_suite(void)
{
    Suite *suite = suite_create("comm");
    TCase *tcase = tcase_create("ranks");
    tcase_add_test(tcase, ranks_are_those_of_the_launcher);
    tcase_add_test(tcase, scatter_gives_each_rank_its_part);
    tcase_add_test(tcase, gather_brings_each_part_to_rank_0);
    tcase_add_test(tcase, broadcast_replaces_everybodys);
    tcase_add_test(tcase, agree_has_the_text_of_the_lowest_failing_rank);
    tcase_add_test(tcase, sleeping_barrier_waits_for_the_last_rank);
    suite_add_tcase(suite, tcase);
    return suite;
}

/* One rank gives up while the others wait: all have to end, with its exit code. */
static int give_up(void)
{
    ms_err err = {0};
    if (ms_comm_rank(world) == expected - 1) {
        ms_comm_abort(world, 7);
    }
    ms_code code = ms_comm_sleeping_barrier(world, NULL, NULL, NULL, &err);
    return code == MS_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    world = ranks_start(argc, argv);
    expected = ms_comm_size(world);
    Suite *const suites[] = {comm_suite(), channel_suite(world), NULL};
    bool abort = argc >= 4 && strcmp(argv[3], "--abort") == 0;
    int exit_code = abort ? give_up() : ranks_run_suites(world, suites);
    ms_comm_finish(world);
    return exit_code;
}
