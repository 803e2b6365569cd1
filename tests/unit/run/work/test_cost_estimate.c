/* Suite of run/work/cost_estimate.c: what a log costs is told by its first bytes, of many small ones by those
 * of some. */
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
    uint64_t weight;
} heads[] = {
    {"plain text", 10, 1},
    {"\x1F\x8B\x08\0\0\0\0\0\0\3", 10, 35},
    {"\x28\xB5\x2F\xFD\0\x70\x29\0\0plain", 14, 40},
    {"\x04\x22\x4D\x18\x60\x40\x82", 7, 37},
    {"\xFD"
     "7zXZ\0\0\4",
     8, 500},
    {"BZh91AY&SY", 10, 1450},
};
enum { PLAIN, GZIP, BZIP2 = 5, NHEADS = sizeof heads / sizeof heads[0] };

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
    ck_assert_int_eq(ms_str_list_push(&s->entries.paths, path, strlen(path)), MS_OK);
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
    ms_err err = {0};
    ck_assert_int_eq(ms_cost_estimate(&s->entries, nranks, count, &s->nvisits, &err), MS_OK);
}

/* What compressed logs cost. */
static uint64_t packed(uint64_t size, uint64_t weight)
{
    return (size + 1) * weight + 65536;
}

static uint64_t cost_of(const set *s, size_t i)
{
    return s->entries.list[i].cost;
}

START_TEST(the_first_bytes_count_and_no_name)
{
    static const char *const names[] = {"x.log", "x.gz", "x.log.gz.1", "x.bz2"};
    set s = set_open();
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        add(&s, names[i], _i, 1000000);
    }
    add(&s, "gone.gz", -1, 1000000);
    weigh(&s, 2);
    uint64_t weight = heads[_i].weight;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        ck_assert_uint_eq(cost_of(&s, i), weight > 1 ? packed(1000000, weight) : 0);
    }
    ck_assert_uint_eq(cost_of(&s, 4), 0);
    ck_assert_uint_eq(s.nvisits, 5);
    set_close(&s);
}
END_TEST

START_TEST(a_rank_alone_has_nothing_to_share)
{
    set s = set_open();
    add(&s, "x.gz", GZIP, 1000000);
    weigh(&s, 1);
    ck_assert_uint_eq(cost_of(&s, 0), 0);
    ck_assert_uint_eq(s.nvisits, 0);
    set_close(&s);
}
END_TEST

START_TEST(what_is_next_to_nothing_is_left)
{
    set s = set_open();
    add(&s, "x.gz", GZIP, (256 << 10) - 1000);
    add(&s, "y.gz", GZIP, 999);
    weigh(&s, 2);
    ck_assert_uint_eq(s.nvisits, 0);
    s.entries.list[1].size++;
    weigh(&s, 2);
    ck_assert_uint_eq(s.nvisits, 2);
    set_close(&s);
}
END_TEST

START_TEST(small_ones_cost_what_some_of_their_ending_do)
{
    set s = set_open();
    char name[40];
    for (int i = 0; i < 400; i++) {
        (void)snprintf(name, sizeof name, "a%03d.gz.%d", i, i % 7);
        add(&s, name, GZIP, 10000);
    }
    for (int i = 0; i < 400; i++) {
        (void)snprintf(name, sizeof name, "b%03d.log", i);
        add(&s, name, PLAIN, 10000);
    }
    weigh(&s, 2);
    for (size_t i = 0; i < 400; i++) {
        ck_assert_uint_eq(cost_of(&s, i), packed(10000, 35));
        ck_assert_uint_eq(cost_of(&s, 400 + i), 0);
    }
    ck_assert_uint_le(s.nvisits, 2 * 16);
    ck_assert_uint_ge(s.nvisits, 2 * 10);
    set_close(&s);
}
END_TEST

/* Logs that alternate with compressed ones under one ending, as many as will be looked into and more. */
START_TEST(a_mixed_ending_is_looked_into)
{
    enum { N = 6400, MOST_MIXED = 4096 }; /* one of 400 is a sample: always the first would be of one sort */
    set s = set_open();
    char name[40];
    for (int i = 0; i < N; i++) {
        (void)snprintf(name, sizeof name, "c%04d.mixed-2024-01-31", i);
        add(&s, name, i % 2 == 0 ? BZIP2 : PLAIN, 10000);
    }
    weigh(&s, 2);
    for (size_t i = 0; i < MOST_MIXED; i++) {
        ck_assert_uint_eq(cost_of(&s, i), i % 2 == 0 ? packed(10000, 1450) : 0);
    }
    for (size_t i = MOST_MIXED; i < N; i++) { /* what some of them do, in the mean */
        ck_assert_uint_eq(cost_of(&s, i), cost_of(&s, N - 1));
        ck_assert_uint_ge(cost_of(&s, i), packed(10000, 1450) / 8);
        ck_assert_uint_le(cost_of(&s, i), packed(10000, 1450) / 8 * 7);
    }
    ck_assert_uint_le(s.nvisits, MOST_MIXED + 16);
    set_close(&s);
}
END_TEST

START_TEST(never_too_many_are_opened)
{
    set s = set_open();
    char name[40];
    for (int i = 0; i < 30000; i++) { /* none of them is there; each has an ending of its own */
        (void)snprintf(name, sizeof name, "x.e%dz", i);
        add(&s, name, -1, 1000);
    }
    weigh(&s, 1000000);
    ck_assert_uint_le(s.nvisits, 2 * 2048);
    ck_assert_uint_ge(s.nvisits, 1000);
    for (size_t i = 0; i < 30000; i++) { /* large ones, all different */
        s.entries.list[i].size = 1000000 + i * 7919 % 30000;
    }
    s.nvisits = 0;
    weigh(&s, 2);
    ck_assert_uint_le(s.nvisits, 8192 + 2 * 2048);
    ck_assert_uint_ge(s.nvisits, 8192);
    set_close(&s);
}
END_TEST

static void put_header(FILE *out, char type, const char *name, unsigned size)
{
    char block[512] = {0};
    unsigned sum = 8 * ' ';
    (void)snprintf(block, 100, "%s", name);
    (void)snprintf(block + 124, 12, "%011o", size);
    block[156] = type;
    memcpy(block + 257, "ustar\00000", 8);
    for (size_t i = 0; i < sizeof block; i++) {
        sum += (uint8_t)block[i];
    }
    (void)snprintf(block + 148, 8, "%06o", sum);
    ck_assert_uint_eq(fwrite(block, 1, sizeof block, out), sizeof block);
}

START_TEST(an_archive_costs_what_its_first_member_does)
{
    static const char *const names[] = {"dir.tar", "log.tar"};
    set s = set_open();
    for (size_t i = 0; i < 2; i++) {
        char path[64], body[1024] = {0};
        add(&s, names[i], PLAIN, 1000000);
        (void)snprintf(path, sizeof path, "%s/%s", s.dir, names[i]);
        FILE *out = fopen(path, "wb");
        ck_assert_ptr_nonnull(out);
        if (i == 0) {
            put_header(out, '5', "d/", 0);
            put_header(out, 'x', "PaxHeader", 600);
            ck_assert_uint_eq(fwrite(body, 1, sizeof body, out), sizeof body);
        }
        put_header(out, '0', "d/x", 1000);
        memcpy(body, heads[i == 0 ? GZIP : PLAIN].data, 10);
        ck_assert_uint_eq(fwrite(body, 1, sizeof body, out), sizeof body);
        ck_assert_int_eq(fclose(out), 0);
    }
    weigh(&s, 2);
    ck_assert_uint_eq(cost_of(&s, 0), packed(1000000, 35));
    ck_assert_uint_eq(cost_of(&s, 1), 0);
    set_close(&s);
}
END_TEST

START_TEST(costs_do_not_overflow)
{
    set s = set_open();
    add(&s, "x", GZIP, UINT64_MAX / 2);
    add(&s, "y", PLAIN, UINT64_MAX);
    add(&s, "empty", -1, 0);
    weigh(&s, 3);
    ck_assert_uint_eq(cost_of(&s, 0), UINT64_MAX);
    ck_assert_uint_eq(cost_of(&s, 1), 0);
    ck_assert_uint_eq(cost_of(&s, 2), 0);
    set_close(&s);
}
END_TEST

START_TEST(images_and_what_is_skipped_are_left)
{
    set s = set_open();
    add(&s, "image", GZIP, 1000000);
    add(&s, "skip", GZIP, 1000000);
    s.entries.list[0].kind = MS_TASK_IMAGE;
    s.entries.list[1].state = MS_ENTRY_SKIP;
    weigh(&s, 2);
    ck_assert_uint_eq(cost_of(&s, 0), 0);
    ck_assert_uint_eq(cost_of(&s, 1), 0);
    ck_assert_uint_eq(s.nvisits, 0);
    set_close(&s);
}
END_TEST

Suite *cost_estimate_suite(void)
{
    Suite *suite = suite_create("weigh");
    TCase *tc = tcase_create("all");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, the_first_bytes_count_and_no_name, 0, NHEADS);
    tcase_add_test(tc, a_rank_alone_has_nothing_to_share);
    tcase_add_test(tc, what_is_next_to_nothing_is_left);
    tcase_add_test(tc, small_ones_cost_what_some_of_their_ending_do);
    tcase_add_test(tc, a_mixed_ending_is_looked_into);
    tcase_add_test(tc, never_too_many_are_opened);
    tcase_add_test(tc, an_archive_costs_what_its_first_member_does);
    tcase_add_test(tc, costs_do_not_overflow);
    tcase_add_test(tc, images_and_what_is_skipped_are_left);
    suite_add_tcase(suite, tc);
    return suite;
}
