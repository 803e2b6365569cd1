/* Suite of base/atomic_file.c: a file is there whole under its name, or nothing of it. */
#include "base/atomic_file.h"

#include "suites.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

Suite *atomic_file_suite(void);

static char root[64];

static void enter(void)
{
    (void)snprintf(root, sizeof root, "/tmp/mpiscan-beside-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(root));
    ck_assert_int_eq(chdir(root), 0);
    (void)umask(022);
}

static int count_files(void)
{
    int count = 0;
    DIR *dir = opendir(".");
    ck_assert_ptr_nonnull(dir);
    for (const struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    }
    (void)closedir(dir);
    return count;
}

static void leave(void)
{
    char command[128];
    ck_assert_int_eq(chdir("/tmp"), 0);
    DIR *dir = opendir(root);
    for (const struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
        (void)snprintf(command, sizeof command, "%s/%.40s", root, entry->d_name);
        (void)remove(command);
    }
    (void)closedir(dir);
    (void)rmdir(root);
}

static void put_file(const char *name, const char *text)
{
    int fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    (void)close(fd);
}

static void expect(const char *name, const char *text)
{
    char found[64] = "";
    int fd = open(name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(read(fd, found, sizeof found - 1), (ssize_t)strlen(text));
    ck_assert_str_eq(found, text);
    (void)close(fd);
}

START_TEST(whole_or_not_at_all)
{
    ms_atomic_file beside;
    struct stat st;
    put_file("old", "old");
    for (int commit = 0; commit < 2; commit++) {
        ck_assert_int_eq(ms_atomic_file_open(&beside, AT_FDCWD, "old", 0666), MS_OK);
        ck_assert_int_eq(write(beside.fd, "new", 3), 3);
        expect("old", "old");
        ck_assert_int_eq(commit == 0 ? MS_OK : ms_atomic_file_commit(&beside), MS_OK);
        ms_atomic_file_close(&beside);
        ms_atomic_file_close(&beside);
        expect("old", commit == 0 ? "old" : "new");
        ck_assert_int_eq(count_files(), 1);
    }
    ck_assert_int_eq(stat("old", &st), 0);
    ck_assert_uint_eq(st.st_mode & 0777, 0644);
}
END_TEST

START_TEST(a_link_is_replaced)
{
    ms_atomic_file beside;
    put_file("other", "other");
    ck_assert_int_eq(symlink("other", "link"), 0);
    ck_assert_int_eq(ms_atomic_file_open(&beside, AT_FDCWD, "link", 0600), MS_OK);
    ck_assert_int_eq(ms_atomic_file_commit(&beside), MS_OK);
    ms_atomic_file_close(&beside);
    expect("link", "");
    expect("other", "other");
}
END_TEST

START_TEST(relative_to_a_directory)
{
    ms_atomic_file beside;
    int directory = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
    ck_assert_int_eq(chdir("/"), 0);
    ck_assert_int_eq(ms_atomic_file_open(&beside, directory, "name", 0600), MS_OK);
    ck_assert_int_eq(write(beside.fd, "x", 1), 1);
    ck_assert_int_eq(ms_atomic_file_commit(&beside), MS_OK);
    ms_atomic_file_close(&beside);
    ck_assert_int_eq(fchdir(directory), 0);
    expect("name", "x");
    (void)close(directory);
}
END_TEST

START_TEST(names_that_are_taken)
{
    ms_atomic_file beside;
    char taken[64];
    (void)snprintf(taken, sizeof taken, ".mpiscan-%ld-0.tmp", (long)getpid());
    put_file(taken, "not ours");
    ck_assert_int_eq(ms_atomic_file_open(&beside, AT_FDCWD, "name", 0600), MS_OK);
    ck_assert_int_eq(ms_atomic_file_commit(&beside), MS_OK);
    ms_atomic_file_close(&beside);
    expect(taken, "not ours");
    expect("name", "");
}
END_TEST

START_TEST(failures_leave_nothing)
{
    ms_atomic_file beside;
    ck_assert_int_eq(ms_atomic_file_open(&beside, AT_FDCWD, "no/such", 0600), MS_IO);
    ck_assert_int_eq(errno, ENOENT);
    ck_assert_ptr_null(beside.name);
    ck_assert_int_eq(mkdir("directory", 0700), 0);
    ck_assert_int_eq(ms_atomic_file_open(&beside, AT_FDCWD, "directory", 0600), MS_OK);
    ck_assert_int_eq(ms_atomic_file_commit(&beside), MS_IO); /* no file takes a directory's name */
    ck_assert_int_eq(errno, EISDIR);
    ms_atomic_file_close(&beside);
    ck_assert_int_eq(errno, EISDIR);
    ck_assert_int_eq(count_files(), 1);
}
END_TEST

Suite *atomic_file_suite(void)
{
    Suite *suite = suite_create("beside");
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, enter, leave);
    tcase_add_test(tc, whole_or_not_at_all);
    tcase_add_test(tc, a_link_is_replaced);
    tcase_add_test(tc, relative_to_a_directory);
    tcase_add_test(tc, names_that_are_taken);
    tcase_add_test(tc, failures_leave_nothing);
    suite_add_tcase(suite, tc);
    return suite;
}
