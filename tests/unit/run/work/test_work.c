/* Suite of run/work/work.c: tasks in, one record a task out; what is a fault of a file and what ends the
 * work. */
#include "run/work/work.h"

#include "base/clock.h"
#include "result/record.h"
#include "scratch.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

TEST_FIXTURE(scratch_enter, scratch_leave);

typedef struct given {
    const char *name;
    const char *text; /* NULL: there is no such file; "|": a FIFO; "/": a directory */
    uint64_t size;    /* at enumeration */
} given;

enum { MOST = 8 };

/* Tasks made by hand: entries 3, 4, 5 ... */
typedef struct hand_slice {
    ms_task tasks[MOST];
    char paths[MOST][128];
    ms_bytes bytes; /* encoded */
} hand_slice;

static void make(hand_slice *to, const given *files, size_t n)
{
    *to = (hand_slice){0};
    for (size_t i = 0; i < n; i++) {
        int len = snprintf(to->paths[i], sizeof to->paths[i], "%s", files[i].name);
        to->tasks[i] = (ms_task){.entry = (uint32_t)i + 3,
                                 .size = files[i].size,
                                 .end = files[i].size,
                                 .path = to->paths[i],
                                 .npath = (size_t)len,
                                 .output = ""};
        ck_assert_int_eq(ms_task_put(&to->tasks[i], &to->bytes), MS_OK);
        if (!files[i].text) {
            continue;
        }
        if (files[i].text[0] == '|') {
            ck_assert_int_eq(mkfifo(to->paths[i], 0600), 0);
        } else if (files[i].text[0] == '/') {
            ck_assert_int_eq(mkdir(to->paths[i], 0700), 0);
        } else {
            file_write_text(to->paths[i], files[i].text);
        }
    }
}

static const given files[] = {
    {"a", "foo\nbar foo\nx\nbar\n", 18},
    {"b", "nothing\n", 8},
    {"c", NULL, 5},
    {"d", "foo\nfoo\nfoo\n", 30},
    {"e", "|", 5},
    {"f", "\x1F\x8B\x08 foo", 7},
    {"g", "", 0},
    {"h", "/", 4},
};

typedef struct want {
    ms_status status;
    uint64_t nbytes, nmatching;
    const char *stage, *message;
    uint64_t counts[2]; /* of foo, of bar */
} want;

static const want wants[] = {
    {MS_STATUS_SCANNED, 18, 3, "", "", {2, 2}},
    {MS_STATUS_SCANNED, 8, 0, "", "", {0, 0}},
    {MS_STATUS_FAILED, 0, 0, "open", "No such file", {0, 0}},
    {MS_STATUS_FAILED, 12, 3, "read", "shrank", {3, 0}}, /* what was found counts */
    {MS_STATUS_FAILED, 0, 0, "open", "no longer a regular file", {0, 0}},
    {MS_STATUS_FAILED, 0, 0, "decode", "gzip", {0, 0}},
    {MS_STATUS_SCANNED, 0, 0, "", "", {0, 0}},
    {MS_STATUS_FAILED, 0, 0, "open", "no longer a regular file", {0, 0}},
};

enum { NFILES = sizeof files / sizeof files[0] };

static ms_keywords foo_and_bar(void)
{
    ms_keywords keywords = {0};
    ms_str_list_push(&keywords.list, "foo", 3);
    ms_str_list_push(&keywords.list, "bar", 3);
    return keywords;
}

static void fill(ms_queue *queue, const hand_slice *slice)
{
    ck_assert_int_eq(ms_queue_add_copy(queue, slice->bytes.data, slice->bytes.len, NULL, NULL), MS_OK);
}

/* Runs all files with these options; fails the test unless the code is `code`. */
static void run(const ms_scan_options *options, const ms_work_hooks *hooks, ms_code code, ms_bytes *records,
                ms_work_totals *totals, ms_err *err)
{
    hand_slice slice;
    ms_queue queue = {0};
    ms_keywords keywords = foo_and_bar();
    ms_worker *worker = NULL;
    make(&slice, files, NFILES);
    fill(&queue, &slice);
    *totals = (ms_work_totals){0};
    ck_assert_int_eq(ms_worker_new(&worker, &keywords, NULL, options, err), MS_OK);
    ck_assert_int_eq(ms_work_run(worker, &queue, hooks, records, totals, err), code);
    ck_assert(code != MS_OK || queue.ntasks == 0);
    ms_queue_fini(&queue);
    ms_bytes_fini(&slice.bytes);
    ms_worker_free(worker);
    ms_keywords_fini(&keywords);
}

static bool holds(const char *data, size_t n, const char *part)
{
    return part[0] == 0 ? n == 0 : memmem(data, n, part, strlen(part)) != NULL;
}

static void check_counts(const ms_record *record, const want *w)
{
    uint32_t at = 0;
    for (uint32_t id = 0; id < 2; id++) {
        if (w->counts[id] > 0) {
            uint32_t got = 9;
            uint64_t count = 0;
            ck_assert_uint_lt(at, record->ncounts);
            ms_record_count(record, at++, &got, &count);
            ck_assert_uint_eq(got, id);
            ck_assert_uint_eq(count, w->counts[id]);
        }
    }
    ck_assert_uint_eq(at, record->ncounts);
}

TEST(one_record_a_task)
{
    ms_err err = {0};
    ms_bytes records = {0};
    ms_work_totals totals;
    ms_scan_options options = {.max_line = 100, .buffer_size = 64};
    uint64_t nbytes = 0;
    run(&options, NULL, MS_OK, &records, &totals, &err);
    ms_reader reader = ms_reader_over(records.data, records.len);
    for (size_t i = 0; i < NFILES; i++) {
        const want *w = &wants[i];
        ms_record record;
        ck_assert_int_eq(ms_record_decode(&record, &reader), MS_OK);
        ck_assert_uint_eq(record.entry, i + 3);
        ck_assert_int_eq(record.status, w->status);
        ck_assert_uint_eq(record.flags, 0);
        ck_assert_uint_eq(record.nbytes, w->nbytes);
        ck_assert_uint_eq(record.nmatching, w->nmatching);
        ck_assert_uint_eq(record.nlines, 0);
        ck_assert(holds(record.stage, record.nstage, w->stage));
        ck_assert(holds(record.message, record.nmessage, w->message));
        check_counts(&record, w);
        nbytes += w->nbytes;
    }
    ck_assert_uint_eq(ms_reader_left(&reader), 0);
    ck_assert_uint_eq(totals.ntasks, NFILES);
    ck_assert_uint_eq(totals.nbytes, nbytes);
    ms_bytes_fini(&records);
}

TEST(lines_are_in_the_record)
{
    ms_err err = {0};
    ms_bytes records = {0};
    ms_work_totals totals;
    ms_scan_options options = {.lines = true, .before = 1, .max_line = 2, .buffer_size = 64};
    ms_record record;
    ms_line line;
    size_t at = 0;
    run(&options, NULL, MS_OK, &records, &totals, &err);
    ms_reader reader = ms_reader_over(records.data, records.len);
    ck_assert_int_eq(ms_record_decode(&record, &reader), MS_OK);
    ck_assert_uint_eq(record.nlines, 4);
    ck_assert(ms_record_next_line(&record, &at, &line) && line.line_no == 1 && line.nids == 1);
    ck_assert(ms_record_next_line(&record, &at, &line) && line.line_no == 2 && line.nids == 2 &&
              line.offset == 4);
    ck_assert(ms_line_id(&line, 0) == 0 && ms_line_id(&line, 1) == 1);
    ck_assert(line.nbytes == 7 && line.text_offset == 2 && line.ntext == 2 &&
              memcmp(line.text, "r ", 2) == 0);
    ck_assert(ms_record_next_line(&record, &at, &line) && line.line_no == 3 && line.is_context &&
              line.nids == 0);
    ck_assert(ms_record_next_line(&record, &at, &line) && line.line_no == 4 && ms_line_id(&line, 0) == 1);
    ck_assert(!ms_record_next_line(&record, &at, &line));
    ck_assert_int_eq(ms_record_decode(&record, &reader), MS_OK); /* the next file has none of them */
    ck_assert_uint_eq(record.nlines + record.nmatching + record.ncounts, 0);
    ms_bytes_fini(&records);
}

TEST(files_with_matches)
{
    static const uint64_t nbytes[NFILES] = {4, 8, 0, 4, 0, 0, 0, 0};
    ms_err err = {0};
    ms_bytes records = {0};
    ms_work_totals totals;
    ms_scan_options options = {.files_with_matches = true, .max_line = 2, .buffer_size = 64};
    run(&options, NULL, MS_OK, &records, &totals, &err);
    ms_reader reader = ms_reader_over(records.data, records.len);
    for (size_t i = 0; i < NFILES; i++) {
        ms_record record;
        ck_assert_int_eq(ms_record_decode(&record, &reader), MS_OK);
        ck_assert_uint_eq(record.flags, MS_RECORD_NAMES_ONLY);
        ck_assert_uint_eq(record.ncounts, 0);
        ck_assert_uint_eq(record.nmatching, wants[i].nmatching > 0);
        ck_assert_uint_eq(record.nbytes, nbytes[i]);
        /* it stopped before it could see that the file had shrunk */
        ck_assert_int_eq(record.status, i == 3 ? MS_STATUS_SCANNED : wants[i].status);
    }
    ms_bytes_fini(&records);
}

typedef struct polls {
    uint64_t nbytes, ncalls;
    uint64_t stop_at; /* the call that returns `code`; 0: none */
    ms_code code;
} polls;

static ms_code poll(void *user, uint64_t nbytes)
{
    polls *h = user;
    h->nbytes += nbytes;
    return ++h->ncalls == h->stop_at ? h->code : MS_OK;
}

TEST(progress_adds_up)
{
    ms_err err = {0};
    ms_bytes records = {0};
    ms_work_totals totals;
    polls h = {0};
    ms_work_hooks hooks = {.poll = poll, .user = &h};
    ms_scan_options options = {.max_line = 2, .buffer_size = 64};
    run(&options, &hooks, MS_OK, &records, &totals, &err);
    ck_assert_uint_eq(h.nbytes, totals.nbytes);
    ms_bytes_fini(&records);
}

/* A hook ends the work with its code, also with one that would be a fault if it came from a file. */
TEST(a_hook_ends_the_work)
{
    static const ms_code codes[] = {MS_STOPPED, MS_MPI, MS_IO, MS_FORMAT, MS_LIMIT, MS_NOMEM};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        for (uint64_t at = 1; at <= 4; at++) { /* within a, after a, within b, after b */
            ms_err err = {0};
            ms_bytes records = {0};
            ms_work_totals totals;
            polls h = {.stop_at = at, .code = codes[i]};
            ms_work_hooks hooks = {.poll = poll, .user = &h};
            ms_scan_options options = {.max_line = 2, .buffer_size = 64};
            run(&options, &hooks, codes[i], &records, &totals, &err);
            ck_assert_uint_eq(h.ncalls, at);
            ck_assert_uint_eq(totals.ntasks, at / 2);
            ms_reader reader = ms_reader_over(records.data, records.len);
            for (uint64_t n = at / 2; n > 0; n--) { /* what is there is whole */
                ms_record record;
                ck_assert_int_eq(ms_record_decode(&record, &reader), MS_OK);
            }
            ck_assert_uint_eq(ms_reader_left(&reader), 0);
            ms_bytes_fini(&records);
            scratch_leave();
            scratch_enter();
        }
    }
}

TEST(appends_and_can_be_reused)
{
    ms_err err = {0};
    ms_bytes records = {0};
    ms_work_totals totals = {0};
    hand_slice slice;
    ms_queue queue = {0};
    ms_keywords keywords = foo_and_bar();
    ms_worker *worker = NULL;
    ms_scan_options options = {.lines = true, .max_line = 9, .buffer_size = 64};
    make(&slice, files, 4);
    fill(&queue, &slice);
    ck_assert_int_eq(ms_worker_new(&worker, &keywords, NULL, &options, &err), MS_OK);
    ck_assert_int_eq(ms_work_run(worker, &queue, NULL, &records, &totals, &err), MS_OK);
    size_t once = records.len;
    fill(&queue, &slice);
    ck_assert_int_eq(ms_work_run(worker, &queue, NULL, &records, &totals, &err), MS_OK);
    ck_assert_uint_eq(records.len, 2 * once);
    ck_assert_mem_eq(records.data, records.data + once, once);
    ms_work_totals both = totals;
    ck_assert_int_eq(ms_work_run(worker, &queue, NULL, &records, &totals, &err), MS_OK);
    ck_assert_uint_eq(records.len, 2 * once);
    ck_assert_uint_eq(both.ntasks, 8);
    ck_assert_mem_eq(&totals, &both, sizeof both);
    ms_queue_fini(&queue);
    ms_bytes_fini(&slice.bytes);
    ms_bytes_fini(&records);
    ms_worker_free(worker);
    ms_worker_free(NULL);
    ms_keywords_fini(&keywords);
}

static ms_code count_calls(void *user, uint64_t nbytes)
{
    (void)nbytes;
    ++*(uint64_t *)user;
    return MS_OK;
}

/* A rehearsal: nothing is opened, and the hook is called about each millisecond all the same. */
TEST(simulated_tasks_take_their_time)
{
    static const given two[] = {{"gone", NULL, 3000}, {"gone too", NULL, 1}};
    ms_err err = {0};
    ms_bytes records = {0};
    ms_work_totals totals = {0};
    hand_slice slice;
    ms_queue queue = {0};
    ms_keywords keywords = foo_and_bar();
    ms_worker *worker = NULL;
    uint64_t calls = 0;
    ms_scan_options options = {.max_line = 9, .buffer_size = 64};
    ms_work_hooks hooks = {.poll = count_calls, .user = &calls};
    make(&slice, two, 2);
    fill(&queue, &slice);
    ck_assert_int_eq(ms_worker_new(&worker, &keywords, NULL, &options, &err), MS_OK);
    ms_worker_simulate(worker, 1e4);
    double begin = ms_clock_now();
    ck_assert_int_eq(ms_work_run(worker, &queue, &hooks, &records, &totals, &err), MS_OK);
    ck_assert(ms_clock_now() - begin >= 0.03);
    ck_assert_uint_ge(calls, 6); /* two of them after a task */
    ck_assert_uint_eq(totals.ntasks, 2);
    ck_assert_uint_eq(totals.nbytes, 3001);
    ms_reader reader = ms_reader_over(records.data, records.len);
    ms_record record;
    ck_assert_int_eq(ms_record_decode(&record, &reader), MS_OK);
    ck_assert_int_eq(record.status, MS_STATUS_SCANNED);
    ck_assert_uint_eq(record.entry, 3);
    ck_assert_uint_eq(record.nbytes, 3000);
    ck_assert_int_eq(ms_record_decode(&record, &reader), MS_OK);
    ck_assert_uint_eq(ms_reader_left(&reader), 0);
    ms_queue_fini(&queue);
    ms_bytes_fini(&slice.bytes);
    ms_bytes_fini(&records);
    ms_worker_free(worker);
    ms_keywords_fini(&keywords);
}

TEST(a_keyword_that_cannot_be_compiled)
{
    ms_err err = {0};
    ms_keywords keywords = foo_and_bar();
    ms_worker *worker = NULL;
    ms_scan_options options = {.max_line = 9, .buffer_size = 64};
    keywords.regex = true;
    ms_str_list_push(&keywords.list, "a(", 2);
    ck_assert_int_eq(ms_worker_new(&worker, &keywords, NULL, &options, &err), MS_USAGE);
    ck_assert_ptr_nonnull(strstr(err.text, "keyword 3, 'a('"));
    ck_assert_ptr_null(worker);
    ms_keywords_fini(&keywords);
}
