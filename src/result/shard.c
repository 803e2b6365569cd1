/* Shards: see shard.h. */
#include "result/shard.h"

#include <xxhash.h>

uint64_t ms_shard_of(ms_name path, uint64_t count)
{
    return 1 + XXH3_64bits(path.data, path.len) % count;
}
