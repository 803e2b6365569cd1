/* What one rank did and how long it took. Seconds are of that rank's own monotonic clock. */
#ifndef MS_RESULT_RANKSTAT_H
#define MS_RESULT_RANKSTAT_H

#include "base/bytes.h"

typedef struct ms_rankstat {
    uint32_t rank;
    char host[64];        /* as MPI_Get_processor_name gives it, cut */
    uint32_t ncores;      /* usable cores of that host */
    uint64_t tasks;       /* done */
    uint64_t taken;       /* tasks that other ranks gave it, */
    uint64_t given;       /* and it gave to others: its slice had tasks - taken + given */
    uint64_t asked;       /* times that it asked another rank for some */
    uint64_t nbytes;      /* searched */
    double busy_seconds;  /* with its tasks */
    bool journal_ended;   /* its journal could not be written to the end */
    double wait_seconds;  /* the rest up to the end of the slowest rank's work */
    double stood_seconds; /* its longest standstill at one file; 0: none worth a warning */
    char stood_at[256];   /* the file's path, cut */
} ms_rankstat;

MS_MUST_CHECK ms_code ms_rankstat_encode(const ms_rankstat *stat, ms_bytes *to);
/* MS_FORMAT when the bytes are not a rankstat. */
MS_MUST_CHECK ms_code ms_rankstat_decode(ms_rankstat *stat, ms_reader *from);
/* max(busy) / mean(busy) - 1 over n >= 1 ranks; 0 when nobody was busy. */
double ms_rankstat_imbalance(const ms_rankstat *ranks, size_t n);

#endif
