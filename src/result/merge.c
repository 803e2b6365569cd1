/* The records stay in the buffers of the ranks (those of ranges are joined into a new one); an array of
 * pointers puts them into canonical order. Every entry has exactly one record, or the merge fails. */
#include "result/merge.h"

#include "base/escape.h"
#include "result/digest.h"

#include <inttypes.h>
#include <stdlib.h>

void ms_merged_fini(ms_merged *merged)
{
    for (size_t i = 0; i < merged->nparts; i++) {
        ms_bytes_fini(&merged->parts[i]);
    }
    for (size_t i = 0; i < merged->njoined; i++) {
        ms_joined_fini(&merged->joined[i]);
    }
    free(merged->joined);
    free(merged->parts);
    free(merged->records);
    *merged = (ms_merged){0};
}

static int by_entry(const void *key, const void *item)
{
    uint32_t entry = *(const uint32_t *)key;
    const ms_joined *joined = item;
    return (entry > joined->entry) - (entry < joined->entry);
}

ms_record ms_merged_at(const ms_merged *merged, size_t i)
{
    ms_record record = ms_record_view(merged->records[i]);
    const ms_joined *joined = merged->njoined == 0 ? NULL
                                                   : bsearch(&record.entry, merged->joined, merged->njoined,
                                                             sizeof *joined, by_entry);
    if (joined) {
        ms_joined_set_lines(joined, &record);
    }
    return record;
}

/* The records of ranges, until they are joined. */
typedef struct range_list {
    const uint8_t **list; /* owned; points into the merged parts */
    size_t count;
    size_t cap;
} range_list;

static ms_code push_range(range_list *ranges, const uint8_t *record)
{
    if (ranges->count == ranges->cap) {
        size_t cap = ranges->cap > 0 ? 2 * ranges->cap : 64;
        const uint8_t **grown = reallocarray(ranges->list, cap, sizeof *grown);
        if (!grown) {
            return MS_NOMEM;
        }
        ranges->list = grown;
        ranges->cap = cap;
    }
    ranges->list[ranges->count++] = record;
    return MS_OK;
}

/* Names entry i in an error about it. */
static ms_code refuse(ms_err *err, ms_code code, const char *what, const ms_str_list *paths, size_t i)
{
    char name[240];
    ms_str path = ms_str_list_at(paths, i);
    return ms_err_set(err, code, 0, "%s: %s", what, ms_escape_to(name, sizeof name, path.data, path.len));
}

/* Moves the parts into *merged; also on failure. */
static ms_code take_buffers(ms_merged *merged, ms_bytes *take_parts, size_t nparts, size_t nentries)
{
    merged->parts = calloc(nparts + 1, sizeof *merged->parts); /* the last is for joined records */
    for (size_t i = 0; i < nparts; i++) {
        if (merged->parts) {
            merged->parts[i] = take_parts[i];
            take_parts[i] = (ms_bytes){0};
        } else {
            ms_bytes_fini(&take_parts[i]);
        }
    }
    merged->nparts = merged->parts ? nparts + 1 : 0;
    merged->records = calloc(nentries > 0 ? nentries : 1, sizeof *merged->records);
    merged->nentries = merged->records ? nentries : 0;
    return merged->parts && merged->records ? MS_OK : MS_NOMEM;
}

/* Puts the records of one part at their entries; those of ranges go to *ranges. */
static ms_code place_records(ms_merged *merged, size_t part, range_list *ranges, const ms_str_list *paths,
                             ms_err *err)
{
    ms_reader reader = ms_reader_over(merged->parts[part].data, merged->parts[part].len);
    while (ms_reader_left(&reader) > 0) {
        const uint8_t *start = reader.data + reader.at;
        size_t at = reader.at;
        ms_record record;
        if (ms_record_decode(&record, &reader) != MS_OK) {
            return ms_err_set(err, MS_FORMAT, 0, "invalid record at byte %zu of part %zu of the results", at,
                              part);
        }
        if (record.entry >= merged->nentries) {
            return ms_err_set(err, MS_INTERNAL, 0, "a result for entry %" PRIu32 ", but there are only %zu",
                              record.entry, merged->nentries);
        }
        if ((record.flags & MS_RECORD_PART) != 0) {
            if (push_range(ranges, start) != MS_OK) {
                return ms_err_set(err, MS_NOMEM, 0, "out of memory");
            }
            continue;
        }
        if (merged->records[record.entry]) {
            return refuse(err, MS_INTERNAL, "two results for one file", paths, record.entry);
        }
        merged->records[record.entry] = start;
    }
    return MS_OK;
}

static int by_entry_and_begin(const void *a, const void *b)
{
    ms_record x = ms_record_view(*(const uint8_t *const *)a);
    ms_record y = ms_record_view(*(const uint8_t *const *)b);
    return x.entry != y.entry ? (x.entry > y.entry) - (x.entry < y.entry)
                              : (x.part.begin > y.part.begin) - (x.part.begin < y.part.begin);
}

/* How many files the sorted ranges are of. */
static size_t count_files(const range_list *ranges)
{
    size_t n = 0;
    for (size_t i = 0; i < ranges->count; i++) {
        n += i == 0 || ms_record_view(ranges->list[i]).entry != ms_record_view(ranges->list[i - 1]).entry;
    }
    return n;
}

/* The ranges of each file become one record, which is placed as any other. */
static ms_code join_ranges(ms_merged *merged, range_list *ranges, const ms_str_list *paths, bool partial,
                           ms_err *err)
{
    size_t last = merged->nparts - 1;
    ms_code code = MS_OK;
    if (ranges->count > 1) {
        qsort(ranges->list, ranges->count, sizeof *ranges->list, by_entry_and_begin);
    }
    merged->joined = calloc(count_files(ranges) + 1, sizeof *merged->joined);
    if (!merged->joined) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory");
    }
    for (size_t i = 0, end = 0; i < ranges->count && code == MS_OK; i = end) {
        uint32_t entry = ms_record_view(ranges->list[i]).entry;
        while (end < ranges->count && ms_record_view(ranges->list[end]).entry == entry) {
            end++;
        }
        code = ms_join(ranges->list + i, end - i, partial, &merged->parts[last],
                       &merged->joined[merged->njoined], err);
        merged->njoined++;
        if (code == MS_INTERNAL) {
            code = refuse(err, code, "ranges that do not cover the file exactly once", paths, entry);
        }
    }
    return code;
}

/* A record for each entry that has none, after the joined ones. */
static ms_code put_undone(ms_merged *merged, const range_list *ranges, ms_err *err)
{
    ms_code code = MS_OK;
    size_t k = 0;
    for (size_t i = 0; i < merged->nentries && code == MS_OK; i++) {
        while (k < ranges->count && ms_record_view(ranges->list[k]).entry < i) {
            k++;
        }
        bool joined = k < ranges->count && ms_record_view(ranges->list[k]).entry == i;
        if (!merged->records[i] && !joined) {
            ms_record record = {.entry = (uint32_t)i, .status = MS_STATUS_UNDONE};
            code = ms_record_encode(&record, &merged->parts[merged->nparts - 1]);
        }
    }
    return code == MS_OK ? MS_OK : ms_err_set(err, code, 0, "out of memory");
}

/* Ledger and digest, in canonical order. */
static ms_code sum_up(ms_merged *merged, const ms_str_list *paths, const ms_str_list *keywords, ms_err *err)
{
    ms_digest digest;
    if (ms_digest_init(&digest) != MS_OK) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory");
    }
    ms_code code = MS_OK;
    for (size_t i = 0; i < merged->nentries && code == MS_OK; i++) {
        if (!merged->records[i]) {
            code = refuse(err, MS_INTERNAL, "no result for a file", paths, i);
            break;
        }
        ms_record record = ms_merged_at(merged, i);
        if (!ms_ledger_add(&merged->ledger, &record)) {
            code = refuse(err, MS_FORMAT, "invalid numbers in the result for", paths, i);
        } else if (ms_digest_add(&digest, &record, ms_str_list_at(paths, i), keywords) != MS_OK) {
            code = refuse(err, MS_FORMAT, "unknown keyword in the result for", paths, i);
        }
    }
    if (code == MS_OK) {
        ms_digest_finish(&digest, &merged->ledger, merged->digest);
    }
    ms_digest_fini(&digest);
    return code;
}

ms_code ms_merge(ms_merged *merged, ms_bytes *take_parts, size_t nparts, const ms_str_list *paths,
                 const ms_str_list *keywords, bool partial, ms_err *err)
{
    *merged = (ms_merged){0};
    range_list ranges = {0};
    ms_code code = take_buffers(merged, take_parts, nparts, paths->count);
    if (code != MS_OK) {
        (void)ms_err_set(err, code, 0, "out of memory for the results of %zu files", paths->count);
        goto fini;
    }
    for (size_t i = 0; i < nparts; i++) {
        MS_TRY_OR(fini, place_records(merged, i, &ranges, paths, err));
    }
    MS_TRY_OR(fini, join_ranges(merged, &ranges, paths, partial, err));
    if (partial) {
        MS_TRY_OR(fini, put_undone(merged, &ranges, err));
    }
    MS_TRY_OR(fini, place_records(merged, merged->nparts - 1, &ranges, paths, err));
    MS_TRY_OR(fini, sum_up(merged, paths, keywords, err));
fini:
    free(ranges.list);
    if (code != MS_OK) {
        ms_merged_fini(merged);
    }
    return code;
}
