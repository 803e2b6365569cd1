/* Comm: ranks, and bytes between them. The only directory that names MPI; it knows no task and no result.
 *
 * A process that no launcher started is one rank, and MPI is not started at all: every function below then
 * works on the one rank's own memory.
 *
 * Functions are Local, or Collective: all ranks call them, in the same order. After MS_MPI nothing more can
 * be agreed upon: ms_comm_abort is what is left. */
#ifndef MS_COMM_COMM_H
#define MS_COMM_COMM_H

#include "base/bytes.h"
#include "comm/launch.h"

typedef struct ms_comm ms_comm;

/* Starts MPI when a launcher is there. MS_MPI when it cannot be. Collective. */
MS_MUST_CHECK ms_code ms_comm_start(ms_comm **comm, const ms_launch *launch, ms_err *err);
/* Ends MPI and frees; accepts NULL. Collective. */
void ms_comm_finish(ms_comm *comm);
/* Ends all ranks at once with this exit code; NULL: this process alone, and the launcher then ends the
 * others. The one place that calls MPI_Abort. Local. */
_Noreturn void ms_comm_abort(ms_comm *comm, int exit_code);

/* Local. */
uint32_t ms_comm_rank(const ms_comm *comm);
uint32_t ms_comm_size(const ms_comm *comm);
const char *ms_comm_host(const ms_comm *comm);
/* May two threads use it at a time, each with a channel of its own (channel.h)? Local. */
bool ms_comm_has_threads(const ms_comm *comm);
/* Seconds that MPI's start took; 0 when it was not started. Local. */
double ms_comm_start_seconds(const ms_comm *comm);
/* Bytes that one collective may move at a time, >= 1; the same on all ranks. Local. */
void ms_comm_set_chunk_size(ms_comm *comm, uint64_t nbytes);

/* All ranks learn the worst code (the lowest failing rank's), and *err is that rank's on every rank, with the
 * rank and its host in front unless it is rank 0. `mine` and *err are this rank's own. Collective. */
MS_MUST_CHECK ms_code ms_comm_agree(ms_comm *comm, ms_code mine, ms_err *err);
/* Waits, mostly asleep, until all ranks are here; *waited (may be NULL) gets the seconds. A rank that waits
 * spinning would take the core of one that works. `idle` (may be NULL) is called now and then; anything but
 * MS_OK from it, which must be an MPI error, ends the waiting with that code. Collective. */
MS_MUST_CHECK ms_code ms_comm_sleeping_barrier(ms_comm *comm, double *waited,
                                               ms_code (*idle)(void *user, ms_err *err), void *user,
                                               ms_err *err);
/* Rank 0's *bytes replaces everybody's. Collective. */
MS_MUST_CHECK ms_code ms_comm_broadcast(ms_comm *comm, ms_bytes *bytes, ms_err *err);
/* parts[r] of rank 0 (one per rank; NULL remote_host) becomes rank r's *mine, which is empty. Rank 0's own is
 * moved, the other parts stay. Collective. */
MS_MUST_CHECK ms_code ms_comm_scatter(ms_comm *comm, ms_bytes *parts, ms_bytes *mine, ms_err *err);
/* Every rank's *mine becomes parts[r] on rank 0 (one empty ms_bytes per rank; NULL remote_host). Rank 0's own
 * is moved, so *mine is empty there afterwards. Collective. */
MS_MUST_CHECK ms_code ms_comm_gather(ms_comm *comm, ms_bytes *mine, ms_bytes *parts, ms_err *err);

#endif
