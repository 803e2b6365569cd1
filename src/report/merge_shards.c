/* Merge of shards: see merge_shards.h. The set is checked before any entry is read. */
#include "report/merge_shards.h"

#include "base/escape.h"
#include "report/json_labels.h"
#include "report/report.h"
#include "report/shard_file.h"
#include "result/digest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

typedef struct shard_set {
    ms__shard *list; /* owned */
    size_t n;
} shard_set;

static ms_code no_memory(ms_err *err)
{
    return ms_err_set(err, MS_NOMEM, 0, "no memory for the shards' reports");
}

static void free_set(shard_set *set)
{
    for (size_t i = 0; i < set->n; i++) {
        ms__shard_fini(&set->list[i]);
    }
    free(set->list);
}

/* Word i of a list, in quotes and harmless; "nothing" behind its end. */
static const char *word_at(char *to, size_t size, const ms_str_list *list, size_t i)
{
    char shown[100];
    if (i >= list->count) {
        return "nothing";
    }
    ms_str word = ms_str_list_at(list, i);
    (void)snprintf(to, size, "'%s'", ms_escape_to(shown, sizeof shown, word.data, word.len));
    return to;
}

/* Two shards' lists must be the same. */
static ms_code check_same(const ms__shard *a, const ms__shard *b, const ms_str_list *x, const ms_str_list *y,
                          const char *what, ms_err *err)
{
    char in_a[110];
    char in_b[110];
    size_t n = x->count > y->count ? x->count : y->count;
    for (size_t i = 0; i < n; i++) {
        if (i >= x->count || i >= y->count ||
            ms_str_compare(ms_str_list_at(x, i), ms_str_list_at(y, i)) != 0) {
            return ms_err_set(err, MS_USAGE, 0, "%s and %s are shards of different runs: %s %s and %s",
                              a->shown, b->shown, what, word_at(in_a, sizeof in_a, x, i),
                              word_at(in_b, sizeof in_b, y, i));
        }
    }
    return MS_OK;
}

/* All shards are there, each once. */
static ms_code check_complete(const shard_set *set, const ms__shard **seen, ms_err *err)
{
    uint64_t count = set->list[0].count;
    for (size_t i = 0; i < set->n; i++) {
        const ms__shard *shard = &set->list[i];
        if (shard->index > set->n) {
            continue; /* then one of the others is missing */
        }
        const ms__shard **place = &seen[shard->index - 1];
        if (*place) {
            return ms_err_set(err, MS_USAGE, 0, "%s and %s are both shard %llu of %llu", (*place)->shown,
                              shard->shown, (unsigned long long)shard->index, (unsigned long long)count);
        }
        *place = shard;
    }
    for (size_t i = 0; i < set->n && count >= set->n; i++) {
        if (!seen[i]) {
            return ms_err_set(err, MS_USAGE, 0, "shard %zu of %llu is missing", i + 1,
                              (unsigned long long)count);
        }
    }
    return count == set->n ? MS_OK
                           : ms_err_set(err, MS_USAGE, 0, "shard %zu of %llu is missing", set->n + 1,
                                        (unsigned long long)count);
}

static ms_code check_set(const shard_set *set, ms_err *err)
{
    const ms__shard *first = &set->list[0];
    ms_code code = MS_OK;
    for (size_t i = 1; i < set->n && code == MS_OK; i++) {
        const ms__shard *shard = &set->list[i];
        if (shard->count != first->count) {
            return ms_err_set(err, MS_USAGE, 0, "%s is one of %llu shards, but %s is one of %llu",
                              first->shown, (unsigned long long)first->count, shard->shown,
                              (unsigned long long)shard->count);
        }
        code = check_same(first, shard, &first->options, &shard->options, "options", err);
        code = code == MS_OK ? check_same(first, shard, &first->keywords, &shard->keywords, "keywords", err)
                             : code;
    }
    if (code != MS_OK) {
        return code;
    }
    const ms__shard **seen = calloc(set->n, sizeof *seen);
    code = seen ? check_complete(set, seen, err) : no_memory(err);
    free(seen);
    return code;
}

/* A keyword's label -> its id. */
static ms_code make_label_ids(const ms_str_list *keywords, json_t **label_ids, ms_err *err)
{
    json_t *labels = NULL;
    *label_ids = json_object();
    ms_code code = *label_ids ? ms__json_labels(keywords, &labels) : MS_NOMEM;
    for (size_t i = 0; i < keywords->count && code == MS_OK; i++) {
        const json_t *label = json_array_get(labels, i);
        code = json_object_setn_new_nocheck(*label_ids, json_string_value(label), json_string_length(label),
                                            json_integer((json_int_t)i)) == 0
                   ? MS_OK
                   : MS_NOMEM;
    }
    json_decref(labels);
    return code == MS_OK ? MS_OK : no_memory(err);
}

static int by_index(const void *a, const void *b)
{
    const ms__shard *x = a;
    const ms__shard *y = b;
    return (x->index > y->index) - (x->index < y->index);
}

static ms_code read_set(shard_set *set, const ms_str_list *files, ms_err *err)
{
    json_t *label_ids = NULL;
    ms_code code = MS_OK;
    set->list = calloc(files->count, sizeof *set->list);
    set->n = set->list ? files->count : 0;
    code = set->list ? MS_OK : no_memory(err);
    for (size_t i = 0; i < set->n && code == MS_OK; i++) {
        code = ms__shard_open(&set->list[i], ms_str_list_at(files, i).data, err);
    }
    code = code == MS_OK ? check_set(set, err) : code;
    code = code == MS_OK ? make_label_ids(&set->list[0].keywords, &label_ids, err) : code;
    for (size_t i = 0; i < set->n && code == MS_OK; i++) {
        code = ms__shard_read(&set->list[i], label_ids, err);
    }
    json_decref(label_ids);
    if (code == MS_OK) {
        qsort(set->list, set->n, sizeof *set->list, by_index);
    }
    return code;
}

/* An entry of some shard. */
typedef struct placed {
    ms_str path;
    uint8_t *record;
} placed;

static int by_path(const void *a, const void *b)
{
    return ms_str_compare(((const placed *)a)->path, ((const placed *)b)->path);
}

static size_t place_all(const shard_set *set, placed *list)
{
    size_t n = 0;
    for (size_t s = 0; s < set->n; s++) {
        const ms__shard *shard = &set->list[s];
        ms_reader reader = ms_reader_over(shard->records.data, shard->records.len);
        for (size_t i = 0; i < shard->paths.count; i++) {
            list[n++] = (placed){ms_str_list_at(&shard->paths, i), shard->records.data + reader.at};
            ms_reader ahead = reader;
            (void)ms_reader_take(&reader, ms_reader_u64(&ahead)); /* a record begins with its size */
        }
    }
    qsort(list, n, sizeof *list, by_path);
    return n;
}

static ms_code put_entries(ms_run_result *run_result, const placed *list, size_t n, ms_err *err)
{
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && by_path(&list[i - 1], &list[i]) == 0) {
            return ms_err_set(err, MS_FORMAT, 0, "two shards tell of one file");
        }
        if (ms_str_list_push(&run_result->paths, list[i].path.data, list[i].path.len) != MS_OK) {
            return no_memory(err);
        }
        ms_record_set_entry(list[i].record, (uint32_t)i);
        run_result->merged.records[i] = list[i].record;
    }
    run_result->merged.nentries = n;
    return MS_OK;
}

/* The records of all shards in the order of their paths; the shards' bytes become the run_result's. */
static ms_code join_entries(shard_set *set, ms_run_result *run_result, ms_err *err)
{
    size_t n = 0;
    for (size_t s = 0; s < set->n; s++) {
        n += set->list[s].paths.count;
    }
    if (n > UINT32_MAX) {
        return ms_err_set(err, MS_LIMIT, 0, "too many entries for one report");
    }
    ms_merged *merged = &run_result->merged;
    placed *list = calloc(n + 1, sizeof *list);
    merged->records = calloc(n + 1, sizeof *merged->records);
    merged->parts = calloc(set->n, sizeof *merged->parts);
    ms_code code = list && merged->records && merged->parts ? MS_OK : no_memory(err);
    code = code == MS_OK ? put_entries(run_result, list, place_all(set, list), err) : code;
    for (size_t s = 0; s < set->n && code == MS_OK; s++) {
        merged->parts[s] = set->list[s].records;
        set->list[s].records = (ms_bytes){0};
        merged->nparts = s + 1;
    }
    free(list);
    return code;
}

/* false when a sum does not fit. */
static bool add_ledger(ms_ledger *sum, const ms_ledger *more)
{
    uint64_t *const to[] = {
        &sum->enumerated,     &sum->scanned,          &sum->skipped,        &sum->failed,   &sum->nbytes,
        &sum->matching_files, &sum->matching_lines,   &sum->images,         &sum->lossless, &sum->pixels,
        &sum->nbytes_out,     &sum->matching_members, &sum->skipped_members};
    const uint64_t from[] = {
        more->enumerated,     more->scanned,          more->skipped,        more->failed,   more->nbytes,
        more->matching_files, more->matching_lines,   more->images,         more->lossless, more->pixels,
        more->nbytes_out,     more->matching_members, more->skipped_members};
    bool fits = true;
    for (size_t i = 0; i < sizeof to / sizeof to[0]; i++) {
        fits = !__builtin_add_overflow(*to[i], from[i], to[i]) && fits;
    }
    return fits;
}

/* A shard's notes go into the run_result's, each line with the shard's number, as far as there is room. */
static void add_notes(ms_run_result *run_result, const ms__shard *shard)
{
    const char *at = (const char *)shard->notes.data;
    size_t left = shard->notes.len;
    while (left > 0) {
        const char *end = memchr(at, '\n', left);
        size_t n = end ? (size_t)(end - at) : left;
        size_t used = strlen(run_result->notes);
        if (n > 0 && n + 40 < sizeof run_result->notes - used) {
            (void)snprintf(run_result->notes + used, sizeof run_result->notes - used, "shard %llu: %.*s\n",
                           (unsigned long long)shard->index, (int)n, at);
        }
        at += n + (end ? 1 : 0);
        left -= n + (end ? 1 : 0);
    }
}

static ms_code join_sums(shard_set *set, ms_run_result *run_result, ms_err *err)
{
    size_t nranks = 0;
    for (size_t s = 0; s < set->n; s++) {
        nranks += set->list[s].nranks;
    }
    run_result->ranks = calloc(nranks + 1, sizeof *run_result->ranks);
    if (!run_result->ranks) {
        return no_memory(err);
    }
    for (size_t s = 0; s < set->n; s++) {
        const ms__shard *shard = &set->list[s];
        if (!add_ledger(&run_result->merged.ledger, &shard->ledger)) {
            return ms_err_set(err, MS_FORMAT, 0, "%s: impossible numbers in its summary", shard->shown);
        }
        for (size_t r = 0; r < shard->nranks; r++) {
            run_result->ranks[run_result->nranks] = shard->ranks[r];
            run_result->ranks[run_result->nranks].rank = (uint32_t)run_result->nranks;
            run_result->nranks++;
        }
        run_result->nfiltered =
            shard->nfiltered > run_result->nfiltered ? shard->nfiltered : run_result->nfiltered;
        if (shard->wall_seconds > run_result->wall_seconds) {
            run_result->wall_seconds = shard->wall_seconds;
        }
        add_notes(run_result, shard);
    }
    run_result->keywords = set->list[0].keywords;
    set->list[0].keywords = (ms_str_list){0};
    return MS_OK;
}

static ms_code make_digest(ms_run_result *run_result, ms_err *err)
{
    ms_digest digest = {0};
    ms_merged *merged = &run_result->merged;
    ms_code code = ms_digest_init(&digest);
    for (size_t i = 0; i < merged->nentries && code == MS_OK; i++) {
        ms_record record = ms_merged_at(merged, i);
        code = ms_digest_add(&digest, &record, ms_str_list_at(&run_result->paths, i), &run_result->keywords);
    }
    if (code == MS_OK) {
        ms_digest_finish(&digest, &merged->ledger, merged->digest);
    }
    ms_digest_fini(&digest);
    return code == MS_OK ? MS_OK : no_memory(err);
}

/* The settings of the run that the shards were parts of, as far as a report depends on them. */
static ms_settings settings_of(const ms_settings *given, const ms__shard *shard)
{
    ms_settings shown = *given; /* borrows */
    const char *command = ms_str_list_at(&shard->options, 0).data;
    shown.command = strcmp(command, "images") == 0 ? MS_COMMAND_IMAGES
                    : strcmp(command, "all") == 0  ? MS_COMMAND_ALL
                                                   : MS_COMMAND_LOGS;
    shown.files_with_matches = ms__shard_has_option(shard, "--files-with-matches");
    shown.lines = ms__shard_has_option(shard, "--line-number");
    for (size_t i = 1; i < shard->options.count; i++) {
        const char *option = ms_str_list_at(&shard->options, i).data;
        if (strncmp(option, "--before-context=", 17) == 0 || strncmp(option, "--after-context=", 16) == 0) {
            shown.before = 1; /* there may be gaps between the lines */
        }
    }
    return shown;
}

static ms_code check_format(const ms_settings *shown, ms_err *err)
{
    bool fits = shown->format != MS_FORMAT_CSV || (!shown->lines && shown->command != MS_COMMAND_ALL);
    return fits ? MS_OK
                : ms_err_set(err, MS_USAGE, 0,
                             "--format csv has no place for what these shards hold: use --format json");
}

/* The report must not take the place of a shard's. */
static ms_code check_output(const ms_settings *settings, ms_err *err)
{
    struct stat out;
    struct stat in;
    if (!settings->output || stat(settings->output, &out) != 0) {
        return MS_OK;
    }
    for (size_t i = 0; i < settings->paths.count; i++) {
        if (stat(ms_str_list_at(&settings->paths, i).data, &in) == 0 && in.st_dev == out.st_dev &&
            in.st_ino == out.st_ino) {
            return ms_err_set(err, MS_USAGE, 0, "--output names one of the shards: that would be lost");
        }
    }
    return MS_OK;
}

ms_code ms_merge_shards(const ms_settings *settings, bool color, bool *complete, ms_err *err)
{
    char why[100];
    shard_set set = {0};
    ms_run_result run_result = {0};
    ms_settings shown = *settings;
    ms_code code = check_output(settings, err);
    code = code == MS_OK ? read_set(&set, &settings->paths, err) : code;
    if (code == MS_OK) {
        shown = settings_of(settings, &set.list[0]);
        code = check_format(&shown, err);
    }
    code = code == MS_OK ? join_entries(&set, &run_result, err) : code;
    code = code == MS_OK ? join_sums(&set, &run_result, err) : code;
    code = code == MS_OK ? make_digest(&run_result, err) : code;
    if (code == MS_OK) {
        (void)snprintf(why, sizeof why, "Merged from %zu shard%s: nothing to compare with.", set.n,
                       set.n == 1 ? "" : "s");
        ms_compare_none(&run_result.compare, run_result.ranks, run_result.nranks, why);
        *complete = ms_ledger_complete(&run_result.merged.ledger);
        code = ms_report_write(&shown, &run_result, color, err);
    }
    ms_run_result_fini(&run_result);
    free_set(&set);
    return code;
}
