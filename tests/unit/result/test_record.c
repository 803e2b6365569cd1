/* Suite of result/record.c: what is written is read back, and no damage is accepted unseen. */
#include "result/record.h"

#include "samples.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

/* Offsets within an encoded record: see record.h. */
enum {
    AT_SIZE = 0,
    AT_STATUS = 12,
    AT_FLAGS = 13,
    AT_NBYTES = 14,
    AT_NMATCHING = 22,
    AT_NCOUNTS = 30,
    AT_COUNTS = 34
};
/* Of sample 7, which is an image: */
enum {
    AT_LOSSLESS = 50,
    AT_WIDTH = 51,
    AT_HEIGHT = 55,
    AT_PAGES = 59,
    AT_NBYTES_OUT = 63,
    AT_OUTPUT_SIZE = 87,
    AT_STAGE = 105
};
/* Of sample 1, which has two counts of 12 bytes: */
enum { AT_NLINES = 58, AT_LINE_BYTES = 66, AT_LINES = 74 };

/* Decodes from memory of exactly n bytes, so that a sanitizer sees a read past the end; whatever is accepted
 * must encode to the same bytes. Returns whether it was accepted. */
static bool accepts(const uint8_t *data, size_t n)
{
    uint8_t *exact = malloc(n > 0 ? n : 1);
    ck_assert_ptr_nonnull(exact);
    memcpy(exact, data, n);
    ms_reader reader = ms_reader_over(exact, n);
    ms_record record;
    ms_code code = ms_record_decode(&record, &reader);
    if (code == MS_OK) {
        ms_bytes again = {0};
        ck_assert_int_eq(ms_record_encode(&record, &again), MS_OK);
        ck_assert_uint_eq(again.len, reader.at);
        ck_assert_mem_eq(again.data, exact, again.len);
        ms_bytes_fini(&again);
        ms_line line;
        uint64_t nlines = 0;
        for (size_t at = 0; ms_record_next_line(&record, &at, &line);) {
            nlines++;
        }
        ck_assert_uint_eq(nlines, record.nlines);
    } else {
        ck_assert_int_eq(code, MS_FORMAT);
        ck_assert(reader.failed);
        ck_assert_ptr_null(record.counts);
    }
    free(exact);
    return code == MS_OK;
}

TEST_RANGE(every_kind_round_trips, 0, NSAMPLES)
{
    ms_bytes bytes = {0};
    sample_append(&bytes, (unsigned)_i, 7);
    ck_assert(accepts(bytes.data, bytes.len));
    ms_bytes_fini(&bytes);
}

static void check_hits(const ms_record *record)
{
    uint32_t id = 9;
    uint64_t count = 0;
    ck_assert_uint_eq(record->entry, 0x01020304);
    ck_assert_int_eq(record->status, MS_STATUS_FAILED);
    ck_assert_uint_eq(record->nmatching, 3);
    ck_assert_uint_eq(record->ncounts, 2);
    ms_record_count(record, 1, &id, &count);
    ck_assert_uint_eq(id, 2);
    ck_assert_uint_eq(count, 3);
    ck_assert_uint_eq(record->nstage, 4);
    ck_assert_mem_eq(record->stage, "open", 4);
    ck_assert_mem_eq(record->message, "Permission denied", record->nmessage);
    size_t at = 0;
    ms_line line;
    ck_assert(ms_record_next_line(record, &at, &line));
    ck_assert(line.is_context);
    ck_assert_uint_eq(line.nids, 0);
    ck_assert(ms_record_next_line(record, &at, &line));
    ck_assert(!line.is_context);
    ck_assert_uint_eq(line.line_no, 5);
    ck_assert_uint_eq(line.offset, 500);
    ck_assert_uint_eq(line.nbytes, 31);
    ck_assert_uint_eq(line.nids, 2);
    ck_assert_uint_eq(ms_line_id(&line, 1), 2);
    ck_assert_uint_eq(line.ntext, 26);
    ck_assert_mem_eq(line.text, "Alert: unauthorized access", 26);
}

TEST(fields_are_read_back)
{
    ms_bytes bytes = {0};
    sample_append(&bytes, 5, 0x01020304);
    ms_reader reader = ms_reader_over(bytes.data, bytes.len);
    ms_record record;
    ck_assert_int_eq(ms_record_decode(&record, &reader), MS_OK);
    check_hits(&record);
    record = ms_record_view(bytes.data);
    check_hits(&record);
    ck_assert_uint_eq(bytes.data[0], bytes.len & 0xFF); /* little-endian, as record.h says */
    ck_assert_uint_eq(bytes.data[8], 4);
    ms_bytes_fini(&bytes);
}

TEST(records_follow_each_other)
{
    ms_bytes bytes = {0};
    for (unsigned kind = 0; kind < NSAMPLES; kind++) {
        sample_append(&bytes, kind, kind);
    }
    ms_reader reader = ms_reader_over(bytes.data, bytes.len);
    for (unsigned kind = 0; kind < NSAMPLES; kind++) {
        ms_record record;
        ck_assert_int_eq(ms_record_decode(&record, &reader), MS_OK);
        ck_assert_uint_eq(record.entry, kind);
    }
    ck_assert_uint_eq(ms_reader_left(&reader), 0);
    ck_assert(!reader.failed);
    ms_bytes_fini(&bytes);
}

TEST_RANGE(every_truncation_is_refused, 0, NSAMPLES)
{
    ms_bytes bytes = {0};
    sample_append(&bytes, (unsigned)_i, 7);
    for (size_t n = 0; n < bytes.len; n++) {
        ck_assert(!accepts(bytes.data, n));
        if (n >= 8) { /* and with a size that goes with it */
            ms_bytes cut = {0};
            ms_bytes_append(&cut, bytes.data, n);
            ms_bytes_set_u64(&cut, AT_SIZE, n);
            ck_assert(!accepts(cut.data, n));
            ms_bytes_fini(&cut);
        }
    }
    ms_bytes_fini(&bytes);
}

TEST_RANGE(byte_flips_are_harmless, 0, NSAMPLES)
{
    chance random = {42 + (uint64_t)_i};
    size_t naccepted = 0;
    size_t nrefused = 0;
    ms_bytes bytes = {0};
    sample_append(&bytes, (unsigned)_i, 7);
    for (int round = 0; round < 5000; round++) {
        ms_bytes bad = {0};
        ms_bytes_append(&bad, bytes.data, bytes.len);
        for (size_t flips = 1 + chance_below(&random, 3); flips > 0; flips--) {
            uint8_t *at = bad.data + chance_below(&random, bad.len);
            *at = (uint8_t)(*at ^ (1U << chance_below(&random, 8)));
        }
        *(accepts(bad.data, bad.len) ? &naccepted : &nrefused) += 1;
        ms_bytes_fini(&bad);
    }
    ck_assert_uint_gt(naccepted, 10);
    ck_assert_uint_gt(nrefused, 1000);
    ms_bytes_fini(&bytes);
}

TEST(a_clean_record_has_one_form)
{
    ms_bytes bytes = {0};
    sample_append(&bytes, 0, 7);
    ck_assert_uint_eq(bytes.len, AT_NMATCHING);
    ck_assert_uint_eq(bytes.data[AT_FLAGS], 128);
    ms_bytes_set_u64(&bytes, AT_SIZE, 66); /* no matches, no counts, no lines, no texts */
    bytes.data[AT_FLAGS] = 0;
    for (size_t i = bytes.len; i < 66; i++) {
        ms_bytes_put_u8(&bytes, 0);
    }
    ck_assert(!accepts(bytes.data, bytes.len));
    bytes.data[AT_STATUS] = MS_STATUS_UNDONE; /* which is a record of that form */
    ck_assert(accepts(bytes.data, bytes.len));
    ms_bytes_fini(&bytes);
}

static const struct {
    const char *what;
    size_t at;
    size_t nbytes;
    uint64_t value;
} damages[] = {
    {"size 0", AT_SIZE, 8, 0},
    {"size 7", AT_SIZE, 8, 7},
    {"size beyond the end", AT_SIZE, 8, UINT64_MAX},
    {"unknown status", AT_STATUS, 1, 4},
    {"unknown flag", AT_FLAGS, 1, 128 + 64},
    {"clean, with hits", AT_FLAGS, 1, 128},
    {"a part without its section", AT_FLAGS, 1, MS_RECORD_PART},
    {"image with hits", AT_FLAGS, 1, MS_RECORD_IMAGE},
    {"names only with counts", AT_FLAGS, 1, MS_RECORD_NAMES_ONLY},
    {"skipped with matches", AT_STATUS, 1, MS_STATUS_SKIPPED},
    {"hits where nothing matches", AT_NMATCHING, 8, 0},
    {"a count above the matching lines", AT_NMATCHING, 8, 2},
    {"counts beyond the end", AT_NCOUNTS, 4, UINT32_MAX},
    {"one count more", AT_NCOUNTS, 4, 3},
    {"equal keyword ids", AT_COUNTS, 4, 2},
    {"descending keyword ids", AT_COUNTS, 4, 5},
    {"keyword id that wraps", AT_COUNTS, 4, UINT32_MAX},
    {"count of 0", AT_COUNTS + 4, 8, 0},
    {"one line more", AT_NLINES, 8, 5},
    {"one line fewer", AT_NLINES, 8, 3},
    {"lines without end", AT_NLINES, 8, UINT64_MAX},
    {"line section beyond the end", AT_LINE_BYTES, 8, UINT64_MAX},
    {"line section that wraps", AT_LINE_BYTES, 8, UINT64_MAX - AT_LINES + 1},
    {"line number 0", AT_LINES, 8, 0},
    {"text longer than its line", AT_LINES + 16, 8, 5},
    {"unknown flag of a line", AT_LINES + 24, 1, 8},
    {"a line that should have an offset", AT_LINES + 24, 1, 4},
    {"without match, but with counts", AT_FLAGS, 1, MS_RECORD_WITHOUT_MATCH},
    {"ids beyond the end", AT_LINES + 25, 4, UINT32_MAX},
    {"text beyond the end", AT_LINES + 29, 8, UINT64_MAX},
    {"text that wraps", AT_LINES + 29, 8, UINT64_MAX - 36},
    {"context line with ids", AT_LINES + 43 + 24, 1, 1},
    {"equal ids in a line", AT_LINES + 43 + 29, 4, 2},
    {"descending ids in a line", AT_LINES + 43 + 29, 4, 3},
};

TEST_EACH(damage_is_refused, damages)
{
    ms_bytes bytes = {0};
    sample_append(&bytes, 1, 7);
    ck_assert(accepts(bytes.data, bytes.len));
    for (size_t i = 0; i < damages[_i].nbytes; i++) {
        bytes.data[damages[_i].at + i] = (uint8_t)(damages[_i].value >> (8 * i));
    }
    ck_assert_msg(!accepts(bytes.data, bytes.len), "%s", damages[_i].what);
    ms_bytes_fini(&bytes);
}

static const struct {
    const char *what;
    size_t at;
    size_t nbytes;
    uint64_t value;
} image_damages[] = {
    {"unknown flag", AT_FLAGS, 1, MS_RECORD_IMAGE | 128},
    {"a binary image", AT_FLAGS, 1, MS_RECORD_IMAGE | MS_RECORD_BINARY},
    {"an image and a part", AT_FLAGS, 1, MS_RECORD_IMAGE | MS_RECORD_PART},
    {"no image", AT_FLAGS, 1, 0},
    {"skipped with an image part", AT_STATUS, 1, MS_STATUS_SKIPPED},
    {"failed with an image part", AT_STATUS, 1, MS_STATUS_FAILED},
    {"a match", AT_NMATCHING, 8, 1},
    {"lossless of 2", AT_LOSSLESS, 1, 2},
    {"lossless of 255", AT_LOSSLESS, 1, 255},
    {"no width", AT_WIDTH, 4, 0},
    {"no height", AT_HEIGHT, 4, 0},
    {"no page", AT_PAGES, 4, 0},
    {"nothing written", AT_NBYTES_OUT, 8, 0},
    {"output beyond the end", AT_OUTPUT_SIZE, 8, 27},
    {"output that wraps", AT_OUTPUT_SIZE, 8, UINT64_MAX - 94},
    {"output that takes the stage's size", AT_OUTPUT_SIZE, 8, 18},
    {"a stage", AT_STAGE, 8, 8},
};

TEST_EACH(image_damage_is_refused, image_damages)
{
    ms_bytes bytes = {0};
    sample_append(&bytes, 7, 7);
    ck_assert(accepts(bytes.data, bytes.len));
    for (size_t i = 0; i < image_damages[_i].nbytes; i++) {
        bytes.data[image_damages[_i].at + i] = (uint8_t)(image_damages[_i].value >> (8 * i));
    }
    ck_assert_msg(!accepts(bytes.data, bytes.len), "%s", image_damages[_i].what);
    ms_bytes_fini(&bytes);
}

TEST(an_image_needs_an_output)
{
    ms_record record = {.flags = MS_RECORD_IMAGE,
                        .image = {.width = 1, .height = 1, .pages = 1, .nbytes_out = 1, .output = "x"}};
    for (size_t n = 0; n < 2; n++) {
        ms_bytes bytes = {0};
        record.image.noutput = n;
        ck_assert_int_eq(ms_record_encode(&record, &bytes), MS_OK);
        ck_assert_int_eq(accepts(bytes.data, bytes.len), n > 0);
        ms_bytes_fini(&bytes);
    }
}

TEST(an_image_is_read_back)
{
    ms_bytes bytes = {0};
    sample_append(&bytes, 7, 3);
    ms_reader reader = ms_reader_over(bytes.data, bytes.len);
    ms_record record;
    ck_assert_int_eq(ms_record_decode(&record, &reader), MS_OK);
    record = ms_record_view(bytes.data);
    ck_assert(ms_record_has_image(&record));
    ck_assert(record.image.lossless);
    ck_assert_uint_eq(record.image.width, 4000);
    ck_assert_uint_eq(record.image.height, 3000);
    ck_assert_uint_eq(record.image.pages, 1);
    ck_assert_uint_eq(record.image.nbytes_out, 5000000001);
    ck_assert_uint_eq(record.image.hash[15], (0xF0 + 15 + 7) & 0xFF);
    ck_assert_uint_eq(record.image.noutput, 10);
    ck_assert_mem_eq(record.image.output, "gray/a.jpg", 10);
    ms_bytes_clear(&bytes);
    sample_append(&bytes, 9, 3);
    record = ms_record_view(bytes.data);
    ck_assert(!ms_record_has_image(&record));
    ck_assert_uint_eq(record.flags, MS_RECORD_IMAGE);
    ck_assert_uint_eq(record.nstage, 4);
    ms_bytes_fini(&bytes);
}

TEST(texts_belong_to_their_status)
{
    static const struct {
        ms_status status;
        const char *stage, *message;
        bool ok;
    } cases[] = {
        {MS_STATUS_SCANNED, "", "", true},      {MS_STATUS_SCANNED, "", "why", false},
        {MS_STATUS_SCANNED, "open", "", false}, {MS_STATUS_SKIPPED, "", "a FIFO", true},
        {MS_STATUS_SKIPPED, "open", "", false}, {MS_STATUS_FAILED, "open", "why", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ms_record record = {.status = cases[i].status,
                            .stage = cases[i].stage,
                            .nstage = strlen(cases[i].stage),
                            .message = cases[i].message,
                            .nmessage = strlen(cases[i].message)};
        ms_bytes bytes = {0};
        ck_assert_int_eq(ms_record_encode(&record, &bytes), MS_OK);
        ck_assert_int_eq(accepts(bytes.data, bytes.len), cases[i].ok);
        ms_bytes_fini(&bytes);
    }
}

TEST(lines_need_a_match)
{
    for (uint64_t nmatching = 0; nmatching < 2; nmatching++) {
        ms_bytes lines = {0};
        ms_bytes bytes = {0};
        ms_line line = {.line_no = 1, .is_context = true};
        ck_assert_int_eq(ms_record_put_line(&lines, &line, NULL, 0), MS_OK);
        ms_record record = {
            .nmatching = nmatching, .nlines = 1, .lines = lines.data, .nline_bytes = lines.len};
        ck_assert_int_eq(ms_record_encode(&record, &bytes), MS_OK);
        ck_assert_int_eq(accepts(bytes.data, bytes.len), nmatching > 0);
        ms_bytes_fini(&lines);
        ms_bytes_fini(&bytes);
    }
}

TEST(no_memory_changes_nothing)
{
    ms_bytes bytes = {0};
    ms_bytes_put_u32(&bytes, 1);
    ms_record record = {.nline_bytes = SIZE_MAX / 2};
    ck_assert_int_eq(ms_record_encode(&record, &bytes), MS_NOMEM);
    ms_line line = {.ntext = SIZE_MAX / 2};
    ck_assert_int_eq(ms_record_put_line(&bytes, &line, NULL, 0), MS_NOMEM);
    ck_assert_uint_eq(bytes.len, 4);
    ms_bytes_fini(&bytes);
}

TEST(a_failed_reader_stays_failed)
{
    ms_bytes bytes = {0};
    sample_append(&bytes, 0, 0);
    ms_reader reader = ms_reader_over(bytes.data, bytes.len);
    reader.failed = true;
    ms_record record;
    ck_assert_int_eq(ms_record_decode(&record, &reader), MS_FORMAT);
    ms_bytes_fini(&bytes);
}

static const struct {
    const char *text;
    size_t n;
    uint64_t whole;
    size_t shown;
} cuts[] = {
    {"abc", 3, 3, 3},
    {"abc", 3, 9, 3},
    {"", 0, 9, 0},
    {"ab\xc3", 3, 9, 2},
    {"ab\xc3", 3, 3, 3}, /* not cut: the byte is the line's own */
    {"ab\xc3\xb6", 4, 9, 4},
    {"ab\xe2\x82", 4, 9, 2},
    {"ab\xe2\x82\xac", 5, 9, 5},
    {"ab\xf0\x9f\x98", 5, 9, 2},
    {"\xf0\x9f\x98\x80", 4, 9, 4},
    {"ab\x80\x80\x80", 5, 9, 5},
    {"\x80", 1, 9, 1},
    {"\xff\xe2\x82", 3, 9, 3}, /* no UTF-8 anyway */
    {"\xe2\x82\xe2\x82", 4, 9, 4},
    {"\xe2\xe2", 2, 9, 2},
};

TEST_EACH(cut_text_ends_with_a_character, cuts)
{
    uint8_t text[16] = {0xF0, 0xF0}; /* bytes before the text are not looked at */
    memcpy(text + 2, cuts[_i].text, cuts[_i].n);
    ms_line line = {.text = text + 2, .ntext = cuts[_i].n, .nbytes = cuts[_i].whole};
    ck_assert_uint_eq(ms_line_shown(&line), cuts[_i].shown);
    line.ntext = cuts[_i].shown; /* what is shown is shown whole */
    ck_assert_uint_eq(ms_line_shown(&line), cuts[_i].shown);
}
