/* Suite of run/work/work.c for archives: one record an archive, with its members that match or have
 * errors. */
#include "run/work/work.h"

#include "result/record.h"
#include "scratch.h"
#include "tar_image.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

TEST_FIXTURE(scratch_enter, scratch_leave);

/* Writes the image into a file and searches it for "foo", "bar" and three zeros as entry 7. */
static ms_code scan(const ms_bytes *image, const ms_scan_options *options, const ms_work_hooks *hooks,
                    ms_bytes *records)
{
    static const char path[] = "archive";
    ms_err err = {0};
    ms_keywords keywords = {0};
    ms_worker *worker = NULL;
    ms_work_totals totals = {0};
    file_write(path, image->data, image->len);
    ms_task task = {.entry = 7,
                    .size = image->len,
                    .end = image->len,
                    .path = path,
                    .npath = sizeof path - 1,
                    .output = ""};
    ms_bytes tasks = {0};
    ms_queue queue = {0};
    ck_assert_int_eq(ms_task_put(&task, &tasks), MS_OK);
    ck_assert_int_eq(ms_queue_add_copy(&queue, tasks.data, tasks.len, NULL, NULL), MS_OK);
    ms_str_list_push(&keywords.list, "foo", 3);
    ms_str_list_push(&keywords.list, "bar", 3);
    ms_str_list_push(&keywords.list, "\0\0\0", 3);
    ck_assert_int_eq(ms_worker_new(&worker, &keywords, NULL, options, &err), MS_OK);
    ms_code code = ms_work_run(worker, &queue, hooks, records, &totals, &err);
    if (code == MS_OK) { /* once more with the same worker: the same */
        ms_bytes again = {0};
        ck_assert_int_eq(ms_queue_add_copy(&queue, tasks.data, tasks.len, NULL, NULL), MS_OK);
        ck_assert_int_eq(ms_work_run(worker, &queue, hooks, &again, &totals, &err), MS_OK);
        ck_assert_uint_eq(again.len, records->len);
        ck_assert_mem_eq(again.data, records->data, again.len);
        ms_bytes_fini(&again);
    }
    ms_queue_fini(&queue);
    ms_bytes_fini(&tasks);
    ms_worker_free(worker);
    ms_keywords_fini(&keywords);
    return code;
}

static ms_record decode(const ms_bytes *records)
{
    ms_reader reader = ms_reader_over(records->data, records->len);
    ms_record record;
    ck_assert_int_eq(ms_record_decode(&record, &reader), MS_OK);
    ck_assert_uint_eq(ms_reader_left(&reader), 0);
    ck_assert_uint_eq(record.entry, 7);
    return record;
}

/* The next member has this name, this many matching lines, and, if any, these words in its message. */
static ms_record expect_member(const ms_record *record, size_t *at, const char *name, ms_status status,
                               uint64_t nmatching, const char *words)
{
    ms_str found;
    ms_record member;
    ck_assert(ms_record_next_member(record, at, &found, &member));
    ck_assert_uint_eq(found.len, strlen(name));
    ck_assert_mem_eq(found.data, name, found.len);
    ck_assert_int_eq(member.status, status);
    ck_assert_uint_eq(member.nmatching, nmatching);
    ck_assert_ptr_nonnull(
        memmem(member.message ? member.message : "", member.nmessage, words, strlen(words)));
    return member;
}

static void expect_end(const ms_record *record, size_t at)
{
    ms_str name;
    ms_record member;
    ck_assert(!ms_record_next_member(record, &at, &name, &member));
}

static void put(ms_bytes *image, const char *name, const char *text)
{
    tar_member(image, USTAR, '0', name, text);
}

static ms_bytes four_members(void)
{
    ms_bytes image = {0};
    put(&image, "a", "foo\nbar foo\nx\n");
    put(&image, "b", "nothing\n");
    put(&image, "dir/c", "x\nfoo");
    tar_zeros(&image, 1024);
    return image;
}

TEST(members_with_hits)
{
    ms_bytes image = four_members();
    ms_bytes records = {0};
    ms_scan_options options = {.lines = true, .max_line = 100, .buffer_size = 64};
    ms_line line;
    size_t at = 0;
    size_t at_line = 0;
    ck_assert_int_eq(scan(&image, &options, NULL, &records), MS_OK);
    ms_record record = decode(&records);
    ck_assert_int_eq(record.status, MS_STATUS_SCANNED);
    ck_assert_uint_eq(record.flags, MS_RECORD_MEMBERS);
    ck_assert_uint_eq(record.nmatching, 3);
    ck_assert_uint_eq(record.nbytes, 14 + 8 + 5);
    ms_record a = expect_member(&record, &at, "a", MS_STATUS_SCANNED, 2, "");
    ck_assert_uint_eq(a.ncounts, 2);
    ck_assert_uint_eq(a.nbytes, 14);
    ms_record c = expect_member(&record, &at, "dir/c", MS_STATUS_SCANNED, 1, "");
    ck_assert_uint_eq(c.ncounts, 1);
    ck_assert(ms_record_next_line(&c, &at_line, &line) && line.line_no == 2 && line.offset == 2);
    ck_assert(!ms_record_next_line(&c, &at_line, &line));
    expect_end(&record, at);
    ms_bytes_fini(&image);
    ms_bytes_fini(&records);
}

/* Zeros before an archive, and of one within it, are nobody's text: the record is the same without. */
TEST(leading_zeros)
{
    static const size_t nzeros[] = {0, 512, 5 * 512, 65536 + 512, 300000 / 512 * 512};
    for (unsigned how = 0; how < 4; how++) {
        ms_scan_options options = {.lines = (how & 1) != 0,
                                   .files_with_matches = (how & 2) != 0,
                                   .max_line = 100,
                                   .buffer_size = 64};
        ms_bytes wanted = {0};
        ms_bytes inner = four_members();
        for (size_t i = 0; i < sizeof nzeros / sizeof nzeros[0]; i++) {
            ms_bytes image = {0};
            ms_bytes records = {0};
            tar_zeros(&image, nzeros[i]);
            ms_bytes_append(&image, inner.data, inner.len);
            tar_header(&image, USTAR, '0', "inner.tar", nzeros[i] + inner.len);
            tar_zeros(&image, nzeros[i]);
            ms_bytes_append(&image, inner.data, inner.len);
            tar_zeros(&image, 1024);
            ck_assert_int_eq(scan(&image, &options, NULL, i == 0 ? &wanted : &records), MS_OK);
            ck_assert(i == 0 || records.len == wanted.len);
            ck_assert(i == 0 || memcmp(records.data, wanted.data, wanted.len) == 0);
            ck_assert_uint_eq(decode(&wanted).nmatching, how < 2 ? 6 : 4);
            ms_bytes_fini(&image);
            ms_bytes_fini(&records);
        }
        ms_bytes_fini(&inner);
        ms_bytes_fini(&wanted);
    }
}

TEST(nothing_to_report)
{
    ms_bytes image = {0};
    ms_bytes records = {0};
    ms_scan_options options = {.max_line = 100, .buffer_size = 64};
    put(&image, "a", "nothing\n");
    tar_zeros(&image, 1024);
    ck_assert_int_eq(scan(&image, &options, NULL, &records), MS_OK);
    ms_record record = decode(&records);
    ck_assert_int_eq(record.status, MS_STATUS_SCANNED);
    ck_assert_uint_eq(record.flags, 0);
    ck_assert_uint_eq(record.nbytes, 8);
    ms_bytes_fini(&image);
    ms_bytes_fini(&records);
}

TEST(files_with_matches)
{
    ms_bytes image = four_members();
    ms_bytes records = {0};
    ms_scan_options options = {.files_with_matches = true, .max_line = 100, .buffer_size = 64};
    size_t at = 0;
    ck_assert_int_eq(scan(&image, &options, NULL, &records), MS_OK);
    ms_record record = decode(&records);
    ck_assert_uint_eq(record.flags, MS_RECORD_MEMBERS | MS_RECORD_NAMES_ONLY);
    ck_assert_uint_eq(record.nmatching, 2);
    ck_assert_uint_eq(record.nbytes, 4 + 8 + 5);
    ck_assert_uint_eq(expect_member(&record, &at, "a", MS_STATUS_SCANNED, 1, "").flags, MS_RECORD_NAMES_ONLY);
    (void)expect_member(&record, &at, "dir/c", MS_STATUS_SCANNED, 1, "");
    expect_end(&record, at);
    ms_bytes_fini(&image);
    ms_bytes_fini(&records);
}

/* -L: empty members, too; no archive within the archive, whose members are listed, no directory. */
TEST(files_without_match)
{
    ms_bytes inner = four_members();
    ms_bytes image = {0};
    ms_bytes records = {0};
    ms_scan_options options = {
        .files_with_matches = true, .files_without_match = true, .max_line = 100, .buffer_size = 64};
    size_t at = 0;
    tar_member(&image, USTAR, '5', "dir/", "");
    put(&image, "empty", "");
    tar_header(&image, USTAR, '0', "inner.tar", inner.len);
    ms_bytes_append(&image, inner.data, inner.len);
    put(&image, "last", "foo");
    tar_zeros(&image, 1024);
    ck_assert_int_eq(scan(&image, &options, NULL, &records), MS_OK);
    ms_record record = decode(&records);
    (void)expect_member(&record, &at, "empty", MS_STATUS_SCANNED, 0, "");
    (void)expect_member(&record, &at, "inner.tar!b", MS_STATUS_SCANNED, 0, "");
    expect_end(&record, at);
    ms_bytes_fini(&inner);
    ms_bytes_fini(&image);
    ms_bytes_fini(&records);
}

TEST(damaged_members)
{
    ms_bytes image = {0};
    ms_bytes records = {0};
    ms_scan_options options = {.max_line = 100, .buffer_size = 64};
    size_t at = 0;
    put(&image, "a", "foo\n");
    put(&image, "bad\n.gz", "\x1F\x8B\x08 cut");
    put(&image, "p.png", "\xFF\xD8\xFF\xE0\1\1JFIF\1\1\1\1\1\1\1\1\1");
    put(&image, "z", "Rar!\x1A\7");
    put(&image, "b", "bar\n");
    tar_zeros(&image, 1024);
    ck_assert_int_eq(scan(&image, &options, NULL, &records), MS_OK);
    ms_record record = decode(&records);
    ck_assert_int_eq(record.status, MS_STATUS_FAILED);
    ck_assert_uint_eq(record.nmatching, 2);
    ck_assert_mem_eq(record.stage, "member", 6);
    ck_assert_ptr_nonnull(memmem(record.message, record.nmessage,
                                 "2 of its members failed, the first: bad\\n.gz: the gzip data are truncated",
                                 70));
    (void)expect_member(&record, &at, "a", MS_STATUS_SCANNED, 1, "");
    (void)expect_member(&record, &at, "bad\n.gz", MS_STATUS_FAILED, 0, "truncated");
    (void)expect_member(&record, &at, "p.png", MS_STATUS_SKIPPED, 0, "is an image");
    (void)expect_member(&record, &at, "z", MS_STATUS_FAILED, 0, "rar data are not searched");
    (void)expect_member(&record, &at, "b", MS_STATUS_SCANNED, 1, "");
    expect_end(&record, at);
    ms_bytes_fini(&image);
    ms_bytes_fini(&records);
}

TEST(a_cut_archive_keeps_its_hits)
{
    ms_bytes image = four_members();
    ms_bytes records = {0};
    ms_scan_options options = {.max_line = 100, .buffer_size = 64};
    size_t at = 0;
    image.len = 4 * 512 + 512 + 4; /* within the third member: "x\nfo" */
    ck_assert_int_eq(scan(&image, &options, NULL, &records), MS_OK);
    ms_record record = decode(&records);
    ck_assert_int_eq(record.status, MS_STATUS_FAILED);
    ck_assert_mem_eq(record.stage, "decode", 6);
    ck_assert_ptr_nonnull(memmem(record.message, record.nmessage, "cut off in a member at byte 2564", 32));
    ck_assert_uint_eq(record.nmatching, 2);
    (void)expect_member(&record, &at, "a", MS_STATUS_SCANNED, 2, "");
    (void)expect_member(&record, &at, "dir/c", MS_STATUS_FAILED, 0, "cut off");
    expect_end(&record, at);
    ms_bytes_fini(&image);
    ms_bytes_fini(&records);
}

TEST(listing_is_bounded)
{
    ms_bytes image = {0};
    ms_bytes records = {0};
    ms_scan_options options = {.lines = true, .max_line = 100, .buffer_size = 64, .max_listing = 300};
    size_t at = 0;
    for (int i = 0; i < 20; i++) {
        char name[8];
        (void)snprintf(name, sizeof name, "m%02d", i);
        put(&image, name, "foo\nfoo\nfoo\n");
    }
    tar_zeros(&image, 1024);
    ck_assert_int_eq(scan(&image, &options, NULL, &records), MS_OK);
    ms_record record = decode(&records);
    ck_assert_int_eq(record.status, MS_STATUS_FAILED);
    ck_assert_uint_eq(record.nmatching, 60); /* all are counted */
    ck_assert_uint_lt(record.nmember_bytes, 1000);
    ms_record first = expect_member(&record, &at, "m00", MS_STATUS_SCANNED, 3, "");
    ck_assert_uint_eq(first.nlines, 3);
    ms_record second = expect_member(&record, &at, "m01", MS_STATUS_FAILED, 3, "--max-listing");
    ck_assert_uint_lt(second.nlines, 3);
    ms_bytes_fini(&records);
    options.max_listing = 0;
    ck_assert_int_eq(scan(&image, &options, NULL, &records), MS_OK);
    record = decode(&records);
    ck_assert_int_eq(record.status, MS_STATUS_SCANNED);
    ms_bytes_fini(&image);
    ms_bytes_fini(&records);
}

/* Without lines it is the members themselves that are too many. */
TEST(members_are_bounded)
{
    ms_bytes image = {0};
    ms_bytes records = {0};
    ms_scan_options options = {.max_line = 100, .buffer_size = 64, .max_listing = 300};
    for (int i = 0; i < 20; i++) {
        put(&image, "m", "foo\n");
    }
    tar_zeros(&image, 1024);
    ck_assert_int_eq(scan(&image, &options, NULL, &records), MS_OK);
    ms_record record = decode(&records);
    ck_assert_int_eq(record.status, MS_STATUS_FAILED);
    ck_assert_uint_eq(record.nmatching, 20);
    ck_assert_uint_lt(record.nmember_bytes, 500);
    ck_assert_ptr_nonnull(memmem(record.message, record.nmessage, "are not listed (--max-listing)", 30));
    ms_bytes_fini(&image);
    ms_bytes_fini(&records);
}

static ms_code stop_at(void *user, uint64_t nbytes)
{
    int *left = user;
    (void)nbytes;
    return (*left)-- == 0 ? MS_IO : MS_OK;
}

TEST(a_hook_ends_the_work)
{
    ms_bytes image = four_members();
    ms_scan_options options = {.max_line = 100, .buffer_size = 64};
    for (int at = 0; at < 3; at++) {
        ms_bytes records = {0};
        int left = at;
        ms_work_hooks hooks = {.poll = stop_at, .user = &left};
        ck_assert_int_eq(scan(&image, &options, &hooks, &records), MS_IO);
        ck_assert_uint_eq(records.len, 0);
        ms_bytes_fini(&records);
    }
    ms_bytes_fini(&image);
}
