/* Suite of tasks/enumerate/entries.c and tasks/enumerate/index.c: sorting, each reason once, numbers at their
 * limits. */
#include "tree.h"

#include "tasks/enumerate/enumerate_internal.h"

#include <stdio.h>
#include <string.h>

static ms_str name_of(const char *text)
{
    return (ms_str){.data = text, .len = strlen(text)};
}

TEST(many_reasons_are_stored_once)
{
    ms__listing listing = {0};
    char path[32], reason[32];
    for (unsigned i = 0; i < 30000; i++) {
        (void)snprintf(path, sizeof path, "p%u", i);
        (void)snprintf(reason, sizeof reason, "reason %u", i % 10000);
        ck_assert_int_eq(ms__listing_add(&listing, name_of(path), MS_ENTRY_SKIP, NULL, reason), MS_OK);
    }
    ms_entries entries = {0};
    ck_assert_int_eq(ms__listing_finish(&listing, &entries), MS_OK);
    ms__listing_fini(&listing);
    ck_assert_uint_eq(entries.paths.count, 30000);
    ck_assert_uint_eq(entries.reasons.count, 10000);
    for (size_t i = 0; i < entries.paths.count; i++) { /* every path still has its own */
        unsigned number = 0;
        ck_assert_int_eq(sscanf(ms_str_list_at(&entries.paths, i).data, "p%u", &number), 1);
        (void)snprintf(reason, sizeof reason, "reason %u", number % 10000);
        ck_assert_str_eq(ms_str_list_at(&entries.reasons, entries.list[i].reason).data, reason);
    }
    ms_entries_fini(&entries);
}

TEST(sorted_unique_and_without_the_dropped)
{
    static const char *const paths[] = {"b", "a/x", "", "a", "b", "a.b", "\xff", "dropped", "a/x"};
    ms__listing listing = {0};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        struct stat st = {.st_size = (off_t)i};
        ck_assert_int_eq(ms__listing_add(&listing, name_of(paths[i]), MS_ENTRY_FILE, &st, NULL), MS_OK);
    }
    ms__listing_drop(&listing, 7);
    ms_entries entries = {0};
    ck_assert_int_eq(ms__listing_finish(&listing, &entries), MS_OK);
    ms__listing_fini(&listing);
    static const char *const expected[] = {"", "a", "a.b", "a/x", "b", "\xff"};
    static const uint64_t sizes[] = {2, 3, 5, 1, 0, 6}; /* of two with one path the first stays */
    ck_assert_uint_eq(entries.paths.count, sizeof expected / sizeof expected[0]);
    for (size_t i = 0; i < entries.paths.count; i++) {
        ck_assert_str_eq(ms_str_list_at(&entries.paths, i).data, expected[i]);
        ck_assert_uint_eq(entries.list[i].size, sizes[i]);
    }
    ms_entries_fini(&entries);
}

TEST(time_stamps_saturate)
{
    static const struct {
        struct timespec time;
        int64_t expected;
    } times[] = {
        {{0, 1}, 1},
        {{-1, 999999999}, -1},
        {{1700000000, 5}, 1700000000000000005},
        {{INT64_MAX, 0}, INT64_MAX},
        {{INT64_MIN, 0}, INT64_MIN},
        {{9223372036, 999999999}, INT64_MAX},
    };
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        ms__listing listing = {0};
        struct stat st = {.st_mtim = times[i].time};
        ck_assert_int_eq(ms__listing_add(&listing, name_of("x"), MS_ENTRY_FILE, &st, NULL), MS_OK);
        ck_assert_int_eq(listing.list[0].mtime_ns, times[i].expected);
        ms__listing_fini(&listing);
    }
}

static bool same_number(const void *items, uint32_t item, const void *key)
{
    const unsigned *numbers = items;
    return numbers[item] == *(const unsigned *)key;
}

/* Equal hashes are distinguished by the key. */
TEST(an_index_finds_what_was_added)
{
    enum { COUNT = 5000 };
    unsigned numbers[COUNT] = {0};
    ms__index index = {0};
    unsigned key = 1;
    ck_assert_uint_eq(ms__index_find(&index, 1, same_number, numbers, &key), MS__NONE);
    for (uint32_t i = 0; i < COUNT; i++) {
        numbers[i] = i * 3;
        ck_assert_int_eq(ms__index_add(&index, numbers[i] % 1000, i), MS_OK);
    }
    for (key = 0; key < COUNT * 3; key++) {
        uint32_t found = ms__index_find(&index, key % 1000, same_number, numbers, &key);
        ck_assert_uint_eq(found, key % 3 == 0 ? key / 3 : MS__NONE);
    }
    ms__index_fini(&index);
}

static bool is_wanted(void *user, ms_str path)
{
    ++*(size_t *)user;
    return path.len > 1;
}

TEST(entries_that_are_not_kept_are_gone)
{
    static const char *const paths[] = {"a", "aa", "b", "bb", "cc"};
    for (int with_outputs = 0; with_outputs <= 1; with_outputs++) {
        ms__listing listing = {0};
        ms_entries entries = {0};
        size_t ncalls = 0;
        for (size_t i = 0; i < 5; i++) {
            struct stat st = {.st_size = (off_t)i};
            ck_assert_int_eq(ms__listing_add(&listing, name_of(paths[i]), MS_ENTRY_FILE, &st, NULL), MS_OK);
        }
        ck_assert_int_eq(ms__listing_finish(&listing, &entries), MS_OK);
        ms__listing_fini(&listing);
        for (size_t i = 0; i < 5 && with_outputs; i++) {
            ms_str_list_push(&entries.outputs, paths[4 - i], strlen(paths[4 - i]));
        }
        ck_assert_int_eq(ms_entries_keep(&entries, is_wanted, &ncalls), MS_OK);
        ck_assert_uint_eq(ncalls, 5);
        ck_assert_uint_eq(entries.paths.count, 3);
        ck_assert_uint_eq(entries.outputs.count, with_outputs ? 3 : 0);
        static const size_t left[] = {1, 3, 4};
        for (size_t i = 0; i < 3; i++) {
            ck_assert_str_eq(ms_str_list_at(&entries.paths, i).data, paths[left[i]]);
            ck_assert_uint_eq(entries.list[i].size, left[i]);
            ck_assert(!with_outputs ||
                      strcmp(ms_str_list_at(&entries.outputs, i).data, paths[4 - left[i]]) == 0);
        }
        ms_entries_fini(&entries);
    }
}
