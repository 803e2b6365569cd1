/* Suite of logs/input/directory_cache.c: whatever was opened before, a path leads to the file that open(2)
 * finds. */
#include "logs/input/directory_cache.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

Suite *directory_cache_suite(void);

static char root[64];
static ms_directory_cache directory_cache;

static void put(const char *name)
{
    FILE *file = fopen(name, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_gt(fprintf(file, "%s", name), 0);
    ck_assert_int_eq(fclose(file), 0);
}

/* Opens the file by way of the directory; it has to hold `text`, or, without one, not to be there. */
static void expect(const char *name, const char *text)
{
    char got[128] = "";
    int fd = ms_directory_cache_open(&directory_cache, name);
    if (!text) {
        ck_assert_int_eq(fd, -1);
        ck_assert_int_eq(errno, ENOENT);
        return;
    }
    ck_assert_msg(fd >= 0, "%s: %s", name, strerror(errno));
    ck_assert_int_ge(read(fd, got, sizeof got - 1), 0);
    ck_assert_str_eq(got, text);
    ck_assert_int_eq(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    (void)close(fd);
}

static void setup(void)
{
    (void)snprintf(root, sizeof root, "/tmp/ms_unit_opener.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(root));
    ck_assert_int_eq(chdir(root), 0);
    ck_assert_int_eq(mkdir("a", 0700) | mkdir("c", 0700) | mkdir("ab", 0700) | mkdir("a/b", 0700), 0);
    const char *names[] = {"top",    "a/one",  "a/two",   "c/one",  "c/two",
                           "ab/one", "ab/two", "a/b/one", "a/b/two"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        put(names[i]);
    }
    directory_cache = (ms_directory_cache){0};
}

static void teardown(void)
{
    ms_directory_cache_fini(&directory_cache);
    ms_directory_cache_fini(&directory_cache);
    const char *names[] = {"top",     "a/one",   "a/two",   "c/one", "c/two", "ab/one",
                           "ab/two",  "a/b/one", "a/b/two", "a/b",   "a",     "ab",
                           "old/one", "old/two", "old",     "c/one", "c/two", "c"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        (void)remove(names[i]);
    }
    ck_assert_int_eq(chdir("/"), 0);
    ck_assert_int_eq(rmdir(root), 0);
}

START_TEST(neighbors_and_others_in_any_order)
{
    const char *names[] = {"top",     "a/one",   "a/two",  "c/one",  "c/two",
                           "a/b/one", "a/b/two", "ab/one", "ab/two", "./top"};
    enum { N = sizeof names / sizeof *names };
    for (size_t i = 0; i < 3 * N * N; i++) { /* each twice in turn, and behind each other */
        size_t k = i < N * N ? i / N : i < 2 * N * N ? i % N : i / 2 % N;
        expect(names[k], strcmp(names[k], "./top") == 0 ? "top" : names[k]);
    }
}
END_TEST

START_TEST(a_directory_is_held_from_its_second_file_on)
{
    expect("a/one", "a/one");
    ck_assert(!directory_cache.is_open);
    expect("a/two", "a/two");
    ck_assert(directory_cache.is_open);
    expect("ab/two", "ab/two");
    ck_assert(!directory_cache.is_open);
    expect("top", "top");
}
END_TEST

START_TEST(whole_paths_too)
{
    char path[128];
    for (int i = 0; i < 4; i++) {
        const char *name = i % 2 == 0 ? "a/one" : "a/two";
        (void)snprintf(path, sizeof path, "%s/%s", root, name);
        expect(path, name);
    }
    int fd = ms_directory_cache_open(NULL, path);
    ck_assert_int_ge(fd, 0);
    (void)close(fd);
}
END_TEST

START_TEST(what_is_not_there)
{
    expect("a/one", "a/one");
    expect("a/none", NULL);
    expect("a/none", NULL);
    expect("none/one", NULL);
    expect("none/two", NULL);
    expect("a/two", "a/two");
}
END_TEST

START_TEST(a_directory_that_is_replaced)
{
    expect("ab/one", "ab/one");
    expect("ab/two", "ab/two");
    ck_assert_int_eq(rename("ab", "old") | mkdir("ab", 0700), 0);
    put("ab/three");
    expect("ab/three", "ab/three");
    (void)remove("ab/three");
}
END_TEST

Suite *directory_cache_suite(void)
{
    Suite *suite = suite_create("directory_cache");
    TCase *tc = tcase_create("directory_cache");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, neighbors_and_others_in_any_order);
    tcase_add_test(tc, a_directory_is_held_from_its_second_file_on);
    tcase_add_test(tc, whole_paths_too);
    tcase_add_test(tc, what_is_not_there);
    tcase_add_test(tc, a_directory_that_is_replaced);
    suite_add_tcase(suite, tc);
    return suite;
}
