/* Suite of run/work/cost_estimate.c: what a log costs is told by its name, of the largest files by their
 * first bytes. */
#include "run/work/cost_estimate.h"

#include "suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

Suite *cost_estimate_suite(void);

static const struct {
    const char *data;
    size_t n;
    uint32_t byte_cost;
} heads[] = {
    {"plain text", 10, 0},
    {"\x1F\x8B\x08\0\0\0\0\0\0\3", 10, 35},
    {"\x28\xB5\x2F\xFD\0\x70\x29\0\0plain", 14, 40},
    {"\x04\x22\x4D\x18\x60\x40\x82", 7, 37},
    {"\xFD"
     "7zXZ\0\0\4",
     8, 500},
    {"BZh91AY&SY", 10, 1450},
};
typedef struct set {
    char dir[32];
    ms_entries entries;
    size_t nvisits;
} set;

static set set_open(void)
{
    set s = {.dir = "/tmp/ms-weigh-XXXXXX"};
    ck_assert_ptr_nonnull(mkdtemp(s.dir));
    return s;
}

static void set_close(set *s)
{
    for (size_t i = 0; i < s->entries.paths.count; i++) {
        (void)unlink(ms_str_list_at(&s->entries.paths, i).data);
    }
    ck_assert_int_eq(rmdir(s->dir), 0);
    ms_entries_fini(&s->entries);
}

/* A file that begins like heads[head], of so many bytes as far as the plan knows; head < 0: it is gone. */
static void add(set *s, const char *name, int head, uint64_t size)
{
    char path[128];
    size_t n = s->entries.paths.count;
    (void)snprintf(path, sizeof path, "%s/%s", s->dir, name);
    s->entries.list = realloc(s->entries.list, (n + 1) * sizeof *s->entries.list);
    ck_assert_ptr_nonnull(s->entries.list);
    s->entries.list[n] = (ms_entry){.size = size, .state = MS_ENTRY_FILE, .kind = MS_TASK_LOG};
    ms_str_list_push(&s->entries.paths, path, strlen(path));
    if (head >= 0) {
        FILE *out = fopen(path, "wb");
        ck_assert_ptr_nonnull(out);
        ck_assert_uint_eq(fwrite(heads[head].data, 1, heads[head].n, out), heads[head].n);
        ck_assert_int_eq(fclose(out), 0);
    }
}

static void count(void *user, ms_str path)
{
    (void)path;
    ++*(size_t *)user;
}

static void weigh(set *s, size_t nranks)
{
    ms_cost_estimate(&s->entries, nranks, count, &s->nvisits);
}

static uint32_t cost_of(const set *s, size_t i)
{
    return s->entries.list[i].byte_cost;
}

START_TEST(of_large_files_the_first_bytes_count)
{
    static const char *const names[] = {"x.log", "x.gz", "x.log.bz2.1"};
    set s = set_open();
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        add(&s, names[i], _i, 1 << 20);
    }
    add(&s, "gone.gz", -1, 1 << 20);
    weigh(&s, 2);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        ck_assert_uint_eq(cost_of(&s, i), heads[_i].byte_cost);
    }
    ck_assert_uint_eq(cost_of(&s, 3), 0);
    ck_assert_uint_eq(s.nvisits, 4);
    set_close(&s);
}
END_TEST

/* Nothing is opened: there are no such files. */
START_TEST(of_others_the_names_ending_counts)
{
    static const struct {
        const char *name;
        ms_codec codec;
    } names[] = {
        {"x.log", MS_CODEC_NONE},      {"x.gz", MS_CODEC_GZIP},          {"x.GZ", MS_CODEC_GZIP},
        {"x.log.gz.1", MS_CODEC_GZIP}, {"x.gz-20240131", MS_CODEC_GZIP}, {"x.gz_2024.01.31", MS_CODEC_GZIP},
        {"x.1.gz", MS_CODEC_GZIP},     {"x.tgz", MS_CODEC_GZIP},         {"x.bz2", MS_CODEC_BZIP2},
        {"x.bz2.12", MS_CODEC_BZIP2},  {"x.zst", MS_CODEC_ZSTD},         {"x.lz4", MS_CODEC_LZ4},
        {"x.xz", MS_CODEC_XZ},         {"x.lzma", MS_CODEC_LZMA},        {"x.lz", MS_CODEC_LZIP},
        {"gz", MS_CODEC_NONE},         {"xgz", MS_CODEC_NONE},           {"x.gz.log", MS_CODEC_NONE},
        {"x.gzip2", MS_CODEC_NONE},    {"20240131", MS_CODEC_NONE},
    };
    set s = set_open();
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        add(&s, names[i].name, -1, (1 << 20) - 1);
    }
    weigh(&s, 2);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        ck_assert_msg(cost_of(&s, i) == ms_codec_byte_cost(names[i].codec), "%s", names[i].name);
    }
    ck_assert_uint_eq(s.nvisits, 0);
    set_close(&s);
}
END_TEST

START_TEST(a_rank_alone_has_nothing_to_share)
{
    set s = set_open();
    add(&s, "x.gz", 1, 1 << 20);
    weigh(&s, 1);
    ck_assert_uint_eq(cost_of(&s, 0), 0);
    ck_assert_uint_eq(s.nvisits, 0);
    set_close(&s);
}
END_TEST

/* The 64 largest of 200, in any order; the names of all lie. */
START_TEST(no_more_than_the_largest_are_opened)
{
    set s = set_open();
    for (uint64_t i = 0; i < 200; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "%03d.gz", (int)i);
        add(&s, name, 0, (2 << 20) + i * 77 % 200);
    }
    weigh(&s, 2);
    ck_assert_uint_eq(s.nvisits, 64);
    for (size_t i = 0; i < 200; i++) {
        ck_assert_uint_eq(cost_of(&s, i), i * 77 % 200 >= 136 ? 0 : 35);
    }
    set_close(&s);
}
END_TEST

START_TEST(only_logs_are_weighed)
{
    set s = set_open();
    add(&s, "a.gz", 1, 1 << 20);
    add(&s, "b.gz", 1, 1 << 20);
    s.entries.list[0].state = MS_ENTRY_SKIP;
    s.entries.list[0].reason = 3;
    s.entries.list[1].kind = MS_TASK_IMAGE;
    s.entries.list[1].byte_cost = 80;
    weigh(&s, 2);
    ck_assert_uint_eq(s.entries.list[0].reason, 3);
    ck_assert_uint_eq(cost_of(&s, 1), 80);
    ck_assert_uint_eq(s.nvisits, 0);
    set_close(&s);
}
END_TEST

Suite *cost_estimate_suite(void)
{
    Suite *suite = suite_create("weigh");
    TCase *tc = tcase_create("all");
    tcase_add_loop_test(tc, of_large_files_the_first_bytes_count, 0, (int)(sizeof heads / sizeof heads[0]));
    tcase_add_test(tc, of_others_the_names_ending_counts);
    tcase_add_test(tc, a_rank_alone_has_nothing_to_share);
    tcase_add_test(tc, no_more_than_the_largest_are_opened);
    tcase_add_test(tc, only_logs_are_weighed);
    suite_add_tcase(suite, tc);
    return suite;
}
