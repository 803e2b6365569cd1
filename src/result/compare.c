/* The figures of a comparison with a one-rank run: medians of the times (never of ratios), their ranges, and
 * what follows from them. A time that is not a positive finite number counts as 0 and leaves no ratio
 * defined, so that no figure but karp_flatt is ever infinite or not a number. The words are verdict.c's. */
#include "result/compare.h"

#include "base/escape.h"
#include "result/result_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_PAIRS = 101 };

typedef struct summary {
    double median, min, max;
} summary;

/* Subnormal numbers are left out too: their reciprocal may be infinite. */
static double sane(double seconds)
{
    return isnormal(seconds) && seconds > 0 ? seconds : 0;
}

/* a / b of two positive finite times, else 0. */
static double ratio(double a, double b)
{
    return sane(a) > 0 && sane(b) > 0 ? sane(a / b) : 0;
}

static int compare_times(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Sorts the n >= 1 times. Between the two in the middle the mean is taken. */
static summary summarise(double *times, size_t n)
{
    qsort(times, n, sizeof *times, compare_times);
    double low = times[(n - 1) / 2];
    return (summary){.median = low + (times[n / 2] - low) / 2, .min = times[0], .max = times[n - 1]};
}

/* Of min..max of n >= 1 independent values as an interval for the median: all lie on one side with 2 * 2^-n.
 */
static double confidence_of(size_t n)
{
    double miss = 2;
    for (size_t i = 0; i < n && i < 64; i++) {
        miss /= 2;
    }
    return 1 - miss;
}

/* Least and greatest ratio of the pairs; false when a pair has none. */
static bool ratio_range(const ms_pair *pairs, size_t npairs, double *low, double *high)
{
    *low = *high = ratio(pairs[0].sequential, pairs[0].parallel);
    for (size_t i = 0; i < npairs; i++) {
        double one = ratio(pairs[i].sequential, pairs[i].parallel);
        if (!(one > 0)) {
            return false;
        }
        *low = one < *low ? one : *low;
        *high = one > *high ? one : *high;
    }
    return true;
}

/* (1/S - 1/p) / (1 - 1/p), Karp & Flatt, CACM 33(5), 1990. */
static double karp_flatt(double speedup, size_t nranks)
{
    if (!(speedup > 0) || nranks < 2) {
        return (double)NAN;
    }
    double share = 1 / (double)nranks;
    double serial = (1 / speedup - share) / (1 - share);
    return isfinite(serial) ? serial : (double)NAN;
}

/* What follows from speedup; imbalance from the ranks. */
static void derive(ms_comparison *to, const ms_rankstat *ranks, size_t nranks)
{
    to->efficiency = nranks > 0 ? to->speedup / (double)nranks : 0;
    to->karp_flatt = karp_flatt(to->speedup, nranks);
    to->imbalance = ranks ? ms_rankstat_imbalance(ranks, nranks) : 0;
}

ms_code ms_compare_measured(ms_comparison *to, const ms_pair *pairs, size_t npairs,
                            bool parallel_is_first_run, const ms_rankstat *ranks, const ms_setting *setting)
{
    *to = (ms_comparison){0};
    if (npairs == 0) {
        ms_compare_none(to, ranks, setting->nranks, "no pair of runs was measured");
        return MS_OK;
    }
    double *times = reallocarray(NULL, npairs, sizeof *times);
    if (!times) {
        return MS_NOMEM;
    }
    for (size_t i = 0; i < npairs; i++) {
        times[i] = sane(pairs[i].sequential);
    }
    summary sequential = summarise(times, npairs);
    for (size_t i = 0; i < npairs; i++) {
        times[i] = sane(pairs[i].parallel);
    }
    summary parallel = summarise(times, npairs);
    free(times);
    *to = (ms_comparison){.kind = MS_BASELINE_MEASURED,
                          .npairs = npairs,
                          .parallel_is_first_run = parallel_is_first_run,
                          .sequential = sequential.median,
                          .sequential_min = sequential.min,
                          .sequential_max = sequential.max,
                          .parallel = parallel.median,
                          .parallel_min = parallel.min,
                          .parallel_max = parallel.max,
                          .interval_confidence = confidence_of(npairs)};
    if (ratio_range(pairs, npairs, &to->speedup_low, &to->speedup_high)) {
        to->speedup = ratio(to->sequential, to->parallel);
    } else {
        to->speedup_low = to->speedup_high = 0;
    }
    derive(to, ranks, setting->nranks);
    ms__compare_verdict(to, ranks, setting);
    return MS_OK;
}

void ms_compare_estimated(ms_comparison *to, double parallel, const ms_rankstat *ranks,
                          const ms_setting *setting)
{
    double busy = 0;
    for (size_t i = 0; ranks && i < setting->nranks; i++) {
        busy = sane(busy + sane(ranks[i].busy_seconds));
    }
    parallel = sane(parallel);
    double speedup = ratio(busy, parallel);
    *to = (ms_comparison){.kind = MS_BASELINE_ESTIMATED,
                          .parallel_is_first_run = true,
                          .sequential = busy,
                          .sequential_min = busy,
                          .sequential_max = busy,
                          .parallel = parallel,
                          .parallel_min = parallel,
                          .parallel_max = parallel,
                          .speedup = speedup,
                          .speedup_low = speedup,
                          .speedup_high = speedup};
    derive(to, ranks, setting->nranks);
    ms__compare_verdict(to, ranks, setting);
}

void ms_compare_none(ms_comparison *to, const ms_rankstat *ranks, size_t nranks, const char *why)
{
    *to = (ms_comparison){.kind = MS_BASELINE_NONE};
    derive(to, ranks, nranks);
    (void)ms_escape_to(to->verdict, sizeof to->verdict, why, strlen(why));
}

size_t ms_compare_pairs(uint64_t repeat, double sequential, double parallel, double budget)
{
    if (repeat != 0) {
        return repeat < SIZE_MAX ? (size_t)repeat : SIZE_MAX;
    }
    double fit = sane(budget) / (sane(sequential) + sane(parallel));
    if (!(fit >= 1)) { /* too few, or 0 / 0 */
        return 1;
    }
    size_t n = fit < MAX_PAIRS ? (size_t)fit : MAX_PAIRS;
    return n % 2 == 1 ? n : n - 1;
}
