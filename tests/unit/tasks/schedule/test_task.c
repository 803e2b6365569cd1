/* Suite of tasks/schedule/task.c: a slice survives the wire, and bytes that are not one are refused. */
#include "tasks/schedule/task.h"

#include "unit.h"

#include <stdlib.h>
#include <string.h>

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
        entries->list[i].byte_cost = i == 3 ? 12345 : 0;
        ms_str_list_push(&entries->paths, files[i].path, strlen(files[i].path));
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

/* Room of exactly n bytes, so that the sanitizer sees a read beyond. */
static uint8_t *exact_copy(const void *data, size_t n)
{
    uint8_t *exact = malloc(n > 0 ? n : 1);
    ck_assert_ptr_nonnull(exact);
    memcpy(exact, data, n);
    return exact;
}

TEST(a_slice_round_trips)
{
    ms_bytes bytes = {0};
    encode_all(&bytes);
    ms_reader reader = ms_reader_over(bytes.data, bytes.len);
    ms_task last = {0};
    for (uint32_t i = 0; i < NFILES; i++) {
        ms_task task = {.byte_cost = 77};
        ms_bytes again = {0};
        size_t begin = reader.at;
        ck_assert_int_eq(ms_task_decode(&task, &reader), MS_OK);
        ck_assert_uint_eq(task.entry, i);
        ck_assert_uint_eq(task.size, files[i].size);
        ck_assert_uint_eq(task.begin, 0);
        ck_assert_uint_eq(task.end, files[i].size);
        ck_assert_uint_eq(task.byte_cost, i == 3 ? 12345 : 0);
        ck_assert_uint_eq(ms_task_cost(&task), files[i].size * (i == 3 ? 12345 : 1) + 65536);
        ck_assert_uint_eq(task.npath, strlen(files[i].path));
        ck_assert_str_eq(task.path, files[i].path);
        ck_assert_str_eq(task.output, "");
        ck_assert_int_eq(task.kind, MS_TASK_LOG);
        ck_assert(i == 0 || ms_task_follows(&last, &task));
        ck_assert_int_eq(ms_task_put(&task, &again), MS_OK);
        ck_assert_uint_eq(again.len, ms_task_nbytes(&task));
        ck_assert_uint_eq(again.len, reader.at - begin);
        ck_assert_mem_eq(again.data, bytes.data + begin, again.len);
        ms_bytes_fini(&again);
        last = task;
    }
    ck_assert_uint_eq(ms_reader_left(&reader), 0);
    ms_bytes_fini(&bytes);
}

TEST(the_bytes_are_as_documented)
{
    ms_entries entries = {0};
    make_entries(&entries);
    entries.list[4].mtime_ns = -2;
    entries.list[4].ctime_ns = 261;
    entries.list[4].inode = 265;
    entries.list[4].device = 259;
    entries.list[4].directory_inode = 266;
    entries.list[4].directory_device = 260;
    ms_bytes bytes = {0};
    ck_assert_int_eq(ms_task_encode(&entries, &(ms_piece){4, 0, 77}, &bytes), MS_OK);
    entries.list[4].byte_cost = 258;
    entries.list[4].link = MS_LINK_FOUND;
    ck_assert_int_eq(ms_task_encode(&entries, &(ms_piece){4, 16, 33}, &bytes), MS_OK);
    static const uint8_t expected[] = {
        4,    0,    0,    0,    0,                      /* entry, flags */
        77,   0,    0,    0,    0,    0,    0,    0,    /* size */
        0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, /* mtime_ns */
        5,    1,    0,    0,    0,    0,    0,    0,    /* ctime_ns */
        9,    1,    0,    0,    0,    0,    0,    0,    /* inode */
        3,    1,    0,    0,                            /* device */
        10,   1,    0,    0,    0,    0,    0,    0,    /* inode of the directory */
        4,    1,    0,    0,                            /* its device */
        3,    0,    0,    0,    'e',  '/',  1,    0,    /* path */
        65,   0,    0,    0,                            /* all that */
        4,    0,    0,    0,    14,                     /* entry, flags: a range, a byte_cost, a link */
        77,   0,    0,    0,    0,    0,    0,    0,    /* size */
        0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, /* mtime_ns */
        5,    1,    0,    0,    0,    0,    0,    0,    /* ctime_ns */
        9,    1,    0,    0,    0,    0,    0,    0,    /* inode */
        3,    1,    0,    0,                            /* device */
        10,   1,    0,    0,    0,    0,    0,    0,    /* inode of the directory */
        4,    1,    0,    0,                            /* its device */
        16,   0,    0,    0,    0,    0,    0,    0,    /* begin */
        33,   0,    0,    0,    0,    0,    0,    0,    /* end */
        2,    1,    0,    0,                            /* byte_cost */
        3,    0,    0,    0,    'e',  '/',  1,    0,    /* path */
        85,   0,    0,    0};
    ck_assert_uint_eq(bytes.len, sizeof expected);
    ck_assert_mem_eq(bytes.data, expected, sizeof expected);
    ms_bytes_fini(&bytes);
    ms_entries_fini(&entries);
}

static void expect_refused(const void *data, size_t n)
{
    uint8_t *exact = exact_copy(data, n);
    ms_reader reader = ms_reader_over(exact, n);
    ms_task task = {.npath = 1};
    ck_assert_int_eq(ms_task_decode(&task, &reader), MS_FORMAT);
    ck_assert(reader.failed);
    ck_assert_ptr_null(task.path);
    ck_assert_uint_eq(task.npath, 0);
    free(exact);
}

TEST_RANGE(every_truncation_is_refused, 0, 2)
{
    ms_bytes bytes = {0};
    ms_task task = {.entry = 1, .size = 9, .begin = 2, .end = 8, .path = "p/q", .npath = 3, .output = "o"};
    task.kind = _i == 0 ? MS_TASK_LOG : MS_TASK_IMAGE;
    ck_assert_int_eq(ms_task_put(&task, &bytes), MS_OK);
    for (size_t cut = 0; cut < bytes.len; cut++) {
        expect_refused(bytes.data, cut);
    }
    ms_bytes_fini(&bytes);
}

/* A task as its bytes, each field as one likes. */
typedef struct raw {
    uint8_t flags;
    uint64_t size, begin, end; /* begin, end and byte_cost where the flags say that they are there */
    uint32_t byte_cost;
    const char *path;
    size_t npath;
    const char *output;
    size_t noutput;
    int add_nbytes; /* to the length at its end */
    bool ok;
} raw;

static void put_raw_text(ms_bytes *bytes, const char *text, size_t n)
{
    ms_bytes_put_u32(bytes, (uint32_t)n);
    ms_bytes_append(bytes, text, n);
    ms_bytes_put_u8(bytes, 0);
}

static void put_raw(ms_bytes *bytes, const raw *task)
{
    uint64_t fields[] = {task->size, 1, 7, 2, task->begin, task->end};
    ms_bytes_put_u32(bytes, 6);
    ms_bytes_put_u8(bytes, task->flags);
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        if (i < 4 || (task->flags & 2) != 0) {
            ms_bytes_put_u64(bytes, fields[i]);
        }
        if (i == 3) {
            ms_bytes_put_u32(bytes, 3);
            ms_bytes_put_u64(bytes, 4);
            ms_bytes_put_u32(bytes, 5);
        }
    }
    if ((task->flags & 4) != 0) {
        ms_bytes_put_u32(bytes, task->byte_cost);
    }
    put_raw_text(bytes, task->path, task->npath);
    if ((task->flags & 1) != 0) {
        put_raw_text(bytes, task->output, task->noutput);
    }
    ms_bytes_put_u32(bytes, (uint32_t)((int)bytes->len + 4 + task->add_nbytes));
}

static const raw raws[] = {
    {.size = 1, .path = "q", .npath = 1, .ok = true},
    {.size = UINT64_MAX, .path = "q", .npath = 1, .ok = true},
    {.size = 1, .path = "", .npath = 0},     /* no path */
    {.size = 1, .path = "q\0r", .npath = 3}, /* a NUL */
    {.size = 1, .path = "\0", .npath = 1},
    {.size = 1, .path = "q", .npath = 1, .add_nbytes = 1},
    {.size = 1, .path = "q", .npath = 1, .add_nbytes = -1},
    {.size = 1, .path = "q", .npath = 1, .flags = 64},
    {.size = 1, .path = "q", .npath = 1, .flags = 128},
    {.size = 1, .path = "q", .npath = 1, .flags = 8, .ok = true},
    {.size = 0, .path = "-", .npath = 1, .flags = 16, .ok = true},
    {.size = 0, .path = "-", .npath = 1, .flags = 17, .output = "o", .noutput = 1}, /* a stream is no image,
                                                                                     */
    {.size = 9, .path = "-", .npath = 1, .flags = 18, .begin = 1, .end = 9},        /* and no range */
    {.size = 1, .path = "q", .npath = 1, .flags = 1, .output = "out/p", .noutput = 5, .ok = true},
    {.size = 1, .path = "q", .npath = 1, .flags = 1, .output = "", .noutput = 0}, /* an image without output
                                                                                   */
    {.size = 1, .path = "q", .npath = 1, .flags = 1, .output = "o\0p", .noutput = 3},
    {.size = 1, .path = "q", .npath = 1, .flags = 4, .byte_cost = 5, .ok = true},
    {.size = 1, .path = "q", .npath = 1, .flags = 4, .byte_cost = 0}, /* 0 is left out */
    {.size = 100, .path = "q", .npath = 1, .flags = 2, .begin = 99, .end = 100, .ok = true},
    {.size = 100, .path = "q", .npath = 1, .flags = 2, .begin = 0, .end = 99, .ok = true},
    {.size = 100, .path = "q", .npath = 1, .flags = 2, .begin = 0, .end = 100},  /* no range: all of it */
    {.size = 100, .path = "q", .npath = 1, .flags = 2, .begin = 50, .end = 101}, /* beyond the file */
    {.size = 100, .path = "q", .npath = 1, .flags = 2, .begin = 50, .end = 50},  /* empty */
    {.size = 100, .path = "q", .npath = 1, .flags = 2, .begin = 50, .end = 49},
    {.size = 100, .path = "q", .npath = 1, .flags = 2, .begin = 100, .end = 100},
    {.size = 0, .path = "q", .npath = 1, .flags = 2, .begin = 0, .end = 1},
};

TEST_EACH(hostile_table, raws)
{
    const raw *task = &raws[_i];
    ms_bytes bytes = {0};
    put_raw(&bytes, task);
    if (task->ok) {
        ms_reader reader = ms_reader_over(bytes.data, bytes.len);
        ms_task got = {0};
        bool part = (task->flags & 2) != 0;
        ck_assert_int_eq(ms_task_decode(&got, &reader), MS_OK);
        ck_assert_uint_eq(got.begin, part ? task->begin : 0);
        ck_assert_uint_eq(got.end, part ? task->end : task->size);
        ck_assert_int_eq(ms_task_is_part(&got), part);
        ck_assert_uint_eq(got.byte_cost, task->byte_cost);
        ck_assert_int_eq(got.kind, (task->flags & 1) != 0 ? MS_TASK_IMAGE : MS_TASK_LOG);
        ck_assert_str_eq(got.output, task->output ? task->output : "");
    } else {
        expect_refused(bytes.data, bytes.len);
    }
    ms_bytes_fini(&bytes);
}

/* Each after the range [10, 20) of entry 5, whose size is 100. */
static const struct {
    uint32_t entry;
    uint64_t size, begin, end;
    bool ok;
} followers[] = {
    {5, 100, 20, 30, true},  {5, 100, 99, 100, true},
    {6, 100, 0, 100, true},  {6, 0, 0, 0, true},
    {6, 100, 5, 6, true},    {4, 100, 0, 100, false}, /* descends */
    {5, 100, 19, 30, false}, /* overlaps */ {5, 100, 0, 10, false},
    {5, 100, 0, 100, false}, /* the whole file too */
};

TEST_EACH(tasks_ascend, followers)
{
    ms_task last = {.entry = 5, .size = 100, .begin = 10, .end = 20};
    ms_task next = {.entry = followers[_i].entry,
                    .size = followers[_i].size,
                    .begin = followers[_i].begin,
                    .end = followers[_i].end};
    ck_assert_int_eq(ms_task_follows(&last, &next), followers[_i].ok);
}

TEST(a_path_longer_than_the_bytes_is_refused)
{
    enum { AT_NPATH = 53 };
    static const uint8_t lengths[] = {3, 5, 6, 100, 255};
    ms_bytes bytes = {0};
    put_raw(&bytes, &(raw){.path = "path", .npath = 4});
    ck_assert_uint_eq(bytes.data[AT_NPATH], 4);
    for (size_t i = 0; i < sizeof lengths; i++) {
        for (size_t at = AT_NPATH; at < AT_NPATH + 4; at++) {
            uint8_t old = bytes.data[at];
            bytes.data[at] = lengths[i];
            expect_refused(bytes.data, bytes.len);
            bytes.data[at] = old;
        }
    }
    ms_bytes_fini(&bytes);
}
