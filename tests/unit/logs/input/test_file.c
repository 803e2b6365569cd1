/* Suite of logs/input/file.c: the ranges of a file, whatever their boundaries, give each line to one of them.
 * (What a whole file gives is in the suite of stream.c.) */
#include "logs/input/file.h"

#include "logs_fixture.h"
#include "unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Appends the lines that begin in [begin, end); `first` gets the offset of the first of them. */
static ms_code read_range(const char *path, uint64_t size, uint64_t begin, uint64_t end, ms_bytes *to,
                          uint64_t *first, ms_err *err)
{
    ms_file *file = NULL;
    ck_assert_int_eq(ms_file_open(&file, NULL, path, size, err), MS_OK);
    ms_code code = ms_file_select(file, begin, end, err);
    *first = ms_file_offset(file);
    for (size_t n = 1; n > 0 && code == MS_OK; to->len += n) {
        ck_assert_int_eq(ms_bytes_reserve(to, 7), MS_OK);
        code = ms_file_read(file, to->data + to->len, 7, &n, err);
    }
    ms_file_close(file);
    return code;
}

/* The ranges of `step` bytes, one after the other, are the file, and each begins where a line does. */
static void check_ranges(const char *path, const uint8_t *text, size_t n, size_t step)
{
    ms_bytes got = {0};
    for (size_t begin = 0; begin < n; begin += step) {
        size_t end = begin + step < n ? begin + step : n;
        size_t before = got.len;
        uint64_t first = 0;
        ms_err err = {0};
        ck_assert_int_eq(read_range(path, n, begin, end, &got, &first, &err), MS_OK);
        if (got.len > before) {
            ck_assert_uint_eq(first, before);
            ck_assert(first >= begin && first < end);
            ck_assert(first == 0 || text[first - 1] == '\n');
        }
    }
    ck_assert_uint_eq(got.len, n);
    ck_assert_mem_eq(got.data, text, n);
    ms_bytes_fini(&got);
}

static const char *const texts[] = {
    "\n",       "a",           "a\n", "\na", "ab\n\n\ncd\n", "no newline at all", "one\ntwo\nthree\n",
    "\n\n\n\n", "x\r\ny\r\nz",
};

TEST_EACH(ranges_of_small_files, texts)
{
    const uint8_t *text = (const uint8_t *)texts[_i];
    size_t n = strlen(texts[_i]);
    scratch directory = scratch_open();
    file_write(directory.file, text, n);
    for (size_t step = 1; step <= n; step++) {
        check_ranges(directory.file, text, n, step);
    }
    scratch_close(&directory);
}

/* Lines longer than what is looked at at a time for a newline. */
TEST(ranges_of_long_lines)
{
    enum { N = 60000 };
    static const size_t steps[] = {4095, 4096, 4097, 8191, 12289, 30000, 59999};
    chance c = {.state = 7};
    ms_bytes text = {0};
    ck_assert_int_eq(ms_bytes_reserve(&text, N), MS_OK);
    for (text.len = 0; text.len < N; text.len++) {
        text.data[text.len] = chance_below(&c, 9000) == 0 ? '\n' : 'x';
    }
    scratch directory = scratch_open();
    file_write(directory.file, text.data, N);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        check_ranges(directory.file, text.data, N, steps[i]);
    }
    ms_bytes_fini(&text);
    scratch_close(&directory);
}

/* A file cut after it was listed: some range says so, whatever the boundaries, the first of them with the
 * size that was there, and what was there is read. */
TEST(range_of_a_shorter_file_is_reported)
{
    static const char text[] = "one\ntwo\nthree\nfour\n";
    size_t n = sizeof text - 1;
    scratch directory = scratch_open();
    for (size_t left = 0; left < n; left++) {
        file_write(directory.file, text, left);
        for (size_t step = 1; step <= n; step++) {
            ms_bytes got = {0};
            ms_err err = {0};
            ms_code code = MS_OK;
            for (size_t begin = 0; begin < n && code == MS_OK; begin += step) {
                uint64_t first = 0;
                size_t end = begin + step < n ? begin + step : n;
                code = read_range(directory.file, n, begin, end, &got, &first, &err);
            }
            char wanted[32];
            (void)snprintf(wanted, sizeof wanted, " %zu of %zu bytes", left, n);
            ck_assert_int_eq(code, MS_IO);
            ck_assert_msg(strstr(err.text, wanted), "%zu by %zu: %s", left, step, err.text);
            ck_assert_msg(got.len == left, "%zu by %zu: %zu", left, step, got.len);
            ms_bytes_fini(&got);
        }
    }
    scratch_close(&directory);
}

/* Sparing the cache changes nothing of what is read, nor of what is reported of a file that shrank; wherever
 * the kernel cannot do it by itself (/dev/shm), too. */
TEST(a_file_read_sparingly)
{
    enum { N = 100000 };
    char shm[] = "/dev/shm/ms_unit_file.XXXXXX";
    scratch directory = scratch_open();
    ms_bytes text = {0};
    ck_assert_int_eq(ms_bytes_reserve(&text, N), MS_OK);
    memset(text.data, 'x', N);
    file_write(directory.file, text.data, N);
    int fd = mkstemp(shm);
    const char *const paths[] = {directory.file, shm};
    for (size_t i = 0; i < (fd >= 0 ? 2 : 1); i++) {
        ms_file *file = NULL;
        ms_err err = {0};
        uint8_t buf[3000];
        ck_assert(i == 0 || write(fd, text.data, N) == N);
        ck_assert_int_eq(ms_file_open(&file, NULL, paths[i], N + 1, &err), MS_OK);
        ms_file_drop_cache(file);
        ms_code code = MS_OK;
        size_t total = 0;
        for (size_t n = 1; n > 0 && code == MS_OK; total += n) {
            code = ms_file_read(file, buf, sizeof buf, &n, &err);
            ck_assert_mem_eq(buf, text.data, n);
        }
        ck_assert_uint_eq(total, N);
        ck_assert_int_eq(code, MS_IO);
        ck_assert_ptr_nonnull(strstr(err.text, "shrank while it was read: 100000 of 100001"));
        ms_file_close(file);
    }
    (void)close(fd);
    (void)unlink(shm);
    ms_bytes_fini(&text);
    scratch_close(&directory);
}

TEST(what_will_be_needed_may_be_anything)
{
    scratch directory = scratch_open();
    ms_file_will_need(NULL, directory.file, &(ms_file_id){0}, 0, 100);
    ck_assert_int_eq(mkfifo(directory.file, 0600), 0);
    (void)alarm(3);
    ms_file_will_need(NULL, directory.file, &(ms_file_id){0}, 0, 100);
    ms_file_will_need(NULL, directory.root, &(ms_file_id){0}, 0, 100);
    (void)alarm(0);
    scratch_close(&directory);
}

/* A file without a size that does not end: the error comes after the bytes before it, and stays. */
TEST(an_endless_file_ends)
{
    enum { ROOM = 1 << 20 };
    ms_file *file = NULL;
    ms_err err = {0};
    uint8_t *buf = malloc(ROOM);
    ck_assert_ptr_nonnull(buf);
    if (ms_file_open(&file, NULL, "/proc/self/pagemap", 0, &err) == MS_OK) {
        ms_code code = MS_OK;
        size_t n = 1;
        size_t all = 0;
        for (; code == MS_OK && n > 0; all += n) {
            code = ms_file_read(file, buf, ROOM, &n, &err);
        }
        ck_assert_int_eq(code, MS_LIMIT);
        ck_assert_uint_gt(all, 64 << 20);
        ck_assert_uint_eq(n, 0);
        ck_assert_int_eq(ms_file_read(file, buf, ROOM, &n, &err), MS_LIMIT);
        ck_assert_uint_eq(n, 0);
        ms_file_close(file);
    }
    free(buf);
}
