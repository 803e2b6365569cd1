#include "report_fixture.h"

#include "base/escape.h"
#include "report/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void ok(ms_code code)
{
    ck_assert_int_eq(code, MS_OK);
}

void fx_begin(fixture *fx)
{
    *fx = (fixture){.scratch = scratch_open()};
    fx->output = fx->scratch.file;
    fx->settings.output = fx->output;
}

void fx_end(fixture *fx)
{
    scratch_close(&fx->scratch);
    ms_run_result_fini(&fx->run_result);
    ms_bytes_fini(&fx->records);
    ms_bytes_fini(&fx->counts);
    ms_bytes_fini(&fx->lines);
    ms_bytes_fini(&fx->members);
}

void fx_keyword(fixture *fx, const void *data, size_t n)
{
    ms_str_list_push(&fx->run_result.keywords, data, n);
}

void fx_file(fixture *fx, const void *path, size_t n, uint64_t nbytes, uint64_t nmatching)
{
    fx->record =
        (ms_record){.entry = (uint32_t)fx->run_result.paths.count, .nbytes = nbytes, .nmatching = nmatching};
    ms_str_list_push(&fx->run_result.paths, path, n);
    ms_bytes_clear(&fx->counts);
    ms_bytes_clear(&fx->lines);
    ms_bytes_clear(&fx->members);
}

void fx_count(fixture *fx, uint32_t id, uint64_t count)
{
    ok(ms_record_put_count(&fx->counts, id, count));
    fx->record.ncounts++;
}

void fx_line(fixture *fx, uint64_t line_no, uint64_t offset, const void *text, size_t n, uint64_t whole,
             const uint32_t *ids, uint32_t nids)
{
    ms_line line = {.line_no = line_no,
                    .offset = offset,
                    .nbytes = whole > 0 ? whole : n,
                    .is_context = nids == 0,
                    .text = text,
                    .ntext = n};
    ok(ms_record_put_line(&fx->lines, &line, ids, nids));
    fx->record.nlines++;
}

static void finish(fixture *fx, ms_status status, const char *stage, const char *message)
{
    fx->record.status = status;
    fx->record.counts = fx->counts.data;
    fx->record.lines = fx->lines.data;
    fx->record.nline_bytes = fx->lines.len;
    fx->record.stage = stage;
    fx->record.nstage = strlen(stage);
    fx->record.message = message;
    fx->record.nmessage = strlen(message);
}

void fx_done(fixture *fx, ms_status status, const char *stage, const char *message)
{
    finish(fx, status, stage, message);
    if (fx->members.len > 0) {
        fx->record.flags |= MS_RECORD_MEMBERS;
        fx->record.members = fx->members.data;
        fx->record.nmember_bytes = fx->members.len;
    }
    ok(ms_record_encode(&fx->record, &fx->records));
}

void fx_member(fixture *fx, const void *name, size_t n, ms_status status, const char *stage,
               const char *message)
{
    finish(fx, status, stage, message);
    ok(ms_record_put_member(&fx->members, name, n, &fx->record));
    ms_bytes_clear(&fx->counts);
    ms_bytes_clear(&fx->lines);
    fx->record = (ms_record){.entry = fx->record.entry};
}

void fx_archive(fixture *fx)
{
    static const uint32_t first[] = {0};
    fx_keyword(fx, BYTES("root"));
    fx_file(fx, BYTES("in/all.tar"), 10, 1);
    fx_count(fx, 0, 1);
    fx_line(fx, 4, 30, BYTES("root here"), 0, first, 1);
    fx_member(fx, BYTES("dir/a.log"), MS_STATUS_SCANNED, "", "");
    fx_member(fx, BYTES("p.png"), MS_STATUS_SKIPPED, "", "is an image: png");
    fx->record.nmatching = 2;
    fx_count(fx, 0, 2);
    fx_member(fx, BYTES("i.tar!\xff\n"), MS_STATUS_FAILED, "decode", "corrupt");
    fx->record.nmatching = 3;
    fx->record.nbytes = 1000;
    fx_done(fx, MS_STATUS_FAILED, "member", "1 of its members failed");
    fx_file(fx, BYTES("in/b.log"), 10, 1);
    fx_count(fx, 0, 1);
    fx_done(fx, MS_STATUS_SCANNED, "", "");
    fx_merge(fx);
}

void fx_image(fixture *fx, const char *path, uint64_t nbytes, const ms_image_part *image, uint8_t hash)
{
    fx_file(fx, path, strlen(path), nbytes, 0);
    fx->record.flags = MS_RECORD_IMAGE;
    fx->record.image = *image;
    memset(fx->record.image.hash, hash, sizeof fx->record.image.hash);
    fx_done(fx, MS_STATUS_SCANNED, "", "");
}

void fx_rank(fixture *fx, const char *host, uint64_t tasks, uint64_t nbytes, double busy, double waiting)
{
    size_t n = fx->run_result.nranks++;
    ms_rankstat *ranks = realloc(fx->run_result.ranks, (n + 1) * sizeof *ranks);
    ck_assert_ptr_nonnull(ranks);
    fx->run_result.ranks = ranks;
    ranks[n] = (ms_rankstat){.rank = (uint32_t)n,
                             .ncores = 2,
                             .tasks = tasks,
                             .nbytes = nbytes,
                             .busy_seconds = busy,
                             .wait_seconds = waiting};
    memcpy(ranks[n].host, host, strnlen(host, sizeof ranks[n].host));
}

void fx_merge(fixture *fx)
{
    ms_err err = {0};
    ok(ms_merge(&fx->run_result.merged, &fx->records, 1, &fx->run_result.paths, &fx->run_result.keywords,
                false, &err));
    memset(fx->run_result.merged.digest, 'd', 32);
    fx->run_result.merged.digest[32] = 0;
}

void fx_five_files(fixture *fx)
{
    static const uint32_t both[] = {0, 1};
    fx_keyword(fx, BYTES("unauthorized access"));
    fx_keyword(fx, BYTES("failed password"));
    fx_file(fx, BYTES("logs/a.log"), 1200000, 2);
    fx_count(fx, 0, 2);
    fx_count(fx, 1, 1);
    fx_line(fx, 11, 300, BYTES("quiet"), 0, NULL, 0);
    fx_line(fx, 12, 306, BYTES("unauthorized access"), 0, both, 1);
    fx_line(fx, 13, 326, BYTES("quiet\ttoo"), 0, NULL, 0);
    fx_line(fx, 40, 900, BYTES("failed password, unauthorized access"), 0, both, 2);
    fx_done(fx, MS_STATUS_SCANNED, "", "");
    fx_file(fx, BYTES("logs/b.fifo"), 0, 0);
    fx_done(fx, MS_STATUS_SKIPPED, "", "a FIFO");
    fx_file(fx, BYTES("logs/c.log"), 0, 0);
    fx_done(fx, MS_STATUS_FAILED, "open", "Permission denied");
    fx_file(fx, BYTES("logs/d.log"), 4096, 1);
    fx_count(fx, 1, 1);
    fx_line(fx, 7, 60, BYTES("failed password"), 115, both + 1, 1);
    fx_done(fx, MS_STATUS_FAILED, "read", "Input/output error");
    fx_file(fx, BYTES("logs/e.log"), 10, 0);
    fx_done(fx, MS_STATUS_SCANNED, "", "");
    fx_merge(fx);
}

void fx_four_images(fixture *fx)
{
    fx->settings.command = MS_COMMAND_IMAGES;
    fx_image(fx, "in/a.jpg", 100000,
             &(ms_image_part){.lossless = true,
                              .width = 4000,
                              .height = 3000,
                              .pages = 1,
                              .nbytes_out = 60000,
                              .output = "gray/a.jpg",
                              .noutput = 10},
             0xAB);
    fx_image(fx, "in/b,c.tif", 200000,
             &(ms_image_part){.width = 500,
                              .height = 500,
                              .pages = 2,
                              .nbytes_out = 12,
                              .output = "gray/\xff.tif",
                              .noutput = 10},
             0x05);
    fx_file(fx, BYTES("in/c.log"), 0, 0);
    fx_done(fx, MS_STATUS_SKIPPED, "", "no image");
    fx_file(fx, BYTES("in/d.png"), 7000, 0);
    fx->record.flags = MS_RECORD_IMAGE;
    fx_done(fx, MS_STATUS_FAILED, "decode", "broken");
    fx_merge(fx);
    fx_rank(fx, "a", 4, 300000, 0.5, 0);
}

char *fx_read(const char *path, size_t *n)
{
    ms_bytes bytes = file_read(path);
    if (n) {
        *n = bytes.len;
    }
    return (char *)bytes.data;
}

char *fx_report_whole(fixture *fx, bool color, size_t *n)
{
    ms_err err = {0};
    ms_code code = ms_report_write(&fx->settings, &fx->run_result, color, &err);
    ck_assert_msg(code == MS_OK, "%s", err.text);
    return fx_read(fx->output, n);
}

char *fx_report(fixture *fx, bool color, size_t *n)
{
    size_t all = 0;
    char *got = fx_report_whole(fx, color, &all);
    const char *end = strncmp(got, "searched for ", 13) == 0        ? strstr(got, "\n\n") + 2
                      : strncmp(got, "{\"type\":\"run\",", 14) == 0 ? strchr(got, '\n') + 1
                                                                    : got;
    size_t left = all - (size_t)(end - got);
    memmove(got, end, left + 1);
    if (n) {
        *n = left;
    }
    return got;
}

void fx_check_harmless(const char *text, size_t n)
{
    uint32_t rune = 0;
    for (size_t at = 0; at < n;) {
        size_t len = ms_utf8_decode((const uint8_t *)text + at, n - at, &rune);
        ck_assert_uint_gt(len, 0);
        ck_assert(rune == '\n' || rune == '\t' || !ms_rune_is_harmful(rune));
        at += len;
    }
}

json_t *fx_json_line(const char *text, size_t i)
{
    for (; i > 0; i--) {
        text = strchr(text, '\n');
        ck_assert_ptr_nonnull(text);
        text++;
    }
    const char *end = strchr(text, '\n');
    ck_assert_ptr_nonnull(end);
    json_error_t error;
    json_t *object = json_loadb(text, (size_t)(end - text), JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
    ck_assert_msg(json_is_object(object), "%s in %.*s", error.text, (int)(end - text), text);
    return object;
}

void fx_become_nobody(void)
{
    if (getuid() == 0) {
        ck_assert_int_eq(seteuid(65534), 0);
    }
}

void fx_become_root_again(void)
{
    if (getuid() == 0) {
        ck_assert_int_eq(seteuid(0), 0);
    }
}
