/* What one rank did and how long it took. Seconds are of that rank's own monotonic clock. */
#ifndef MS_RESULT_RANKSTAT_H
#define MS_RESULT_RANKSTAT_H

#include "base/bytes.h"

typedef struct ms_rankstat {
    uint32_t rank;
    char host[64];           /* as MPI_Get_processor_name gives it, cut */
    uint32_t ncores;         /* usable cores of that host */
    uint64_t tasks;          /* done */
    uint64_t tasks_stolen;   /* from other ranks, */
    uint64_t tasks_given;    /* and to others: its slice had tasks - tasks_stolen + tasks_given */
    uint64_t steal_requests; /* sent */
    uint64_t nbytes;         /* searched */
    double busy_seconds;     /* with its tasks */
    bool journal_failed;     /* a write to its journal failed: the journal lacks tasks */
    double wait_seconds;     /* the rest up to the end of the slowest rank's work */
    double stall_seconds;    /* its longest stall at one file; 0: none longer than --stall-warning */
    char stall_path[256];    /* that file's path, cut */
} ms_rankstat;

MS_MUST_CHECK ms_code ms_rankstat_encode(const ms_rankstat *stat, ms_bytes *to);
/* MS_FORMAT when the bytes are not a rankstat. */
MS_MUST_CHECK ms_code ms_rankstat_decode(ms_rankstat *stat, ms_reader *from);
/* max(busy) / mean(busy) - 1 over n >= 1 ranks; 0 when none was busy. */
double ms_rankstat_imbalance(const ms_rankstat *ranks, size_t n);

#endif
