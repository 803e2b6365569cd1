/* Comparison with a one-rank run: times, the figures that follow from them, and a verdict in one or two
 * sentences. Reporting rules after Hoefler & Belli, "Scientific Benchmarking of Parallel Computing Systems",
 * SC'15. */
#ifndef MS_RESULT_COMPARE_H
#define MS_RESULT_COMPARE_H

#include "result/rankstat.h"

typedef enum ms_baseline_kind {
    MS_BASELINE_NONE,     /* nothing to compare with (one rank, --baseline off, nothing to do) */
    MS_BASELINE_MEASURED, /* rank 0 did the whole list alone */
    MS_BASELINE_ESTIMATED /* sum of the ranks' busy times: no contention, no start-up */
} ms_baseline_kind;

/* The two times of one pair, in seconds. */
typedef struct ms_pair {
    double sequential;
    double parallel;
} ms_pair;

typedef struct ms_comparison {
    ms_baseline_kind kind;
    size_t npairs;              /* pairs measured; 0 unless MEASURED */
    bool parallel_is_first_run; /* the parallel time is that of the first run, whose cache state is unknown */
    double sequential;          /* seconds: median, or the estimate */
    double sequential_low, sequential_high; /* the interval for the median: see interval_confidence */
    double parallel;                        /* seconds: median of the pairs, or of the first run */
    double parallel_low, parallel_high;
    double speedup;                   /* sequential / parallel; 0 when undefined */
    double speedup_low, speedup_high; /* over the pairs (MEASURED, at least 2 pairs), else equal to speedup */
    double efficiency;                /* speedup / p; 0 when undefined */
    double karp_flatt; /* (1/S - 1/p) / (1 - 1/p); NAN when undefined (p = 1, or speedup is 0) */
    double imbalance;  /* max/mean - 1 of the busy times */
    /* That the interval low..high holds the median, whatever the times' distribution. Its ends are the k-th
     * smallest and the k-th largest of the n values, with the largest k that leaves at least 95 % (k = 1 and
     * what that gives, 1 - 2^(1-n), when none does); 0 with fewer than 2 pairs. David & Nagaraja, Order
     * Statistics, section 7.1. */
    double interval_confidence;
    char verdict[320];
} ms_comparison;

/* What the verdict depends on besides the times. */
typedef struct ms_setting {
    size_t nranks;
    bool oversubscribed; /* more ranks than cores on some host */
    size_t ncores;       /* of all hosts together */
    double mpi_start;    /* seconds MPI's start took; 0 when none was started */
    bool answer_changed; /* files changed between the two runs, or some hosts lack them: answers not compared
                          */
} ms_setting;

/* Median, figures and verdict of npairs >= 1 measured pairs (each time > 0 is expected; a 0 makes the ratio
 * undefined). Sorts `pairs`' times internally on copies. MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms_compare_measured(ms_comparison *to, const ms_pair *pairs, size_t npairs,
                                          bool parallel_is_first_run, const ms_rankstat *ranks,
                                          const ms_setting *setting);
/* The figures when the sequential time is estimated from the busy times. Local. */
void ms_compare_estimated(ms_comparison *to, double parallel, const ms_rankstat *ranks,
                          const ms_setting *setting);
/* No comparison; `why` becomes the verdict. Local. */
void ms_compare_none(ms_comparison *to, const ms_rankstat *ranks, size_t nranks, const char *why);

#endif
