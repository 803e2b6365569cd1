/* Suite of base/file_id.c: whether a path still leads to the file that was listed. */
#include "base/file_id.h"

#include "base/clock.h"
#include "scratch.h"
#include "unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/time.h>
#include <unistd.h>

TEST_FIXTURE(scratch_enter, scratch_leave);

static ms_file_id listed_as(const char *path)
{
    struct stat st;
    ck_assert_int_eq(stat(path, &st), 0);
    return (ms_file_id){.size = (uint64_t)st.st_size,
                        .mtime_ns = ms_time_ns(st.st_mtim),
                        .inode = (uint64_t)st.st_ino,
                        .device = ms_device_of(st.st_dev)};
}

static ms_code check_path(const char *path, const ms_file_id *listed)
{
    struct stat st;
    ms_err err = {0};
    int fd = open(path, O_RDONLY | O_NONBLOCK | ms_file_id_flags(listed));
    ms_code code = fd < 0 ? ms_file_id_not_opened(listed, &err) : ms_file_id_check(fd, listed, &st, &err);
    ck_assert(code == MS_OK || err.text[0] != 0);
    if (fd >= 0) {
        ck_assert_int_eq(close(fd), 0);
    }
    return code;
}

TEST(the_same_file_may_grow)
{
    file_write("a", "xyz", 3);
    ms_file_id listed = listed_as("a");
    ck_assert_int_eq(check_path("a", &listed), MS_OK);
    int fd = open("a", O_WRONLY | O_APPEND);
    ck_assert_int_eq(write(fd, "more", 4), 4);
    ck_assert_int_eq(close(fd), 0);
    ck_assert_int_eq(check_path("a", &listed), MS_OK);
    ck_assert_int_eq(truncate("a", 1), 0);
    ck_assert_int_eq(check_path("a", &listed), MS_OK);
}

TEST(another_file_is_noticed)
{
    file_write("a", "xyz", 3);
    ms_file_id listed = listed_as("a");
    ck_assert_int_eq(rename("a", "a.1"), 0);
    ck_assert_int_eq(check_path("a", &listed), MS_IO);
    file_write("a", "xyz", 3);
    ck_assert_int_eq(check_path("a", &listed), MS_CHANGED);
    ck_assert_int_eq(check_path("a.1", &listed), MS_OK);
    ck_assert_int_eq(unlink("a"), 0);
    ck_assert_int_eq(symlink("a.1", "a"), 0); /* to the very file */
    ck_assert_int_eq(check_path("a", &listed), MS_IO);
    listed.link = true;
    ck_assert_int_eq(check_path("a", &listed), MS_OK);
    ck_assert_int_eq(unlink("a"), 0);
    ck_assert_int_eq(mkfifo("a", 0600), 0);
    ck_assert_int_eq(check_path("a", &listed), MS_IO);
    ck_assert_int_eq(unlink("a"), 0);
    ck_assert_int_eq(mkdir("a", 0700), 0);
    ck_assert_int_eq(check_path("a", &listed), MS_IO);
}

/* The number of a deleted inode is given to the next file: what was listed has been written before that was
 * made. */
TEST(a_new_file_with_the_old_number_is_noticed)
{
    struct statx found;
    file_write("a", "xyz", 3);
    ms_file_id listed = listed_as("a");
    if (statx(AT_FDCWD, "a", 0, STATX_BTIME, &found) != 0 || (found.stx_mask & STATX_BTIME) == 0) {
        (void)fprintf(stderr,
                      "a_new_file_with_the_old_number_is_noticed: NOT RUN, no times of creation here\n");
        return;
    }
    listed.mtime_ns += 1; /* written later: it may have grown */
    ck_assert_int_eq(check_path("a", &listed), MS_OK);
    listed.mtime_ns -= 3600 * INT64_C(1000000000);
    ck_assert_int_eq(check_path("a", &listed), MS_CHANGED);
    const struct timespec past[2] = {{0, 0}, {1, 0}};
    ck_assert_int_eq(utimensat(AT_FDCWD, "a", past, 0), 0);
    listed.mtime_ns = 1000000000; /* copied with its time, and not changed since */
    ck_assert_int_eq(check_path("a", &listed), MS_OK);
}

TEST(another_device_is_another_file_unless_on_another_host)
{
    file_write("a", "xyz", 3);
    ms_file_id listed = listed_as("a");
    listed.device++;
    ck_assert_int_eq(check_path("a", &listed), MS_CHANGED);
    listed.remote = true;
    ck_assert_int_eq(check_path("a", &listed), MS_OK);
    listed.inode++;
    ck_assert_int_eq(check_path("a", &listed), MS_OK);
    listed.mtime_ns++;
    ck_assert_int_eq(check_path("a", &listed), MS_IO);
    listed.device = 0;
    listed.remote = false;
    ck_assert_int_eq(check_path("a", &listed), MS_OK); /* nothing is known */
}
