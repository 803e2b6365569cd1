/* Suite of base/atomic_file.c: a file is there whole under its name, or nothing of it. */
#include "base/atomic_file.h"

#include "scratch.h"
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void enter(void)
{
    scratch_enter();
    (void)umask(022);
}

TEST_FIXTURE(enter, scratch_leave);

static void expect(const char *name, const char *text)
{
    char found[64] = "";
    int fd = open(name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(read(fd, found, sizeof found - 1), (ssize_t)strlen(text));
    ck_assert_str_eq(found, text);
    (void)close(fd);
}

TEST(whole_or_not_at_all)
{
    ms_atomic_file beside;
    struct stat st;
    file_write_text("old", "old");
    for (int commit = 0; commit < 2; commit++) {
        ck_assert_int_eq(ms_atomic_file_open(&beside, AT_FDCWD, "old", 0666), MS_OK);
        ck_assert_int_eq(write(beside.fd, "new", 3), 3);
        expect("old", "old");
        ck_assert_int_eq(commit == 0 ? MS_OK : ms_atomic_file_commit(&beside), MS_OK);
        ms_atomic_file_close(&beside);
        ms_atomic_file_close(&beside);
        expect("old", commit == 0 ? "old" : "new");
        ck_assert_uint_eq(directory_count("."), 1);
    }
    ck_assert_int_eq(stat("old", &st), 0);
    ck_assert_uint_eq(st.st_mode & 0777, 0644);
}

TEST(a_link_is_replaced)
{
    ms_atomic_file beside;
    file_write_text("other", "other");
    ck_assert_int_eq(symlink("other", "link"), 0);
    ck_assert_int_eq(ms_atomic_file_open(&beside, AT_FDCWD, "link", 0600), MS_OK);
    ck_assert_int_eq(ms_atomic_file_commit(&beside), MS_OK);
    ms_atomic_file_close(&beside);
    expect("link", "");
    expect("other", "other");
}

TEST(relative_to_a_directory)
{
    ms_atomic_file beside;
    int directory = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    ck_assert_int_eq(chdir("/"), 0);
    ck_assert_int_eq(ms_atomic_file_open(&beside, directory, "name", 0600), MS_OK);
    ck_assert_int_eq(write(beside.fd, "x", 1), 1);
    ck_assert_int_eq(ms_atomic_file_commit(&beside), MS_OK);
    ms_atomic_file_close(&beside);
    ck_assert_int_eq(fchdir(directory), 0);
    expect("name", "x");
    (void)close(directory);
}

TEST(existing_temporary_names)
{
    ms_atomic_file beside;
    char taken[64];
    (void)snprintf(taken, sizeof taken, ".mpiscan-%ld-0.tmp", (long)getpid());
    file_write_text(taken, "not ours");
    ck_assert_int_eq(ms_atomic_file_open(&beside, AT_FDCWD, "name", 0600), MS_OK);
    ck_assert_int_eq(ms_atomic_file_commit(&beside), MS_OK);
    ms_atomic_file_close(&beside);
    expect(taken, "not ours");
    expect("name", "");
}

TEST(failures_leave_nothing)
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
    ck_assert_uint_eq(directory_count("."), 1);
}
