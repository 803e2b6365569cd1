/* Confine: what makes the worker harmless. Before the libraries start: it dies with its rank, has limits, and
 * nothing of the rank's descriptors. After: a filter on system calls that leaves it no new files, no sockets,
 * no processes. */
#ifndef MS_IMAGES_WORKER_SANDBOX_H
#define MS_IMAGES_WORKER_SANDBOX_H

#include "base/err.h"

#include <stdint.h>

/* Limits and signals; closes every descriptor but `socket` and the standard three. memory: bytes of data that
 * the process may map privately (RLIMIT_DATA: RLIMIT_AS would also count libraries' text and the inputs that
 * are mapped), 0 for no limit. Local. */
MS_MUST_CHECK ms_code ms_sandbox_limits(int socket, uint64_t memory, ms_err *err);
/* The filter, for all threads, for good. Standard input and output become /dev/null first. Local. */
MS_MUST_CHECK ms_code ms_sandbox_seal(int socket, ms_err *err);

#endif
