/* Chunked collectives: broadcast, scatter and gather of any number of bytes. MPI's counts and displacements
 * are ints, so bytes move in chunks of at max_bytes chunk_size (all ranks together). Before each chunk rank 0
 * broadcasts how many bytes of each rank it has at max_bytes: an equal share for the ranks that have bytes
 * left. */
#include "comm/comm_internal.h"

#include "base/number.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* A scatter or gather in progress. The arrays have one element per rank and are used on rank 0. */
typedef struct transfer {
    uint64_t limit; /* bytes of a chunk */
    uint64_t at;    /* bytes of each part in earlier chunks, */
    uint64_t share; /* and at most in this one; 0: complete */
    uint64_t *lens;
    int *counts;
    int *displs;
    uint8_t *buffer; /* rank 0: one chunk, all ranks */
} transfer;

static void transfer_fini(transfer *t)
{
    free(t->lens);
    free(t->counts);
    free(t->displs);
    free(t->buffer);
}

static ms_code transfer_init(transfer *t, const ms_comm *comm, ms_err *err)
{
    size_t n = (size_t)comm->size;
    t->limit = comm->chunk_size < INT_MAX ? comm->chunk_size : INT_MAX;
    t->lens = calloc(n, sizeof *t->lens);
    t->counts = calloc(n, sizeof *t->counts);
    t->displs = calloc(n, sizeof *t->displs);
    if (!t->lens || !t->counts || !t->displs) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for %zu ranks", n);
    }
    return MS_OK;
}

/* Bytes of this chunk that belong to a part of n bytes. */
static uint64_t part_of(const transfer *t, uint64_t n)
{
    uint64_t left = n > t->at ? n - t->at : 0;
    return left < t->share ? left : t->share;
}

/* Rank 0: share, counts and displacements of the chunk, without its own part. */
static ms_code plan_chunk(transfer *t, const ms_comm *comm, ms_err *err)
{
    uint64_t nleft = 0;
    uint64_t sum = 0;
    for (int r = 1; r < comm->size; r++) {
        nleft += t->lens[r] > t->at ? 1 : 0;
    }
    t->share = nleft == 0 ? 0 : t->limit > nleft ? t->limit / nleft : 1;
    for (int r = 0; r < comm->size; r++) {
        uint64_t part = r == 0 ? 0 : part_of(t, t->lens[r]);
        bool fits =
            ms_number_to_int(part, &t->counts[r]) == MS_OK && ms_number_to_int(sum, &t->displs[r]) == MS_OK;
        sum += part;
        if (!fits) {
            return ms_err_set(err, MS_MPI, 0, "a chunk of %llu bytes is too large for MPI",
                              (unsigned long long)sum);
        }
    }
    return MS_OK;
}

/* Rank 0's buffer of one chunk: all parts together may be smaller than the limit. */
static ms_code make_buffer(transfer *t, const ms_comm *comm, ms_err *err)
{
    uint64_t max_bytes = t->limit > (uint64_t)comm->size ? t->limit : (uint64_t)comm->size;
    uint64_t sum = 1;
    for (int r = 1; r < comm->size && sum < max_bytes; r++) {
        sum += t->lens[r] < max_bytes ? t->lens[r] : max_bytes;
    }
    sum = sum < max_bytes ? sum : max_bytes;
    t->buffer = malloc((size_t)sum);
    return t->buffer ? MS_OK
                     : ms_err_set(err, MS_NOMEM, 0, "out of memory for a chunk of %llu bytes",
                                  (unsigned long long)sum);
}

static ms_code bcast_u64(ms_comm *comm, uint64_t *value, ms_err *err)
{
    MS__TRY_MPI(MPI_Bcast(value, 1, MPI_UINT64_T, 0, comm->world));
    return MS_OK;
}

/* t->share is 0 after the last chunk. Collective. */
static ms_code next_chunk(ms_comm *comm, transfer *t, ms_err *err)
{
    t->at += t->share;
    if (comm->rank == 0) {
        MS_TRY(plan_chunk(t, comm, err));
    }
    return bcast_u64(comm, &t->share, err);
}

ms_code ms_comm_broadcast(ms_comm *comm, ms_bytes *bytes, ms_err *err)
{
    if (!comm->mpi) {
        return MS_OK;
    }
    uint64_t n = bytes->len;
    ms_code code = bcast_u64(comm, &n, err);
    if (code != MS_OK) {
        return code;
    }
    if (comm->rank != 0) {
        ms_bytes_clear(bytes);
        code = ms_bytes_reserve(bytes, (size_t)n);
    }
    code = ms_comm_agree(comm, code, err);
    uint64_t limit = comm->chunk_size < INT_MAX ? comm->chunk_size : INT_MAX;
    for (uint64_t at = 0; at < n && code == MS_OK; at += limit) {
        uint64_t part = n - at < limit ? n - at : limit;
        MS__TRY_MPI(MPI_Bcast(bytes->data + at, (int)part, MPI_BYTE, 0, comm->world));
        bytes->len = (size_t)(at + part);
    }
    return code;
}

static ms_code scatter_chunks(ms_comm *comm, transfer *t, const ms_bytes *parts, ms_bytes *mine,
                              uint64_t nmine, ms_err *err)
{
    ms_code code = next_chunk(comm, t, err);
    for (; code == MS_OK && t->share > 0; code = next_chunk(comm, t, err)) {
        for (int r = 1; r < comm->size && comm->rank == 0; r++) {
            if (t->counts[r] > 0) {
                memcpy(t->buffer + t->displs[r], parts[r].data + t->at, (size_t)t->counts[r]);
            }
        }
        uint64_t part = part_of(t, nmine);
        MS__TRY_MPI(MPI_Scatterv(t->buffer, t->counts, t->displs, MPI_BYTE, mine->data + mine->len, (int)part,
                                 MPI_BYTE, 0, comm->world));
        mine->len += (size_t)part;
    }
    return code;
}

static ms_code scatter_lengths(ms_comm *comm, transfer *t, const ms_bytes *parts, uint64_t *nmine,
                               ms_err *err)
{
    for (int r = 0; r < comm->size && parts; r++) {
        t->lens[r] = parts[r].len;
    }
    MS__TRY_MPI(MPI_Scatter(t->lens, 1, MPI_UINT64_T, nmine, 1, MPI_UINT64_T, 0, comm->world));
    return MS_OK;
}

static void move_own(ms_bytes *parts, ms_bytes *mine)
{
    ms_bytes_fini(mine);
    *mine = parts[0];
    parts[0] = (ms_bytes){0};
}

ms_code ms_comm_scatter(ms_comm *comm, ms_bytes *parts, ms_bytes *mine, ms_err *err)
{
    transfer t = {0};
    uint64_t nmine = 0;
    bool root = comm->rank == 0;
    ms_code code = MS_OK;
    if (comm->mpi) {
        MS_TRY_OR(done, ms_comm_agree(comm, transfer_init(&t, comm, err), err));
        MS_TRY_OR(done, scatter_lengths(comm, &t, parts, &nmine, err));
        code = root ? make_buffer(&t, comm, err) : ms_bytes_reserve(mine, (size_t)nmine + 1);
        MS_TRY_OR(done, ms_comm_agree(comm, code, err));
        MS_TRY_OR(done, scatter_chunks(comm, &t, parts, mine, root ? 0 : nmine, err));
    }
    if (root) {
        move_own(parts, mine);
    }
done:
    transfer_fini(&t);
    return code;
}

static ms_code gather_chunks(ms_comm *comm, transfer *t, const ms_bytes *mine, ms_bytes *parts, ms_err *err)
{
    ms_code code = next_chunk(comm, t, err);
    for (; code == MS_OK && t->share > 0; code = next_chunk(comm, t, err)) {
        uint64_t part = comm->rank != 0 ? part_of(t, mine->len) : 0;
        const uint8_t *from = part > 0 ? mine->data + t->at : NULL;
        MS__TRY_MPI(MPI_Gatherv(from, (int)part, MPI_BYTE, t->buffer, t->counts, t->displs, MPI_BYTE, 0,
                                comm->world));
        for (int r = 1; r < comm->size && comm->rank == 0; r++) {
            ms_bytes_append(&parts[r], t->buffer + t->displs[r], (size_t)t->counts[r]);
            if (ms_bytes_check(&parts[r]) != MS_OK) {
                return ms_err_set(err, MS_MPI, 0, "gathered more bytes than announced");
            }
        }
    }
    return code;
}

static ms_code gather_lengths(ms_comm *comm, transfer *t, const ms_bytes *mine, ms_err *err)
{
    uint64_t len = mine->len;
    MS__TRY_MPI(MPI_Gather(&len, 1, MPI_UINT64_T, t->lens, 1, MPI_UINT64_T, 0, comm->world));
    return MS_OK;
}

/* Reserves all parts before the first chunk, so that the ranks can agree on MS_NOMEM. */
static ms_code reserve_parts(ms_comm *comm, transfer *t, ms_bytes *parts, ms_err *err)
{
    ms_code code = make_buffer(t, comm, err);
    for (int r = 1; r < comm->size && code == MS_OK; r++) {
        if (ms_bytes_reserve(&parts[r], (size_t)t->lens[r]) != MS_OK) {
            code = ms_err_set(err, MS_NOMEM, 0, "out of memory for %llu bytes of rank %d",
                              (unsigned long long)t->lens[r], r);
        }
    }
    return code;
}

ms_code ms_comm_gather(ms_comm *comm, ms_bytes *mine, ms_bytes *parts, ms_err *err)
{
    transfer t = {0};
    bool root = comm->rank == 0;
    ms_code code = MS_OK;
    if (comm->mpi) {
        MS_TRY_OR(done, ms_comm_agree(comm, transfer_init(&t, comm, err), err));
        MS_TRY_OR(done, gather_lengths(comm, &t, mine, err));
        MS_TRY_OR(done, ms_comm_agree(comm, root ? reserve_parts(comm, &t, parts, err) : MS_OK, err));
        MS_TRY_OR(done, gather_chunks(comm, &t, mine, parts, err));
    }
    if (root) {
        parts[0] = *mine;
        *mine = (ms_bytes){0};
    }
done:
    transfer_fini(&t);
    return code;
}
