/* Suite of result/digest.c: the definition is pinned, every covered field counts, nothing else does. */
#include "result/digest.h"
#include "result/merge.h"

#include "samples.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

/* One failed file with a line, which every field of a record can be changed in. */
typedef struct answer {
    const char *path, *keywords[2], *stage, *message;
    ms_record record;
    uint64_t counts[2];
    ms_line lines[2];
    uint32_t ids[2];
    uint32_t nids;
    const char *text;
    ms_ledger ledger;
} answer;

static answer plain_answer(void)
{
    return (answer){
        .path = "dir/file",
        .keywords = {"alpha", "beta"},
        .stage = "read",
        .message = "I/O error",
        .record = {.status = MS_STATUS_FAILED, .nmatching = 9, .ncounts = 2, .nlines = 2, .nbytes = 77},
        .counts = {5, 6},
        .lines = {{.line_no = 3, .offset = 30, .nbytes = 10}, {.line_no = 4, .offset = 40, .nbytes = 10}},
        .ids = {0, 1},
        .nids = 2,
        .text = "a b",
        .ledger = {.enumerated = 1, .failed = 1, .nbytes = 77, .matching_files = 1, .matching_lines = 9}};
}

typedef struct digests {
    char run[33];
    uint64_t one;
} digests;

static digests digest_of(const answer *of)
{
    ms_str_list keywords = {0};
    ms_bytes counts = {0};
    ms_bytes lines = {0};
    ms_record record = of->record;
    for (uint32_t i = 0; i < 2; i++) {
        ms_line line = of->lines[i];
        line.text = (const uint8_t *)of->text;
        line.ntext = strlen(of->text);
        ms_str_list_push(&keywords, of->keywords[i], strlen(of->keywords[i]));
        ck_assert_int_eq(ms_record_put_count(&counts, i, of->counts[i]), MS_OK);
        if (i < record.nlines) {
            ck_assert_int_eq(ms_record_put_line(&lines, &line, of->ids, line.is_context ? 0 : of->nids),
                             MS_OK);
        }
    }
    record.counts = counts.data;
    record.lines = lines.data;
    record.nline_bytes = lines.len;
    record.stage = of->stage;
    record.nstage = strlen(of->stage);
    record.message = of->message;
    record.nmessage = strlen(of->message);
    ms_str path = {of->path, strlen(of->path)};
    ms_digest digest;
    digests found;
    ck_assert_int_eq(ms_digest_init(&digest), MS_OK);
    found.one = ms_digest_record(&digest, &record, path, &keywords);
    ck_assert_int_eq(ms_digest_add(&digest, &record, path, &keywords), MS_OK);
    ck_assert_uint_eq(ms_digest_record(&digest, &record, path, &keywords), found.one);
    ms_digest_finish(&digest, &of->ledger, found.run);
    ms_digest_fini(&digest);
    ms_bytes_fini(&counts);
    ms_bytes_fini(&lines);
    ms_str_list_fini(&keywords);
    return found;
}

enum { NRECORD_FIELDS = 18, NFIELDS = NRECORD_FIELDS + 7 };

/* Changes field `which`; the first NRECORD_FIELDS belong to the record, the others to the ledger. */
static void change(answer *of, int which)
{
    uint64_t *numbers[] = {&of->record.nmatching,
                           &of->counts[0],
                           &of->counts[1],
                           &of->lines[0].line_no,
                           &of->lines[0].offset,
                           &of->lines[0].nbytes,
                           &of->lines[1].line_no,
                           &of->record.nlines,
                           &of->ledger.enumerated,
                           &of->ledger.scanned,
                           &of->ledger.skipped,
                           &of->ledger.failed,
                           &of->ledger.nbytes,
                           &of->ledger.matching_files,
                           &of->ledger.matching_lines};
    const char **texts[] = {&of->path, &of->keywords[0], &of->stage, &of->message, &of->text};
    if (which < 5) {
        *texts[which] = "changed";
    } else if (which == 5) {
        of->record.status = MS_STATUS_SKIPPED;
    } else if (which == 6) {
        of->record.flags = MS_RECORD_NAMES_ONLY;
    } else if (which == 7) {
        of->record.ncounts = 1;
    } else if (which == 8) {
        of->lines[1].is_context = true;
    } else if (which == 9) {
        of->nids = 1;
    } else {
        *numbers[which - 10] -= which == 17 ? 1 : (uint64_t)-1; /* one line fewer; else one more */
    }
}

TEST_RANGE(every_covered_field_counts, 0, NFIELDS)
{
    answer first = plain_answer();
    answer second = first;
    change(&second, _i);
    digests a = digest_of(&first);
    digests b = digest_of(&second);
    ck_assert_str_ne(a.run, b.run);
    ck_assert_int_eq(a.one != b.one, _i < NRECORD_FIELDS);
}

TEST(nothing_else_counts)
{
    answer first = plain_answer();
    answer second = first;
    second.record.entry = 1234567;
    digests a = digest_of(&first);
    digests b = digest_of(&second);
    ck_assert_str_eq(a.run, b.run);
    ck_assert_uint_eq(a.one, b.one);
    second.record.nbytes++; /* only its sum, in the ledger */
    b = digest_of(&second);
    ck_assert_str_eq(a.run, b.run);
    ck_assert_uint_ne(a.one, b.one);
}

TEST(a_keyword_is_its_text)
{
    answer first = plain_answer(); /* the only keyword that hits has id 0 here, id 1 there */
    answer second = first;
    first.record.ncounts = second.record.ncounts = 0;
    first.nids = second.nids = 1;
    second.ids[0] = 1;
    second.keywords[0] = "unused";
    second.keywords[1] = "alpha";
    ck_assert_str_eq(digest_of(&first).run, digest_of(&second).run);
}

TEST(boundaries_between_fields_count)
{
    answer first = plain_answer();
    answer second = first;
    second.stage = "rea";
    second.message = "dI/O error";
    ck_assert_str_ne(digest_of(&first).run, digest_of(&second).run);
    second = first;
    second.keywords[0] = "alphab";
    second.keywords[1] = "eta";
    ck_assert_str_ne(digest_of(&first).run, digest_of(&second).run);
}

TEST(that_a_file_is_binary_counts)
{
    static const ms_ledger ledger = {.enumerated = 1, .scanned = 1, .nbytes = 10};
    char hex[2][33];
    ms_str_list keywords = {0};
    for (int i = 0; i < 2; i++) {
        ms_digest digest;
        ms_record record = {.nbytes = 10, .flags = i == 0 ? 0 : MS_RECORD_BINARY};
        ck_assert_int_eq(ms_digest_init(&digest), MS_OK);
        ck_assert_int_eq(ms_digest_add(&digest, &record, (ms_str){"p", 1}, &keywords), MS_OK);
        ms_digest_finish(&digest, &ledger, hex[i]);
        ms_digest_fini(&digest);
    }
    ck_assert_str_ne(hex[0], hex[1]);
}

TEST(a_clean_file_adds_nothing)
{
    static const ms_ledger ledger = {.enumerated = 3, .scanned = 3, .nbytes = 10};
    char with[33];
    char without[33];
    ms_str_list keywords = {0};
    ms_digest digest;
    ms_record clean = {.entry = 5, .nbytes = 10};
    ck_assert_int_eq(ms_digest_init(&digest), MS_OK);
    ms_digest_finish(&digest, &ledger, without);
    ms_digest_fini(&digest);
    ck_assert_int_eq(ms_digest_init(&digest), MS_OK);
    ck_assert_int_eq(ms_digest_add(&digest, &clean, (ms_str){"p", 1}, &keywords), MS_OK);
    uint64_t one = ms_digest_record(&digest, &clean, (ms_str){"p", 1}, &keywords);
    clean.nbytes = 11; /* a file that grew changes the ledger: its own hash shows which one */
    ck_assert_uint_ne(ms_digest_record(&digest, &clean, (ms_str){"p", 1}, &keywords), one);
    ck_assert_uint_ne(ms_digest_record(&digest, &clean, (ms_str){"q", 1}, &keywords), one);
    ms_digest_finish(&digest, &ledger, with);
    ms_digest_fini(&digest);
    ck_assert_str_eq(with, without);
}

/* The values come from XXH3_128bits over bytes put together, by another program, as the definition says. */
TEST(the_definition_is_pinned)
{
    ms_str_list paths = {0};
    ms_str_list keywords = {0};
    ms_bytes part = {0};
    ms_merged merged;
    ms_digest digest;
    sample_paths(&paths, NLOG_SAMPLES);
    sample_keywords(&keywords);
    for (uint32_t i = 0; i < NLOG_SAMPLES; i++) {
        sample_append(&part, i, i);
    }
    ck_assert_int_eq(ms_merge(&merged, &part, 1, &paths, &keywords, false, NULL), MS_OK);
    ck_assert_str_eq(merged.digest, "1f479ff2bfc3a87596dd79d32286a3eb");
    ms_record record = ms_merged_at(&merged, 4);
    ck_assert_int_eq(ms_digest_init(&digest), MS_OK);
    ck_assert_uint_eq(ms_digest_record(&digest, &record, ms_str_list_at(&paths, 4), &keywords),
                      0x49874c8e9131b99cULL);
    ms_digest_fini(&digest);
    ms_digest_fini(&digest);
    ms_merged_fini(&merged);
    ms_str_list_fini(&paths);
    ck_assert_int_eq(ms_merge(&merged, NULL, 0, &paths, &keywords, false, NULL), MS_OK);
    ck_assert_str_eq(merged.digest, "41c3dac94f08a07c75ed9b32ec9b961b");
    ms_merged_fini(&merged);
    ms_str_list_fini(&keywords);
}

static digests digest_of_image(const ms_record *record, const char *path)
{
    ms_str_list keywords = {0};
    ms_digest digest;
    digests found;
    ms_str name = {path, strlen(path)};
    ck_assert_int_eq(ms_digest_init(&digest), MS_OK);
    found.one = ms_digest_record(&digest, record, name, &keywords);
    ck_assert_int_eq(ms_digest_add(&digest, record, name, &keywords), MS_OK);
    ms_digest_finish(&digest, &(ms_ledger){.enumerated = 1, .scanned = 1}, found.run);
    ms_digest_fini(&digest);
    return found;
}

static const ms_record image = {
    .flags = MS_RECORD_IMAGE,
    .nbytes = 9,
    .image = {
        .width = 3, .height = 4, .pages = 1, .nbytes_out = 5, .hash = {7}, .output = "out", .noutput = 3}};

TEST_RANGE(every_field_of_an_image_counts, 0, 9)
{
    ms_record other = image;
    uint32_t *const numbers[] = {&other.image.width, &other.image.height, &other.image.pages};
    if (_i < 3) {
        ++*numbers[_i];
    } else if (_i == 3) {
        other.image.lossless = true;
    } else if (_i == 4) {
        other.image.nbytes_out++;
    } else if (_i == 5) {
        other.image.hash[15] = 1;
    } else if (_i == 6) {
        other.image.output = "ouT";
    } else if (_i == 7) {
        other.image.noutput = 2;
    }
    digests a = digest_of_image(&image, "p");
    digests b = digest_of_image(&other, _i == 8 ? "q" : "p");
    ck_assert_str_ne(a.run, b.run);
    ck_assert_uint_ne(a.one, b.one);
}

TEST(nothing_else_of_an_image_counts)
{
    ms_record other = image;
    other.entry = 5;
    other.flags |= MS_RECORD_NAMES_ONLY;
    digests a = digest_of_image(&image, "p");
    digests b = digest_of_image(&other, "p");
    ck_assert_str_eq(a.run, b.run);
    ck_assert_uint_eq(a.one, b.one);
    other.image.output = "remote_host//out"; /* where the user wants it */
    other.image.noutput = strlen(other.image.output);
    b = digest_of_image(&other, "p");
    ck_assert_str_eq(a.run, b.run);
    ck_assert_uint_eq(a.one, b.one);
    other.nbytes++; /* only its sum, in the ledger */
    b = digest_of_image(&other, "p");
    ck_assert_str_eq(a.run, b.run);
    ck_assert_uint_ne(a.one, b.one);
}

TEST_RANGE(what_failed_is_not_asked_what_it_was, 0, 2)
{
    ms_record log = {.status = _i == 0 ? MS_STATUS_FAILED : MS_STATUS_SKIPPED, .message = "m", .nmessage = 1};
    ms_record picture = log;
    picture.flags = MS_RECORD_IMAGE;
    ck_assert_str_eq(digest_of_image(&log, "p").run, digest_of_image(&picture, "p").run);
    picture.message = "n";
    ck_assert_str_ne(digest_of_image(&log, "p").run, digest_of_image(&picture, "p").run);
}

/* As above, put together by another program. */
TEST(the_definition_is_pinned_for_images)
{
    ms_str_list paths = {0};
    ms_str_list keywords = {0};
    ms_bytes part = {0};
    ms_merged merged;
    ms_digest digest;
    sample_paths(&paths, 3);
    for (uint32_t i = 0; i < 3; i++) {
        sample_append(&part, 7 + i, i);
    }
    ck_assert_int_eq(ms_merge(&merged, &part, 1, &paths, &keywords, false, NULL), MS_OK);
    ck_assert_str_eq(merged.digest, "25760a71033dea6be792c76eaabbada8");
    ms_record record = ms_merged_at(&merged, 1);
    ck_assert_int_eq(ms_digest_init(&digest), MS_OK);
    ck_assert_uint_eq(ms_digest_record(&digest, &record, ms_str_list_at(&paths, 1), &keywords),
                      0x7d0c2b9b558d5724ULL);
    ms_digest_fini(&digest);
    ms_merged_fini(&merged);
    ms_str_list_fini(&paths);
}

TEST(an_unknown_keyword_is_refused)
{
    ms_str_list keywords = {0};
    ms_bytes counts = {0};
    ms_digest digest;
    ms_str_list_push(&keywords, "k", 1);
    ck_assert_int_eq(ms_record_put_count(&counts, 1, 1), MS_OK);
    ms_record record = {.nmatching = 1, .ncounts = 1, .counts = counts.data};
    ck_assert_int_eq(ms_digest_init(&digest), MS_OK);
    ck_assert_int_eq(ms_digest_add(&digest, &record, (ms_str){"p", 1}, &keywords), MS_FORMAT);
    (void)ms_digest_record(&digest, &record, (ms_str){"p", 1}, &keywords);
    ms_digest_fini(&digest);
    ms_bytes_fini(&counts);
    ms_str_list_fini(&keywords);
}
