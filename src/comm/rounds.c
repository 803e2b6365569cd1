/* Rounds: broadcast, scatter and gather of any number of bytes. MPI's counts and displacements are ints, so
 * bytes move in rounds of at most the round limit (all ranks together); every rank works out the same number
 * of rounds from the longest part, which all are told first. */
#include "comm/comm_internal.h"

#include "base/number.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* One scatter or gather under way. The arrays have one element a rank and are used on rank 0. */
typedef struct transfer {
    uint64_t share;   /* bytes of one rank that a round moves */
    uint64_t longest; /* bytes of the longest part */
    uint64_t *lens;
    int *counts;
    int *displs;
    uint8_t *buffer; /* rank 0: the bytes of one round, all ranks' */
} transfer;

static void transfer_fini(transfer *t)
{
    free(t->lens);
    free(t->counts);
    free(t->displs);
    free(t->buffer);
}

/* Everybody's arrays; `share` follows from the limit and the size alone. Local. */
static ms_code transfer_init(transfer *t, const ms_comm *comm, ms_err *err)
{
    size_t n = (size_t)comm->size;
    uint64_t limit = comm->round_limit < INT_MAX ? comm->round_limit : INT_MAX;
    t->share = limit / n > 0 ? limit / n : 1;
    t->lens = calloc(n, sizeof *t->lens);
    t->counts = calloc(n, sizeof *t->counts);
    t->displs = calloc(n, sizeof *t->displs);
    if (!t->lens || !t->counts || !t->displs) {
        return ms_err_set(err, MS_NOMEM, 0, "no memory for %zu ranks", n);
    }
    return MS_OK;
}

/* Counts and displacements of the round that begins at `at` of every part; rank 0's own part stays where it
 * is. */
static ms_code lay_out(transfer *t, const ms_comm *comm, uint64_t at, ms_err *err)
{
    uint64_t sum = 0;
    for (int r = 0; r < comm->size; r++) {
        uint64_t left = t->lens[r] > at ? t->lens[r] - at : 0;
        uint64_t part = r == 0 ? 0 : left < t->share ? left : t->share;
        if (ms_number_to_int(part, &t->counts[r]) != MS_OK || ms_number_to_int(sum, &t->displs[r]) != MS_OK) {
            return ms_err_set(err, MS_MPI, 0, "a round of %llu bytes is too large for MPI",
                              (unsigned long long)(sum + part));
        }
        sum += part;
    }
    return MS_OK;
}

static uint64_t longest_of(const transfer *t, const ms_comm *comm)
{
    uint64_t longest = 0;
    for (int r = 1; r < comm->size; r++) {
        longest = t->lens[r] > longest ? t->lens[r] : longest;
    }
    return longest;
}

/* Room for one round on rank 0: the parts may be shorter than a share. */
static ms_code make_buffer(transfer *t, const ms_comm *comm, ms_err *err)
{
    uint64_t sum = 1;
    for (int r = 1; r < comm->size; r++) {
        sum += t->lens[r] < t->share ? t->lens[r] : t->share;
    }
    t->buffer = malloc((size_t)sum);
    return t->buffer
               ? MS_OK
               : ms_err_set(err, MS_NOMEM, 0, "no memory for a round of %llu bytes", (unsigned long long)sum);
}

static ms_code bcast_u64(ms_comm *comm, uint64_t *value, ms_err *err)
{
    MS__TRY_MPI(MPI_Bcast(value, 1, MPI_UINT64_T, 0, comm->world));
    return MS_OK;
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
    uint64_t limit = comm->round_limit < INT_MAX ? comm->round_limit : INT_MAX;
    for (uint64_t at = 0; at < n && code == MS_OK; at += limit) {
        uint64_t part = n - at < limit ? n - at : limit;
        MS__TRY_MPI(MPI_Bcast(bytes->data + at, (int)part, MPI_BYTE, 0, comm->world));
        bytes->len = (size_t)(at + part);
    }
    return code;
}

static ms_code scatter_rounds(ms_comm *comm, transfer *t, const ms_bytes *parts, ms_bytes *mine,
                              uint64_t nmine, ms_err *err)
{
    uint64_t got = 0;
    for (uint64_t at = 0; at < t->longest; at += t->share) {
        if (comm->rank == 0) {
            ms_code code = lay_out(t, comm, at, err);
            if (code != MS_OK) {
                return code;
            }
            for (int r = 1; r < comm->size; r++) {
                if (t->counts[r] > 0) {
                    memcpy(t->buffer + t->displs[r], parts[r].data + at, (size_t)t->counts[r]);
                }
            }
        }
        uint64_t left = nmine - got;
        uint64_t part = left < t->share ? left : t->share;
        MS__TRY_MPI(MPI_Scatterv(t->buffer, t->counts, t->displs, MPI_BYTE, mine->data + mine->len, (int)part,
                                 MPI_BYTE, 0, comm->world));
        mine->len += (size_t)part;
        got += part;
    }
    return MS_OK;
}

static ms_code scatter_lengths(ms_comm *comm, transfer *t, const ms_bytes *parts, uint64_t *nmine,
                               ms_err *err)
{
    for (int r = 0; r < comm->size && parts; r++) {
        t->lens[r] = parts[r].len;
    }
    MS__TRY_MPI(MPI_Scatter(t->lens, 1, MPI_UINT64_T, nmine, 1, MPI_UINT64_T, 0, comm->world));
    t->longest = comm->rank == 0 ? longest_of(t, comm) : 0;
    return bcast_u64(comm, &t->longest, err);
}

ms_code ms_comm_scatter(ms_comm *comm, const ms_bytes *parts, ms_bytes *mine, ms_err *err)
{
    if (!comm->mpi) {
        return ms_bytes_append(mine, parts[0].data, parts[0].len);
    }
    transfer t = {0};
    uint64_t nmine = 0;
    ms_code code = ms_comm_agree(comm, transfer_init(&t, comm, err), err);
    code = code == MS_OK ? scatter_lengths(comm, &t, parts, &nmine, err) : code;
    if (code == MS_OK) {
        bool root = comm->rank == 0;
        code = root ? make_buffer(&t, comm, err) : MS_OK;
        code = code == MS_OK && root ? ms_bytes_append(mine, parts[0].data, parts[0].len) : code;
        code = code == MS_OK && !root ? ms_bytes_reserve(mine, (size_t)nmine + 1) : code;
        code = ms_comm_agree(comm, code, err);
    }
    code = code == MS_OK ? scatter_rounds(comm, &t, parts, mine, comm->rank == 0 ? 0 : nmine, err) : code;
    transfer_fini(&t);
    return code;
}

static ms_code gather_rounds(ms_comm *comm, transfer *t, const ms_bytes *mine, ms_bytes *parts, ms_err *err)
{
    for (uint64_t at = 0; at < t->longest; at += t->share) {
        uint64_t left = comm->rank != 0 && mine->len > at ? mine->len - at : 0;
        uint64_t part = left < t->share ? left : t->share;
        ms_code code = comm->rank == 0 ? lay_out(t, comm, at, err) : MS_OK;
        if (code != MS_OK) {
            return code;
        }
        const uint8_t *from = part > 0 ? mine->data + at : NULL;
        MS__TRY_MPI(MPI_Gatherv(from, (int)part, MPI_BYTE, t->buffer, t->counts, t->displs, MPI_BYTE, 0,
                                comm->world));
        for (int r = 1; r < comm->size && comm->rank == 0; r++) {
            if (ms_bytes_append(&parts[r], t->buffer + t->displs[r], (size_t)t->counts[r]) != MS_OK) {
                return ms_err_set(err, MS_MPI, 0, "the room for gathered bytes is gone");
            }
        }
    }
    return MS_OK;
}

static ms_code gather_lengths(ms_comm *comm, transfer *t, const ms_bytes *mine, ms_err *err)
{
    uint64_t len = mine->len;
    MS__TRY_MPI(MPI_Gather(&len, 1, MPI_UINT64_T, t->lens, 1, MPI_UINT64_T, 0, comm->world));
    t->longest = comm->rank == 0 ? longest_of(t, comm) : 0;
    return bcast_u64(comm, &t->longest, err);
}

/* All the room that the parts will need, taken before the first round, so that a lack of memory is agreed
 * upon. */
static ms_code reserve_parts(ms_comm *comm, transfer *t, ms_bytes *parts, ms_err *err)
{
    ms_code code = make_buffer(t, comm, err);
    for (int r = 1; r < comm->size && code == MS_OK; r++) {
        if (ms_bytes_reserve(&parts[r], (size_t)t->lens[r]) != MS_OK) {
            code = ms_err_set(err, MS_NOMEM, 0, "no memory for the %llu bytes of rank %d",
                              (unsigned long long)t->lens[r], r);
        }
    }
    return code;
}

ms_code ms_comm_gather(ms_comm *comm, ms_bytes *mine, ms_bytes *parts, ms_err *err)
{
    ms_code code = MS_OK;
    if (comm->mpi) {
        transfer t = {0};
        code = ms_comm_agree(comm, transfer_init(&t, comm, err), err);
        code = code == MS_OK ? gather_lengths(comm, &t, mine, err) : code;
        if (code == MS_OK) {
            code = ms_comm_agree(comm, comm->rank == 0 ? reserve_parts(comm, &t, parts, err) : MS_OK, err);
        }
        code = code == MS_OK ? gather_rounds(comm, &t, mine, parts, err) : code;
        transfer_fini(&t);
    }
    if (comm->rank == 0 && code == MS_OK) {
        parts[0] = *mine;
        *mine = (ms_bytes){0};
    }
    return code;
}
