/* Suite of tasks/schedule/thief.c: by itself, and with tasks/schedule/queue.c in a simulated network of
 * thousands of seeds. */
#include "tasks/schedule/thief.h"

#include "share_sim.h"
#include "unit.h"

#include <string.h>

enum { MOST = 200 };

/* Everybody refuses at once: whom does the thief ask? */
TEST_RANGE(asks_each_victim_once_and_stops, 1, MOST)
{
    uint32_t nranks = (uint32_t)_i;
    for (uint64_t seed = 0; seed < 40; seed++) {
        uint8_t nrequests[MOST] = {0};
        uint32_t rank = (uint32_t)(seed * 7 % nranks), victim = 0, n = 0;
        ms_thief thief;
        ms_thief_init(&thief, rank, nranks, seed);
        while (ms_thief_next(&thief, 0, &victim) == MS_THIEF_REQUEST) {
            ck_assert(victim < nranks && victim != rank && ++n <= MS_THIEF_MAX_VICTIMS);
            ck_assert_uint_eq(nrequests[victim]++, 0);
            ck_assert(ms_thief_reply(&thief, victim, false));
            ck_assert(!ms_thief_reply(&thief, victim, false));
        }
        ck_assert_uint_eq(n, nranks - 1 < MS_THIEF_MAX_VICTIMS ? nranks - 1 : MS_THIEF_MAX_VICTIMS);
        ck_assert_int_eq(ms_thief_next(&thief, 1, &victim), MS_THIEF_STOP);
        ck_assert(!ms_thief_reply(&thief, rank, true));
    }
}

TEST(seed_determines_the_order)
{
    uint32_t orders[3][60];
    for (uint32_t k = 0; k < 3; k++) {
        ms_thief thief;
        ms_thief_init(&thief, 5, 61, k == 2 ? 8 : 9);
        for (uint32_t i = 0; i < 60; i++) {
            ck_assert_int_eq(ms_thief_next(&thief, 0, &orders[k][i]), MS_THIEF_REQUEST);
            ck_assert(ms_thief_reply(&thief, orders[k][i], false));
        }
    }
    ck_assert_mem_eq(orders[0], orders[1], sizeof orders[0]);
    ck_assert(memcmp(orders[0], orders[2], sizeof orders[0]) != 0);
}

TEST(one_is_asked_at_a_time_unless_it_keeps_silent)
{
    uint32_t a = 0, b = 0, c = 0, d = 0;
    ms_thief thief;
    ms_thief_init(&thief, 0, 10, 3);
    ck_assert_int_eq(ms_thief_next(&thief, 1, &a), MS_THIEF_REQUEST);
    ck_assert_int_eq(ms_thief_next(&thief, 1 + MS_THIEF_TIMEOUT * 0.9, &b), MS_THIEF_WAIT);
    ck_assert_int_eq(ms_thief_next(&thief, 1 + MS_THIEF_TIMEOUT * 1.1, &b), MS_THIEF_REQUEST);
    ck_assert_int_eq(ms_thief_next(&thief, 1 + MS_THIEF_TIMEOUT * 1.2, &c), MS_THIEF_WAIT);
    ck_assert(ms_thief_reply(&thief, b, false)); /* one refusal: two may be pending at a time from now on */
    ck_assert_int_eq(ms_thief_next(&thief, 1 + MS_THIEF_TIMEOUT * 1.2, &c), MS_THIEF_REQUEST);
    ck_assert_int_eq(ms_thief_next(&thief, 1 + MS_THIEF_TIMEOUT * 1.2, &d), MS_THIEF_WAIT);
    ck_assert(a != b && b != c && a != c);
}

TEST(it_waits_for_every_answer_before_it_stops)
{
    uint32_t victim = 0;
    ms_thief thief;
    ms_thief_init(&thief, 1, 3, 3);
    ck_assert_int_eq(ms_thief_next(&thief, 0, &victim), MS_THIEF_REQUEST);
    uint32_t silent = victim;
    ck_assert_int_eq(ms_thief_next(&thief, 1, &victim), MS_THIEF_REQUEST);
    ck_assert(ms_thief_reply(&thief, victim, false));
    for (int i = 2; i < 1000; i++) {
        ck_assert_int_eq(ms_thief_next(&thief, i, &victim), MS_THIEF_WAIT);
    }
    ck_assert(ms_thief_reply(&thief, silent, false));
    ck_assert_int_eq(ms_thief_next(&thief, 1000, &victim), MS_THIEF_STOP);
}

TEST(retired_it_sends_no_request_and_awaits_replies)
{
    uint32_t victim = 0, other = 0;
    ms_thief thief;
    ms_thief_init(&thief, 1, 30, 3);
    ck_assert_int_eq(ms_thief_next(&thief, 0, &victim), MS_THIEF_REQUEST);
    ms_thief_retire(&thief);
    ck_assert_int_eq(ms_thief_next(&thief, 1, &other), MS_THIEF_WAIT);
    ck_assert(ms_thief_reply(&thief, victim, true));
    ck_assert_int_eq(ms_thief_next(&thief, 2, &other), MS_THIEF_STOP);
}

TEST(a_gift_begins_anew_and_its_giver_is_asked_first)
{
    for (uint64_t seed = 0; seed < 100; seed++) {
        uint32_t victim = 0, again = 0;
        uint8_t nrequests[8] = {0};
        ms_thief thief;
        ms_thief_init(&thief, 2, 8, seed);
        for (int i = 0; i < 4; i++) {
            ck_assert_int_eq(ms_thief_next(&thief, 0, &victim), MS_THIEF_REQUEST);
            ck_assert(ms_thief_reply(&thief, victim, i == 3));
        }
        ck_assert_int_eq(ms_thief_next(&thief, 1, &again), MS_THIEF_REQUEST);
        ck_assert_uint_eq(again, victim);
        ck_assert(ms_thief_reply(&thief, again, false));
        while (ms_thief_next(&thief, 1, &victim) == MS_THIEF_REQUEST) {
            nrequests[victim]++;
            ck_assert(ms_thief_reply(&thief, victim, false));
        }
        for (uint32_t i = 0; i < 8; i++) {
            ck_assert_uint_eq(nrequests[i], i != 2);
        }
    }
}

/* Round after round somebody gives and another never answers: what is outstanding stays bounded. */
TEST(silent_ranks_are_asked_once)
{
    uint32_t victim = 0, silent = 0;
    ms_thief thief;
    ms_thief_init(&thief, 0, 300, 11);
    double now = 0;
    for (int i = 0; i < 20000; i++) {
        now += 1;
        if (ms_thief_next(&thief, now, &victim) != MS_THIEF_REQUEST) {
            break;
        }
        if (victim % 3 == 0) {
            silent++;
        } else {
            ck_assert(ms_thief_reply(&thief, victim, i % 5 == 0));
        }
    }
    ck_assert_uint_eq(silent, thief.npending);
    ck_assert_uint_le(silent, MS_THIEF_MAX_VICTIMS);
    for (uint32_t i = 0; i < thief.npending; i++) {
        for (uint32_t k = 0; k < i; k++) {
            ck_assert_uint_ne(thief.pending[i], thief.pending[k]);
        }
    }
}

/* ---- in the simulated network ---- */

static share_sim make_sim(uint64_t seed, uint32_t nranks)
{
    return (share_sim){
        .nranks = nranks,
        .seed = seed,
        .ntasks = (uint32_t)(seed % 5) * 3 * nranks + (uint32_t)(seed % 11),
        .max_reply = seed % 3 == 0 ? 100 : 256 * 1024,
        .skew = seed % 7 == 0 ? 1 : (double)(seed % 4) / 10,
        .task_seconds = seed % 2 == 0 ? 0.02 : 100e-6,
        .hook = 1e-3,
        .delay = seed % 13 == 0 ? 0.05 : 1e-4,
        .slow_rank = (uint32_t)(seed / 3) % nranks,
        .slowness = seed % 4 == 0 ? 50 : 1,
        .stuck_rank = (uint32_t)(seed / 5) % nranks,
    };
}

enum { SEEDS_A_TEST = 250 };

TEST_RANGE(every_task_is_done_once_and_all_stop, 0, 16)
{
    uint64_t moved = 0;
    for (uint64_t seed = (uint64_t)_i * SEEDS_A_TEST; seed < (uint64_t)(_i + 1) * SEEDS_A_TEST; seed++) {
        share_sim sim = make_sim(seed, 1 + (uint32_t)(seed * 31 % 40));
        share_sim_run(&sim);
        ck_assert_msg(sim.sound, "seed %llu", (unsigned long long)seed);
        moved += sim.nmoved;
    }
    ck_assert_uint_gt(moved, 0);
}

/* One rank in 16 takes ten times as long, or sits in system calls too: the others do most of its work. */
TEST(a_slow_rank_does_less)
{
    for (uint64_t seed = 1; seed < 20; seed++) {
        share_sim sim = {.nranks = 16,
                         .seed = seed,
                         .ntasks = 16 * 40,
                         .max_reply = 256 * 1024,
                         .task_seconds = 0.02,
                         .hook = 1e-3,
                         .delay = 1e-4,
                         .slow_rank = 3,
                         .slowness = 10,
                         .stuck_rank = seed % 2 ? 16 : 3};
        share_sim alone = sim;
        alone.no_stealing = true;
        share_sim_run(&alone);
        share_sim_run(&sim);
        ck_assert(sim.sound && alone.sound);
        ck_assert_uint_eq(alone.slow_done, 40);
        ck_assert_uint_le(sim.slow_done, 10);
        ck_assert(sim.makespan < alone.makespan / 4); /* simulated seconds */
        ck_assert(sim.last_idle < 0.05);
    }
}

/* A thousand ranks, all work at one of them: it spreads, with some messages a rank. */
TEST(work_spreads_over_many_ranks)
{
    share_sim sim = {.nranks = 1000,
                     .seed = 4,
                     .ntasks = 8000,
                     .max_reply = 256 * 1024,
                     .skew = 1,
                     .task_seconds = 0.02,
                     .hook = 1e-3,
                     .delay = 1e-4,
                     .slow_rank = 1000,
                     .stuck_rank = 1000};
    share_sim_run(&sim);
    ck_assert(sim.sound);
    ck_assert(sim.makespan < 1);
    ck_assert_uint_lt(sim.nrequests, 300 * 1000);
}
