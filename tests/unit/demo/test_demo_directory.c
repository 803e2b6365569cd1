/* Suite of demo/demo_directory.c: files whole or not at all, reuse of what is whole, repair of what is not.
 */
#include "scratch.h"

#include "suites.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

Suite *demo_directory_suite(void);

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
    ms_demo_logs_summary sum = {9, 9, 9, 9};
    ms_err err = {0};
    ck_assert_int_eq(ms_demo_logs_make(dir, options, true, &sum, &err), MS_IO);
    ck_assert_int_eq(err.code, MS_IO);
    ck_assert_msg(err.sys_errno == reason, "%d instead of %d: %s", err.sys_errno, reason, err.text);
    ck_assert_msg(strstr(err.text, path), "%s does not name %s", err.text, path);
    ck_assert(sum.nfiles == 0 && sum.nwritten == 0 && sum.nbytes == 0 && sum.ninjected == 0);
}

static void spoil_nothing(const char *path)
{
    (void)path;
}
static void spoil_first_byte(const char *path)
{
    int fd = open(path, O_WRONLY);
    ck_assert_int_eq(pwrite(fd, "u", 1, 0), 1);
    (void)close(fd);
}
static void spoil_last_byte(const char *path)
{
    struct stat st;
    int fd = open(path, O_WRONLY);
    ck_assert_int_eq(fstat(fd, &st), 0);
    ck_assert_int_eq(pwrite(fd, "x", 1, st.st_size - 1), 1);
    (void)close(fd);
}
static void cut_one_byte(const char *path)
{
    struct stat st;
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_int_eq(truncate(path, st.st_size - 1), 0);
}
static void cut_to_a_block(const char *path)
{
    ck_assert_int_eq(truncate(path, MS__DEMO_BLOCK_BYTES), 0);
}
static void cut_all(const char *path)
{
    ck_assert_int_eq(truncate(path, 0), 0);
}
static void add_a_line(const char *path)
{
    FILE *file = fopen(path, "ab");
    ck_assert_int_gt(fputs("User login successful\n", file), 0);
    ck_assert_int_eq(fclose(file), 0);
}
static void take_away(const char *path)
{
    ck_assert_int_eq(unlink(path), 0);
}
static void put_a_fifo(const char *path)
{
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(mkfifo(path, 0600), 0);
}

static const struct {
    void (*spoil)(const char *path);
    uint64_t nwritten;
} damages[] = {{spoil_nothing, 0}, {spoil_first_byte, 1}, {spoil_last_byte, 1},
               {cut_one_byte, 1},  {cut_to_a_block, 1},   {cut_all, 1},
               {add_a_line, 1},    {take_away, 1},        {put_a_fifo, 1}};

START_TEST(reuse_leaves_whole_files_and_repairs_others)
{
    scratch dir = scratch_open();
    char path[256], other[256];
    scratch_path(&dir, "log_0002.log", path);
    scratch_path(&dir, "log_0003.log", other);
    ms_demo_logs_summary first = make(dir.root, &big, true);
    ck_assert_uint_eq(first.nwritten, FILES);
    ms_bytes expected = file_bytes(path);
    ck_assert_uint_gt(expected.len, 2 * MS__DEMO_BLOCK_BYTES); /* so that a block's boundary is within */
    struct stat before, after;
    ck_assert_int_eq(stat(other, &before), 0);

    damages[_i].spoil(path);
    ms_demo_logs_summary second = make(dir.root, &big, true);
    ck_assert_uint_eq(second.nwritten, damages[_i].nwritten);
    ck_assert_uint_eq(second.nfiles, first.nfiles);
    ck_assert_uint_eq(second.nbytes, first.nbytes);
    ck_assert_uint_eq(second.ninjected, first.ninjected);
    ms_bytes found = file_bytes(path);
    ck_assert_uint_eq(found.len, expected.len);
    ck_assert_mem_eq(found.data, expected.data, found.len);
    ck_assert_int_eq(stat(other, &after), 0); /* the same file, not one like it */
    ck_assert(before.st_ino == after.st_ino && before.st_mtim.tv_nsec == after.st_mtim.tv_nsec);
    ck_assert_uint_eq(directory_count(dir.root), FILES);
    ms_bytes_fini(&found);
    ms_bytes_fini(&expected);
    scratch_close(&dir);
}
END_TEST

START_TEST(without_reuse_all_is_written_anew)
{
    scratch dir = scratch_open();
    char path[256];
    struct stat before, after;
    (void)make(dir.root, &big, false);
    ck_assert_int_eq(stat(scratch_path(&dir, "log_0001.log", path), &before), 0);
    char keep[256]; /* holds the inode number, so that it cannot come again */
    ck_assert_int_eq(link(path, scratch_path(&dir, "keep", keep)), 0);
    ck_assert_uint_eq(make(dir.root, &big, false).nwritten, FILES);
    ck_assert_int_eq(stat(path, &after), 0);
    ck_assert(before.st_ino != after.st_ino);
    scratch_close(&dir);
}
END_TEST

START_TEST(another_seed_or_style_is_not_reused)
{
    scratch dir = scratch_open();
    ms_demo_logs_options options = big;
    (void)make(dir.root, &options, true);
    options.seed++;
    ck_assert_uint_eq(make(dir.root, &options, true).nwritten, FILES);
    options.syslog = true;
    ck_assert_uint_eq(make(dir.root, &options, true).nwritten, FILES);
    ck_assert_uint_eq(make(dir.root, &options, true).nwritten, 0);
    options.lines_a_file--;
    ck_assert_uint_eq(make(dir.root, &options, true).nwritten, FILES);
    scratch_close(&dir);
}
END_TEST

START_TEST(a_planted_link_is_replaced_not_followed)
{
    scratch dir = scratch_open();
    char set[256], victim[256], link_path[256];
    scratch_path(&dir, "victim", victim);
    ms_demo_logs_options one = {.files = 1, .lines_a_file = 5, .seed = 1};
    ms_bytes text = lines_bytes(&one, 0, false, 4096);
    file_make(victim, text.data, text.len); /* even when what it leads to has the right bytes */
    for (int reuse = 0; reuse < 2; reuse++) {
        (void)snprintf(set, sizeof set, "%s/set%d", dir.root, reuse);
        (void)snprintf(link_path, sizeof link_path, "%s/set%d/log_0001.log", dir.root, reuse);
        ck_assert_int_eq(mkdir(set, 0700), 0);
        ck_assert_int_eq(symlink(victim, link_path), 0);
        struct stat before, after, made;
        ck_assert_int_eq(stat(victim, &before), 0);
        ck_assert_uint_eq(make(set, &one, reuse != 0).nwritten, 1);
        ck_assert_int_eq(stat(victim, &after), 0);
        ck_assert_int_eq(lstat(link_path, &made), 0);
        ck_assert(S_ISREG(made.st_mode) && made.st_ino != before.st_ino);
        ck_assert(before.st_mtim.tv_nsec == after.st_mtim.tv_nsec && before.st_size == after.st_size);
    }
    ms_bytes_fini(&text);
    scratch_close(&dir);
}
END_TEST

START_TEST(a_taken_name_beside_is_passed_over)
{
    scratch dir = scratch_open();
    char name[96], planted[256], victim[256];
    ms_demo_logs_options one = {.files = 1, .lines_a_file = 5, .seed = 1};
    (void)snprintf(name, sizeof name, ".log_0001.log.%ld-0.tmp", (long)getpid());
    file_make(scratch_path(&dir, "victim", victim), "precious", 8);
    ck_assert_int_eq(symlink(victim, scratch_path(&dir, name, planted)), 0);
    (void)make(dir.root, &one, false);
    ms_bytes found = file_bytes(victim);
    ck_assert_str_eq((char *)found.data, "precious");
    ck_assert_uint_eq(directory_count(dir.root), 3);
    ms_bytes_fini(&found);
    scratch_close(&dir);
}
END_TEST

START_TEST(parents_are_made_and_modes_follow_the_umask)
{
    static const char *const names[] = {"a/b/c", "d//e/", "./f", "g/../h"};
    scratch dir = scratch_open();
    char path[256], log[300];
    ms_demo_logs_options one = {.files = 1, .lines_a_file = 5, .seed = 1};
    (void)umask(027);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct stat st;
        (void)make(scratch_path(&dir, names[i], path), &one, true);
        ck_assert_int_eq(stat(path, &st), 0);
        ck_assert_int_eq(st.st_mode & 07777, 0750);
        (void)snprintf(log, sizeof log, "%s/log_0001.log", path);
        ck_assert_int_eq(stat(log, &st), 0);
        ck_assert_int_eq(st.st_mode & 07777, 0640);
    }
    scratch_close(&dir);
}
END_TEST

START_TEST(a_directory_that_cannot_be_made)
{
    scratch dir = scratch_open();
    char path[256];
    ms_demo_logs_options one = {.files = 1, .lines_a_file = 5, .seed = 1};
    file_make(scratch_path(&dir, "file", path), "x", 1);
    make_fails(path, &one, path, ENOTDIR);
    make_fails(scratch_path(&dir, "file/sub/sub", path), &one, "/file: ", ENOTDIR);
    ck_assert_int_eq(symlink("nowhere", scratch_path(&dir, "dangling", path)), 0);
    make_fails(path, &one, path, ENOTDIR);
    make_fails("", &one, "directory", ENOENT);
    make_fails("/proc/nosuch/demo", &one, "/proc/nosuch", ENOENT);
    char hostile[256];
    file_make(scratch_path(&dir, "a\033[31m\nb", hostile), "x", 1);
    make_fails(hostile, &one, "a\\x1b[31m\\nb", ENOTDIR);
    scratch_close(&dir);
}
END_TEST

START_TEST(a_file_that_cannot_be_made_or_replaced)
{
    scratch dir = scratch_open();
    char path[256];
    ms_demo_logs_options two = {.files = 2, .lines_a_file = 5, .seed = 1};
    ck_assert_int_eq(mkdir(scratch_path(&dir, "log_0002.log", path), 0700), 0);
    make_fails(dir.root, &two, path, EISDIR);
    ck_assert_uint_eq(directory_count(dir.root), 2); /* the file beside is gone, the first log is there */
    make_fails("/proc/self", &two, "/proc/self/log_0001.log", ENOENT); /* a directory that takes no files */
    scratch_close(&dir);
}
END_TEST

/* The limit stands for a full disk: both make write(2) fail half-way. */
START_TEST(a_write_that_fails_half_way)
{
    scratch dir = scratch_open();
    char path[256];
    ms_demo_logs_options small = big;
    small.lines_a_file = 3;
    (void)make(dir.root, &small, true);
    ms_bytes before = file_bytes(scratch_path(&dir, "log_0001.log", path));

    struct rlimit limit;
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = 300000; /* within the second block */
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    ck_assert(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    make_fails(dir.root, &big, path, EFBIG);

    ck_assert_uint_eq(directory_count(dir.root), FILES);
    ms_bytes after = file_bytes(path); /* what was there is untouched */
    ck_assert_uint_eq(before.len, after.len);
    ck_assert_mem_eq(before.data, after.data, after.len);
    ms_bytes_fini(&before);
    ms_bytes_fini(&after);
    scratch_close(&dir);
}
END_TEST

START_TEST(close_accepts_a_closed_directory)
{
    scratch dir = scratch_open();
    ms__demo_directory directory = {0};
    ms__demo_directory_close(&directory);
    ck_assert_int_eq(ms__demo_directory_open(&directory, dir.root, NULL), MS_OK);
    int fd = directory.fd;
    ms__demo_directory_close(&directory);
    ms__demo_directory_close(&directory);
    ck_assert_ptr_null(directory.blocks);
    ck_assert_int_eq(fcntl(fd, F_GETFD), -1);
    scratch_close(&dir);
}
END_TEST

Suite *demo_directory_suite(void)
{
    Suite *suite = suite_create("demo_directory");
    TCase *tc = tcase_create("all");
    tcase_add_loop_test(tc, reuse_leaves_whole_files_and_repairs_others, 0,
                        (int)(sizeof damages / sizeof damages[0]));
    tcase_add_test(tc, without_reuse_all_is_written_anew);
    tcase_add_test(tc, another_seed_or_style_is_not_reused);
    tcase_add_test(tc, a_planted_link_is_replaced_not_followed);
    tcase_add_test(tc, a_taken_name_beside_is_passed_over);
    tcase_add_test(tc, parents_are_made_and_modes_follow_the_umask);
    tcase_add_test(tc, a_directory_that_cannot_be_made);
    tcase_add_test(tc, a_file_that_cannot_be_made_or_replaced);
    tcase_add_test(tc, a_write_that_fails_half_way);
    tcase_add_test(tc, close_accepts_a_closed_directory);
    suite_add_tcase(suite, tc);
    return suite;
}
