/* Comm: ranks, and bytes between them. Only this directory uses MPI; it knows neither tasks nor results.
 *
 * Without a launcher the process is the one rank, and MPI is not started: every function below then works on
 * its own memory.
 *
 * Functions are Local, or Collective: all ranks call them, in the same order. After MS_MPI the ranks cannot
 * agree on anything: only ms_comm_abort is left. */
#ifndef MS_COMM_COMM_H
#define MS_COMM_COMM_H

#include "base/bytes.h"
#include "comm/launch.h"

typedef struct ms_comm ms_comm;

/* Starts MPI if a launcher started this process. MS_MPI. Collective. */
MS_MUST_CHECK ms_code ms_comm_start(ms_comm **comm, const ms_launch *launch, ms_err *err);
/* Ends MPI and frees; accepts NULL. Collective. */
void ms_comm_finish(ms_comm *comm);
/* Ends all ranks immediately with this exit code; NULL: only this process, and the launcher then ends the
 * others. The only caller of MPI_Abort. Local. */
_Noreturn void ms_comm_abort(ms_comm *comm, int exit_code);

/* Local. */
uint32_t ms_comm_rank(const ms_comm *comm);
uint32_t ms_comm_size(const ms_comm *comm);
const char *ms_comm_host(const ms_comm *comm);
/* Whether two threads may use it at the same time, each with its own channel (channel.h). Local. */
bool ms_comm_has_threads(const ms_comm *comm);
/* Seconds that MPI_Init took; 0 when MPI was not started. Local. */
double ms_comm_start_seconds(const ms_comm *comm);
/* Bytes in one chunk of a collective, >= 1; the same on all ranks. Local. */
void ms_comm_set_chunk_size(ms_comm *comm, uint64_t nbytes);

/* All ranks learn the worst code (the lowest failing rank's), and *err is that rank's on every rank, prefixed
 * with rank and host unless it is rank 0. `mine` and *err are this rank's own. Collective. */
MS_MUST_CHECK ms_code ms_comm_agree(ms_comm *comm, ms_code mine, ms_err *err);
/* A barrier that sleeps between polls, because a spinning rank would take the core of one that works. *waited
 * (may be NULL): seconds. `idle` (may be NULL) is called at each poll; anything but MS_OK from it, which must
 * be MS_MPI, ends the barrier with that code. Collective. */
MS_MUST_CHECK ms_code ms_comm_sleeping_barrier(ms_comm *comm, double *waited,
                                               ms_code (*idle)(void *user, ms_err *err), void *user,
                                               ms_err *err);
/* Rank 0's *bytes replaces everybody's. Collective. */
MS_MUST_CHECK ms_code ms_comm_broadcast(ms_comm *comm, ms_bytes *bytes, ms_err *err);
/* parts[r] of rank 0 (one per rank; NULL on other ranks) becomes rank r's *mine, which is empty before. Rank
 * 0's own part is moved, the others are kept. Collective. */
MS_MUST_CHECK ms_code ms_comm_scatter(ms_comm *comm, ms_bytes *parts, ms_bytes *mine, ms_err *err);
/* Every rank's *mine becomes parts[r] on rank 0 (one empty ms_bytes per rank; NULL on other ranks). Rank
 * 0's own is moved: *mine is empty there afterwards. Collective. */
MS_MUST_CHECK ms_code ms_comm_gather(ms_comm *comm, ms_bytes *mine, ms_bytes *parts, ms_err *err);

#endif
