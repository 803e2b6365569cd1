/* Private to comm/. */
#ifndef MS_COMM_COMM_INTERNAL_H
#define MS_COMM_COMM_INTERNAL_H

#include "comm/comm.h"

#include <mpi.h>

struct ms_comm {
    bool mpi;       /* MPI was started here */
    bool threads;   /* MPI_THREAD_MULTIPLE */
    MPI_Comm world; /* a duplicate of MPI_COMM_WORLD that returns errors */
    int rank, size;
    char host[MPI_MAX_PROCESSOR_NAME];
    double start_seconds;
    uint64_t chunk_size;
};

/* Waits, at most `seconds`, until no other thread of this process is runnable. Local. */
void ms__quiesce_mpi_threads(double seconds);

/* rc of an MPI call -> MS_OK, or MS_MPI with the call's name and MPI's own text. */
MS_MUST_CHECK ms_code ms__mpi_check(int rc, const char *call, ms_err *err);
/* CHECK(call(...)) within a function that has `err` and returns ms_code. */
#define MS__TRY_MPI(call)                                                                                    \
    do {                                                                                                     \
        ms_code mpi_code_ = ms__mpi_check((call), #call, err);                                               \
        if (mpi_code_ != MS_OK) {                                                                            \
            return mpi_code_;                                                                                \
        }                                                                                                    \
    } while (0)

#endif
