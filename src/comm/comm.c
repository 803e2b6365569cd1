#include "comm/comm_internal.h"

#include "base/clock.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DEFAULT_CHUNK = 64 << 20, QUIESCE_SECONDS = 2 };

ms_code ms__mpi_check(int rc, const char *call, ms_err *err)
{
    if (rc == MPI_SUCCESS) {
        return MS_OK;
    }
    char text[MPI_MAX_ERROR_STRING] = "unknown error";
    int len = 0;
    (void)MPI_Error_string(rc, text, &len);
    int name = (int)strcspn(call, "( ");
    return ms_err_set(err, MS_MPI, 0, "%.*s failed: %s", name, call, text);
}

static ms_code start_mpi(ms_comm *comm, ms_err *err)
{
    int provided = 0;
    int len = 0;
    double begin = ms_clock_now();
    MS__TRY_MPI(MPI_Init_thread(NULL, NULL, MPI_THREAD_MULTIPLE, &provided));
    comm->threads = provided == MPI_THREAD_MULTIPLE;
    comm->mpi = true;
    MS__TRY_MPI(MPI_Comm_dup(MPI_COMM_WORLD, &comm->world));
    MS__TRY_MPI(MPI_Comm_set_errhandler(comm->world, MPI_ERRORS_RETURN));
    MS__TRY_MPI(MPI_Comm_rank(comm->world, &comm->rank));
    MS__TRY_MPI(MPI_Comm_size(comm->world, &comm->size));
    MS__TRY_MPI(MPI_Get_processor_name(comm->host, &len));
    comm->start_seconds = ms_clock_now() - begin;
    return MS_OK;
}

ms_code ms_comm_start(ms_comm **comm, const ms_launch *launch, ms_err *err)
{
    ms_comm *c = calloc(1, sizeof *c);
    if (!c) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for the communicator");
    }
    c->world = MPI_COMM_NULL;
    c->size = 1;
    c->chunk_size = DEFAULT_CHUNK;
    ms_code code = MS_OK;
    if (launch->launched) {
        code = start_mpi(c, err);
    } else if (gethostname(c->host, sizeof c->host - 1) != 0) {
        memcpy(c->host, "localhost", sizeof "localhost");
    }
    *comm = c; /* also on failure: ms_comm_abort needs it */
    return code;
}

void ms_comm_finish(ms_comm *comm)
{
    if (!comm) {
        return;
    }
    if (comm->mpi) {
        (void)MPI_Comm_free(&comm->world);
        ms__quiesce_mpi_threads(QUIESCE_SECONDS);
        (void)MPI_Finalize();
    }
    free(comm);
}

void ms_comm_abort(ms_comm *comm, int exit_code)
{
    if (comm && comm->mpi) {
        (void)MPI_Abort(comm->world != MPI_COMM_NULL ? comm->world : MPI_COMM_WORLD, exit_code);
    }
    _exit(exit_code);
}

uint32_t ms_comm_rank(const ms_comm *comm)
{
    return (uint32_t)comm->rank;
}

uint32_t ms_comm_size(const ms_comm *comm)
{
    return (uint32_t)comm->size;
}

const char *ms_comm_host(const ms_comm *comm)
{
    return comm->host;
}

bool ms_comm_has_threads(const ms_comm *comm)
{
    return comm->threads;
}

double ms_comm_start_seconds(const ms_comm *comm)
{
    return comm->start_seconds;
}

void ms_comm_set_chunk_size(ms_comm *comm, uint64_t nbytes)
{
    comm->chunk_size = nbytes > 0 ? nbytes : 1;
}

/* This rank's err, prefixed with rank and host for the others; some texts have them already. */
static ms_err with_origin(const ms_comm *comm, ms_code mine, const ms_err *err)
{
    ms_err own = *err;
    own.code = mine;
    if (comm->rank != 0 && strncmp(err->text, "rank ", 5) != 0) {
        if (own.text[0] == 0) {
            (void)ms_err_set(&own, mine, 0, "%s", ms_code_text(mine));
        }
        (void)ms_err_prefix(&own, "rank %d on %s", comm->rank, comm->host);
    }
    return own;
}

/* An error on the wire: u32 code, u32 errno, the text. Of fixed size and not allocated: the error may be
 * MS_NOMEM. */
enum { ERR_BYTES = 4 + 4 + sizeof(((ms_err *)0)->text) };

static void put_u32(uint8_t *to, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++) {
        to[i] = (uint8_t)(value >> (8 * i));
    }
}

static void encode_err(const ms_err *err, uint8_t wire[ERR_BYTES])
{
    put_u32(wire, (uint32_t)err->code);
    put_u32(wire + 4, (uint32_t)err->sys_errno);
    memcpy(wire + 8, err->text, sizeof err->text);
}

static ms_err decode_err(const uint8_t wire[ERR_BYTES])
{
    ms_err err = {0};
    ms_reader reader = ms_reader_over(wire, ERR_BYTES);
    uint32_t code = ms_reader_u32(&reader);
    err.code = code > MS_OK && code < MS_CODE_COUNT ? (ms_code)code : MS_INTERNAL;
    err.sys_errno = (int)ms_reader_u32(&reader);
    memcpy(err.text, wire + 8, sizeof err.text - 1);
    return err;
}

ms_code ms_comm_agree(ms_comm *comm, ms_code mine, ms_err *err)
{
    if (!comm->mpi) {
        return mine;
    }
    int failed = mine == MS_OK ? comm->size : comm->rank;
    int first = comm->size;
    uint8_t wire[ERR_BYTES] = {0};
    MS__TRY_MPI(MPI_Allreduce(&failed, &first, 1, MPI_INT, MPI_MIN, comm->world));
    if (first == comm->size) {
        return MS_OK;
    }
    if (first == comm->rank) {
        ms_err own = with_origin(comm, mine, err);
        encode_err(&own, wire);
    }
    MS__TRY_MPI(MPI_Bcast(wire, ERR_BYTES, MPI_BYTE, first, comm->world));
    *err = decode_err(wire);
    return err->code;
}

ms_code ms_comm_sleeping_barrier(ms_comm *comm, double *waited, ms_code (*idle)(void *user, ms_err *err),
                                 void *user, ms_err *err)
{
    double begin = ms_clock_now();
    if (comm->mpi) {
        MPI_Request request = MPI_REQUEST_NULL;
        int done = 0;
        double pause = 0;
        MS__TRY_MPI(MPI_Ibarrier(comm->world, &request));
        for (unsigned tries = 0;; tries++) {
            MS__TRY_MPI(MPI_Test(&request, &done, MPI_STATUS_IGNORE));
            if (done) {
                break;
            }
            if (tries < 50) { /* the others may arrive at any moment */
                (void)sched_yield();
                continue;
            }
            if (idle) {
                MS_TRY(idle(user, err));
            }
            ms_clock_backoff(&pause);
        }
    }
    if (waited) {
        *waited = ms_clock_now() - begin;
    }
    return MS_OK;
}
