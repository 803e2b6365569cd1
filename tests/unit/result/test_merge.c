/* Suite of result/merge.c: one record per entry, whatever rank did it; anything else is refused. */
#include "result/merge.h"

#include "samples.h"
#include "unit.h"

#include <string.h>

enum { NENTRIES = 60, MAX_PARTS = 9 };

typedef struct fixture {
    ms_str_list paths;
    ms_str_list keywords;
    ms_bytes parts[MAX_PARTS];
} fixture;

static fixture fixture_make(size_t nentries)
{
    fixture fix = {0};
    sample_paths(&fix.paths, nentries);
    sample_keywords(&fix.keywords);
    return fix;
}

static void fixture_fini(fixture *fix)
{
    ms_str_list_fini(&fix->paths);
    ms_str_list_fini(&fix->keywords);
    for (size_t i = 0; i < MAX_PARTS; i++) {
        ck_assert_ptr_null(fix->parts[i].data); /* ms_merge has taken them all over */
    }
}

static ms_merged merge_ok(fixture *fix, size_t nparts)
{
    ms_err err = {0};
    ms_merged merged;
    ck_assert_msg(ms_merge(&merged, fix->parts, nparts, &fix->paths, &fix->keywords, false, &err) == MS_OK,
                  "%s", err.text);
    return merged;
}

static void merge_fails(fixture *fix, size_t nparts, ms_code code, const char *text)
{
    ms_err err = {0};
    ms_merged merged;
    ck_assert_int_eq(ms_merge(&merged, fix->parts, nparts, &fix->paths, &fix->keywords, false, &err), code);
    ck_assert_int_eq(err.code, code);
    ck_assert_msg(strstr(err.text, text), "'%s' not in '%s'", text, err.text);
    ck_assert_ptr_null(merged.parts);
    ck_assert_ptr_null(merged.records);
    ck_assert_uint_eq(merged.nentries + merged.nparts + merged.ledger.enumerated, 0);
    fixture_fini(fix);
}

TEST(any_split_and_order_give_the_same)
{
    char digest[33] = "";
    chance random = {3};
    for (size_t round = 0; round < 40; round++) {
        fixture fix = fixture_make(NENTRIES);
        size_t nparts = 1 + round % MAX_PARTS;
        uint32_t order[NENTRIES];
        for (uint32_t i = 0; i < NENTRIES; i++) {
            uint32_t other = (uint32_t)chance_below(&random, i + 1);
            order[i] = order[other];
            order[other] = i;
        }
        for (size_t i = 0; i < NENTRIES; i++) {
            sample_append(&fix.parts[chance_below(&random, nparts)], order[i] % NSAMPLES, order[i]);
        }
        ms_merged merged = merge_ok(&fix, nparts);
        ck_assert_uint_eq(merged.nentries, NENTRIES);
        for (uint32_t i = 0; i < NENTRIES; i++) {
            ck_assert_uint_eq(ms_merged_at(&merged, i).entry, i);
        }
        ck_assert_uint_eq(strlen(merged.digest), 32);
        ck_assert(round == 0 || strcmp(digest, merged.digest) == 0);
        memcpy(digest, merged.digest, sizeof digest);
        ms_merged_fini(&merged);
        fixture_fini(&fix);
    }
}

TEST(ledger_sums)
{
    fixture fix = fixture_make(NLOG_SAMPLES);
    for (uint32_t i = 0; i < NLOG_SAMPLES; i++) {
        sample_append(&fix.parts[i % 2], i, i);
    }
    ms_merged merged = merge_ok(&fix, 2);
    ck_assert_uint_eq(merged.ledger.enumerated, 7);
    ck_assert_uint_eq(merged.ledger.scanned, 4);
    ck_assert_uint_eq(merged.ledger.skipped, 1);
    ck_assert_uint_eq(merged.ledger.failed, 2);
    ck_assert_uint_eq(merged.ledger.nbytes, 6 * 1000 + 0 + 1 + 2 + 4 + 5 + 6);
    ck_assert_uint_eq(merged.ledger.matching_files, 4);
    ck_assert_uint_eq(merged.ledger.matching_lines, 3 + 3 + 3 + 1);
    ck_assert_uint_eq(
        merged.ledger.images + merged.ledger.lossless + merged.ledger.pixels + merged.ledger.nbytes_out, 0);
    ck_assert(!ms_ledger_complete(&merged.ledger));
    ms_merged_fini(&merged);
    ms_merged_fini(&merged);
    fixture_fini(&fix);
}

TEST(images_are_summed)
{
    fixture fix = fixture_make(4);
    for (uint32_t i = 0; i < 4; i++) {
        sample_append(&fix.parts[i % 2], i == 3 ? 0 : 7 + i, i);
    }
    ms_merged merged = merge_ok(&fix, 2);
    ck_assert_uint_eq(merged.ledger.enumerated, 4);
    ck_assert_uint_eq(merged.ledger.scanned, 3);
    ck_assert_uint_eq(merged.ledger.failed, 1);
    ck_assert_uint_eq(merged.ledger.matching_files, 0);
    ck_assert_uint_eq(merged.ledger.images, 2);
    ck_assert_uint_eq(merged.ledger.lossless, 1);
    ck_assert_uint_eq(merged.ledger.pixels, 4000ULL * 3000 + 70000ULL * 65538 * 3);
    ck_assert_uint_eq(merged.ledger.nbytes_out, 5000000001 + 7);
    ms_merged_fini(&merged);
    fixture_fini(&fix);
}

TEST_RANGE(sums_over_images_that_do_not_fit, 0, 3)
{
    static const ms_image_part parts[] = {
        {.width = 1U << 31, .height = 1U << 31, .pages = 4, .nbytes_out = 1},     /* wraps to 0 */
        {.width = UINT32_MAX, .height = UINT32_MAX, .pages = 1, .nbytes_out = 1}, /* the second time */
        {.width = 1, .height = 1, .pages = 1, .nbytes_out = UINT64_MAX},
    };
    fixture fix = fixture_make(2);
    ms_record record = {.flags = MS_RECORD_IMAGE, .image = parts[_i]};
    record.image.output = "o";
    record.image.noutput = 1;
    for (uint32_t i = 0; i < 2; i++) {
        record.entry = i;
        ck_assert_int_eq(ms_record_encode(&record, &fix.parts[0]), MS_OK);
    }
    merge_fails(&fix, 1, MS_FORMAT,
                _i == 0 ? "result for: logs/\\xff\\n0000.log" : "result for: logs/f0001.log");
}

TEST(completeness)
{
    ms_ledger ledger = {.enumerated = 3, .scanned = 2, .skipped = 1};
    ck_assert(ms_ledger_complete(&ledger));
    ledger = (ms_ledger){.enumerated = 3, .scanned = 2, .failed = 1};
    ck_assert(!ms_ledger_complete(&ledger));
    ledger = (ms_ledger){.enumerated = 3, .scanned = 2}; /* does not add up */
    ck_assert(!ms_ledger_complete(&ledger));
    ledger = (ms_ledger){.enumerated = 3, .scanned = 3, .failed = 1};
    ck_assert(!ms_ledger_complete(&ledger));
    ledger = (ms_ledger){0};
    ck_assert(ms_ledger_complete(&ledger));
}

TEST(nothing_to_merge)
{
    fixture fix = fixture_make(0);
    ms_merged merged = merge_ok(&fix, 0);
    ck_assert_uint_eq(merged.nentries, 0);
    ck_assert_uint_eq(strlen(merged.digest), 32);
    ms_merged_fini(&merged);
    merged = merge_ok(&fix, 3); /* ranks without a task */
    ms_merged_fini(&merged);
    fixture_fini(&fix);
}

TEST(a_missing_record_is_named)
{
    for (uint32_t missing = 0; missing < 3; missing++) {
        static const char *const texts[] = {"no result for a file: logs/\\xff\\n0000.log",
                                            "no result for a file: logs/f0001.log",
                                            "no result for a file: logs/f0002.log"};
        fixture fix = fixture_make(3);
        for (uint32_t i = 0; i < 3; i++) {
            if (i != missing) {
                sample_append(&fix.parts[i], 1, i);
            }
        }
        merge_fails(&fix, 3, MS_INTERNAL, texts[missing]);
    }
}

TEST(a_double_record_is_named)
{
    for (size_t part = 0; part < 2; part++) { /* within one part, and in two */
        fixture fix = fixture_make(2);
        sample_append(&fix.parts[0], 0, 0);
        sample_append(&fix.parts[0], 0, 1);
        sample_append(&fix.parts[part], 0, 1);
        merge_fails(&fix, 2, MS_INTERNAL, "two results for one file: logs/f0001.log");
    }
}

TEST(a_foreign_entry_is_refused)
{
    fixture fix = fixture_make(2);
    sample_append(&fix.parts[0], 0, 2);
    merge_fails(&fix, 1, MS_INTERNAL, "entry 2, but there are only 2");
    fix = fixture_make(2);
    sample_append(&fix.parts[0], 0, UINT32_MAX);
    merge_fails(&fix, 1, MS_INTERNAL, "4294967295");
}

TEST(bytes_that_are_no_records)
{
    fixture fix = fixture_make(2);
    sample_append(&fix.parts[0], 0, 0);
    sample_append(&fix.parts[1], 0, 1);
    ms_bytes_put_u8(&fix.parts[1], 0);
    merge_fails(&fix, 3, MS_FORMAT, "of part 1");
}

TEST_RANGE(an_unknown_keyword_is_refused, 0, 4)
{
    ms_bytes hits = {0};
    ms_line line = {.line_no = 1};
    uint32_t ids[] = {NSAMPLE_KEYWORDS - (uint32_t)_i % 2};
    ms_record record = {.nmatching = 1};
    if (_i < 2) {
        ck_assert_int_eq(ms_record_put_count(&hits, ids[0], 1), MS_OK);
        record.ncounts = 1;
        record.counts = hits.data;
    } else {
        ck_assert_int_eq(ms_record_put_line(&hits, &line, ids, 1), MS_OK);
        record.nlines = 1;
        record.lines = hits.data;
        record.nline_bytes = hits.len;
    }
    fixture fix = fixture_make(1);
    ck_assert_int_eq(ms_record_encode(&record, &fix.parts[0]), MS_OK);
    if (ids[0] == NSAMPLE_KEYWORDS) {
        merge_fails(&fix, 1, MS_FORMAT, "unknown keyword");
    } else {
        ms_merged merged = merge_ok(&fix, 1);
        ms_merged_fini(&merged);
        fixture_fini(&fix);
    }
    ms_bytes_fini(&hits);
}

TEST(sums_that_do_not_fit)
{
    for (int field = 0; field < 2; field++) {
        fixture fix = fixture_make(2);
        ms_record record = {.nbytes = field == 0 ? UINT64_MAX : 0, .nmatching = field == 1 ? UINT64_MAX : 0};
        ck_assert_int_eq(ms_record_encode(&record, &fix.parts[0]), MS_OK);
        sample_append(&fix.parts[0], 2, 1);
        merge_fails(&fix, 1, MS_FORMAT, "invalid numbers in the result for: logs/f0001.log");
    }
}

/* Ranges of two files, spread over the parts in any order, and a whole one. */
TEST(ranges_are_joined)
{
    static const struct {
        uint32_t entry;
        uint64_t begin, end;
        size_t part;
    } ranges[] = {{2, 20, 30, 0}, {0, 10, 30, 0}, {2, 0, 10, 1}, {2, 10, 20, 2}, {0, 0, 10, 2}};
    fixture fix = fixture_make(3);
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        ms_record record = {.entry = ranges[i].entry,
                            .flags = MS_RECORD_PART,
                            .nbytes = ranges[i].end - ranges[i].begin,
                            .nmatching = 1,
                            .part = {.size = 30, .begin = ranges[i].begin, .end = ranges[i].end}};
        ck_assert_int_eq(ms_record_encode(&record, &fix.parts[ranges[i].part]), MS_OK);
    }
    sample_append(&fix.parts[1], 0, 1);
    ms_merged merged = merge_ok(&fix, 3);
    ck_assert_uint_eq(merged.nentries, 3);
    ck_assert_uint_eq(merged.ledger.scanned, 3);
    ck_assert_uint_eq(merged.ledger.matching_files, 2);
    ck_assert_uint_eq(ms_merged_at(&merged, 0).nmatching, 2);
    ck_assert_uint_eq(ms_merged_at(&merged, 0).nbytes, 30);
    ck_assert_uint_eq(ms_merged_at(&merged, 2).nmatching, 3);
    ck_assert_uint_eq(ms_merged_at(&merged, 2).flags, 0);
    ms_merged_fini(&merged);
    fixture_fini(&fix);
}

/* A run that was stopped: entries without a record, and a file of which only ranges were done. */
TEST(a_stopped_run_is_merged)
{
    fixture fix = fixture_make(4);
    ms_err err = {0};
    ms_merged merged;
    ms_record record = {.entry = 2,
                        .flags = MS_RECORD_PART,
                        .nbytes = 10,
                        .nmatching = 1,
                        .part = {.size = 30, .begin = 0, .end = 10}};
    ck_assert_int_eq(ms_record_encode(&record, &fix.parts[0]), MS_OK);
    record.part = (ms_split_part){.size = 30, .begin = 20, .end = 30};
    ck_assert_int_eq(ms_record_encode(&record, &fix.parts[0]), MS_OK);
    sample_append(&fix.parts[0], 0, 1);
    ck_assert_msg(ms_merge(&merged, fix.parts, 1, &fix.paths, &fix.keywords, true, &err) == MS_OK, "%s",
                  err.text);
    ck_assert_uint_eq(merged.ledger.enumerated, 4);
    ck_assert_uint_eq(merged.ledger.scanned, 1);
    ck_assert_uint_eq(merged.ledger.undone, 3);
    ck_assert_uint_eq(merged.ledger.matching_lines, 1);
    ck_assert(!ms_ledger_complete(&merged.ledger));
    ck_assert_int_eq(ms_merged_at(&merged, 0).status, MS_STATUS_UNDONE);
    ck_assert_int_eq(ms_merged_at(&merged, 2).status, MS_STATUS_UNDONE);
    ck_assert_uint_eq(ms_merged_at(&merged, 2).nbytes, 10);
    ms_merged_fini(&merged);
    fixture_fini(&fix);
}

/* A range twice, a range missing, ranges and a record of the whole file. */
TEST_RANGE(ranges_that_do_not_fit_are_refused, 0, 3)
{
    fixture fix = fixture_make(1);
    uint64_t second = _i == 1 ? 20 : 10;
    ms_record record = {.flags = MS_RECORD_PART, .part = {.size = 30, .begin = 0, .end = 10}};
    ck_assert_int_eq(ms_record_encode(&record, &fix.parts[0]), MS_OK);
    record.part.begin = _i == 0 ? 0 : second;
    record.part.end = _i == 0 ? 10 : 30;
    ck_assert_int_eq(ms_record_encode(&record, &fix.parts[1]), MS_OK);
    if (_i == 2) {
        sample_append(&fix.parts[1], 0, 0);
    }
    merge_fails(&fix, 2, MS_INTERNAL, _i == 2 ? "two results" : "cover the file exactly once");
}
