/* Shards: which of N runs without common MPI processes a path. */
#ifndef MS_TASKS_ENUMERATE_SHARD_H
#define MS_TASKS_ENUMERATE_SHARD_H

#include "base/str_list.h"

/* The shard, 1..count, of a path: 1 + XXH3-64 (seed 0) of its bytes as printed, modulo count >= 1. It depends
 * on nothing else: all runs over the same paths divide them in the same way, and a file that is added or
 * removed moves no other. Local. */
uint64_t ms_shard_of(ms_str path, uint64_t count);

#endif
