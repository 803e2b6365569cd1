/* Launch: how this process was started, by its environment, before MPI_Init. Reads and sets environment
 * variables: only before any thread is started. */
#ifndef MS_COMM_LAUNCH_H
#define MS_COMM_LAUNCH_H

#include "base/err.h"

typedef struct ms_launch {
    bool launched; /* by mpirun, or by srun with a process-management interface */
    bool no_pmi;   /* by srun with several tasks, but without an interface that MPI could use */
    bool one_host; /* all ranks are known to be on this host */
    int rank;      /* as the launcher says; 0 without one */
    int size;      /* ranks, as the launcher says; 1 without one, 0 when it does not say */
} ms_launch;

/* Local. */
ms_launch ms_launch_detect(void);

/* Sets parameters of Open MPI that the user has not set: yield the core while it waits (with more ranks than
 * cores, which slots may hide, a collective took 150 ms instead of 0.2); do not search for GPUs (which
 * contacts the X server, and so name servers); do not search for network fabrics when all ranks share one
 * host (MPI_Init takes about a quarter of the time). Local; before MPI_Init. */
void ms_launch_prepare(const ms_launch *launch);

/* Whether descriptor fd (1 or 2) leads to the user's terminal. Without a launcher that is isatty. Under
 * mpirun a rank's own descriptor is a pseudo-terminal or a pipe either way, so the launcher's is checked if
 * it is the parent of this process; otherwise false. Local. */
bool ms_launch_user_terminal(const ms_launch *launch, int fd);

#endif
