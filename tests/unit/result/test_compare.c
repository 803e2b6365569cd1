/* Suite of result/compare.c: figures against values worked out by hand. */
#include "result/compare.h"

#include "unit.h"

#include <math.h>
#include <string.h>

static const struct {
    size_t npairs;
    ms_pair pairs[6];
    double sequential, sequential_low, sequential_high;
    double parallel, parallel_low, parallel_high;
    double speedup, low, high;
    double confidence;
} measured[] = {
    {1, {{8, 2}}, 8, 8, 8, 2, 2, 2, 4, 4, 4, 0},
    {2, {{8, 2}, {6, 3}}, 7, 6, 8, 2.5, 2, 3, 2.8, 2, 4, 0.5},
    /* medians 8 and 2, of different pairs; ratios 4.5, 3.2, 3, 4, 5 */
    {5, {{9, 2}, {8, 2.5}, {6, 2}, {8, 2}, {7.5, 1.5}}, 8, 6, 9, 2, 1.5, 2.5, 4, 3, 5, 0.9375},
    {6, {{1, 1}, {2, 1}, {3, 1}, {4, 1}, {5, 1}, {6, 1}}, 3.5, 1, 6, 1, 1, 1, 3.5, 1, 6, 0.96875},
    {3, {{1, 4}, {1, 4}, {1, 2}}, 1, 1, 1, 4, 2, 4, 0.25, 0.25, 0.5, 0.75},
    /* no ratio where a time is not positive and finite */
    {1, {{0, 2}}, 0, 0, 0, 2, 2, 2, 0, 0, 0, 0},
    {1, {{2, 0}}, 2, 2, 2, 0, 0, 0, 0, 0, 0, 0},
    {3, {{8, 2}, {8, 0}, {8, 2}}, 8, 8, 8, 2, 0, 2, 0, 0, 0, 0.75},
    {3, {{(double)NAN, 2}, {8, 2}, {8, 2}}, 8, 0, 8, 2, 2, 2, 0, 0, 0, 0.75},
    {1, {{(double)INFINITY, 2}}, 0, 0, 0, 2, 2, 2, 0, 0, 0, 0},
    {1, {{1e300, 1e-300}}, 1e300, 1e300, 1e300, 1e-300, 1e-300, 1e-300, 0, 0, 0, 0},
    {1, {{-1, 1}}, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0},
};

static void check_near(double found, double expected)
{
    ck_assert_double_eq_tol(found, expected, 1e-12 * (1 + fabs(expected)));
}

/* The interval of n values 1..n: from the k-th smallest on, with the confidence that binomial tables give. */
static const struct {
    size_t n, k;
    double confidence;
} intervals[] = {
    {2, 1, 0.5},         {6, 1, 0.96875},        {8, 1, 0.9921875},  {9, 2, 0.9609375},
    {11, 2, 0.98828125}, {12, 3, 0.96142578125}, {25, 8, 0.9567147}, {101, 41, 0.9539559330706572},
};

TEST_EACH(interval_of_the_median, intervals)
{
    enum { MOST = 101 };
    ms_pair pairs[MOST];
    size_t n = intervals[_i].n;
    for (size_t i = 0; i < n; i++) {
        pairs[i] = (ms_pair){.sequential = (double)(i + 1), .parallel = 1};
    }
    ms_comparison found;
    ck_assert_int_eq(ms_compare_measured(&found, pairs, n, false, NULL, &(ms_setting){.nranks = 2}), MS_OK);
    ck_assert_double_eq_tol(found.interval_confidence, intervals[_i].confidence, 1e-4);
    check_near(found.sequential_low, (double)intervals[_i].k);
    check_near(found.sequential_high, (double)(n + 1 - intervals[_i].k));
    check_near(found.speedup_low, (double)intervals[_i].k);
    check_near(found.speedup_high, (double)(n + 1 - intervals[_i].k));
}

TEST_EACH(measured_figures, measured)
{
    ms_setting setting = {.nranks = 4, .ncores = 8};
    ms_rankstat ranks[4] = {
        {.busy_seconds = 3}, {.busy_seconds = 1}, {.busy_seconds = 2}, {.busy_seconds = 2}};
    ms_pair pairs[6];
    memcpy(pairs, measured[_i].pairs, sizeof pairs);
    ms_comparison found;
    memset(&found, 0xFF, sizeof found);
    ck_assert_int_eq(ms_compare_measured(&found, pairs, measured[_i].npairs, _i % 2 == 0, ranks, &setting),
                     MS_OK);
    ck_assert_mem_eq(pairs, measured[_i].pairs, sizeof pairs); /* left as they were */
    ck_assert_int_eq(found.kind, MS_BASELINE_MEASURED);
    ck_assert_uint_eq(found.npairs, measured[_i].npairs);
    ck_assert_int_eq(found.parallel_is_first_run, _i % 2 == 0);
    check_near(found.sequential, measured[_i].sequential);
    check_near(found.sequential_low, measured[_i].sequential_low);
    check_near(found.sequential_high, measured[_i].sequential_high);
    check_near(found.parallel, measured[_i].parallel);
    check_near(found.parallel_low, measured[_i].parallel_low);
    check_near(found.parallel_high, measured[_i].parallel_high);
    check_near(found.speedup, measured[_i].speedup);
    check_near(found.speedup_low, measured[_i].low);
    check_near(found.speedup_high, measured[_i].high);
    check_near(found.efficiency, measured[_i].speedup / 4);
    check_near(found.imbalance, 0.5);
    check_near(found.interval_confidence, measured[_i].confidence);
}

/* (p, S) -> e as in Karp & Flatt, CACM 33(5), 1990, and by hand. */
static const struct {
    size_t nranks;
    double speedup, serial;
} shares[] = {
    {4, 3, 1.0 / 9},
    {2, 1.95, 0.0256410256410256},
    {3, 2.88, 0.0208333333333333},
    {4, 3.76, 0.0212765957446809},
    {8, 6.96, 0.0213464},
    {4, 4, 0},
    {4, 1, 1},
    {4, 0.5, 7.0 / 3},
    {2, 4, -0.5},
};

TEST_EACH(karp_flatt, shares)
{
    ms_setting setting = {.nranks = shares[_i].nranks};
    ms_pair pair = {.sequential = shares[_i].speedup, .parallel = 1};
    ms_comparison found;
    ck_assert_int_eq(ms_compare_measured(&found, &pair, 1, false, NULL, &setting), MS_OK);
    ck_assert_double_eq_tol(found.karp_flatt, shares[_i].serial, 1e-7);
}

TEST(karp_flatt_undefined)
{
    ms_setting setting = {.nranks = 1};
    ms_pair pair = {.sequential = 2, .parallel = 1};
    ms_comparison found;
    ck_assert_int_eq(ms_compare_measured(&found, &pair, 1, false, NULL, &setting), MS_OK);
    ck_assert_double_nan(found.karp_flatt);
    check_near(found.efficiency, 2);
    setting.nranks = 4;
    pair.parallel = 0;
    ck_assert_int_eq(ms_compare_measured(&found, &pair, 1, false, NULL, &setting), MS_OK);
    ck_assert_double_nan(found.karp_flatt);
    setting.nranks = 0;
    ck_assert_int_eq(ms_compare_measured(&found, &pair, 1, false, NULL, &setting), MS_OK);
    ck_assert_double_nan(found.karp_flatt);
    check_near(found.efficiency, 0);
}

TEST(estimated_figures)
{
    ms_setting setting = {.nranks = 2};
    ms_rankstat ranks[] = {{.busy_seconds = 3}, {.busy_seconds = 1}};
    ms_comparison found;
    ms_compare_estimated(&found, 2.5, ranks, &setting);
    ck_assert_int_eq(found.kind, MS_BASELINE_ESTIMATED);
    ck_assert_uint_eq(found.npairs, 0);
    ck_assert(found.parallel_is_first_run);
    check_near(found.sequential, 4);
    check_near(found.sequential_high, 4);
    check_near(found.parallel_low, 2.5);
    check_near(found.speedup, 1.6);
    check_near(found.speedup_low, 1.6);
    check_near(found.speedup_high, 1.6);
    check_near(found.efficiency, 0.8);
    check_near(found.karp_flatt, 0.25);
    check_near(found.imbalance, 0.5);
    check_near(found.interval_confidence, 0);
    ms_compare_estimated(&found, 0, ranks, &setting);
    check_near(found.speedup, 0);
    ck_assert_double_nan(found.karp_flatt);
}

TEST(no_comparison)
{
    ms_rankstat ranks[] = {{.busy_seconds = 3}, {.busy_seconds = 1}};
    ms_comparison found;
    memset(&found, 0xFF, sizeof found);
    ms_compare_none(&found, ranks, 2, "one rank, nothing to compare with");
    ck_assert_int_eq(found.kind, MS_BASELINE_NONE);
    ck_assert_str_eq(found.verdict, "one rank, nothing to compare with");
    check_near(found.speedup, 0);
    check_near(found.efficiency, 0);
    check_near(found.imbalance, 0.5);
    ck_assert_double_nan(found.karp_flatt);
    char why[2000];
    memset(why, 'w', sizeof why);
    why[sizeof why - 1] = 0;
    ms_compare_none(&found, NULL, 0, why);
    ck_assert_uint_lt(strlen(found.verdict), sizeof found.verdict);
    ck_assert_str_eq(found.verdict + strlen(found.verdict) - 3, "...");
    ck_assert_int_eq(ms_compare_measured(&found, NULL, 0, false, ranks, &(ms_setting){.nranks = 2}), MS_OK);
    ck_assert_int_eq(found.kind, MS_BASELINE_NONE);
}
