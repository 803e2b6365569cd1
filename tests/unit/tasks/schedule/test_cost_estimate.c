/* Suite of tasks/schedule/cost_estimate.c: what a byte of a log costs, by the name's ending. */
#include "tasks/schedule/cost_estimate.h"

#include "unit.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    uint32_t byte_cost;
} names[] = {
    {"x.log", 0},       {"x.gz", 35},          {"x.GZ", 35},
    {"x.log.gz.1", 35}, {"x.gz-20240131", 35}, {"x.gz_2024.01.31", 35},
    {"x.1.gz", 35},     {"x.tgz", 35},         {"x.bz2", 1450},
    {"x.bz2.12", 1450}, {"x.tbz", 1450},       {"x.tbz2", 1450},
    {"x.zst", 40},      {"x.tzst", 40},        {"x.lz4", 37},
    {"x.xz", 500},      {"x.txz", 500},        {"x.lzma", 500},
    {"x.lz", 500},      {"d.gz/x", 0},         {"gz", 0},
    {"xgz", 0},         {"x.gz.log", 0},       {"x.gzip2", 0},
    {"20240131", 0},
};

static ms_entries entries_of(const char *name)
{
    ms_entries entries = {.list = calloc(1, sizeof *entries.list)};
    ck_assert_ptr_nonnull(entries.list);
    entries.list[0] = (ms_entry){.size = 1, .state = MS_ENTRY_FILE, .kind = MS_TASK_LOG};
    ms_str_list_push(&entries.paths, name, strlen(name));
    return entries;
}

TEST_EACH(the_ending_of_the_name_decides, names)
{
    ms_entries entries = entries_of(names[_i].name);
    ms_cost_estimate(&entries, 2);
    ck_assert_msg(entries.list[0].byte_cost == names[_i].byte_cost, "%s", names[_i].name);
    ms_entries_fini(&entries);
}

TEST(one_rank_has_nothing_to_share)
{
    ms_entries entries = entries_of("x.gz");
    ms_cost_estimate(&entries, 1);
    ck_assert_uint_eq(entries.list[0].byte_cost, 0);
    ms_entries_fini(&entries);
}

TEST(only_logs_are_estimated)
{
    ms_entries entries = entries_of("a.gz");
    entries.list[0].state = MS_ENTRY_SKIP;
    entries.list[0].reason = 3; /* shares its place with byte_cost */
    ms_cost_estimate(&entries, 2);
    ck_assert_uint_eq(entries.list[0].reason, 3);
    entries.list[0] = (ms_entry){.state = MS_ENTRY_FILE, .kind = MS_TASK_IMAGE, .byte_cost = 80};
    ms_cost_estimate(&entries, 2);
    ck_assert_uint_eq(entries.list[0].byte_cost, 80);
    ms_entries_fini(&entries);
}
