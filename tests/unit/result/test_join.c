/* Suite of result/join.c: the records of a file's ranges become what the whole file would have given. */
#include "result/join.h"

#include "unit.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_PARTS = 8, NIDS = 3 };

/* A matching line: its number in the range (or file), and one keyword. */
typedef struct sample_line {
    uint64_t line_no;
    uint32_t id;
    const char *text;
} sample_line;

typedef struct sample_part {
    uint64_t begin, end, nnewlines;
    size_t nlines;
    sample_line lines[4];
    uint64_t nunlisted;
    const char *stage, *message; /* NULL: scanned */
} sample_part;

/* Encodes as a part of a file of `size` bytes, or with size 0 as the whole file's record. */
static void encode(ms_bytes *to, const sample_part *s, uint64_t size, uint64_t max_listing, uint8_t flags)
{
    ms_bytes counts = {0};
    ms_bytes lines = {0};
    ms_record record = {.entry = 7, .nbytes = s->end - s->begin, .nmatching = s->nlines, .flags = flags};
    for (uint32_t id = 0; id < NIDS && flags == 0; id++) {
        uint64_t n = 0;
        for (size_t i = 0; i < s->nlines; i++) {
            n += s->lines[i].id == id;
        }
        if (n > 0) {
            ck_assert_int_eq(ms_record_put_count(&counts, id, n), MS_OK);
            record.ncounts++;
        }
    }
    for (size_t i = 0; i + s->nunlisted < s->nlines && flags == 0; i++) {
        size_t len = strlen(s->lines[i].text);
        ms_line line = {.line_no = s->lines[i].line_no,
                        .offset = 5, /* a place in the file: the same for the part and for the whole */
                        .nbytes = len,
                        .text = (const uint8_t *)s->lines[i].text,
                        .ntext = len};
        ck_assert_int_eq(ms_record_put_line(&lines, &line, &s->lines[i].id, 1), MS_OK);
        record.nlines++;
    }
    record.counts = counts.data;
    record.lines = lines.data;
    record.nline_bytes = lines.len;
    if (s->stage) {
        record.status = s->nlines == 0 && strcmp(s->stage, "") == 0 ? MS_STATUS_SKIPPED : MS_STATUS_FAILED;
        record.stage = s->stage;
        record.nstage = strlen(s->stage);
        record.message = s->message;
        record.nmessage = strlen(s->message);
    }
    if (size > 0) {
        record.flags |= MS_RECORD_PART;
        record.part = (ms_split_part){.size = size,
                                      .begin = s->begin,
                                      .end = s->end,
                                      .nnewlines = s->nnewlines,
                                      .max_listing = max_listing,
                                      .nunlisted = s->nunlisted};
    }
    ck_assert_int_eq(ms_record_encode(&record, to), MS_OK);
    ms_bytes_fini(&counts);
    ms_bytes_fini(&lines);
}

typedef struct join_case {
    const char *about;
    uint64_t size, max_listing;
    uint8_t flags;
    size_t n;
    sample_part parts[4];
    sample_part whole;
} join_case;

#define LINE_BYTES 41 /* of a listed line of one keyword and no text */

static const join_case cases[] = {
    {"one range", 9, 99, 0, 1, {{0, 9, 3, 1, {{2, 1, "a"}}, 0, 0, 0}}, {0, 9, 0, 1, {{2, 1, "a"}}, 0, 0, 0}},
    {"binary",
     9,
     99,
     MS_RECORD_BINARY,
     2,
     {{0, 4, 1, 0, {{0, 0, 0}}, 0, 0, 0}, {4, 9, 1, 0, {{0, 0, 0}}, 0, 0, 0}},
     {0, 9, 0, 0, {{0, 0, 0}}, 0, 0, 0}},
    {"line numbers continue, counts add up",
     30,
     999,
     0,
     3,
     {{0, 10, 3, 2, {{1, 2, "a"}, {3, 0, "b"}}, 0, 0, 0},
      {10, 20, 0, 0, {{0}}, 0, 0, 0},
      {20, 30, 2, 2, {{1, 2, "c"}, {2, 1, "d"}}, 0, 0, 0}},
     {0, 30, 0, 4, {{1, 2, "a"}, {3, 0, "b"}, {4, 2, "c"}, {5, 1, "d"}}, 0, 0, 0}},
    {"nothing after the first failure",
     30,
     999,
     0,
     3,
     {{0, 10, 3, 1, {{1, 2, "a"}}, 0, 0, 0},
      {10, 20, 1, 1, {{1, 0, "b"}}, 0, "read", "shrank"},
      {20, 30, 2, 1, {{1, 2, "c"}}, 0, "read", "another"}},
     {0, 20, 0, 2, {{1, 2, "a"}, {4, 0, "b"}}, 0, "read", "shrank"}},
    {"skipped at its beginning",
     30,
     999,
     0,
     2,
     {{0, 0 + 1, 0, 0, {{0}}, 0, "", "is an image"}, {1, 30, 2, 1, {{1, 2, "c"}}, 0, 0, 0}},
     {0, 1, 0, 0, {{0}}, 0, "", "is an image"}},
    {"a listing above its limit",
     30,
     LINE_BYTES,
     0,
     2,
     {{0, 10, 3, 2, {{1, 2, ""}, {3, 0, ""}}, 0, 0, 0}, {10, 30, 1, 2, {{1, 0, ""}, {2, 1, ""}}, 0, 0, 0}},
     {0,
      30,
      0,
      4,
      {{1, 2, ""}, {3, 0, ""}, {4, 0, ""}, {5, 1, ""}},
      2,
      "scan",
      "its last 2 matching lines are counted but not listed (--max-listing)"}},
    {"a range that has not listed all itself",
     30,
     0,
     0,
     2,
     {{0, 10, 3, 2, {{1, 2, ""}, {3, 0, ""}}, 1, 0, 0}, {10, 30, 1, 2, {{1, 0, ""}, {2, 1, ""}}, 1, 0, 0}},
     {0,
      30,
      0,
      4,
      {{1, 2, ""}, {3, 0, ""}, {4, 0, ""}, {5, 1, ""}},
      3,
      "scan",
      "its last 3 matching lines are counted but not listed (--max-listing)"}},
    {"a failure takes precedence over a full listing",
     30,
     0,
     0,
     2,
     {{0, 10, 3, 2, {{1, 2, ""}, {3, 0, ""}}, 1, 0, 0}, {10, 30, 1, 0, {{0}}, 0, "read", "shrank"}},
     {0, 30, 0, 2, {{1, 2, ""}, {3, 0, ""}}, 1, "read", "shrank"}},
};

/* Puts the bytes in a block of exactly their size, so that a sanitizer sees a read too far. */
static const uint8_t *alone(const ms_bytes *bytes)
{
    uint8_t *copy = malloc(bytes->len);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, bytes->data, bytes->len);
    return copy;
}

/* The joined record in one piece. */
static void flatten(const ms_bytes *record, const ms_joined *joined, ms_bytes *to)
{
    ms_record whole = ms_record_view(record->data);
    ck_assert_uint_eq(whole.nlines, 0);
    ms_joined_set_lines(joined, &whole);
    ms_bytes lines = {0};
    ms_line line;
    uint64_t n = 0;
    for (size_t at = 0; ms_record_next_line(&whole, &at, &line); n++) {
        uint32_t ids[NIDS] = {0};
        for (uint32_t i = 0; i < line.nids; i++) {
            ids[i] = ms_line_id(&line, i);
        }
        ck_assert_int_eq(ms_record_put_line(&lines, &line, ids, line.nids), MS_OK);
    }
    ck_assert_uint_eq(n, whole.nlines);
    ck_assert_uint_eq(lines.len, whole.nline_bytes);
    whole.lines = lines.data;
    ck_assert_int_eq(ms_record_encode(&whole, to), MS_OK);
    ms_bytes_fini(&lines);
}

TEST_EACH(parts_become_the_whole, cases)
{
    const join_case *c = &cases[_i];
    const uint8_t *parts[MAX_PARTS];
    ms_bytes got = {0};
    ms_bytes flat = {0};
    ms_bytes wanted = {0};
    ms_joined joined = {0};
    ms_err err = {0};
    for (size_t i = 0; i < c->n; i++) {
        ms_bytes part = {0};
        encode(&part, &c->parts[i], c->size, c->max_listing, c->flags);
        parts[i] = alone(&part);
        ms_bytes_fini(&part);
    }
    encode(&wanted, &c->whole, 0, 0, c->flags);
    ck_assert_msg(ms_join(parts, c->n, false, &got, &joined, &err) == MS_OK, "%s: %s", c->about, err.text);
    ck_assert_uint_eq(joined.entry, 7);
    flatten(&got, &joined, &flat);
    ck_assert_msg(flat.len == wanted.len && memcmp(flat.data, wanted.data, flat.len) == 0, "%s", c->about);
    ms_joined_fini(&joined);
    ms_joined_fini(&joined);
    ms_bytes_fini(&flat);
    for (size_t i = 0; i < c->n; i++) {
        free((void *)(uintptr_t)parts[i]);
    }
    ms_bytes_fini(&got);
    ms_bytes_fini(&wanted);
}

/* A range of a compressed file: decoded between two boundaries, with one line, whose offset counts from its
 * text.
 */
static void encode_decoded(ms_bytes *to, uint64_t begin, uint64_t end, uint64_t first, uint64_t next,
                           uint8_t flags)
{
    ms_bytes lines = {0};
    ms_line line = {.line_no = 2, .offset = 5, .nbytes = 1, .text = (const uint8_t *)"x", .ntext = 1};
    const uint32_t id = 0;
    ms_record record = {.entry = 3, .flags = (uint8_t)(MS_RECORD_PART | flags)};
    if (next > 0) {
        ck_assert_int_eq(ms_record_put_line(&lines, &line, &id, 1), MS_OK);
        record.nbytes = 90;
        record.nmatching = 1;
        record.nlines = 1;
        record.lines = lines.data;
        record.nline_bytes = lines.len;
    }
    record.part = (ms_split_part){.size = 40,
                                  .begin = begin,
                                  .end = end,
                                  .nnewlines = next > 0 ? 7 : 0,
                                  .max_listing = 999,
                                  .ntext = next > 0 ? 100 : 0,
                                  .first = first,
                                  .next = next};
    ck_assert_int_eq(ms_record_encode(&record, to), MS_OK);
    ms_bytes_fini(&lines);
}

static const struct {
    const char *about;
    uint64_t boundaries[4][2]; /* of ranges of 10 bytes */
    size_t nlines;             /* that are found */
    bool changed;
} chains[] = {
    {"adjacent", {{0, 11}, {11, 25}, {25, 30}, {30, 40}}, 4, false},
    {"some have no boundary in them", {{0, 31}, {0, 0}, {0, 0}, {31, 40}}, 2, false},
    {"all in the first", {{0, 40}, {0, 0}, {0, 0}, {0, 0}}, 1, false},
    {"a gap", {{0, 11}, {12, 25}, {25, 30}, {30, 40}}, 1, true},
    {"twice", {{0, 11}, {11, 25}, {24, 30}, {30, 40}}, 2, true},
    {"none begins where one ends", {{0, 11}, {11, 25}, {0, 0}, {0, 0}}, 2, true},
    {"none does, and one begins later", {{0, 11}, {0, 0}, {0, 0}, {30, 40}}, 1, true},
};

TEST_EACH(decoded_ranges_follow_each_other, chains)
{
    ms_bytes parts[4] = {{0}};
    const uint8_t *list[4];
    ms_bytes got = {0};
    ms_joined joined = {0};
    ms_line line;
    size_t at = 0;
    for (size_t i = 0; i < 4; i++) {
        encode_decoded(&parts[i], 10 * i, 10 * i + 10, chains[_i].boundaries[i][0],
                       chains[_i].boundaries[i][1], 0);
        list[i] = parts[i].data;
    }
    ck_assert_int_eq(ms_join(list, 4, false, &got, &joined, NULL), MS_OK);
    ms_record record = ms_record_view(got.data);
    ms_joined_set_lines(&joined, &record);
    ck_assert_msg(record.nlines == chains[_i].nlines, "%s", chains[_i].about);
    for (size_t i = 0; i < chains[_i].nlines; i++) {
        ck_assert(ms_record_next_line(&record, &at, &line));
        ck_assert_uint_eq(line.line_no, 7 * i + 2);
        ck_assert_uint_eq(line.offset, 100 * i + 5);
    }
    ck_assert_int_eq(record.status, chains[_i].changed ? MS_STATUS_FAILED : MS_STATUS_SCANNED);
    ck_assert(!chains[_i].changed || memmem(record.message, record.nmessage, "changed", 7));
    ms_joined_fini(&joined);
    for (size_t i = 0; i < 4; i++) {
        ms_bytes_fini(&parts[i]);
    }
    ms_bytes_fini(&got);
}

/* A range that searched the whole file instead has the file's record; also where other ranges are missing. */
TEST(one_that_is_whole)
{
    ms_bytes parts[2] = {{0}};
    ms_bytes got = {0};
    ms_err err = {0};
    encode_decoded(&parts[0], 0, 10, 0, 11, 0);
    encode_decoded(&parts[1], 10, 20, 0, 5, MS_RECORD_WHOLE);
    const uint8_t *list[] = {parts[0].data, parts[1].data};
    ms_joined joined = {0};
    ck_assert_int_eq(ms_join(list, 2, true, &got, &joined, &err), MS_OK);
    ms_record record = ms_record_view(got.data);
    ms_joined_set_lines(&joined, &record);
    ms_line line;
    size_t at = 0;
    ck_assert_int_eq(record.status, MS_STATUS_SCANNED);
    ck_assert_uint_eq(record.flags, 0);
    ck_assert_uint_eq(record.nlines, 1);
    ck_assert(ms_record_next_line(&record, &at, &line) && line.line_no == 2 && line.offset == 5);
    ms_joined_fini(&joined);
    ms_bytes_fini(&parts[0]);
    ms_bytes_fini(&parts[1]);
    ms_bytes_fini(&got);
}

/* -l: the whole file would have been left at its first match. */
TEST(names_only_ends_at_the_first_match)
{
    static const sample_part ranges[] = {{0, 10, 0, 0, {{0}}, 0, 0, 0},
                                         {10, 15, 0, 1, {{1, 0, ""}}, 0, 0, 0},
                                         {20, 30, 0, 1, {{1, 0, ""}}, 0, "read", "failed"}};
    ms_bytes parts[3] = {{0}};
    const uint8_t *list[3];
    for (size_t i = 0; i < 3; i++) {
        sample_part part = ranges[i];
        part.end = i == 1 ? 20 : part.end;
        encode(&parts[i], &part, 30, 999, MS_RECORD_NAMES_ONLY);
        list[i] = parts[i].data;
    }
    ms_bytes got = {0};
    ms_joined joined = {0};
    ck_assert_int_eq(ms_join(list, 3, false, &got, &joined, NULL), MS_OK);
    ck_assert_uint_eq(joined.nruns, 0);
    ms_joined_fini(&joined);
    ms_record record = ms_record_view(got.data);
    ck_assert_int_eq(record.status, MS_STATUS_SCANNED);
    ck_assert_uint_eq(record.flags, MS_RECORD_NAMES_ONLY);
    ck_assert_uint_eq(record.nmatching, 1);
    ck_assert_uint_eq(record.nbytes, 20);
    ms_bytes_fini(&got);
    for (size_t i = 0; i < 3; i++) {
        ms_bytes_fini(&parts[i]);
    }
}

static const struct {
    uint64_t begins[3], ends[3];
} gaps[] = {{{1, 10, 20}, {10, 20, 30}},
            {{0, 11, 20}, {10, 20, 30}},
            {{0, 10, 19}, {10, 20, 30}},
            {{0, 10, 20}, {10, 20, 29}},
            {{0, 10, 10}, {10, 20, 20}}};

TEST_EACH(gaps_and_overlaps_are_refused, gaps)
{
    ms_bytes parts[3] = {{0}};
    const uint8_t *list[3];
    for (size_t i = 0; i < 3; i++) {
        sample_part part = {.begin = gaps[_i].begins[i], .end = gaps[_i].ends[i]};
        encode(&parts[i], &part, 30, 999, 0);
        list[i] = parts[i].data;
    }
    ms_bytes got = {0};
    ms_err err = {0};
    ms_joined joined = {0};
    ck_assert_int_eq(ms_join(list, 3, false, &got, &joined, &err), MS_INTERNAL);
    ck_assert_ptr_null(joined.runs);
    ck_assert_ptr_null(got.data);
    for (size_t i = 0; i < 3; i++) {
        ms_bytes_fini(&parts[i]);
    }
}

/* A run that was stopped: what lies before the first gap counts, and the file is not done; an overlap is
 * never right. */
static const struct {
    uint64_t begins[3], ends[3];
    ms_code code;
    ms_status status;
    uint64_t nbytes;
} stops[] = {
    {{0, 10, 20}, {10, 20, 30}, MS_OK, MS_STATUS_SCANNED, 30},
    {{0, 10, 20}, {10, 20, 29}, MS_OK, MS_STATUS_UNDONE, 29},
    {{0, 11, 20}, {10, 20, 30}, MS_OK, MS_STATUS_UNDONE, 10},
    {{1, 10, 20}, {10, 20, 30}, MS_OK, MS_STATUS_UNDONE, 0},
    {{0, 9, 20}, {10, 20, 30}, MS_INTERNAL, 0, 0},
};

TEST_EACH(what_a_stopped_run_has_is_kept, stops)
{
    ms_bytes parts[3] = {{0}};
    const uint8_t *list[3];
    for (size_t i = 0; i < 3; i++) {
        sample_part part = {.begin = stops[_i].begins[i], .end = stops[_i].ends[i]};
        encode(&parts[i], &part, 30, 999, 0);
        list[i] = parts[i].data;
    }
    ms_bytes got = {0};
    ms_err err = {0};
    ms_joined joined = {0};
    ck_assert_int_eq(ms_join(list, 3, true, &got, &joined, &err), stops[_i].code);
    ms_joined_fini(&joined);
    if (stops[_i].code == MS_OK) {
        ms_reader reader = ms_reader_over(got.data, got.len);
        ms_record record;
        ck_assert_int_eq(ms_record_decode(&record, &reader), MS_OK);
        ck_assert_int_eq(record.status, stops[_i].status);
        ck_assert_uint_eq(record.nbytes, stops[_i].nbytes);
    }
    ms_bytes_fini(&got);
    for (size_t i = 0; i < 3; i++) {
        ms_bytes_fini(&parts[i]);
    }
}
