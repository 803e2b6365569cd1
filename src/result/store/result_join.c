/* The results of all shards of a run as one; a result of a whole run is a set of one. */
#include "base/escape.h"
#include "result/store/frame.h"
#include "result/store/result_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static ms_code no_memory(ms_err *err)
{
    return ms_err_set(err, MS_NOMEM, 0, "out of memory");
}

/* Two results' lists, of `what`, must be the same. */
static ms_code check_same(const ms_result *first, const ms_result *other, const ms_str_list *a,
                          const ms_str_list *b, const char *what, ms_err *err)
{
    ms_str word_a;
    ms_str word_b;
    char shown_a[100];
    char shown_b[100];
    ms_difference difference = ms_settings_difference(a, b, &word_a, &word_b);
    if (difference == MS_DIFFERENCE_NONE) {
        return MS_OK;
    }
    (void)ms_escape_to(shown_a, sizeof shown_a, word_a.data, word_a.len);
    (void)ms_escape_to(shown_b, sizeof shown_b, word_b.data, word_b.len);
    if (difference == MS_DIFFERENCE_VALUE) {
        return ms_err_set(err, MS_USAGE, 0, "%s and %s are of different runs: %s '%s' and '%s'", first->shown,
                          other->shown, what, shown_a, shown_b);
    }
    if (difference == MS_DIFFERENCE_ORDER) {
        return ms_err_set(err, MS_USAGE, 0, "%s and %s are of different runs: %s '%s' in another order",
                          first->shown, other->shown, what, shown_a);
    }
    return ms_err_set(err, MS_USAGE, 0, "%s and %s are of different runs: %s '%s' only in %s", first->shown,
                      other->shown, what, difference == MS_DIFFERENCE_ONLY_A ? shown_a : shown_b,
                      difference == MS_DIFFERENCE_ONLY_A ? first->shown : other->shown);
}

static ms_code check_pair(const ms_result *first, const ms_result *other, ms_err *err)
{
    if (first->info.shards == 0 || other->info.shards == 0) {
        return ms_err_set(err, MS_USAGE, 0,
                          "%s is not the result of a shard (--shard), so it cannot be joined",
                          first->info.shards == 0 ? first->shown : other->shown);
    }
    if (other->info.shards != first->info.shards) {
        return ms_err_set(err, MS_USAGE, 0, "%s is one of %llu shards, but %s is one of %llu", first->shown,
                          (unsigned long long)first->info.shards, other->shown,
                          (unsigned long long)other->info.shards);
    }
    MS_TRY(check_same(first, other, &first->info.settings, &other->info.settings, "option", err));
    return check_same(first, other, &first->run_result.keywords, &other->run_result.keywords, "keyword", err);
}

static int by_shard(const void *a, const void *b)
{
    const ms_result *x = a;
    const ms_result *y = b;
    return (x->info.shard > y->info.shard) - (x->info.shard < y->info.shard);
}

/* Sorts the results, which must be all shards of one run, each once. */
static ms_code check_set(ms_result *results, size_t n, ms_err *err)
{
    for (size_t i = 1; i < n; i++) {
        MS_TRY(check_pair(&results[0], &results[i], err));
    }
    qsort(results, n, sizeof *results, by_shard);
    for (size_t i = 1; i < n; i++) {
        if (results[i].info.shard == results[i - 1].info.shard) {
            return ms_err_set(err, MS_USAGE, 0, "%s and %s are both shard %llu of %llu", results[i - 1].shown,
                              results[i].shown, (unsigned long long)results[i].info.shard,
                              (unsigned long long)results[i].info.shards);
        }
    }
    uint64_t shards = results[0].info.shards;
    for (uint64_t i = 0; i < shards; i++) {
        if (i >= n || results[i].info.shard != i + 1) {
            return ms_err_set(err, MS_USAGE, 0, "shard %llu of %llu is missing", (unsigned long long)i + 1,
                              (unsigned long long)shards);
        }
    }
    return MS_OK;
}

/* An entry of some result. */
typedef struct placed {
    ms_str path;
    uint8_t *record;
    const ms_result *from;
} placed;

static int by_path(const void *a, const void *b)
{
    return ms_str_compare(((const placed *)a)->path, ((const placed *)b)->path);
}

static void place_all(ms_result *results, size_t n, placed *list)
{
    size_t count = 0;
    for (size_t s = 0; s < n; s++) {
        const ms_str_list *paths = &results[s].run_result.paths;
        ms_reader reader = ms_reader_over(results[s].records.data, results[s].records.len);
        for (size_t i = 0; i < paths->count; i++) {
            list[count++] = (placed){.path = ms_str_list_at(paths, i),
                                     .record = results[s].records.data + reader.at,
                                     .from = &results[s]};
            ms_reader ahead = reader;
            (void)ms_reader_take(&reader, ms_reader_u64(&ahead)); /* a record begins with its size */
        }
    }
    qsort(list, count, sizeof *list, by_path);
}

/* The paths of all shards in order, and the entry number of each record among them. */
static ms_code order_entries(const placed *list, size_t n, ms_str_list *paths, ms_err *err)
{
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && by_path(&list[i - 1], &list[i]) == 0) {
            char shown[160];
            return ms_err_set(err, MS_FORMAT, 0, "%s and %s both have a result for %s",
                              list[i - 1].from->shown, list[i].from->shown,
                              ms_escape_to(shown, sizeof shown, list[i].path.data, list[i].path.len));
        }
        ms_str_list_push(paths, list[i].path.data, list[i].path.len);
        ms_record_set_entry(list[i].record, (uint32_t)i);
    }
    return ms_str_list_check(paths) == MS_OK ? MS_OK : no_memory(err);
}

static ms_code join_paths(ms_result *results, size_t n, ms_str_list *paths, ms_err *err)
{
    size_t count = 0;
    for (size_t s = 0; s < n; s++) {
        count += results[s].run_result.paths.count;
    }
    if (count > UINT32_MAX) {
        return ms_err_set(err, MS_LIMIT, 0, "too many entries for one report");
    }
    placed *list = calloc(count + 1, sizeof *list);
    if (!list) {
        return no_memory(err);
    }
    place_all(results, n, list);
    ms_code code = order_entries(list, count, paths, err);
    free(list);
    return code;
}

static ms_code merge_records(ms_result *results, size_t n, ms_run_result *run_result, ms_err *err)
{
    ms_bytes *parts = calloc(n, sizeof *parts);
    if (!parts) {
        return no_memory(err);
    }
    for (size_t s = 0; s < n; s++) {
        parts[s] = results[s].records;
        results[s].records = (ms_bytes){0};
    }
    ms_code code =
        ms_merge(&run_result->merged, parts, n, &run_result->paths, &run_result->keywords, false, err);
    free(parts);
    return code;
}

/* A shard's notes, each with the shard's number. */
static void add_notes(ms_run_result *run_result, const ms_result *shard)
{
    const ms_str_list *notes = &shard->run_result.notes;
    for (size_t i = 0; i < notes->count; i++) {
        ms_str_list_printf(&run_result->notes, "shard %llu: %s", (unsigned long long)shard->info.shard,
                           ms_str_list_at(notes, i).data);
    }
}

static ms_code join_figures(const ms_result *results, size_t n, ms_run_result *run_result, ms_err *err)
{
    char why[100];
    size_t nranks = 0;
    for (size_t s = 0; s < n; s++) {
        nranks += results[s].run_result.nranks;
    }
    run_result->ranks = calloc(nranks + 1, sizeof *run_result->ranks);
    if (!run_result->ranks) {
        return no_memory(err);
    }
    for (size_t s = 0; s < n; s++) {
        const ms_run_result *shard = &results[s].run_result;
        for (size_t r = 0; r < shard->nranks; r++) {
            run_result->ranks[run_result->nranks] = shard->ranks[r];
            run_result->ranks[run_result->nranks].rank = (uint32_t)run_result->nranks;
            run_result->nranks++;
        }
        run_result->stopped = run_result->stopped || shard->stopped;
        run_result->nfiltered =
            shard->nfiltered > run_result->nfiltered ? shard->nfiltered : run_result->nfiltered;
        run_result->wall_seconds =
            shard->wall_seconds > run_result->wall_seconds ? shard->wall_seconds : run_result->wall_seconds;
        add_notes(run_result, &results[s]);
    }
    (void)snprintf(why, sizeof why, "Not compared with a one-rank run: merged from %zu shards.", n);
    ms_compare_none(&run_result->compare, run_result->ranks, run_result->nranks, why);
    return ms_str_list_check(&run_result->notes) == MS_OK ? MS_OK : no_memory(err);
}

ms_code ms_result_join(ms_result *results, size_t n, ms_run_result *run_result, ms_err *err)
{
    *run_result = (ms_run_result){0};
    MS_TRY(check_set(results, n, err));
    if (n == 1) {
        *run_result = results[0].run_result;
        results[0].run_result = (ms_run_result){0};
        run_result->merged = (ms_merged){0};
        return merge_records(results, n, run_result, err);
    }
    run_result->keywords = results[0].run_result.keywords;
    results[0].run_result.keywords = (ms_str_list){0};
    run_result->search = results[0].run_result.search;
    results[0].run_result.search = (ms_str_list){0};
    MS_TRY(join_paths(results, n, &run_result->paths, err));
    MS_TRY(merge_records(results, n, run_result, err));
    return join_figures(results, n, run_result, err);
}
