/* Shards: which of N runs that share no MPI a path belongs to. */
#ifndef MS_TASKS_ENUMERATE_SHARD_H
#define MS_TASKS_ENUMERATE_SHARD_H

#include "base/str_list.h"

/* The shard, 1..count, of a path: 1 + XXH3-64 (seed 0) of its bytes as printed, modulo count >= 1. It depends
 * on nothing else, so all runs over the same paths divide them alike, and a file that comes or goes moves no
 * other. Local. */
uint64_t ms_shard_of(ms_str path, uint64_t count);

#endif
