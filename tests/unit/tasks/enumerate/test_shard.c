/* Suite of result/shard.c: the division is pinned, as runs of different versions must agree on it. */
#include "tasks/enumerate/shard.h"

#include "unit.h"

#include <stdio.h>
#include <string.h>

/* XXH3-64 by the reference tool xxhsum 0.8 (xxhsum -H3). */
static const struct {
    const char *path;
    uint64_t hash;
} known[] = {
    {"", UINT64_C(0x2d06800538d394c2)},
    {"a", UINT64_C(0xe6c632b61e964e1f)},
    {"/var/log/syslog", UINT64_C(0x9359da84e4b7cc12)},
    {"name-\xff\nwith newline", UINT64_C(0x38766d5a1ca31bad)},
};

TEST(the_division_is_pinned)
{
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        ms_str path = {known[i].path, strlen(known[i].path)};
        for (uint64_t count = 1; count <= 20; count++) {
            ck_assert_uint_eq(ms_shard_of(path, count), 1 + known[i].hash % count);
        }
    }
}

TEST(shards_are_about_equal)
{
    enum { COUNT = 8, PATHS = 8000 };
    size_t in[COUNT + 1] = {0};
    for (unsigned i = 0; i < PATHS; i++) {
        char path[64];
        int n = snprintf(path, sizeof path, "/shared/logs/app-%u.log", i);
        uint64_t shard = ms_shard_of((ms_str){path, (size_t)n}, COUNT);
        ck_assert(shard >= 1 && shard <= COUNT);
        in[shard]++;
    }
    for (size_t s = 1; s <= COUNT; s++) {
        ck_assert_uint_gt(in[s], PATHS / COUNT * 8 / 10);
        ck_assert_uint_lt(in[s], PATHS / COUNT * 12 / 10);
    }
}
