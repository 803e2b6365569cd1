/* Suite of report/text_figures.c: ranks, comparison, verdict, notes. */
#include "report_fixture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char figures_begin[] = "COMPLETE: nothing to search\n";

/* The report of no files, after the ledger. */
static void assert_figures(fixture *fx, const char *expected)
{
    fx_merge(fx);
    char *got = fx_report(fx, false, NULL);
    char *tail = strstr(got, figures_begin);
    ck_assert_ptr_nonnull(tail);
    ck_assert_str_eq(tail + sizeof figures_begin - 1, expected);
    free(got);
    fx_end(fx);
}

TEST(one_rank)
{
    fixture fx;
    fx_begin(&fx);
    fx_rank(&fx, "laptop", 40, 2640000, 0.00132, 0);
    strcpy(fx.run_result.compare.verdict, "One rank: nothing to compare with.");
    assert_figures(&fx, "\n"
                        "rank  host    tasks   bytes      busy  waiting  GB/s\n"
                        "   0  laptop     40  2.6 MB  1.320 ms  0.000 s  2.00\n"
                        "\n"
                        "One rank: nothing to compare with.\n");
}

TEST(measured)
{
    fixture fx;
    fx_begin(&fx);
    fx_rank(&fx, "node-a", 20, 1000000000, 0.5, 0.1);
    fx_rank(&fx,
            "n\xc3\xb6"
            "de-bb",
            1, 12345, 0.6, 0);
    fx_rank(&fx, "c", 0, 0, 0, 0.6);
    fx.run_result.compare = (ms_comparison){.kind = MS_BASELINE_MEASURED,
                                            .npairs = 11,
                                            .sequential = 1.5,
                                            .sequential_low = 1.4,
                                            .sequential_high = 1.75,
                                            .parallel = 0.6,
                                            .parallel_low = 0.58,
                                            .parallel_high = 0.625,
                                            .speedup = 2.5,
                                            .speedup_low = 2.4,
                                            .speedup_high = 2.8,
                                            .efficiency = 0.8333,
                                            .karp_flatt = 0.1,
                                            .imbalance = 0.636,
                                            .interval_confidence = 0.9990234};
    strcpy(fx.run_result.compare.verdict, "Well done.");
    ms_str_list_printf(&fx.run_result.notes, "first note");
    ms_str_list_printf(&fx.run_result.notes, "second note");
    assert_figures(
        &fx,
        "\n"
        "rank  host     tasks    bytes        busy     waiting    GB/s\n"
        "   0  node-a      20   1.0 GB  500.000 ms  100.000 ms    2.00\n"
        "   1  n\xc3\xb6"
        "de-bb      1  12.3 kB  600.000 ms     0.000 s  0.0000\n"
        "   2  c            0      0 B     0.000 s  600.000 ms       -\n"
        "\n"
        "one rank     1.500 s  (measured: median of 11 pairs, 1.400 s to 1.750 s with 99.9 % confidence)\n"
        "3 ranks   600.000 ms  (median, 580.000 ms to 625.000 ms)\n"
        "speed-up 2.50 (2.40 to 2.80 over the pairs), efficiency 83.3 %, Karp-Flatt 0.100, imbalance 63.6 %\n"
        "\n"
        "Well done.\n"
        "\n"
        "first note\n"
        "second note\n");
}

TEST(stolen_tasks_have_columns)
{
    fixture fx;
    fx_begin(&fx);
    fx_rank(&fx, "a", 12, 2000, 0.000002, 0);
    fx_rank(&fx, "b", 3, 1000, 0.000002, 0);
    fx.run_result.ranks[0].tasks_stolen = 7;
    fx.run_result.ranks[1].tasks_given = 7;
    fx.run_result.ranks[1].steal_requests = 1;
    assert_figures(&fx, "\n"
                        "rank  host  tasks  stolen  given   bytes    busy  waiting  GB/s\n"
                        "   0  a        12       7      0  2.0 kB  2.0 us  0.000 s  1.00\n"
                        "   1  b         3       0      7  1.0 kB  2.0 us  0.000 s  0.50\n");
}

TEST(stages_have_a_line_when_they_are_known)
{
    fixture fx;
    fx_begin(&fx);
    fx_rank(&fx, "a", 1, 2000, 0.0000025, 0);
    fx.run_result.stages = (ms_stages){
        .enumerate = 2.5, .plan = 0.25, .scatter = 0.001, .work = 3, .gather = 0.000002, .merge = 0.1};
    assert_figures(&fx, "\n"
                        "rank  host  tasks   bytes    busy  waiting  GB/s\n"
                        "   0  a         1  2.0 kB  2.5 us  0.000 s  0.80\n"
                        "\n"
                        "enumerate 2.500 s, plan 250.000 ms, scatter 1.000 ms, work 3.000 s, gather 2.0 us, "
                        "merge 100.000 ms\n");
}

TEST(estimated_and_undefined)
{
    fixture fx;
    fx_begin(&fx);
    fx_rank(&fx, "a", 1, 2000, 0.0000025, 0);
    fx.run_result.compare = (ms_comparison){.kind = MS_BASELINE_ESTIMATED,
                                            .sequential = 100.5,
                                            .parallel = 0,
                                            .karp_flatt = (double)NAN,
                                            .imbalance = 0};
    assert_figures(&fx, "\n"
                        "rank  host  tasks   bytes    busy  waiting  GB/s\n"
                        "   0  a         1  2.0 kB  2.5 us  0.000 s  0.80\n"
                        "\n"
                        "one rank   100.500 s  (an estimate: the sum of the ranks' busy times)\n"
                        "1 rank       0.000 s  (the first run)\n"
                        "speed-up undefined, imbalance 0.0 %\n");
}

TEST(one_pair_against_the_first_run)
{
    fixture fx;
    fx_begin(&fx);
    fx.run_result.compare = (ms_comparison){.kind = MS_BASELINE_MEASURED,
                                            .npairs = 1,
                                            .parallel_is_first_run = true,
                                            .sequential = 3,
                                            .sequential_low = 3,
                                            .sequential_high = 3,
                                            .parallel = 2,
                                            .parallel_low = 2,
                                            .parallel_high = 2,
                                            .speedup = 1.5,
                                            .speedup_low = 1.5,
                                            .speedup_high = 1.5,
                                            .efficiency = 0.75,
                                            .karp_flatt = (double)NAN};
    assert_figures(&fx, "\n"
                        "one rank     3.000 s  (measured once)\n"
                        "0 ranks      2.000 s  (the first run)\n"
                        "speed-up 1.50, efficiency 75.0 %, imbalance 0.0 %\n");
}

/* 40 ranks, rank i busy for i*i % 41 ms (the squares modulo 41: 0, 1 and then twice each of 2 4 5 8 9 10 16
 * 18 20 | 21 23 25 31 32 33 36 37 39 40), with 1 MB each; rank 0 has no rate. */
TEST(many_ranks_are_summed_up)
{
    fixture fx;
    fx_begin(&fx);
    for (unsigned i = 0; i < 40; i++) {
        fx_rank(&fx, i == 9 ? "slow" : "n", i, 1000000, (i * i % 41) / 1000.0, 0.04 - (i * i % 41) / 1000.0);
    }
    assert_figures(
        &fx,
        "\n"
        "40 ranks: min, median and max of each column, then the 5 slowest ranks (--format json lists all)\n"
        "  rank  host  tasks   bytes       busy    waiting    GB/s\n"
        "   min            0  1.0 MB    0.000 s    0.000 s  0.0250\n"
        "median           20  1.0 MB  20.500 ms  19.500 ms  0.0476\n"
        "   max           39  1.0 MB  40.000 ms  40.000 ms    1.00\n"
        "     9  slow      9  1.0 MB  40.000 ms    0.000 s  0.0250\n"
        "    32  n        32  1.0 MB  40.000 ms    0.000 s  0.0250\n"
        "    11  n        11  1.0 MB  39.000 ms   1.000 ms  0.0256\n"
        "    30  n        30  1.0 MB  39.000 ms   1.000 ms  0.0256\n"
        "    18  n        18  1.0 MB  37.000 ms   3.000 ms  0.0270\n");
}

TEST(the_interval_has_its_confidence)
{
    fixture fx;
    fx_begin(&fx);
    fx_merge(&fx);
    static const struct {
        double confidence;
        const char *text;
    } cases[] = {{0.75, " with 75 % confidence)"},
                 {0.9539559, " with 95.4 % confidence)"},
                 {0.9921875, " with 99.2 % confidence)"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fx.run_result.compare =
            (ms_comparison){.kind = MS_BASELINE_MEASURED, .interval_confidence = cases[i].confidence};
        char *got = fx_report(&fx, false, NULL);
        ck_assert_ptr_nonnull(strstr(got, cases[i].text));
        free(got);
    }
    fx_end(&fx);
}

TEST(slowest_ranks_may_come_first)
{
    fixture fx;
    fx_begin(&fx);
    for (unsigned i = 0; i < 33; i++) {
        fx_rank(&fx, i < 5 ? "slow" : "fast", 1, 1, i == 32 ? 500 : 100 - i, 0);
    }
    fx_merge(&fx);
    char *got = fx_report(&fx, false, NULL);
    static const char *const rows[] = {"\n    32  fast", "\n     0  slow", "\n     1  slow", "\n     2  slow",
                                       "\n     3  slow"};
    const char *at = got;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        at = strstr(at, rows[i]);
        ck_assert_ptr_nonnull(at);
    }
    ck_assert_ptr_null(strstr(got, "     4  slow"));
    free(got);
    fx_end(&fx);
}

/* 32 ranks are all shown. */
TEST(limit_of_the_list)
{
    fixture fx;
    fx_begin(&fx);
    for (unsigned i = 0; i < 32; i++) {
        fx_rank(&fx, "n", 1, 1, 1, 0);
    }
    fx_merge(&fx);
    char *got = fx_report(&fx, false, NULL);
    ck_assert_ptr_nonnull(strstr(got, "\n  31  n"));
    ck_assert_ptr_null(strstr(got, "median"));
    free(got);
    fx_end(&fx);
}
