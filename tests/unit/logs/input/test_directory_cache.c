/* Suite of logs/input/directory_cache.c: whatever was opened before, a path leads to the file that open(2)
 * finds. */
#include "logs/input/directory_cache.h"

#include "scratch.h"
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static ms_directory_cache directory_cache;

/* Opens the file by way of the directory; it has to hold `text`, or, without one, not to be there. */
static void expect(const char *name, const char *text)
{
    char got[128] = "";
    int fd = ms_directory_cache_open(&directory_cache, name, 0);
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
    scratch_enter();
    ck_assert_int_eq(mkdir("a", 0700) | mkdir("c", 0700) | mkdir("ab", 0700) | mkdir("a/b", 0700), 0);
    const char *names[] = {"top",    "a/one",  "a/two",   "c/one",  "c/two",
                           "ab/one", "ab/two", "a/b/one", "a/b/two"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        file_write_text(names[i], names[i]);
    }
    directory_cache = (ms_directory_cache){0};
}

static void teardown(void)
{
    ms_directory_cache_fini(&directory_cache);
    ms_directory_cache_fini(&directory_cache);
    scratch_leave();
}

TEST_FIXTURE(setup, teardown);

TEST(paths_of_cached_and_other_directories)
{
    const char *names[] = {"top",     "a/one",   "a/two",  "c/one",  "c/two",
                           "a/b/one", "a/b/two", "ab/one", "ab/two", "./top"};
    enum { N = sizeof names / sizeof *names };
    for (size_t i = 0; i < 3 * N * N; i++) { /* each twice in turn, and one after the other */
        size_t k = i < N * N ? i / N : i < 2 * N * N ? i % N : i / 2 % N;
        expect(names[k], strcmp(names[k], "./top") == 0 ? "top" : names[k]);
    }
}

TEST(a_directory_is_held_from_its_second_file_on)
{
    expect("a/one", "a/one");
    ck_assert(!directory_cache.is_open);
    expect("a/two", "a/two");
    ck_assert(directory_cache.is_open);
    expect("ab/two", "ab/two");
    ck_assert(!directory_cache.is_open);
    expect("top", "top");
}

TEST(whole_paths_too)
{
    char path[512], root[256];
    ck_assert_ptr_nonnull(getcwd(root, sizeof root));
    for (int i = 0; i < 4; i++) {
        const char *name = i % 2 == 0 ? "a/one" : "a/two";
        (void)snprintf(path, sizeof path, "%s/%s", root, name);
        expect(path, name);
    }
    int fd = ms_directory_cache_open(NULL, path, 0);
    ck_assert_int_ge(fd, 0);
    (void)close(fd);
}

TEST(missing_files)
{
    expect("a/one", "a/one");
    expect("a/none", NULL);
    expect("a/none", NULL);
    expect("none/one", NULL);
    expect("none/two", NULL);
    expect("a/two", "a/two");
}

TEST(a_directory_that_is_replaced)
{
    expect("ab/one", "ab/one");
    expect("ab/two", "ab/two");
    ck_assert_int_eq(rename("ab", "old") | mkdir("ab", 0700), 0);
    file_write_text("ab/three", "ab/three");
    expect("ab/three", "ab/three");
    (void)remove("ab/three");
}
