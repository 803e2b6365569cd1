/* What the programs of ranks share: start, `--expect N`, agreement on what held, the end. */
#ifndef TESTS_MPI_RANKS_H
#define TESTS_MPI_RANKS_H

#include "comm/comm.h"

#include <check.h>

/* Starts MPI. The launcher starts N ranks and the program gets N (--expect N, its first two
 * arguments): a foreign launcher starts N singletons, all of which would pass otherwise. Ends the program if
 * they differ. */
ms_comm *ranks_start(int argc, char **argv);
/* All ranks' run_results -> one. The first failing rank's own words go to standard error. Collective. */
bool ranks_all_hold(ms_comm *comm, bool mine, const char *what);
/* Runs the suites (NULL-terminated) without forking, since MPI does not survive it; rank 0 shows them. ->
 * exit code. */
int ranks_run_suites(ms_comm *comm, Suite *const *suites);

#endif
