/* Launch: what the environment tells of how this process was started, before MPI is. Reads and sets
 * environment variables, so only before any thread is started. */
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

/* Tells Open MPI, where the user has said nothing else: to give its core away while it waits (with more ranks
 * than cores, and slots that hide it, a collective took 150 ms instead of 0.2), not to look for graphics
 * cards (through the X server too, and so through name servers), and not to look for network fabrics when all
 * ranks share one host (MPI_Init takes about a quarter of the time). Local; before MPI_Init. */
void ms_launch_prepare(const ms_launch *launch);

/* Is the user's own terminal behind descriptor fd (1 or 2)? Without a launcher that is isatty. Under mpirun a
 * rank's standard output is a pseudo-terminal or a pipe that says nothing of the user's, so the launcher's
 * own descriptor is looked at when the launcher is the parent of this process; otherwise: no. Local. */
bool ms_launch_user_terminal(const ms_launch *launch, int fd);

#endif
