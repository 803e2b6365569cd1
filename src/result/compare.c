/* The figures of a comparison with a one-rank run: medians of the times (never of ratios), their ranges, and
 * what follows from them. A time that is not a positive finite number counts as 0 and leaves no ratio
 * defined, so that no figure but karp_flatt is ever infinite or not a number. verdict.c writes the sentences.
 */
#include "result/compare.h"

#include "base/escape.h"
#include "result/result_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct summary {
    double median, low, high;
} summary;

/* An interval for the median of n values: from the k-th smallest to the k-th largest. */
typedef struct interval {
    size_t k; /* 1-based */
    double confidence;
} interval;

/* Subnormal numbers are left out too: their reciprocal may be infinite. */
static double positive(double seconds)
{
    return isnormal(seconds) && seconds > 0 ? seconds : 0;
}

/* a / b of two positive finite times, else 0. */
static double ratio(double a, double b)
{
    return positive(a) > 0 && positive(b) > 0 ? positive(a / b) : 0;
}

static int compare_times(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Sorts the n >= 1 values. Between the two in the middle the mean is taken. */
static summary summarize(double *values, size_t n, size_t k)
{
    qsort(values, n, sizeof *values, compare_times);
    double middle = values[(n - 1) / 2];
    return (summary){
        .median = middle + (values[n / 2] - middle) / 2, .low = values[k - 1], .high = values[n - k]};
}

/* The median lies outside when fewer than k of n values fall on one side of it: 2 * B(k - 1; n, 1/2). */
static interval choose_interval(size_t n)
{
    static const double enough = 0.95;
    double term = 1; /* C(n, j) / 2^n */
    for (size_t i = 0; i < n; i++) {
        term /= 2;
    }
    double miss = 2 * term;
    interval best = {.k = 1, .confidence = n > 1 ? 1 - miss : 0};
    for (size_t j = 1; 2 * (j + 1) <= n; j++) {
        term *= (double)(n - j + 1) / (double)j;
        miss += 2 * term;
        if (1 - miss < enough) {
            break;
        }
        best = (interval){.k = j + 1, .confidence = 1 - miss};
    }
    return best;
}

/* The interval of the pairs' own ratios; all 0 when a pair has none. `values` has npairs elements. */
static summary summarize_ratios(const ms_pair *pairs, size_t npairs, size_t k, double *values)
{
    for (size_t i = 0; i < npairs; i++) {
        values[i] = ratio(pairs[i].sequential, pairs[i].parallel);
        if (!(values[i] > 0)) {
            return (summary){0};
        }
    }
    return summarize(values, npairs, k);
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
        ms_compare_none(to, ranks, setting->nranks, "No pair of runs was measured.");
        return MS_OK;
    }
    double *times = reallocarray(NULL, npairs, sizeof *times);
    if (!times) {
        return MS_NOMEM;
    }
    for (size_t i = 0; i < npairs; i++) {
        times[i] = positive(pairs[i].sequential);
    }
    interval chosen = choose_interval(npairs);
    summary sequential = summarize(times, npairs, chosen.k);
    for (size_t i = 0; i < npairs; i++) {
        times[i] = positive(pairs[i].parallel);
    }
    summary parallel = summarize(times, npairs, chosen.k);
    summary ratios = summarize_ratios(pairs, npairs, chosen.k, times);
    free(times);
    *to = (ms_comparison){.kind = MS_BASELINE_MEASURED,
                          .npairs = npairs,
                          .parallel_is_first_run = parallel_is_first_run,
                          .sequential = sequential.median,
                          .sequential_low = sequential.low,
                          .sequential_high = sequential.high,
                          .parallel = parallel.median,
                          .parallel_low = parallel.low,
                          .parallel_high = parallel.high,
                          .speedup = ratios.low > 0 ? ratio(sequential.median, parallel.median) : 0,
                          .speedup_low = ratios.low,
                          .speedup_high = ratios.high,
                          .interval_confidence = chosen.confidence};
    derive(to, ranks, setting->nranks);
    ms__compare_verdict(to, setting);
    return MS_OK;
}

void ms_compare_estimated(ms_comparison *to, double parallel, const ms_rankstat *ranks,
                          const ms_setting *setting)
{
    double busy = 0;
    for (size_t i = 0; ranks && i < setting->nranks; i++) {
        busy = positive(busy + positive(ranks[i].busy_seconds));
    }
    parallel = positive(parallel);
    double speedup = ratio(busy, parallel);
    *to = (ms_comparison){.kind = MS_BASELINE_ESTIMATED,
                          .parallel_is_first_run = true,
                          .sequential = busy,
                          .sequential_low = busy,
                          .sequential_high = busy,
                          .parallel = parallel,
                          .parallel_low = parallel,
                          .parallel_high = parallel,
                          .speedup = speedup,
                          .speedup_low = speedup,
                          .speedup_high = speedup};
    derive(to, ranks, setting->nranks);
    ms__compare_verdict(to, setting);
}

void ms_compare_none(ms_comparison *to, const ms_rankstat *ranks, size_t nranks, const char *why)
{
    *to = (ms_comparison){.kind = MS_BASELINE_NONE};
    derive(to, ranks, nranks);
    (void)ms_escape_message_to(to->verdict, sizeof to->verdict, why, strlen(why));
}
