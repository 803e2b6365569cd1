/* Suite of run/work/work.c for ranges of compressed files: joined, their records are the whole file's, also
 * with errors. The frames are zstd's, with blocks that are not compressed. */
#include "run/work/work.h"

#include "base/clock.h"
#include "result/join.h"
#include "result/record.h"
#include "scratch.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_PARTS = 64 };

TEST_FIXTURE(scratch_enter, scratch_leave);

static void frame(ms_bytes *to, const void *text, size_t n)
{
    uint32_t block = (uint32_t)(n << 3 | 1);
    uint8_t head[] = {0x28, 0xB5, 0x2F, 0xFD, 0, 0x70, (uint8_t)block, (uint8_t)(block >> 8), 0};
    ms_bytes_append(to, head, sizeof head);
    ms_bytes_append(to, text, n);
}

/* The record of [begin, end) of the file. */
static ms_bytes scan(const char *path, uint64_t size, uint64_t begin, uint64_t end,
                     const ms_scan_options *options)
{
    ms_err err = {0};
    ms_keywords keywords = {0};
    ms_worker *worker = NULL;
    ms_work_totals totals = {0};
    ms_bytes tasks = {0};
    ms_bytes records = {0};
    ms_queue queue = {0};
    ms_task task = {.entry = 7,
                    .size = size,
                    .begin = begin,
                    .end = end,
                    .path = path,
                    .npath = strlen(path),
                    .output = ""};
    ck_assert_int_eq(ms_task_put(&task, &tasks), MS_OK);
    ck_assert_int_eq(ms_queue_add_copy(&queue, tasks.data, tasks.len, NULL, NULL), MS_OK);
    ms_str_list_push(&keywords.list, "foo", 3);
    ck_assert_int_eq(ms_worker_new(&worker, &keywords, NULL, options, &err), MS_OK);
    ck_assert_int_eq(ms_work_run(worker, &queue, NULL, &records, &totals, &err), MS_OK);
    ms_queue_fini(&queue);
    ms_bytes_fini(&tasks);
    ms_worker_free(worker);
    ms_keywords_fini(&keywords);
    return records;
}

/* Are the two the same, but for where their lines are kept? */
static void expect_same(ms_record a, ms_record b)
{
    ms_bytes bare[2] = {{0}};
    ms_line line_a = {0};
    ms_line line_b = {0};
    size_t at_a = 0;
    size_t at_b = 0;
    ck_assert_uint_eq(a.nlines, b.nlines);
    while (ms_record_next_line(&a, &at_a, &line_a)) {
        ck_assert(ms_record_next_line(&b, &at_b, &line_b));
        ck_assert_uint_eq(line_a.line_no, line_b.line_no);
        ck_assert_uint_eq(line_a.offset, line_b.offset);
        ck_assert(line_a.ntext == line_b.ntext && memcmp(line_a.text, line_b.text, line_a.ntext) == 0);
    }
    a.nlines = b.nlines = 0;
    a.lines = b.lines = NULL;
    a.nline_bytes = b.nline_bytes = 0;
    a.runs = b.runs = NULL;
    a.nruns = b.nruns = 0;
    ck_assert_int_eq(ms_record_encode(&a, &bare[0]), MS_OK);
    ck_assert_int_eq(ms_record_encode(&b, &bare[1]), MS_OK);
    ck_assert_uint_eq(bare[0].len, bare[1].len);
    ck_assert_mem_eq(bare[0].data, bare[1].data, bare[0].len);
    ms_bytes_fini(&bare[0]);
    ms_bytes_fini(&bare[1]);
}

/* Searches the image in ranges of `step` bytes and as a whole: the same; *nwhole ranges have searched it all.
 */
static ms_bytes compare(const ms_bytes *image, uint64_t step, const ms_scan_options *options, size_t *nwhole)
{
    ms_bytes parts[MOST_PARTS];
    const uint8_t *list[MOST_PARTS];
    ms_bytes record = {0};
    ms_joined joined = {0};
    ms_err err = {0};
    size_t n = 0;
    *nwhole = 0;
    file_write("file", image->data, image->len);
    for (uint64_t begin = 0; begin < image->len; begin += step) {
        ck_assert_uint_lt(n, MOST_PARTS);
        uint64_t end = image->len - begin < step ? image->len : begin + step;
        parts[n] = scan("file", image->len, begin, end, options);
        list[n] = parts[n].data;
        *nwhole += (ms_record_view(list[n]).flags & MS_RECORD_WHOLE) != 0;
        n++;
    }
    ms_bytes whole = scan("file", image->len, 0, image->len, options);
    ck_assert_msg(ms_join(list, n, false, &record, &joined, &err) == MS_OK, "%s", err.text);
    ms_record got = ms_record_view(record.data);
    ms_joined_set_lines(&joined, &got);
    expect_same(got, ms_record_view(whole.data));
    ms_joined_fini(&joined);
    ms_bytes_fini(&record);
    for (size_t i = 0; i < n; i++) {
        ms_bytes_fini(&parts[i]);
    }
    return whole;
}

static ms_bytes good_frames(void)
{
    ms_bytes image = {0};
    frame(&image, "foo 1\nfo", 8);
    frame(&image, "", 0);
    frame(&image, "o 2\n", 4);
    frame(&image, "a long line without an end ", 27);
    frame(&image, "that ends here foo\r\n\nfoo", 24);
    frame(&image, " bar\nfoo", 8);
    return image;
}

/* -> whether it has failed */
static bool compare_all(const ms_bytes *image, uint64_t max_decompressed, size_t *nwhole)
{
    bool failed = false;
    *nwhole = 0;
    for (uint64_t step = 4; step < image->len; step += 5) {
        for (unsigned how = 0; how < 3; how++) {
            ms_scan_options options = {.lines = how == 0,
                                       .files_with_matches = how == 1,
                                       .max_line = 100,
                                       .buffer_size = 64,
                                       .decode.max_decompressed = max_decompressed};
            size_t n = 0;
            ms_bytes record = compare(image, step, &options, &n);
            failed = failed || ms_record_view(record.data).status == MS_STATUS_FAILED;
            *nwhole += n;
            ms_bytes_fini(&record);
        }
    }
    return failed;
}

TEST(good_ranges_stay_ranges)
{
    size_t nwhole = 0;
    ms_bytes image = good_frames();
    ck_assert(!compare_all(&image, 0, &nwhole));
    ck_assert_uint_eq(nwhole, 0);
    ck_assert(!compare_all(&image, 100000, &nwhole));
    ck_assert_uint_eq(nwhole, 0);
    ms_bytes_fini(&image);
}

/* The text is 71 bytes long: whichever ranges there are, one has more than its share of 70. */
TEST(a_limit_holds_for_the_whole_file)
{
    size_t nwhole = 0;
    ms_bytes image = good_frames();
    ck_assert(!compare_all(&image, 71, &nwhole));
    for (uint64_t limit = 70; limit > 0; limit -= 10) {
        ck_assert(compare_all(&image, limit, &nwhole));
        ck_assert_uint_gt(nwhole, 0);
    }
    ms_bytes_fini(&image);
}

TEST(error_is_the_whole_files)
{
    ms_bytes image = good_frames();
    size_t nwhole = 0;
    for (size_t at = 0; at < image.len; at += 3) {
        uint8_t was = image.data[at];
        image.data[at] ^= 0x41;
        (void)compare_all(&image, 0, &nwhole);
        image.data[at] = was;
    }
    image.data[image.len - 9 - 24] ^= 0xFF; /* within the last header */
    image.len -= 3;
    ck_assert(compare_all(&image, 0, &nwhole));
    ck_assert_uint_gt(nwhole, 0);
    ms_bytes_fini(&image);
}

/* What begins like text may not be: zstd in zstd, UTF-16, an image, a tar archive. */
TEST(not_text)
{
    static const char *const begins[] = {"\x28\xB5\x2F\xFD", "\xFF\xFE", "\x89PNG\r\n\x1A\n\0\0\0\rIHDR"};
    static const size_t lengths[] = {4, 2, 16};
    for (size_t i = 0; i < 3; i++) {
        ms_bytes image = {0};
        size_t nwhole = 0;
        frame(&image, begins[i], lengths[i]);
        frame(&image, "f\0o\0o\0\n\0", 8);
        (void)compare_all(&image, 0, &nwhole);
        ck_assert_uint_gt(nwhole, 0);
        ms_bytes_fini(&image);
    }
}

/* The file is gone before its second range is begun: a fault of the file, and what was found before it
 * counts. */
TEST(file_removed_between_ranges)
{
    static const char text[] = "a foo\nbar\nfoo again\n";
    uint64_t size = strlen(text);
    ms_scan_options options = {.lines = true, .buffer_size = 64};
    file_write("file", text, size);
    for (int first_too = 0; first_too < 2; first_too++) {
        ms_bytes parts[2] = {scan("file", size, 0, 8, &options)};
        ms_bytes record = {0};
        ms_joined joined = {0};
        ms_err err = {0};
        (void)unlink("file");
        parts[1] = scan("file", size, 8, size, &options);
        const uint8_t *list[2] = {parts[0].data, parts[1].data};
        ck_assert_int_eq(ms_join(list, 2, false, &record, &joined, &err), MS_OK);
        ms_record sum = ms_record_view(record.data);
        ck_assert_int_eq(sum.status, MS_STATUS_FAILED);
        ck_assert_uint_eq(sum.nmatching, first_too == 0 ? 1 : 0);
        ck_assert_mem_eq(sum.stage, "open", 4);
        ms_joined_fini(&joined);
        ms_bytes_fini(&record);
        ms_bytes_fini(&parts[0]);
        ms_bytes_fini(&parts[1]);
    }
}

/* Listed on another host: inode and time of change are both another's, or one of them. */
TEST(replaced_file)
{
    struct stat st;
    file_write("file", "foo\n", 4);
    ck_assert_int_eq(stat("file", &st), 0);
    for (unsigned wrong = 0; wrong < 8; wrong++) { /* bit 2: this is that host */
        ms_err err = {0};
        ms_keywords keywords = {0};
        ms_worker *worker = NULL;
        ms_work_totals totals = {0};
        ms_scan_options options = {.lines = true, .buffer_size = 64};
        ms_bytes tasks = {0};
        ms_bytes records = {0};
        ms_queue queue = {0};
        ms_task task = {.size = 4,
                        .end = 4,
                        .inode = (uint64_t)st.st_ino + (wrong & 1),
                        .mtime_ns = ms_time_ns(st.st_mtim) + ((wrong & 2) != 0 ? 1 : 0),
                        .path = "file",
                        .npath = 4,
                        .output = ""};
        ck_assert_int_eq(ms_task_put(&task, &tasks), MS_OK);
        ck_assert_int_eq(ms_queue_add_copy(&queue, tasks.data, tasks.len, NULL, NULL), MS_OK);
        ms_str_list_push(&keywords.list, "foo", 3);
        ck_assert_int_eq(ms_worker_new(&worker, &keywords, NULL, &options, &err), MS_OK);
        if ((wrong & 4) == 0) {
            ms_worker_set_remote_host(worker);
        }
        ck_assert_int_eq(ms_work_run(worker, &queue, NULL, &records, &totals, &err), MS_OK);
        ms_record record = ms_record_view(records.data);
        ck_assert_int_eq(record.status, wrong == 3 ? MS_STATUS_FAILED : MS_STATUS_SCANNED);
        ms_queue_fini(&queue);
        ms_bytes_fini(&tasks);
        ms_bytes_fini(&records);
        ms_worker_free(worker);
        ms_keywords_fini(&keywords);
    }
}
