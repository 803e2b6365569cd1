/* Writing of result files, 1 MiB at a time; only one record at a time is in memory twice. */
#include "result/store/frame.h"
#include "result/store/result_file.h"

#include <stdlib.h>
#include <string.h>

enum { GROUP_BYTES = 1 << 20 };

typedef struct writer {
    const ms_run_result *run_result;
    ms_result_put put;
    void *user;
    ms_bytes group; /* frames not written yet */
    uint64_t nframes;
    ms_bytes lines; /* of a joined record, in one piece */
    uint32_t *ids;  /* owned: as many as there are keywords */
} writer;

static ms_code flush(writer *w)
{
    MS_TRY(w->put(w->user, w->group.data, w->group.len));
    ms_bytes_clear(&w->group);
    return MS_OK;
}

static ms_code end_frame(writer *w, size_t at)
{
    MS_TRY(ms_frame_end(&w->group, at));
    w->nframes++;
    return w->group.len >= GROUP_BYTES ? flush(w) : MS_OK;
}

/* The lines of a file that was searched in ranges are in the records of the ranges: copies them to one place.
 */
static ms_code gather_lines(writer *w, ms_record *record)
{
    ms_line line;
    ms_bytes_clear(&w->lines);
    for (size_t at = 0; ms_record_next_line(record, &at, &line);) {
        for (uint32_t i = 0; i < line.nids; i++) {
            w->ids[i] = ms_line_id(&line, i); /* ascending and less than the number of keywords */
        }
        MS_TRY(ms_record_put_line(&w->lines, &line, w->ids, line.nids));
    }
    record->runs = NULL;
    record->nruns = 0;
    record->lines = w->lines.data;
    record->nline_bytes = w->lines.len;
    return MS_OK;
}

static ms_code put_entry(writer *w, size_t i)
{
    ms_record record = ms_merged_at(&w->run_result->merged, i);
    ms_str path = ms_str_list_at(&w->run_result->paths, i);
    if (record.nruns > 0) {
        MS_TRY(gather_lines(w, &record));
    }
    size_t at = ms_frame_begin(&w->group, MS_FRAME_ENTRY);
    ms_bytes_put_blob(&w->group, path.data, path.len);
    MS_TRY(ms_record_encode(&record, &w->group));
    return end_frame(w, at);
}

static void put_text(ms_bytes *to, const char *text)
{
    ms_bytes_put_blob(to, text, strlen(text));
}

static void put_numbers(ms_bytes *to, const double *numbers, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        ms_bytes_put_f64(to, numbers[i]);
    }
}

static void put_comparison(ms_bytes *to, const ms_comparison *c)
{
    const double numbers[] = {c->sequential,         c->sequential_low, c->sequential_high, c->parallel,
                              c->parallel_low,       c->parallel_high,  c->speedup,         c->speedup_low,
                              c->speedup_high,       c->efficiency,     c->karp_flatt,      c->imbalance,
                              c->interval_confidence};
    ms_bytes_put_u8(to, (uint8_t)c->kind);
    ms_bytes_put_u64(to, c->npairs);
    ms_bytes_put_u8(to, c->parallel_is_first_run ? 1 : 0);
    put_numbers(to, numbers, sizeof numbers / sizeof numbers[0]);
    put_text(to, c->verdict);
}

static ms_code put_run(writer *w, const ms_run_info *info)
{
    const ms_run_result *run_result = w->run_result;
    const ms_stages *s = &run_result->stages;
    const double times[] = {
        run_result->wall_seconds, s->enumerate, s->plan, s->scatter, s->work, s->gather, s->merge};
    ms_bytes *to = &w->group;
    size_t at = ms_frame_begin(to, MS_FRAME_RUN);
    ms_bytes_put_u8(to, (uint8_t)((run_result->stopped ? 1 : 0) | (info->mismatch ? 2 : 0)));
    ms_bytes_put_u64(to, run_result->nfiltered);
    put_numbers(to, times, sizeof times / sizeof times[0]);
    put_comparison(to, &run_result->compare);
    MS_TRY(ms_str_list_encode(&run_result->notes, to));
    ms_bytes_put_blob(to, info->journal.data, info->journal.len);
    put_text(to, run_result->merged.digest);
    return end_frame(w, at);
}

static ms_code put_query(writer *w, const ms_run_info *info)
{
    MS_TRY(ms_frame_put_header(&w->group, MS_FRAME_RESULT, &info->settings));
    w->nframes++;
    size_t at = ms_frame_begin(&w->group, MS_FRAME_QUERY);
    ms_bytes_put_u64(&w->group, info->shard);
    ms_bytes_put_u64(&w->group, info->shards);
    MS_TRY(ms_str_list_encode(&w->run_result->keywords, &w->group));
    MS_TRY(ms_str_list_encode(&w->run_result->search, &w->group));
    return end_frame(w, at);
}

static ms_code put_all(writer *w, const ms_run_info *info)
{
    MS_TRY(put_query(w, info));
    for (size_t i = 0; i < w->run_result->merged.nentries; i++) {
        MS_TRY(put_entry(w, i));
    }
    for (size_t i = 0; i < w->run_result->nranks; i++) {
        size_t at = ms_frame_begin(&w->group, MS_FRAME_RANK);
        MS_TRY(ms_rankstat_encode(&w->run_result->ranks[i], &w->group));
        MS_TRY(end_frame(w, at));
    }
    MS_TRY(put_run(w, info));
    size_t at = ms_frame_begin(&w->group, MS_FRAME_END);
    ms_bytes_put_u64(&w->group, w->nframes);
    MS_TRY(end_frame(w, at));
    return flush(w);
}

ms_code ms_result_write(const ms_run_info *info, const ms_run_result *run_result, ms_result_put put,
                        void *user)
{
    writer w = {.run_result = run_result, .put = put, .user = user};
    w.ids = calloc(run_result->keywords.count + 1, sizeof *w.ids);
    ms_code code = w.ids ? put_all(&w, info) : MS_NOMEM;
    free(w.ids);
    ms_bytes_fini(&w.lines);
    ms_bytes_fini(&w.group);
    return code;
}
