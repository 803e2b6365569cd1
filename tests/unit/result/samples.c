#include "samples.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

static void put_line(ms_bytes *lines, uint64_t line_no, const char *text, const uint32_t *ids, uint32_t nids)
{
    ms_line line = {.line_no = line_no,
                    .offset = 100 * line_no,
                    .nbytes = strlen(text) + 5,
                    .is_context = nids == 0,
                    .text = (const uint8_t *)text,
                    .ntext = strlen(text)};
    ck_assert_int_eq(ms_record_put_line(lines, &line, ids, nids), MS_OK);
}

static void put_hits(ms_record *record, ms_bytes *counts, ms_bytes *lines)
{
    static const uint32_t ids[] = {0, 2};
    record->nmatching = 3;
    ck_assert_int_eq(ms_record_put_count(counts, 0, 2), MS_OK);
    ck_assert_int_eq(ms_record_put_count(counts, 2, 3), MS_OK);
    record->ncounts = 2;
    record->counts = counts->data;
    put_line(lines, 4, "before", NULL, 0);
    put_line(lines, 5, "Alert: unauthorized access", ids, 2);
    put_line(lines, 9, "", ids + 1, 1);
    put_line(lines, 10, "root", ids, 2);
    record->nlines = 4;
    record->lines = lines->data;
    record->nline_bytes = lines->len;
}

static void put_image(ms_record *record, unsigned kind)
{
    bool lossless = kind == 7;
    record->flags = MS_RECORD_IMAGE | (kind == 8 ? MS_RECORD_NAMES_ONLY : 0);
    record->image = (ms_image_part){.lossless = lossless,
                                    .width = lossless ? 4000 : 70000,
                                    .height = lossless ? 3000 : 65538,
                                    .pages = lossless ? 1 : 3,
                                    .nbytes_out = lossless ? 5000000001 : 7,
                                    .output = lossless ? "gray/a.jpg" : "gray/\xff\n",
                                    .noutput = lossless ? 10 : 7};
    for (unsigned i = 0; i < sizeof record->image.hash; i++) {
        record->image.hash[i] = (uint8_t)(0xF0 + i + kind);
    }
}

static void put_failure(ms_record *record, ms_status status, const char *stage, const char *message)
{
    record->status = status;
    record->stage = stage;
    record->nstage = strlen(stage);
    record->message = message;
    record->nmessage = strlen(message);
}

/* The sample of that kind as a member. */
static void put_member(ms_bytes *members, const char *name, size_t n, unsigned kind)
{
    ms_bytes bytes = {0};
    sample_append(&bytes, kind, 5);
    ms_record member = ms_record_view(bytes.data);
    ck_assert_int_eq(ms_record_put_member(members, name, n, &member), MS_OK);
    ms_bytes_fini(&bytes);
}

static void put_members(ms_record *record, ms_bytes *members, unsigned kind)
{
    record->flags = MS_RECORD_MEMBERS | (kind == 11 ? MS_RECORD_NAMES_ONLY : 0);
    record->nbytes = 5000;
    if (kind == 10) {
        put_member(members, "dir/bad.gz", 10, 5);
        put_member(members, "\xff!\n\0x", 5, 3);
        put_member(members, "", 0, 2);
        record->nmatching = 7; /* one of them is not listed */
    } else {
        put_member(members, "a", 1, 6);
        record->nmatching = 1;
    }
    record->members = members->data;
    record->nmember_bytes = members->len;
}

void sample_append(ms_bytes *to, unsigned kind, uint32_t entry)
{
    ms_bytes counts = {0};
    ms_bytes lines = {0};
    ms_bytes members = {0};
    ms_record record = {.entry = entry, .nbytes = 1000 + entry};
    if (kind == 1 || kind == 2 || kind == 5) {
        put_hits(&record, &counts, &lines);
    }
    if (kind == 2) {
        record.nlines = 0;
        record.nline_bytes = 0;
    }
    if (kind == 3) {
        record.nbytes = 0;
        put_failure(&record, MS_STATUS_SKIPPED, "", "a FIFO");
    }
    if (kind == 4 || kind == 5 || kind == 9 || kind == 10) {
        put_failure(&record, MS_STATUS_FAILED, "open", "Permission denied");
    }
    if (kind == 6) {
        record.flags = MS_RECORD_NAMES_ONLY;
        record.nmatching = 1;
    }
    if (kind >= 10) {
        put_members(&record, &members, kind);
    } else if (kind >= NLOG_SAMPLES) {
        put_image(&record, kind);
    }
    ck_assert_int_eq(ms_record_encode(&record, to), MS_OK);
    ms_bytes_fini(&counts);
    ms_bytes_fini(&lines);
    ms_bytes_fini(&members);
}

void sample_keywords(ms_str_list *names)
{
    static const char *const texts[NSAMPLE_KEYWORDS] = {"unauthorized access", "never", "root"};
    for (size_t i = 0; i < NSAMPLE_KEYWORDS; i++) {
        ms_str_list_push(names, texts[i], strlen(texts[i]));
    }
}

void sample_paths(ms_str_list *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char path[64];
        int n = snprintf(path, sizeof path, "logs/%s%04zu.log", i % 5 == 0 ? "\xff\n" : "f", i);
        ms_str_list_push(names, path, (size_t)n);
    }
}
