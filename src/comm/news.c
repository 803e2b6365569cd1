/* News: how far each rank is, for rank 0's eyes, outside collectives: see comm.h.
 *
 * Every rank but 0 has at most one send under way and sends exactly one message marked last, behind all
 * others. MPI keeps the order of messages between two ranks on one tag. So when rank 0 has received the
 * marked message of every other rank it has received all there ever will be, and no message is outstanding
 * when MPI ends. */
#include "comm/comm_internal.h"

#include "base/clock.h"

enum { NEWS_TAG = 1 };

ms_code ms_comm_tell(ms_comm *comm, uint64_t a, uint64_t b, bool last, ms_err *err)
{
    if (!comm->mpi || comm->rank == 0) {
        return MS_OK;
    }
    int done = 1;
    if (last) {
        MS__TRY_MPI(MPI_Wait(&comm->sending, MPI_STATUS_IGNORE));
    } else {
        MS__TRY_MPI(MPI_Test(&comm->sending, &done, MPI_STATUS_IGNORE));
    }
    if (!done) {
        return MS_OK;
    }
    comm->outgoing[0] = a;
    comm->outgoing[1] = b;
    comm->outgoing[2] = last ? 1 : 0;
    MS__TRY_MPI(MPI_Isend(comm->outgoing, 3, MPI_UINT64_T, 0, NEWS_TAG, comm->world, &comm->sending));
    if (last) {
        MS__TRY_MPI(MPI_Wait(&comm->sending, MPI_STATUS_IGNORE));
    }
    return MS_OK;
}

static ms_code receive_one(ms_comm *comm, int *found, ms_err *err)
{
    MPI_Status status;
    uint64_t incoming[3] = {0};
    MS__TRY_MPI(MPI_Iprobe(MPI_ANY_SOURCE, NEWS_TAG, comm->world, found, &status));
    if (*found) {
        int from = status.MPI_SOURCE;
        MS__TRY_MPI(MPI_Recv(incoming, 3, MPI_UINT64_T, from, NEWS_TAG, comm->world, MPI_STATUS_IGNORE));
        comm->news[from] = (ms__news){incoming[0], incoming[1], incoming[2] != 0};
    }
    return MS_OK;
}

ms_code ms_comm_listen(ms_comm *comm, bool until_last, uint64_t *sum_a, uint64_t *sum_b, ms_err *err)
{
    *sum_a = 0;
    *sum_b = 0;
    if (!comm->mpi || comm->rank != 0) {
        return MS_OK;
    }
    for (bool waiting = true; waiting;) {
        int found = 1;
        while (found) {
            ms_code code = receive_one(comm, &found, err);
            if (code != MS_OK) {
                return code;
            }
        }
        waiting = false;
        for (int r = 1; r < comm->size && until_last; r++) {
            waiting = waiting || !comm->news[r].last;
        }
        if (waiting) {
            ms_clock_sleep(100e-6);
        }
    }
    for (int r = 1; r < comm->size; r++) {
        *sum_a += comm->news[r].a;
        *sum_b += comm->news[r].b;
    }
    return MS_OK;
}
