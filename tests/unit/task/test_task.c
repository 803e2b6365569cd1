/* Suite of task/task.c: a slice survives the wire, and bytes that are not one are refused. */
#include "task/task.h"

#include "suites.h"

#include <stdlib.h>
#include <string.h>

Suite *task_suite(void);

static const struct {
    const char *path;
    uint64_t size;
} files[] = {{"-", 0}, {"a\nb", 1}, {"c/\xff\xfe", UINT64_C(1) << 40}, {"d", 0}, {"e/\x01", 77}};

#define NFILES (sizeof files / sizeof files[0])

static void make_entries(ms_entries *entries)
{
    entries->list = calloc(NFILES, sizeof *entries->list);
    ck_assert_ptr_nonnull(entries->list);
    for (size_t i = 0; i < NFILES; i++) {
        entries->list[i].size = files[i].size;
        ck_assert_int_eq(ms_names_push(&entries->paths, files[i].path, strlen(files[i].path)), MS_OK);
    }
}

static void encode_all(ms_bytes *bytes)
{
    ms_entries entries = {0};
    make_entries(&entries);
    for (uint32_t i = 0; i < NFILES; i++) {
        ck_assert_int_eq(ms_task_encode(&entries, &(ms_piece){i, 0, files[i].size}, bytes), MS_OK);
    }
    ms_entries_fini(&entries);
}

START_TEST(a_slice_round_trips)
{
    ms_bytes bytes = {0};
    encode_all(&bytes);
    ms_slice slice = {0};
    ms_err err = {0};
    ck_assert_int_eq(ms_slice_decode(&slice, bytes.data, bytes.len, &err), MS_OK);
    memset(bytes.data, 0xAA, bytes.len); /* it has copied what it needs */
    ms_bytes_fini(&bytes);
    ck_assert_uint_eq(slice.ntasks, NFILES);
    ck_assert_uint_eq(slice.nbytes, (UINT64_C(1) << 40) + 78);
    for (uint32_t i = 0; i < NFILES; i++) {
        ck_assert_uint_eq(slice.tasks[i].entry, i);
        ck_assert_uint_eq(slice.tasks[i].size, files[i].size);
        ck_assert_uint_eq(slice.tasks[i].npath, strlen(files[i].path));
        ck_assert_str_eq(slice.tasks[i].path, files[i].path);
        ck_assert_ptr_eq(slice.tasks[i].path, ms_names_at(&slice.paths, i).data);
    }
    ms_slice_fini(&slice);
    ms_slice_fini(&slice);
    ck_assert_ptr_null(slice.tasks);
}
END_TEST

START_TEST(the_bytes_are_as_documented)
{
    ms_entries entries = {0};
    make_entries(&entries);
    entries.list[4].mtime_ns = -2;
    entries.list[4].inode = 265;
    ms_bytes bytes = {0};
    ck_assert_int_eq(ms_task_encode(&entries, &(ms_piece){4, 16, 33}, &bytes), MS_OK);
    static const uint8_t expected[] = {4,    0,    0,    0,    0,                      /* entry, kind */
                                       77,   0,    0,    0,    0,    0,    0,    0,    /* size */
                                       0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, /* mtime_ns */
                                       9,    1,    0,    0,    0,    0,    0,    0,    /* inode */
                                       16,   0,    0,    0,    0,    0,    0,    0,    /* begin */
                                       33,   0,    0,    0,    0,    0,    0,    0,    /* end */
                                       17,   0,    1,    0,    0,    0,    0,    0,    /* cost: 17 + 64 KiB */
                                       3,    0,    0,    0,    0,    0,    0,    0,    'e', '/',
                                       1,    0,    0,    0,    0,    0,    0,    0,    0};
    ck_assert_uint_eq(bytes.len, sizeof expected);
    ck_assert_mem_eq(bytes.data, expected, sizeof expected);
    ms_bytes_fini(&bytes);
    ms_entries_fini(&entries);
}
END_TEST

START_TEST(no_bytes_are_no_tasks)
{
    ms_slice slice = {0};
    ms_err err = {0};
    ck_assert_int_eq(ms_slice_decode(&slice, NULL, 0, &err), MS_OK);
    ck_assert_uint_eq(slice.ntasks, 0);
    ms_slice_fini(&slice);
}
END_TEST

static void expect_refused(const void *data, size_t n)
{
    uint8_t *exact = malloc(n > 0 ? n : 1); /* so that the sanitizer sees a read beyond */
    ck_assert_ptr_nonnull(exact);
    memcpy(exact, data, n);
    ms_slice slice = {0};
    ms_err err = {0};
    ck_assert_int_eq(ms_slice_decode(&slice, exact, n, &err), MS_FORMAT);
    ck_assert_int_eq(err.code, MS_FORMAT);
    ck_assert_ptr_null(slice.tasks);
    ck_assert_ptr_null(slice.paths.ends);
    ck_assert_uint_eq(slice.ntasks, 0);
    free(exact);
}

START_TEST(every_truncation_is_refused)
{
    ms_bytes bytes = {0};
    encode_all(&bytes);
    size_t borders = 0, border = 0;
    for (size_t cut = 1; cut < bytes.len; cut++) {
        if (cut == border + 69 + strlen(files[borders].path)) { /* between two tasks is a shorter slice */
            border = cut;
            borders++;
            continue;
        }
        expect_refused(bytes.data, cut);
    }
    ck_assert_uint_eq(borders, NFILES - 1);
    ms_bytes_fini(&bytes);
}
END_TEST

/* size, mtime_ns, inode, begin, end, cost */
static void put_range(ms_bytes *bytes, uint64_t size, uint64_t begin, uint64_t end)
{
    ck_assert_int_eq(ms_bytes_put_u64(bytes, size), MS_OK);
    ck_assert_int_eq(ms_bytes_put_u64(bytes, 1), MS_OK);
    ck_assert_int_eq(ms_bytes_put_u64(bytes, 2), MS_OK);
    ck_assert_int_eq(ms_bytes_put_u64(bytes, begin), MS_OK);
    ck_assert_int_eq(ms_bytes_put_u64(bytes, end), MS_OK);
    ck_assert_int_eq(ms_bytes_put_u64(bytes, 5), MS_OK);
}

static void put_image(ms_bytes *bytes, uint32_t entry, uint8_t kind, const char *output, size_t noutput)
{
    ck_assert_int_eq(ms_bytes_put_u32(bytes, entry), MS_OK);
    ck_assert_int_eq(ms_bytes_put_u8(bytes, kind), MS_OK);
    put_range(bytes, 1, 0, 1);
    ck_assert_int_eq(ms_bytes_put_blob(bytes, "path", 4), MS_OK);
    ck_assert_int_eq(ms_bytes_put_blob(bytes, output, noutput), MS_OK);
}

static void put_task(ms_bytes *bytes, uint32_t entry, uint64_t size, const char *path, size_t npath)
{
    ck_assert_int_eq(ms_bytes_put_u32(bytes, entry), MS_OK);
    ck_assert_int_eq(ms_bytes_put_u8(bytes, MS_TASK_LOG), MS_OK);
    put_range(bytes, size, 0, size);
    ck_assert_int_eq(ms_bytes_put_blob(bytes, path, npath), MS_OK);
    ck_assert_int_eq(ms_bytes_put_blob(bytes, "", 0), MS_OK);
}

/* An image has an output, a log has none, and there is nothing else. */
static const struct {
    uint8_t kind;
    const char *output;
    size_t noutput;
    bool ok;
} kinds[] = {{MS_TASK_IMAGE, "out/p", 5, true},
             {MS_TASK_IMAGE, "", 0, false},
             {MS_TASK_LOG, "out", 3, false},
             {2, "out", 3, false},
             {2, "", 0, false},
             {255, "", 0, false},
             {MS_TASK_IMAGE, "o\0p", 3, false}};

START_TEST(kinds_of_tasks)
{
    ms_bytes bytes = {0};
    put_image(&bytes, 3, kinds[_i].kind, kinds[_i].output, kinds[_i].noutput);
    if (kinds[_i].ok) {
        ms_slice slice = {0};
        ck_assert_int_eq(ms_slice_decode(&slice, bytes.data, bytes.len, NULL), MS_OK);
        ck_assert_uint_eq(slice.ntasks, 1);
        ck_assert_int_eq(slice.tasks[0].kind, MS_TASK_IMAGE);
        ck_assert_str_eq(slice.tasks[0].output, kinds[_i].output);
        ms_slice_fini(&slice);
    } else {
        expect_refused(bytes.data, bytes.len);
    }
    ms_bytes_fini(&bytes);
}
END_TEST

/* Each behind the sound task {5, 1, "p"}. */
static const struct {
    uint32_t entry;
    uint64_t size;
    const char *path;
    size_t npath;
    bool ok;
} hostile[] = {
    {6, 1, "q", 1, true},
    {5, 1, "q", 1, false},    /* the same entry again */
    {4, 1, "q", 1, false},    /* descending */
    {6, 1, "", 0, false},     /* no path */
    {6, 1, "q\0r", 3, false}, /* a NUL */
    {6, 1, "\0", 1, false},
    {6, UINT64_MAX, "q", 1, false}, /* the sum overflows */
    {6, UINT64_MAX - 1, "q", 1, true},
};

START_TEST(hostile_table)
{
    ms_bytes bytes = {0};
    put_task(&bytes, 5, 1, "p", 1);
    put_task(&bytes, hostile[_i].entry, hostile[_i].size, hostile[_i].path, hostile[_i].npath);
    if (hostile[_i].ok) {
        ms_slice slice = {0};
        ck_assert_int_eq(ms_slice_decode(&slice, bytes.data, bytes.len, NULL), MS_OK);
        ck_assert_uint_eq(slice.ntasks, 2);
        ms_slice_fini(&slice);
    } else {
        expect_refused(bytes.data, bytes.len);
    }
    ms_bytes_fini(&bytes);
}
END_TEST

/* Each behind the range [10, 20) of entry 5, whose size is 100. */
static const struct {
    uint32_t entry;
    uint64_t size, begin, end;
    bool ok;
} ranges[] = {
    {5, 100, 20, 30, true},    {5, 100, 99, 100, true},
    {6, 100, 0, 100, true},    {6, 0, 0, 0, true},
    {5, 100, 19, 30, false},   /* overlaps */ {5, 100, 0, 10, false},             /* descends */
    {5, 100, 0, 100, false},   /* the whole file too */ {6, 100, 50, 101, false}, /* beyond the file */
    {6, 100, 50, 50, false},   /* empty */ {6, 100, 50, 49, false},
    {6, 0, 0, 1, false},       {6, 100, 0, 0, false},
    {6, 100, 100, 100, false}, {6, 100, 101, 100, false},
};

START_TEST(ranges_table)
{
    ms_bytes bytes = {0};
    for (int k = 0; k < 2; k++) {
        ck_assert_int_eq(ms_bytes_put_u32(&bytes, k == 0 ? 5 : ranges[_i].entry), MS_OK);
        ck_assert_int_eq(ms_bytes_put_u8(&bytes, MS_TASK_LOG), MS_OK);
        put_range(&bytes, k == 0 ? 100 : ranges[_i].size, k == 0 ? 10 : ranges[_i].begin,
                  k == 0 ? 20 : ranges[_i].end);
        ck_assert_int_eq(ms_bytes_put_blob(&bytes, "p", 1), MS_OK);
        ck_assert_int_eq(ms_bytes_put_blob(&bytes, "", 0), MS_OK);
    }
    if (ranges[_i].ok) {
        ms_slice slice = {0};
        ck_assert_int_eq(ms_slice_decode(&slice, bytes.data, bytes.len, NULL), MS_OK);
        ck_assert_uint_eq(slice.ntasks, 2);
        ck_assert(ms_task_is_part(&slice.tasks[0]));
        ck_assert_int_eq(ms_task_is_part(&slice.tasks[1]), ranges[_i].entry == 5);
        ck_assert_uint_eq(slice.tasks[1].begin, ranges[_i].begin);
        ck_assert_uint_eq(slice.tasks[1].end, ranges[_i].end);
        ck_assert_uint_eq(slice.tasks[1].cost, 5);
        ck_assert_uint_eq(slice.nbytes, 10 + ranges[_i].end - ranges[_i].begin);
        ms_slice_fini(&slice);
    } else {
        expect_refused(bytes.data, bytes.len);
    }
    ms_bytes_fini(&bytes);
}
END_TEST

START_TEST(a_path_longer_than_the_bytes_is_refused)
{
    ms_bytes bytes = {0};
    put_task(&bytes, 0, 0, "path", 4);
    static const uint64_t lengths[] = {5, 1000, UINT64_C(1) << 63, UINT64_MAX, UINT64_MAX - 12};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        ms_bytes_set_u64(&bytes, 53, lengths[i]);
        expect_refused(bytes.data, bytes.len);
    }
    ms_bytes_fini(&bytes);
}
END_TEST

Suite *task_suite(void)
{
    Suite *suite = suite_create("task");
    TCase *tc = tcase_create("all");
    tcase_add_test(tc, a_slice_round_trips);
    tcase_add_test(tc, the_bytes_are_as_documented);
    tcase_add_test(tc, no_bytes_are_no_tasks);
    tcase_add_test(tc, every_truncation_is_refused);
    tcase_add_loop_test(tc, kinds_of_tasks, 0, (int)(sizeof kinds / sizeof kinds[0]));
    tcase_add_loop_test(tc, hostile_table, 0, (int)(sizeof hostile / sizeof hostile[0]));
    tcase_add_loop_test(tc, ranges_table, 0, (int)(sizeof ranges / sizeof ranges[0]));
    tcase_add_test(tc, a_path_longer_than_the_bytes_is_refused);
    suite_add_tcase(suite, tc);
    return suite;
}
