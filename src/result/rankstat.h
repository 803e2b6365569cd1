/* What one rank did and how long it took. Seconds are of that rank's own monotonic clock. */
#ifndef MS_RESULT_RANKSTAT_H
#define MS_RESULT_RANKSTAT_H

#include "base/bytes.h"

typedef struct ms_rankstat {
    uint32_t rank;
    char host[64];   /* as MPI_Get_processor_name gives it, cut */
    uint32_t ncores; /* usable cores of that host */
    uint64_t tasks;
    uint64_t nbytes;     /* searched */
    double busy_seconds; /* inside work */
    double wait_seconds; /* from the end of its work to the end of the slowest rank's */
} ms_rankstat;

MS_MUST_CHECK ms_code ms_rankstat_encode(const ms_rankstat *stat, ms_bytes *to);
/* MS_FORMAT when the bytes are not a rankstat. */
MS_MUST_CHECK ms_code ms_rankstat_decode(ms_rankstat *stat, ms_reader *from);
/* max(busy) / mean(busy) - 1 over n >= 1 ranks; 0 when nobody was busy. */
double ms_rankstat_imbalance(const ms_rankstat *ranks, size_t n);

#endif
