/* Suite of result/verdict.c: each situation gets its words, none gets words it has not earned. */
#include "result/compare.h"

#include "samples.h"
#include "unit.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum { NRANKS = 4 };

typedef struct situation {
    const char *name;
    size_t npairs; /* 0: estimated */
    ms_pair pairs[5];
    bool first_run;
    double busy[NRANKS]; /* of the ranks; {0} is 1 each */
    ms_setting setting;
    const char *verdict;
} situation;

#define FIVE                                                                                                 \
    {                                                                                                        \
        {0.803, 0.212}, {0.801, 0.208}, {0.822, 0.2124}, {0.8029, 0.219},                                    \
        {                                                                                                    \
            0.805, 0.211                                                                                     \
        }                                                                                                    \
    }

static const situation situations[] = {
    {"as it should be",
     5,
     FIVE,
     false,
     {0},
     {.nranks = 4, .ncores = 8},
     "Faster than one rank: same answer, warm caches. No limit seen; more ranks may help."},
    {"one pair",
     1,
     {{0.803, 0.212}},
     false,
     {0},
     {.nranks = 4, .ncores = 8},
     "Faster than one rank: same answer, warm caches. No limit seen; more ranks may help."},
    {"all cores used",
     1,
     {{8, 2.1}},
     false,
     {0},
     {.nranks = 4, .ncores = 4},
     "Faster than one rank: same answer, warm caches. No limit seen; more ranks need more than the 4 cores."},
    {"slower, by one pair",
     1,
     {{0.05, 0.1}},
     false,
     {0},
     {.nranks = 4, .ncores = 8},
     "Slower than one rank: same answer, warm caches."},
    {"slower, by three",
     3,
     {{1, 2}, {1, 2.5}, {1, 4}},
     false,
     {0},
     {.nranks = 4, .ncores = 8},
     "Slower than one rank: same answer, warm caches."},
    {"noise",
     3,
     {{1, 0.9}, {1, 1.1}, {1, 0.8}},
     false,
     {0},
     {.nranks = 4, .ncores = 8},
     "Neither faster nor slower than one rank, within noise: same answer, warm caches."},
    {"noise, by one pair",
     1,
     {{1, 0.98}},
     false,
     {0},
     {.nranks = 4, .ncores = 8},
     "Neither faster nor slower than one rank, within noise: same answer, warm caches."},
    {"more ranks than cores",
     1,
     {{8, 4.2}},
     false,
     {0},
     {.nranks = 4, .ncores = 2, .oversubscribed = true},
     "Faster than one rank: same answer, warm caches. The ranks share 2 cores: more ranks would not help."},
    {"above the bound",
     1,
     {{8, 3}},
     false,
     {7, 3, 1, 1},
     {.nranks = 4, .ncores = 2, .oversubscribed = true},
     "Faster than one rank: same answer, warm caches. The ranks share 2 cores: more ranks would not help."},
    {"one full host",
     1,
     {{8, 4.2}},
     false,
     {0},
     {.nranks = 4, .ncores = 8, .oversubscribed = true},
     "Faster than one rank: same answer, warm caches. A host has more ranks than cores: more ranks there "
     "would not help."},
    {"uneven",
     1,
     {{8, 4}},
     false,
     {4, 1, 1, 2},
     {.nranks = 4, .ncores = 8},
     "Faster than one rank: same answer, warm caches. Limited by the slowest rank: more ranks alone may not "
     "help."},
    {"partly serial",
     1,
     {{9, 3}},
     false,
     {0},
     {.nranks = 4, .ncores = 8},
     "Faster than one rank: same answer, warm caches. Limited to a speed-up of 9 by the serial share "
     "(Karp-Flatt); more ranks may help."},
    {"mostly serial",
     1,
     {{8, 5}},
     false,
     {0},
     {.nranks = 4, .ncores = 8},
     "Faster than one rank: same answer, warm caches. Limited to a speed-up of 2 by the serial share "
     "(Karp-Flatt); more ranks would help little."},
    {"start not paid",
     1,
     {{0.02, 0.008}},
     false,
     {0},
     {.nranks = 4, .ncores = 8, .mpi_start = 0.23},
     "Faster than one rank: same answer, warm caches. MPI's start took 0.23 s, more than was saved: without "
     "mpirun it would have been faster."},
    {"start and no gain",
     1,
     {{0.008, 0.02}},
     false,
     {0},
     {.nranks = 4, .ncores = 2, .oversubscribed = true, .mpi_start = 0.23},
     "Slower than one rank: same answer, warm caches. MPI's start took 0.23 s, more than was saved: without "
     "mpirun it would have been faster."},
    {"start paid",
     1,
     {{8, 2.1}},
     false,
     {0},
     {.nranks = 4, .ncores = 8, .mpi_start = 0.23},
     "Faster than one rank: same answer, warm caches. No limit seen; more ranks may help."},
    {"files changed",
     1,
     {{8, 2.1}},
     false,
     {0},
     {.nranks = 4, .ncores = 8, .answer_changed = true},
     "Faster than one rank: answers not compared (files differed between the runs), warm caches. No limit "
     "seen; more ranks may help."},
    {"first run",
     1,
     {{8, 2.1}},
     true,
     {0},
     {.nranks = 4, .ncores = 8, .mpi_start = 7},
     "Faster than one rank: same answer, cache state of the first run unknown. MPI's start took 7 s, more "
     "than was saved: without mpirun it would probably have been faster."},
    {"estimated",
     0,
     {{0, 1.1}},
     true,
     {0},
     {.nranks = 4, .ncores = 8, .answer_changed = true},
     "Faster than one rank (an estimate): cache state of the first run unknown. No limit seen; more ranks "
     "may help."},
    {"estimated on shared cores",
     0,
     {{0, 6}},
     true,
     {0},
     {.nranks = 4, .ncores = 2, .oversubscribed = true},
     "Slower than one rank (an estimate, too high as ranks share cores): cache state of the first run "
     "unknown. The ranks share 2 cores: more ranks would not help."},
    {"no time at all",
     1,
     {{0, 0}},
     false,
     {0},
     {.nranks = 4, .ncores = 8, .mpi_start = 0.2},
     "Too short to compare with one rank: same answer, warm caches."},
    {"no number",
     1,
     {{(double)NAN, (double)INFINITY}},
     false,
     {0},
     {.nranks = 4, .ncores = 8},
     "Too short to compare with one rank: same answer, warm caches."},
    {"one rank",
     1,
     {{2, 1}},
     false,
     {0},
     {.nranks = 1, .ncores = 8},
     "Faster than one rank: same answer, warm caches."},
};

static void compare(ms_comparison *to, const situation *of)
{
    ms_rankstat ranks[NRANKS] = {{0}};
    for (size_t i = 0; i < NRANKS; i++) {
        ranks[i].busy_seconds = of->busy[0] > 0 ? of->busy[i] : 1;
    }
    if (of->npairs == 0) {
        ms_compare_estimated(to, of->pairs[0].parallel, ranks, &of->setting);
    } else {
        ck_assert_int_eq(ms_compare_measured(to, of->pairs, of->npairs, of->first_run, ranks, &of->setting),
                         MS_OK);
    }
}

TEST_EACH(verdict_of_every_situation, situations)
{
    ms_comparison found;
    compare(&found, &situations[_i]);
    ck_assert_msg(strcmp(found.verdict, situations[_i].verdict) == 0, "%s:\nfound    %s\nexpected %s",
                  situations[_i].name, found.verdict, situations[_i].verdict);
}

/* One of the values that make long, odd or undefined texts. */
static double odd_time(chance *random)
{
    static const double values[] = {
        0,       1e-320, DBL_MIN, 1e-9,        1e-300,           0.00123456, 0.0999999,
        1,       1.0001, 123.456, 999999999.4, 1.23456e300,      DBL_MAX,    -1,
        1234567, 9.995,  0.5,     (double)NAN, (double)INFINITY, 3.14159};
    return values[chance_below(random, sizeof values / sizeof values[0])];
}

static uint64_t odd_count(chance *random)
{
    static const uint64_t values[] = {0, 1, 2, 4, 7, 1000000, UINT64_MAX};
    return values[chance_below(random, sizeof values / sizeof values[0])];
}

static void check_verdict(const char *verdict)
{
    size_t len = strlen(verdict);
    ck_assert_uint_gt(len, 20);
    ck_assert_msg(len < 319 && verdict[len - 1] == '.', "%s", verdict); /* not cut */
    ck_assert_msg(!strstr(verdict, "inf") && !strstr(verdict, "nan") && !strstr(verdict, "--"), "%s",
                  verdict);
    int sentences = 1;
    for (const char *at = verdict; (at = strstr(at, ". ")); at++) {
        sentences++;
    }
    ck_assert_msg(sentences <= 2, "%s", verdict);
}

TEST_RANGE(odd_numbers_never_spoil_it, 0, 4)
{
    chance random = {11 + (uint64_t)_i};
    size_t longest = 0;
    for (int round = 0; round < 20000; round++) {
        ms_pair pairs[5];
        ms_rankstat ranks[NRANKS] = {{0}};
        for (size_t i = 0; i < 5; i++) {
            pairs[i] = (ms_pair){.sequential = odd_time(&random), .parallel = odd_time(&random)};
            ranks[i % NRANKS].busy_seconds = odd_time(&random);
            ranks[i % NRANKS].wait_seconds = odd_time(&random);
        }
        ms_setting setting = {.nranks = chance_below(&random, NRANKS + 1),
                              .ncores = odd_count(&random),
                              .oversubscribed = chance_below(&random, 2),
                              .answer_changed = chance_below(&random, 2),
                              .mpi_start = odd_time(&random)};
        ms_comparison found;
        size_t npairs = chance_below(&random, 6);
        bool has_ranks = chance_below(&random, 4) != 0;
        if (!has_ranks) { /* then any number of them */
            setting.nranks = odd_count(&random);
        }
        if (npairs == 0) {
            ms_compare_estimated(&found, odd_time(&random), has_ranks ? ranks : NULL, &setting);
        } else {
            ck_assert_int_eq(ms_compare_measured(&found, pairs, npairs, chance_below(&random, 2),
                                                 has_ranks ? ranks : NULL, &setting),
                             MS_OK);
        }
        check_verdict(found.verdict);
        ck_assert(isfinite(found.speedup) && isfinite(found.speedup_low) && isfinite(found.speedup_high));
        ck_assert(isfinite(found.efficiency) && isfinite(found.imbalance) && isfinite(found.sequential_high));
        ck_assert(!isinf(found.karp_flatt));
        bool claims = strstr(found.verdict, "same answer") != NULL;
        ck_assert(claims == (npairs > 0 && !setting.answer_changed));
        longest = strlen(found.verdict) > longest ? strlen(found.verdict) : longest;
    }
    ck_assert_uint_gt(longest, 200);
}
