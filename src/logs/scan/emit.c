#include "logs/scan/emit.h"

#include <stdlib.h>
#include <string.h>

ms_code ms_emit_init(ms_emit *emit, size_t nkeywords, const ms_scan_options *options, ms_matcher *matcher)
{
    emit->options = options;
    emit->condition = ms_condition_of(options->roles, nkeywords, options->invert);
    emit->simple = ms_condition_is_simple(&emit->condition);
    emit->rest = ms_condition_holds_without_keywords(&emit->condition);
    emit->only_counts = !options->lines && !options->files_with_matches && options->max_count == 0;
    emit->rest_as_sum = emit->rest && emit->only_counts;
    emit->most = options->max_count > 0 ? options->max_count : UINT64_MAX;
    emit->ids = calloc(nkeywords + 1, sizeof *emit->ids);
    emit->counts = calloc(nkeywords + 1, sizeof *emit->counts);
    emit->hit = calloc(nkeywords + 1, sizeof *emit->hit);
    MS_TRY(ms_listing_init(&emit->listing, nkeywords, options));
    emit->listing.matcher = matcher;
    return emit->ids && emit->counts && emit->hit ? MS_OK : MS_NOMEM;
}

void ms_emit_fini(ms_emit *emit)
{
    ms_listing_fini(&emit->listing);
    free(emit->ids);
    free(emit->counts);
    free(emit->hit);
    *emit = (ms_emit){0};
}

void ms_emit_begin(ms_emit *emit, const ms_scan_hooks *hooks)
{
    for (uint32_t i = 0; i < emit->nhit; i++) {
        emit->counts[emit->hit[i]] = 0;
    }
    emit->hooks = hooks;
    emit->nhit = 0;
    emit->nmatching = 0;
    emit->nbytes = 0;
    emit->full = false;
    emit->stopped = false;
    ms_listing_begin(&emit->listing, hooks);
}

void ms_emit_set_start(ms_emit *emit, uint64_t start)
{
    emit->start = start;
}

void ms_emit_begin_block(ms_emit *emit, const uint8_t *block, size_t n)
{
    emit->block = block;
    emit->block_len = n;
    emit->decided = 0;
    emit->nothers = 0;
    ms_listing_begin_block(&emit->listing, block, n, emit->start + emit->nbytes);
}

void ms_emit_set_events(ms_emit *emit, const uint32_t *starts, size_t n)
{
    emit->listing.starts = starts;
    emit->listing.nstarts = n;
}

static void count_line(ms_emit *emit, const uint32_t *ids, uint32_t nids)
{
    emit->nmatching++;
    for (uint32_t i = 0; i < nids; i++) {
        if (emit->counts[ids[i]]++ == 0) {
            emit->hit[emit->nhit++] = ids[i];
        }
    }
}

static ms_code stop(ms_emit *emit, uint64_t nbytes)
{
    emit->nbytes += nbytes;
    emit->full = true;
    emit->stopped = true;
    return MS_STOPPED;
}

/* After a line that counts, at whose end `nbytes` of the block or long line have been searched. */
static ms_code check_count(ms_emit *emit, uint64_t nbytes)
{
    if (emit->nmatching < emit->most) {
        return MS_OK;
    }
    emit->full = true;
    return emit->options->lines && ms_listing_is_due(&emit->listing) ? MS_STOPPED : stop(emit, nbytes);
}

static ms_code put_line(ms_emit *emit, const ms_match *line)
{
    count_line(emit, line->ids, line->nids);
    if (emit->options->files_with_matches) {
        return stop(emit, line->next);
    }
    if (emit->options->lines) {
        MS_TRY(ms_listing_put(&emit->listing, line));
    }
    return check_count(emit, line->next);
}

/* The lines up to block[limit], which no keyword matches, count. */
static ms_code put_rest(ms_emit *emit, size_t limit)
{
    while (emit->decided < limit) {
        ms_match line = {.start = emit->decided};
        line.end = ms_line_end(emit->block, emit->block_len, line.start, &line.next);
        emit->decided = line.next;
        MS_TRY(put_line(emit, &line));
    }
    return MS_OK;
}

static ms_code put_if_it_counts(ms_emit *emit, const ms_match *match)
{
    ms_match line = *match;
    if (emit->rest_as_sum) {
        emit->nothers++;
    } else if (emit->rest) {
        MS_TRY(put_rest(emit, match->start));
        emit->decided = match->next;
    }
    line.ids = emit->options->invert ? NULL : emit->ids;
    bool counts = ms_condition_holds(&emit->condition, match->ids, match->nids, emit->ids, &line.nids);
    return counts ? put_line(emit, &line) : MS_OK;
}

ms_code ms_emit_match(void *user, const ms_match *match)
{
    ms_emit *emit = user;
    if (!emit->simple) {
        return put_if_it_counts(emit, match);
    }
    if (emit->only_counts) {
        count_line(emit, match->ids, match->nids);
        return MS_OK;
    }
    return put_line(emit, match);
}

static uint64_t count_lines(const uint8_t *block, size_t n)
{
    return ms_count_newlines(block, n) + (n > 0 && block[n - 1] != '\n' ? 1 : 0);
}

ms_code ms_emit_end_block(ms_emit *emit)
{
    ms_code code = MS_OK;
    if (emit->rest_as_sum) {
        emit->nmatching += count_lines(emit->block, emit->block_len) - emit->nothers;
    } else if (emit->rest && !emit->full) {
        code = put_rest(emit, emit->block_len);
    }
    if (code != MS_OK && !(emit->full && !emit->stopped)) {
        return code;
    }
    if (emit->options->lines) {
        MS_TRY(ms_listing_end_block(&emit->listing));
        if (emit->full && !ms_listing_is_due(&emit->listing)) {
            return stop(emit, emit->listing.reported);
        }
    }
    emit->nbytes += emit->block_len;
    return MS_OK;
}

/* Counts and reports a long line. */
static ms_code put_long(ms_emit *emit, ms_long_line *line, bool counts)
{
    uint64_t n = line->nbytes + line->nterminator;
    if (counts) {
        count_line(emit, line->ids, line->nids);
    }
    if (counts && emit->options->files_with_matches) {
        return stop(emit, n);
    }
    if (emit->full && line->starts_event) {
        return stop(emit, 0);
    }
    if (emit->options->lines) {
        MS_TRY(ms_listing_put_long(&emit->listing, line, counts, emit->start + emit->nbytes));
    }
    if (counts || emit->full) {
        MS_TRY(check_count(emit, n));
    }
    return MS_OK;
}

ms_code ms_emit_long_line(ms_emit *emit, const ms_long_line *line)
{
    ms_long_line out = *line;
    bool counts = line->nids > 0 && !emit->full;
    if (!emit->simple) {
        out.ids = emit->ids;
        counts =
            ms_condition_holds(&emit->condition, line->ids, line->nids, emit->ids, &out.nids) && !emit->full;
    }
    out.window = line->nids > 0 && !emit->options->invert ? line->window : NULL;
    ms_code code = put_long(emit, &out, counts);
    if (code == MS_OK || !emit->stopped) {
        emit->nbytes += line->nbytes + line->nterminator;
    }
    return code == MS_STOPPED && emit->full && !emit->stopped ? MS_OK : code;
}

ms_code ms_emit_progress(ms_emit *emit, uint64_t n)
{
    return emit->hooks->on_bytes ? emit->hooks->on_bytes(emit->hooks->user, n) : MS_OK;
}

bool ms_emit_full(const ms_emit *emit)
{
    return emit->full;
}

bool ms_emit_stopped(const ms_emit *emit)
{
    return emit->stopped;
}

ms_scan_totals ms_emit_totals(ms_emit *emit)
{
    ms_ids_sort(emit->hit, emit->nhit);
    return (ms_scan_totals){
        .nbytes = emit->nbytes, .nmatching = emit->nmatching, .nnewlines = emit->listing.line_no - 1};
}
