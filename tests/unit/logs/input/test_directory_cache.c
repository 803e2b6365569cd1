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

/* As the listing would: the file's directory is what it is now. */
static ms_file_id listed_now(const char *name)
{
    char directory[256];
    struct stat st = {0};
    const char *slash = strrchr(name, '/');
    (void)snprintf(directory, sizeof directory, "%.*s", slash ? (int)(slash - name) : 1, slash ? name : ".");
    ms_file_id listed = {0};
    if (stat(directory, &st) == 0) {
        listed.directory = (ms_directory_id){.inode = st.st_ino, .device = ms_device_of(st.st_dev)};
    }
    return listed;
}

/* The file has to hold `text`, or, without one, not to be opened, for that reason. */
static void expect_as(const char *name, const ms_file_id *listed, const char *text, const char *reason)
{
    char got[128] = "";
    int fd = -1;
    ms_err err = {0};
    ms_code code = ms_directory_cache_open(&directory_cache, name, listed, &fd, &err);
    if (!text) {
        ck_assert_int_eq(code, MS_IO);
        ck_assert_int_eq(fd, -1);
        ck_assert_ptr_nonnull(strstr(err.text, reason));
        return;
    }
    ck_assert_msg(code == MS_OK, "%s: %s", name, err.text);
    ck_assert_int_ge(read(fd, got, sizeof got - 1), 0);
    ck_assert_str_eq(got, text);
    ck_assert_int_eq(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    (void)close(fd);
}

static void expect(const char *name, const char *text)
{
    ms_file_id listed = listed_now(name);
    expect_as(name, &listed, text, "No such file");
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

TEST(the_last_directory_is_held)
{
    expect("a/one", "a/one");
    int held = directory_cache.fd;
    ck_assert(directory_cache.is_open);
    expect("a/two", "a/two");
    ck_assert_int_eq(directory_cache.fd, held);
    expect("ab/two", "ab/two");
    ck_assert_str_eq((const char *)directory_cache.path.data, "ab/");
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
    int fd = -1;
    ms_file_id listed = listed_now(path);
    ck_assert_int_eq(ms_directory_cache_open(NULL, path, &listed, &fd, NULL), MS_OK);
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

/* By another directory, or by a link to one that only root may read. */
TEST(a_directory_that_is_replaced)
{
    static const char replaced[] = "its directory has been replaced";
    for (int held = 0; held < 2; held++) {
        ms_file_id listed = listed_now("ab/one");
        ms_directory_cache_fini(&directory_cache);
        if (held) {
            expect_as("ab/one", &listed, "ab/one", NULL);
        }
        ck_assert_int_eq(rename("ab", "old") | symlink("c", "ab"), 0);
        if (held) {
            expect_as("ab/one", &listed, "ab/one", NULL); /* the listed one */
            ms_directory_cache_fini(&directory_cache);
        }
        expect_as("ab/one", &listed, NULL, replaced);
        listed.remote = true;
        expect_as("ab/one", &listed, "c/one", NULL); /* devices and inodes of another host say nothing */
        ck_assert_int_eq(unlink("ab") | rename("old", "ab"), 0);
    }
    ms_file_id listed = listed_now("ab/one");
    ck_assert_int_eq(rename("ab", "old") | mkdir("ab", 0700), 0);
    file_write_text("ab/one", "another");
    ms_directory_cache_fini(&directory_cache);
    expect_as("ab/one", &listed, NULL, replaced);
    ck_assert_int_eq(unlink("ab/one"), 0);
}

TEST(a_directory_above_that_is_replaced)
{
    ms_file_id listed = listed_now("a/b/one");
    ck_assert_int_eq(mkdir("d", 0700) | mkdir("d/b", 0700) | rename("a", "was") | symlink("d", "a"), 0);
    file_write_text("d/b/one", "secret");
    expect_as("a/b/one", &listed, NULL, "its directory has been replaced");
    ck_assert_int_eq(unlink("d/b/one"), 0);
}

TEST(a_file_that_became_a_link)
{
    ms_file_id listed = listed_now("c/one");
    ck_assert_int_eq(unlink("c/one") | symlink("../top", "c/one"), 0);
    expect_as("c/one", &listed, NULL, "replaced by a symbolic link");
    listed.link = true;
    expect_as("c/one", &listed, "top", NULL);
}
