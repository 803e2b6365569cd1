/* Suite of result/verdict.c: each situation gets its words, none gets words it has not earned. */
#include "result/compare.h"

#include "samples.h"
#include "suites.h"

#include <float.h>
#include <math.h>
#include <string.h>

Suite *verdict_suite(void);

enum { NRANKS = 4 };

typedef struct situation {
    const char *name;
    size_t npairs; /* 0: estimated */
    ms_pair pairs[5];
    bool first_run;
    double busy[NRANKS]; /* of the ranks; {0} is 1 each */
    double wait;         /* of rank 0 */
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
     0.16,
     {.nranks = 4, .ncores = 8, .nbytes = 4100000000},
     "4 ranks took 0.212 s (median of 5 pairs, 0.208-0.219 s), one rank 0.803 s (0.801-0.822 s, 5.11 GB/s): "
     "3.79 times faster (3.67-3.87, 93.8 % confidence), efficiency 0.947. Same answer, warm caches. "
     "Ranks waited 4 % for the slowest. More ranks may help."},
    {"one pair",
     1,
     {{0.803, 0.212}},
     false,
     {0},
     0,
     {.nranks = 4, .ncores = 8, .nbytes = 4100000},
     "4 ranks took 0.212 s (one pair), one rank 0.803 s (5.11 MB/s): 3.79 times faster, efficiency 0.947. "
     "Same answer, warm caches. Ranks waited under 1 % for the slowest. More ranks may help."},
    {"all cores used",
     1,
     {{8, 2.1}},
     false,
     {0},
     0,
     {.nranks = 4, .ncores = 4},
     "4 ranks took 2.10 s (one pair), one rank 8.00 s: 3.81 times faster, efficiency 0.952. "
     "Same answer, warm caches. Ranks waited under 1 % for the slowest. All 4 cores are in use: more ranks "
     "need more "
     "cores."},
    {"slower, by one pair",
     1,
     {{0.05, 0.1}},
     false,
     {0},
     0,
     {.nranks = 4, .ncores = 8},
     "4 ranks took 0.100 s (one pair), one rank 50.0 ms: no gain, 2.00 times slower. Same answer, warm "
     "caches. "
     "Ranks waited under 1 % for the slowest."},
    {"slower, by three",
     3,
     {{1, 2}, {1, 2.5}, {1, 4}},
     false,
     {0},
     0,
     {.nranks = 4, .ncores = 8},
     "4 ranks took 2.50 s (median of 3 pairs, 2.00-4.00 s), one rank 1.00 s (1.00-1.00 s): no gain, 2.50 "
     "times "
     "slower (2.00-4.00, 75.0 % confidence). Same answer, warm caches. Ranks waited under 1 % for the "
     "slowest."},
    {"noise",
     3,
     {{1, 0.9}, {1, 1.1}, {1, 0.8}},
     false,
     {0},
     0,
     {.nranks = 4, .ncores = 8},
     "4 ranks took 0.900 s (median of 3 pairs, 0.800-1.10 s), one rank 1.00 s (1.00-1.00 s): 1.11 times as "
     "fast "
     "(0.909-1.25, 75.0 % confidence), no difference that can be told from noise. Same answer, warm caches. "
     "Ranks waited under 1 % for the slowest."},
    {"noise, by one pair",
     1,
     {{1, 0.98}},
     false,
     {0},
     0,
     {.nranks = 4, .ncores = 8},
     "4 ranks took 0.980 s (one pair), one rank 1.00 s: 1.02 times as fast, no difference that can be told "
     "from "
     "noise. Same answer, warm caches. Ranks waited under 1 % for the slowest."},
    {"more ranks than cores",
     1,
     {{8, 4.2}},
     false,
     {0},
     0,
     {.nranks = 4, .ncores = 2, .oversubscribed = true},
     "4 ranks took 4.20 s (one pair), one rank 8.00 s: 1.90 times faster, efficiency 0.476. Same answer, "
     "warm caches. "
     "4 ranks on 2 cores: the speed-up cannot exceed 2, more ranks would not help."},
    {"above the bound",
     1,
     {{8, 3}},
     false,
     {7, 3, 1, 1},
     0,
     {.nranks = 4, .ncores = 2, .oversubscribed = true},
     "4 ranks took 3.00 s (one pair), one rank 8.00 s: 2.67 times faster, efficiency 0.667. Same answer, "
     "warm caches. "
     "4 ranks on 2 cores: more ranks would not help; the slowest rank was busy 133 % longer than the mean."},
    {"one full host",
     1,
     {{8, 4.2}},
     false,
     {0},
     0,
     {.nranks = 4, .ncores = 8, .oversubscribed = true},
     "4 ranks took 4.20 s (one pair), one rank 8.00 s: 1.90 times faster, efficiency 0.476. Same answer, "
     "warm caches. "
     "A host has more ranks than cores: more ranks there would not help."},
    {"uneven",
     1,
     {{8, 4}},
     false,
     {4, 1, 1, 2},
     0,
     {.nranks = 4, .ncores = 8},
     "4 ranks took 4.00 s (one pair), one rank 8.00 s: 2.00 times faster, efficiency 0.500. Same answer, "
     "warm caches. "
     "The slowest rank is the limit: busy 100 % longer than the mean. More ranks alone may not help."},
    {"partly serial",
     1,
     {{9, 3}},
     false,
     {0},
     0,
     {.nranks = 4, .ncores = 8},
     "4 ranks took 3.00 s (one pair), one rank 9.00 s: 3.00 times faster, efficiency 0.750. Same answer, "
     "warm caches. "
     "A serial share of 11 % (Karp-Flatt) limits the speed-up to 9.00. More ranks may help."},
    {"mostly serial",
     1,
     {{8, 5}},
     false,
     {0},
     0,
     {.nranks = 4, .ncores = 8},
     "4 ranks took 5.00 s (one pair), one rank 8.00 s: 1.60 times faster, efficiency 0.400. Same answer, "
     "warm caches. "
     "A serial share of 50 % (Karp-Flatt) limits the speed-up to 2.00. More ranks would help little."},
    {"start not paid",
     1,
     {{0.02, 0.008}},
     false,
     {0},
     0,
     {.nranks = 4, .ncores = 8, .mpi_start = 0.23},
     "4 ranks took 8.00 ms (one pair), one rank 20.0 ms: 2.50 times faster, efficiency 0.625. Same answer, "
     "warm caches. "
     "A serial share of 20 % (Karp-Flatt) limits the speed-up to 5.00. "
     "MPI's start took 0.230 s, more than the 12.0 ms saved: a run without mpirun would have been done "
     "sooner."},
    {"start and no gain",
     1,
     {{0.008, 0.02}},
     false,
     {0},
     0,
     {.nranks = 4, .ncores = 2, .oversubscribed = true, .mpi_start = 0.23},
     "4 ranks took 20.0 ms (one pair), one rank 8.00 ms: no gain, 2.50 times slower. Same answer, warm "
     "caches. "
     "4 ranks on 2 cores: the speed-up cannot exceed 2, more ranks would not help. "
     "MPI's start took 0.230 s and nothing was saved: a run without mpirun would have been done sooner."},
    {"start paid",
     1,
     {{8, 2.1}},
     false,
     {0},
     0,
     {.nranks = 4, .ncores = 8, .mpi_start = 0.23},
     "4 ranks took 2.10 s (one pair), one rank 8.00 s: 3.81 times faster, efficiency 0.952. "
     "Same answer, warm caches. Ranks waited under 1 % for the slowest. More ranks may help."},
    {"files changed",
     1,
     {{8, 2.1}},
     false,
     {0},
     0,
     {.nranks = 4, .ncores = 8, .answer_changed = true},
     "4 ranks took 2.10 s (one pair), one rank 8.00 s: 3.81 times faster, efficiency 0.952. "
     "N.B. files differed between the runs, answers not compared. Ranks waited under 1 % for the slowest. "
     "More ranks may help."},
    {"first run",
     1,
     {{8, 2.1}},
     true,
     {0},
     0,
     {.nranks = 4, .ncores = 8, .mpi_start = 7},
     "4 ranks took 2.10 s (one pair), one rank 8.00 s: 3.81 times faster, efficiency 0.952; the parallel "
     "time is the "
     "first run's, its cache state unknown. Same answer. Ranks waited under 1 % for the slowest. MPI's start "
     "took "
     "7.00 s, more than the 5.90 s saved: a run without mpirun would probably have been done sooner."},
    {"estimated",
     0,
     {{0, 1.1}},
     true,
     {0},
     0,
     {.nranks = 4, .ncores = 8, .nbytes = 4000000000, .answer_changed = true},
     "4 ranks took 1.10 s, one rank would take about 4.00 s (1.00 GB/s), estimated from the ranks' busy "
     "times, not "
     "measured: about 3.64 times faster, efficiency 0.909; the parallel time is the first run's, its cache "
     "state "
     "unknown. Ranks waited under 1 % for the slowest. More ranks may help."},
    {"estimated on shared cores",
     0,
     {{0, 6}},
     true,
     {0},
     0,
     {.nranks = 4, .ncores = 2, .oversubscribed = true},
     "4 ranks took 6.00 s, one rank would take about 4.00 s, estimated from the ranks' busy times, not "
     "measured, and "
     "too high because ranks shared cores: no gain, about 1.50 times slower; the parallel time is the first "
     "run's, its "
     "cache state unknown. 4 ranks on 2 cores: the speed-up cannot exceed 2, more ranks would not help."},
    {"no time at all",
     1,
     {{0, 0}},
     false,
     {0},
     0,
     {.nranks = 4, .ncores = 8, .mpi_start = 0.2, .nbytes = 5},
     "4 ranks took 0 s (one pair), one rank 0 s: too short to be compared. Same answer, warm caches. "
     "Ranks waited under 1 % for the slowest."},
    {"no number",
     1,
     {{(double)NAN, (double)INFINITY}},
     false,
     {0},
     (double)NAN,
     {.nranks = 4, .ncores = 8},
     "4 ranks took 0 s (one pair), one rank 0 s: too short to be compared. Same answer, warm caches. "
     "Ranks waited under 1 % for the slowest."},
    {"one rank",
     1,
     {{2, 1}},
     false,
     {0},
     0,
     {.nranks = 1, .ncores = 8},
     "1 rank took 1.00 s (one pair), one rank 2.00 s: 2.00 times faster, efficiency 2.00. Same answer, warm "
     "caches."},
};

static void compare(ms_comparison *to, const situation *of)
{
    ms_rankstat ranks[NRANKS] = {{0}};
    for (size_t i = 0; i < NRANKS; i++) {
        ranks[i].busy_seconds = of->busy[0] > 0 ? of->busy[i] : 1;
    }
    ranks[0].wait_seconds = of->wait;
    if (of->npairs == 0) {
        ms_compare_estimated(to, of->pairs[0].parallel, ranks, &of->setting);
    } else {
        ck_assert_int_eq(ms_compare_measured(to, of->pairs, of->npairs, of->first_run, ranks, &of->setting),
                         MS_OK);
    }
}

START_TEST(every_situation_has_its_words)
{
    ms_comparison found;
    compare(&found, &situations[_i]);
    ck_assert_msg(strcmp(found.verdict, situations[_i].verdict) == 0, "%s:\nfound    %s\nexpected %s",
                  situations[_i].name, found.verdict, situations[_i].verdict);
}
END_TEST

static const struct {
    double seconds;
    const char *text;
} times[] = {
    {1e-9, "took 1.00e-03 us "},  {1.234e-6, "took 1.23 us "},  {99.94e-6, "took 99.9 us "},
    {99.99e-6, "took 0.100 ms "}, {0.0009996, "took 1.00 ms "}, {0.00999, "took 9.99 ms "},
    {0.09994, "took 99.9 ms "},   {0.09996, "took 0.100 s "},   {0.9994, "took 0.999 s "},
    {0.9996, "took 1.00 s "},     {9.996, "took 10.0 s "},      {99.96, "took 100 s "},
    {123456, "took 123456 s "},   {1e12, "took 1.00e+12 s "},
};

START_TEST(times_have_three_digits_and_a_unit)
{
    ms_pair pair = {.sequential = 1, .parallel = times[_i].seconds};
    ms_comparison found;
    ck_assert_int_eq(ms_compare_measured(&found, &pair, 1, false, NULL, &(ms_setting){.nranks = 2}), MS_OK);
    ck_assert_msg(strstr(found.verdict, times[_i].text), "'%s' not in '%s'", times[_i].text, found.verdict);
}
END_TEST

static const struct {
    size_t npairs;
    const char *text;
} confidences[] = {{2, " 50.0 % confidence"},
                   {6, " 96.9 % confidence"},
                   {8, " 99.2 % confidence"},
                   {11, " 98.8 % confidence"},
                   {101, " 95.4 % confidence"}};

START_TEST(confidence_is_never_certainty)
{
    ms_pair pairs[101];
    for (size_t i = 0; i < 101; i++) {
        pairs[i] = (ms_pair){.sequential = 2, .parallel = 1};
    }
    ms_comparison found;
    ck_assert_int_eq(
        ms_compare_measured(&found, pairs, confidences[_i].npairs, false, NULL, &(ms_setting){.nranks = 2}),
        MS_OK);
    ck_assert_msg(strstr(found.verdict, confidences[_i].text), "%s", found.verdict);
}
END_TEST

START_TEST(idle_ranks_waited_for_nobody)
{
    ms_rankstat ranks[2] = {{0}};
    ms_pair pair = {.sequential = 2, .parallel = 1};
    ms_comparison found;
    ck_assert_int_eq(ms_compare_measured(&found, &pair, 1, false, ranks, &(ms_setting){.nranks = 2}), MS_OK);
    ck_assert_msg(strstr(found.verdict, "Ranks waited under 1 % for"), "%s", found.verdict);
}
END_TEST

/* One of the values that make long, odd or undefined texts. */
static double odd_time(uint64_t *state)
{
    static const double values[] = {
        0,       1e-320, DBL_MIN, 1e-9,        1e-300,           0.00123456, 0.0999999,
        1,       1.0001, 123.456, 999999999.4, 1.23456e300,      DBL_MAX,    -1,
        1234567, 9.995,  0.5,     (double)NAN, (double)INFINITY, 3.14159};
    return values[sample_random(state) % (sizeof values / sizeof values[0])];
}

static uint64_t odd_count(uint64_t *state)
{
    static const uint64_t values[] = {0, 1, 2, 4, 7, 1000000, UINT64_MAX};
    return values[sample_random(state) % (sizeof values / sizeof values[0])];
}

static void check_verdict(const char *verdict)
{
    size_t len = strlen(verdict);
    ck_assert_uint_gt(len, 20);
    ck_assert_msg(len < 639 && verdict[len - 1] == '.', "%s", verdict); /* not cut */
    ck_assert_msg(!strstr(verdict, "inf") && !strstr(verdict, "nan") && !strstr(verdict, "--"), "%s",
                  verdict);
    int sentences = 1;
    for (const char *at = verdict; (at = strstr(at, ". ")); at++) {
        sentences += strncmp(at - 3, "N.B.", 4) != 0;
    }
    ck_assert_msg(sentences <= 4, "%s", verdict);
}

START_TEST(odd_numbers_never_spoil_it)
{
    uint64_t state = 11 + (uint64_t)_i;
    size_t longest = 0;
    for (int round = 0; round < 20000; round++) {
        ms_pair pairs[5];
        ms_rankstat ranks[NRANKS] = {{0}};
        for (size_t i = 0; i < 5; i++) {
            pairs[i] = (ms_pair){.sequential = odd_time(&state), .parallel = odd_time(&state)};
            ranks[i % NRANKS].busy_seconds = odd_time(&state);
            ranks[i % NRANKS].wait_seconds = odd_time(&state);
        }
        ms_setting setting = {.nranks = sample_random(&state) % (NRANKS + 1),
                              .ncores = odd_count(&state),
                              .nbytes = odd_count(&state),
                              .oversubscribed = sample_random(&state) % 2,
                              .answer_changed = sample_random(&state) % 2,
                              .mpi_start = odd_time(&state)};
        ms_comparison found;
        size_t npairs = sample_random(&state) % 6;
        bool has_ranks = sample_random(&state) % 4 != 0;
        if (!has_ranks) { /* then any number of them */
            setting.nranks = odd_count(&state);
        }
        if (npairs == 0) {
            ms_compare_estimated(&found, odd_time(&state), has_ranks ? ranks : NULL, &setting);
        } else {
            ck_assert_int_eq(ms_compare_measured(&found, pairs, npairs, sample_random(&state) % 2,
                                                 has_ranks ? ranks : NULL, &setting),
                             MS_OK);
        }
        check_verdict(found.verdict);
        ck_assert(isfinite(found.speedup) && isfinite(found.speedup_low) && isfinite(found.speedup_high));
        ck_assert(isfinite(found.efficiency) && isfinite(found.imbalance) && isfinite(found.sequential_high));
        ck_assert(!isinf(found.karp_flatt));
        bool claims = strstr(found.verdict, "Same answer") != NULL;
        ck_assert(claims == (npairs > 0 && !setting.answer_changed));
        longest = strlen(found.verdict) > longest ? strlen(found.verdict) : longest;
    }
    ck_assert_uint_gt(longest, 400);
}
END_TEST

Suite *verdict_suite(void)
{
    Suite *suite = suite_create("verdict");
    TCase *tc = tcase_create("all");
    tcase_set_timeout(tc, 30);
    tcase_add_loop_test(tc, every_situation_has_its_words, 0,
                        (int)(sizeof situations / sizeof situations[0]));
    tcase_add_loop_test(tc, times_have_three_digits_and_a_unit, 0, (int)(sizeof times / sizeof times[0]));
    tcase_add_loop_test(tc, confidence_is_never_certainty, 0,
                        (int)(sizeof confidences / sizeof confidences[0]));
    tcase_add_test(tc, idle_ranks_waited_for_nobody);
    tcase_add_loop_test(tc, odd_numbers_never_spoil_it, 0, 4);
    suite_add_tcase(suite, tc);
    return suite;
}
