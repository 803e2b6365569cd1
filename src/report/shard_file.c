/* A shard's report: its summary, and whether the whole agrees with it: see shard_file.h. The entries are in
 * shard_entries.c. */
#include "report/shard_file.h"

#include "report/json_fields.h"
#include "result/digest.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void ms__shard_fini(ms__shard *shard)
{
    ms_str_list_fini(&shard->options);
    ms_str_list_fini(&shard->keywords);
    ms_str_list_fini(&shard->paths);
    ms_bytes_fini(&shard->records);
    ms_bytes_fini(&shard->notes);
    free(shard->ranks);
    *shard = (ms__shard){0};
}

bool ms__shard_has_option(const ms__shard *shard, const char *option)
{
    for (size_t i = 1; i < shard->options.count; i++) {
        if (strcmp(ms_str_list_at(&shard->options, i).data, option) == 0) {
            return true;
        }
    }
    return false;
}

static bool take_ledger(ms__shard *shard, const json_t *summary)
{
    ms_ledger *ledger = &shard->ledger;
    const json_t *files = json_object_get(summary, "files");
    bool counted = !ms__shard_has_option(shard, "--files-with-matches");
    bool good = ms__field_u64(files, "enumerated", &ledger->enumerated) &&
                ms__field_u64(files, "scanned", &ledger->scanned) &&
                ms__field_u64(files, "skipped", &ledger->skipped) &&
                ms__field_u64(files, "failed", &ledger->failed) &&
                ms__field_u64(summary, "bytes", &ledger->nbytes) &&
                ms__field_u64(summary, "matching_files", &ledger->matching_files) &&
                (!json_object_get(files, "filtered") || ms__field_u64(files, "filtered", &shard->nfiltered));
    good = good && (!counted || ms__field_u64(summary, "matching_lines", &ledger->matching_lines));
    uint64_t rest = ledger->enumerated;
    return good && !__builtin_sub_overflow(rest, ledger->scanned, &rest) &&
           !__builtin_sub_overflow(rest, ledger->skipped, &rest) && rest == ledger->failed;
}

static bool take_shard(ms__shard *shard, const json_t *object)
{
    return ms__field_u64(object, "index", &shard->index) && ms__field_u64(object, "count", &shard->count) &&
           shard->index >= 1 && shard->index <= shard->count &&
           ms__field_names(object, "options", &shard->options) && shard->options.count > 0 &&
           ms__field_names(object, "keywords", &shard->keywords) && shard->keywords.count <= UINT32_MAX;
}

static bool take_digest(ms__shard *shard, const json_t *summary)
{
    const char *digest = json_string_value(json_object_get(summary, "digest"));
    if (!digest || strspn(digest, "0123456789abcdef") != 32 || digest[32] != 0) {
        return false;
    }
    memcpy(shard->digest, digest, sizeof shard->digest);
    return true;
}

static ms_code take_summary(ms__shard *shard, const json_t *summary, ms_err *err)
{
    const json_t *object = json_object_get(summary, "shard");
    if (strcmp(ms__field_type(summary), "summary") != 0) {
        return ms_err_set(err, MS_FORMAT, 0,
                          "%s does not end with a summary: it is no JSON report, or was cut off",
                          shard->shown);
    }
    if (!object) {
        return ms_err_set(err, MS_USAGE, 0, "%s is not the report of a shard: it was made without --shard",
                          shard->shown);
    }
    if (json_is_true(json_object_get(summary, "stopped"))) {
        return ms_err_set(err, MS_USAGE, 0,
                          "%s is of a run that was stopped before its end: finish it with --resume",
                          shard->shown);
    }
    bool good = take_shard(shard, object) && take_ledger(shard, summary) && take_digest(shard, summary) &&
                ms__field_real(summary, "wall_seconds", &shard->wall_seconds) &&
                (!(json_object_get(summary, "notes") || json_object_get(summary, "notes_base64")) ||
                 ms__field_bytes(summary, "notes", &shard->notes));
    return good
               ? MS_OK
               : ms_err_set(err, MS_FORMAT, 0, "%s: its summary lacks something or is damaged", shard->shown);
}

ms_code ms__shard_open(ms__shard *shard, const char *path, ms_err *err)
{
    char why[200];
    ms__lines lines;
    ms_bytes last = {0};
    ms_code code = ms__lines_open(&lines, path, err);
    if (code != MS_OK) {
        return code;
    }
    shard->path = path;
    memcpy(shard->shown, lines.shown, sizeof shard->shown);
    code = ms__lines_last(&lines, &last, err);
    if (code == MS_OK) {
        json_t *summary = ms__fields_parse((const char *)last.data, last.len, why, sizeof why);
        code = summary ? take_summary(shard, summary, err)
                       : ms_err_set(err, MS_FORMAT, 0, "%s, its last line: %s", shard->shown, why);
        json_decref(summary);
    }
    ms_bytes_fini(&last);
    ms__lines_close(&lines);
    return code;
}

/* What the entries add up to; the sums of *ledger that only they know. */
static bool count_entry(ms_ledger *sum, ms_ledger *ledger, const ms_record *record)
{
    const ms_image_part *image = &record->image;
    sum->scanned += record->status == MS_STATUS_SCANNED ? 1 : 0;
    sum->skipped += record->status == MS_STATUS_SKIPPED ? 1 : 0;
    sum->failed += record->status == MS_STATUS_FAILED ? 1 : 0;
    sum->matching_files += record->nmatching > 0 ? 1 : 0;
    ms_ledger_add_members(ledger, record);
    if (__builtin_add_overflow(sum->matching_lines, record->nmatching, &sum->matching_lines)) {
        return false;
    }
    if (!ms_record_has_image(record)) {
        return true;
    }
    uint64_t pixels = (uint64_t)image->width * image->height;
    ledger->images++;
    ledger->lossless += image->lossless ? 1 : 0;
    return !__builtin_mul_overflow(pixels, image->pages, &pixels) &&
           !__builtin_add_overflow(ledger->pixels, pixels, &ledger->pixels) &&
           !__builtin_add_overflow(ledger->nbytes_out, image->nbytes_out, &ledger->nbytes_out);
}

/* The entries make up the summary: its sums, and its digest. */
static ms_code check_whole(ms__shard *shard, ms_err *err)
{
    char found[33];
    ms_ledger sum = {0};
    ms_ledger *ledger = &shard->ledger;
    ms_digest digest = {0};
    if (ms_digest_init(&digest) != MS_OK) {
        return ms_err_set(err, MS_NOMEM, 0, "no memory for a digest");
    }
    ms_reader reader = ms_reader_over(shard->records.data, shard->records.len);
    bool good = true;
    for (size_t i = 0; i < shard->paths.count && good; i++) {
        ms_record record;
        good = ms_record_decode(&record, &reader) == MS_OK && count_entry(&sum, ledger, &record) &&
               ms_digest_add(&digest, &record, ms_str_list_at(&shard->paths, i), &shard->keywords) == MS_OK;
    }
    if (ms__shard_has_option(shard, "--files-with-matches")) {
        ledger->matching_lines = sum.matching_lines; /* the summary says null */
    }
    ms_digest_finish(&digest, ledger, found);
    ms_digest_fini(&digest);
    good = good && sum.scanned <= ledger->scanned && sum.skipped == ledger->skipped &&
           sum.failed == ledger->failed && sum.matching_files == ledger->matching_files &&
           sum.matching_lines == ledger->matching_lines;
    if (!good) {
        return ms_err_set(err, MS_FORMAT, 0, "%s: its entries do not add up to its summary", shard->shown);
    }
    return strcmp(found, shard->digest) == 0
               ? MS_OK
               : ms_err_set(err, MS_FORMAT, 0,
                            "%s was changed: the digest of its entries is %s, its summary says %s",
                            shard->shown, found, shard->digest);
}

ms_code ms__shard_read(ms__shard *shard, const json_t *label_ids, ms_err *err)
{
    ms__lines lines;
    ms_code code = ms__lines_open(&lines, shard->path, err);
    if (code != MS_OK) {
        return code;
    }
    code = ms__shard_read_entries(shard, &lines, label_ids, err);
    ms__lines_close(&lines);
    return code == MS_OK ? check_whole(shard, err) : code;
}
