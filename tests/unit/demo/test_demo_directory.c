/* Suite of demo/demo_directory.c: files whole or not at all, and reuse of a set. */
#include "demo_text.h"
#include "scratch.h"

#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILES = 3 };

static const ms_demo_logs_options big = {.files = FILES, .lines_a_file = 30000, .inject = 1, .seed = 42};

static ms_demo_logs_summary make(const char *dir, const ms_demo_logs_options *options, bool reuse)
{
    ms_demo_logs_summary sum;
    ms_err err = {0};
    ck_assert_msg(ms_demo_logs_make(dir, options, reuse, &sum, &err) == MS_OK, "%s", err.text);
    return sum;
}

/* MS_IO whose text names `path` and has `reason`, and an empty summary. */
static void make_fails(const char *dir, const ms_demo_logs_options *options, const char *path, int reason)
{
    ms_demo_logs_summary sum = {true, 9, 9, 9};
    ms_err err = {0};
    ck_assert_int_eq(ms_demo_logs_make(dir, options, false, &sum, &err), MS_IO);
    ck_assert_int_eq(err.code, MS_IO);
    ck_assert_msg(err.sys_errno == reason, "%d instead of %d: %s", err.sys_errno, reason, err.text);
    ck_assert_msg(strstr(err.text, path), "%s does not name %s", err.text, path);
    ck_assert(!sum.reused && sum.nfiles == 0 && sum.nbytes == 0 && sum.ninjected == 0);
}

/* With equal options the files are not checked. */
TEST(an_existing_set_is_reused)
{
    scratch dir = scratch_open();
    char set[256], path[256];
    ms_demo_logs_options options = {.files = 3, .lines_a_file = 5, .inject = 1, .seed = 42};
    scratch_path(&dir, "set", set);
    ck_assert(!make(set, &options, true).reused);
    file_write(scratch_path(&dir, "set/log_0001.log", path), "x", 1);
    ck_assert(make(set, &options, true).reused);
    options.seed++;
    ck_assert(!make(set, &options, true).reused);
    ms_bytes found = file_read(path);
    ck_assert_uint_gt(found.len, 1);
    ms_bytes_fini(&found);
    ck_assert(make(set, &options, true).reused);
    options.inject = 0.5;
    ck_assert(!make(set, &options, true).reused);
    ck_assert(!make(set, &options, false).reused);
    file_write(scratch_path(&dir, "set.made", path), "", 0); /* interrupted while it was made */
    ck_assert(!make(set, &options, true).reused);
    ck_assert_uint_eq(directory_count(set), 3);
    scratch_close(&dir);
}

TEST(a_foreign_directory_is_refused)
{
    scratch dir = scratch_open();
    char set[256], path[256];
    ms_demo_logs_summary sum;
    ms_err err = {0};
    ms_demo_logs_options options = {.files = 3, .lines_a_file = 5, .seed = 42};
    ck_assert_int_eq(mkdir(scratch_path(&dir, "set", set), 0700), 0);
    file_write(scratch_path(&dir, "set/log_0001.log", path), "precious", 8);
    ck_assert_int_eq(ms_demo_logs_make(set, &options, true, &sum, &err), MS_USAGE);
    ms_bytes found = file_read(path);
    ck_assert_str_eq((char *)found.data, "precious");
    ms_bytes_fini(&found);
    ck_assert_uint_eq(directory_count(dir.root), 1);
    ck_assert_int_eq(unlink(path), 0); /* an empty one is taken */
    ck_assert_uint_eq(make(set, &options, true).nfiles, 3);
    scratch_close(&dir);
}

TEST(a_planted_link_is_replaced_not_followed)
{
    scratch dir = scratch_open();
    char set[256], victim[256], link_path[256];
    scratch_path(&dir, "victim", victim);
    ms_demo_logs_options one = {.files = 1, .lines_a_file = 5, .seed = 1};
    ms_bytes text = lines_bytes(&one, 0, false, 4096);
    file_write(victim, text.data, text.len); /* even when what it leads to has the right bytes */
    struct stat before, after, made;
    ck_assert_int_eq(mkdir(scratch_path(&dir, "set", set), 0700), 0);
    ck_assert_int_eq(symlink(victim, scratch_path(&dir, "set/log_0001.log", link_path)), 0);
    ck_assert_int_eq(stat(victim, &before), 0);
    (void)make(set, &one, false);
    ck_assert_int_eq(stat(victim, &after), 0);
    ck_assert_int_eq(lstat(link_path, &made), 0);
    ck_assert(S_ISREG(made.st_mode) && made.st_ino != before.st_ino);
    ck_assert(before.st_mtim.tv_nsec == after.st_mtim.tv_nsec && before.st_size == after.st_size);
    ms_bytes_fini(&text);
    scratch_close(&dir);
}

TEST(an_existing_temporary_name_is_skipped)
{
    scratch dir = scratch_open();
    char name[96], planted[256], victim[256];
    ms_demo_logs_options one = {.files = 1, .lines_a_file = 5, .seed = 1};
    (void)snprintf(name, sizeof name, ".log_0001.log.%ld-0.tmp", (long)getpid());
    file_write(scratch_path(&dir, "victim", victim), "precious", 8);
    ck_assert_int_eq(symlink(victim, scratch_path(&dir, name, planted)), 0);
    (void)make(dir.root, &one, false);
    ms_bytes found = file_read(victim);
    ck_assert_str_eq((char *)found.data, "precious");
    ck_assert_uint_eq(directory_count(dir.root), 3);
    ms_bytes_fini(&found);
    scratch_close(&dir);
}

TEST(parents_are_made_and_modes_follow_the_umask)
{
    static const char *const names[] = {"a/b/c", "d//e/", "./f", "g/../h"};
    scratch dir = scratch_open();
    char path[256], log[300];
    ms_demo_logs_options one = {.files = 1, .lines_a_file = 5, .seed = 1};
    (void)umask(027);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct stat st;
        (void)make(scratch_path(&dir, names[i], path), &one, false);
        ck_assert_int_eq(stat(path, &st), 0);
        ck_assert_int_eq(st.st_mode & 07777, 0750);
        (void)snprintf(log, sizeof log, "%s/log_0001.log", path);
        ck_assert_int_eq(stat(log, &st), 0);
        ck_assert_int_eq(st.st_mode & 07777, 0640);
    }
    scratch_close(&dir);
}

TEST(a_directory_that_cannot_be_made)
{
    scratch dir = scratch_open();
    char path[256];
    ms_demo_logs_options one = {.files = 1, .lines_a_file = 5, .seed = 1};
    file_write(scratch_path(&dir, "file", path), "x", 1);
    make_fails(path, &one, path, ENOTDIR);
    make_fails(scratch_path(&dir, "file/sub/sub", path), &one, "/file'", ENOTDIR);
    ck_assert_int_eq(symlink("nowhere", scratch_path(&dir, "dangling", path)), 0);
    make_fails(path, &one, path, ENOTDIR);
    make_fails("", &one, "directory", ENOENT);
    make_fails("/proc/nosuch/demo", &one, "/proc/nosuch", ENOENT);
    char hostile[256];
    file_write(scratch_path(&dir, "a\033[31m\nb", hostile), "x", 1);
    make_fails(hostile, &one, "a\\x1b[31m\\nb", ENOTDIR);
    scratch_close(&dir);
}

/* Which somebody else may have put there. */
TEST(a_link_to_a_directory)
{
    scratch dir = scratch_open();
    char path[256];
    ms_demo_logs_options one = {.files = 1, .lines_a_file = 5, .seed = 1};
    ck_assert_int_eq(mkdir(scratch_path(&dir, "real", path), 0700), 0);
    ck_assert_int_eq(symlink("real", scratch_path(&dir, "link", path)), 0);
    make_fails(path, &one, path, ENOTDIR);
    ck_assert_uint_eq(directory_count(scratch_path(&dir, "real", path)), 0);
    scratch_close(&dir);
}

TEST(a_file_that_cannot_be_made_or_replaced)
{
    scratch dir = scratch_open();
    char path[256];
    ms_demo_logs_options two = {.files = 2, .lines_a_file = 5, .seed = 1};
    ck_assert_int_eq(mkdir(scratch_path(&dir, "log_0002.log", path), 0700), 0);
    make_fails(dir.root, &two, path, EISDIR);
    ck_assert_uint_eq(directory_count(dir.root), 2); /* the temporary file is removed, the first log exists */
    make_fails("/proc/sys", &two, "/proc/sys/log_0001.log", ENOENT); /* a directory that takes no files */
    scratch_close(&dir);
}

/* The limit stands for a full disk: both make write(2) fail half-way. */
TEST(a_write_that_fails_half_way)
{
    scratch dir = scratch_open();
    char path[256];
    ms_demo_logs_options small = big;
    small.lines_a_file = 3;
    (void)make(dir.root, &small, false);
    ms_bytes before = file_read(scratch_path(&dir, "log_0001.log", path));

    struct rlimit limit;
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = 300000; /* within the second block */
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    ck_assert(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    make_fails(dir.root, &big, path, EFBIG);

    ck_assert_uint_eq(directory_count(dir.root), FILES);
    ms_bytes after = file_read(path); /* the old file is unchanged */
    ck_assert_uint_eq(before.len, after.len);
    ck_assert_mem_eq(before.data, after.data, after.len);
    ms_bytes_fini(&before);
    ms_bytes_fini(&after);
    scratch_close(&dir);
}

TEST(close_accepts_a_closed_directory)
{
    scratch dir = scratch_open();
    ms__demo_directory directory = {0};
    ms__demo_directory_close(&directory);
    ck_assert_int_eq(ms__demo_directory_open(&directory, dir.root, NULL), MS_OK);
    int fd = directory.fd;
    ms__demo_directory_close(&directory);
    ms__demo_directory_close(&directory);
    ck_assert_ptr_null(directory.block);
    ck_assert_int_eq(fcntl(fd, F_GETFD), -1);
    scratch_close(&dir);
}
