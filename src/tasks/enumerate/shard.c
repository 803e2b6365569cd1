#include "tasks/enumerate/shard.h"

#include <xxhash.h>

uint64_t ms_shard_of(ms_str path, uint64_t count)
{
    return 1 + XXH3_64bits(path.data, path.len) % count;
}
