/* Sandbox: confines the worker, which parses hostile bytes. Before libraries start: resource limits, no
 * descriptors of the rank, killed when the rank exits. After: a seccomp filter, with which no file, socket or
 * process can be opened or created. */
#ifndef MS_IMAGES_WORKER_SANDBOX_H
#define MS_IMAGES_WORKER_SANDBOX_H

#include "base/err.h"

#include <stdint.h>

/* Limits and signals; closes every descriptor but `socket` and the standard three. memory: bytes of private
 * data that the process may map (RLIMIT_DATA; RLIMIT_AS, which also counts code, stacks and mapped inputs, is
 * 4 GiB more), 0: no limit. MS_IO, or MS_STOPPED when the rank has exited. Local. */
MS_MUST_CHECK ms_code ms_sandbox_set_limits(int socket, uint64_t memory, ms_err *err);
/* Leaves the file system (confine.h) and loads the filter for all threads, irrevocably. Makes standard input
 * and output /dev/null first. MS_IO,
 * MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms_sandbox_load_filter(int socket, ms_err *err);

#endif
