/* Lines are reported in file order: pending after-context, then before-context, then the match. */
#include "logs/scan/emit.h"

#include <stdlib.h>
#include <string.h>

ms_code ms_emit_init(ms_emit *emit, size_t nkeywords, const ms_scan_options *options)
{
    emit->options = options;
    emit->counts = calloc(nkeywords + 1, sizeof *emit->counts);
    emit->hit = calloc(nkeywords + 1, sizeof *emit->hit);
    emit->kept = calloc(options->before + 1, sizeof *emit->kept);
    return emit->counts && emit->hit && emit->kept ? MS_OK : MS_NOMEM;
}

void ms_emit_fini(ms_emit *emit)
{
    for (size_t i = 0; emit->kept && i < emit->options->before; i++) {
        ms_bytes_fini(&emit->kept[i].text);
    }
    free(emit->kept);
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
    emit->stopped = false;
    emit->line_no = 1;
    emit->after_left = 0;
    emit->nkept = 0;
    emit->kept_first = 0;
}

void ms_emit_set_start(ms_emit *emit, uint64_t start)
{
    emit->start = start;
}

void ms_emit_begin_block(ms_emit *emit, const uint8_t *block, size_t n)
{
    emit->block = block;
    emit->block_len = n;
    emit->counted = 0;
    emit->reported = 0;
}

/* The inner loop counts in 16-bit lanes so that the compiler can use the widest registers. */
static uint64_t newlines(const uint8_t *p, size_t n)
{
    uint64_t sum = 0;
    while (n > 0) {
        size_t part = n < 4096 ? n : 4096;
        uint16_t few = 0;
        for (size_t i = 0; i < part; i++) {
            few = (uint16_t)(few + (p[i] == '\n'));
        }
        sum += few;
        p += part;
        n -= part;
    }
    return sum;
}

/* Number of the line that begins at block[at], at >= counted. */
static uint64_t line_no_at(ms_emit *emit, size_t at)
{
    emit->line_no += newlines(emit->block + emit->counted, at - emit->counted);
    emit->counted = at;
    return emit->line_no;
}

/* End of the line that begins at block[at] (without terminator), and start of the next. */
static size_t line_end(const ms_emit *emit, size_t at, size_t *next)
{
    const uint8_t *newline = memchr(emit->block + at, '\n', emit->block_len - at);
    *next = newline ? (size_t)(newline - emit->block) + 1 : emit->block_len;
    size_t end = newline ? *next - 1 : *next;
    return newline && end > at && emit->block[end - 1] == '\r' ? end - 1 : end;
}

static ms_code report_line(const ms_emit *emit, const ms_scan_line *line)
{
    return emit->hooks->on_line(emit->hooks->user, line);
}

static size_t shown_length(const ms_emit *emit, uint64_t n)
{
    return n < emit->options->max_line ? (size_t)n : emit->options->max_line;
}

/* Reports block[start .. end) as the line `line_no`. */
static ms_code report_block_line(ms_emit *emit, size_t start, size_t end, const uint32_t *ids, uint32_t nids)
{
    ms_scan_line line = {
        .line_no = line_no_at(emit, start),
        .offset = emit->start + emit->nbytes + start,
        .nbytes = end - start,
        .is_context = nids == 0,
        .ids = ids,
        .nids = nids,
        .text = emit->block + start,
        .ntext = shown_length(emit, end - start),
    };
    return report_line(emit, &line);
}

/* Reports the after-context still due, up to block[limit]. */
static ms_code report_after_context(ms_emit *emit, size_t limit)
{
    while (emit->after_left > 0 && emit->reported < limit) {
        size_t next = 0;
        size_t end = line_end(emit, emit->reported, &next);
        MS_TRY(report_block_line(emit, emit->reported, end, NULL, 0));
        emit->after_left--;
        emit->reported = next;
    }
    return MS_OK;
}

static ms_code report_kept(ms_emit *emit, size_t n)
{
    size_t cap = emit->options->before;
    for (size_t i = emit->nkept - n; i < emit->nkept; i++) {
        const ms_kept_line *kept = &emit->kept[(emit->kept_first + i) % cap];
        ms_scan_line line = {.line_no = kept->line_no,
                             .offset = kept->offset,
                             .nbytes = kept->nbytes,
                             .is_context = true,
                             .text = kept->text.data,
                             .ntext = kept->text.len};
        MS_TRY(report_line(emit, &line));
    }
    emit->nkept = 0;
    return MS_OK;
}

/* Start of the earliest of at most `most` lines in block[reported .. at); *n: how many there are. */
static size_t lines_back(const ms_emit *emit, size_t at, size_t most, size_t *n)
{
    *n = 0;
    while (*n < most && at > emit->reported) {
        size_t len = at - 1 - emit->reported;
        const uint8_t *newline = len > 0 ? memrchr(emit->block + emit->reported, '\n', len) : NULL;
        at = newline ? (size_t)(newline - emit->block) + 1 : emit->reported;
        ++*n;
    }
    return at;
}

static ms_code report_before_context(ms_emit *emit, size_t at)
{
    size_t n = 0;
    size_t from = lines_back(emit, at, emit->options->before, &n);
    size_t older = emit->options->before - n;
    MS_TRY(report_kept(emit, older < emit->nkept ? older : emit->nkept));
    while (from < at) {
        size_t next = 0;
        size_t end = line_end(emit, from, &next);
        MS_TRY(report_block_line(emit, from, end, NULL, 0));
        from = next;
    }
    return MS_OK;
}

static void count_match(ms_emit *emit, const uint32_t *ids, uint32_t nids)
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
    emit->stopped = true;
    return MS_STOPPED;
}

ms_code ms_emit_match(void *user, const ms_match *match)
{
    ms_emit *emit = user;
    count_match(emit, match->ids, match->nids);
    if (emit->options->files_with_matches) {
        return stop(emit, match->next);
    }
    if (!emit->options->lines) {
        return MS_OK;
    }
    MS_TRY(report_after_context(emit, match->start));
    if (emit->options->before > 0) {
        MS_TRY(report_before_context(emit, match->start));
    }
    MS_TRY(report_block_line(emit, match->start, match->end, match->ids, match->nids));
    emit->reported = match->next;
    emit->after_left = emit->options->after;
    return MS_OK;
}

static ms_code keep_line(ms_emit *emit, uint64_t line_no, uint64_t offset, const uint8_t *text,
                         uint64_t nbytes)
{
    size_t cap = emit->options->before;
    if (emit->nkept == cap) {
        emit->kept_first = (emit->kept_first + 1) % cap;
        emit->nkept--;
    }
    ms_kept_line *kept = &emit->kept[(emit->kept_first + emit->nkept) % cap];
    kept->line_no = line_no;
    kept->offset = offset;
    kept->nbytes = nbytes;
    ms_bytes_clear(&kept->text);
    emit->nkept++;
    ms_bytes_append(&kept->text, text, shown_length(emit, nbytes));
    return ms_bytes_check(&kept->text);
}

/* Keeps the last unreported lines of the block: a match in the next block may need them as context. */
static ms_code keep_tail(ms_emit *emit)
{
    if (emit->reported > 0) {
        emit->nkept = 0;
    }
    size_t n = 0;
    size_t from = lines_back(emit, emit->block_len, emit->options->before, &n);
    while (from < emit->block_len) {
        size_t next = 0;
        size_t end = line_end(emit, from, &next);
        MS_TRY(keep_line(emit, line_no_at(emit, from), emit->start + emit->nbytes + from, emit->block + from,
                         end - from));
        from = next;
    }
    return MS_OK;
}

ms_code ms_emit_end_block(ms_emit *emit)
{
    ms_code code = MS_OK;
    if (emit->options->lines) {
        code = report_after_context(emit, emit->block_len);
        if (code == MS_OK && emit->options->before > 0) {
            code = keep_tail(emit);
        }
        (void)line_no_at(emit, emit->block_len);
    }
    emit->nbytes += emit->block_len;
    return code;
}

ms_code ms_emit_long_line(ms_emit *emit, const ms_long_line *line)
{
    uint64_t offset = emit->start + emit->nbytes;
    ms_code code = MS_OK;
    if (line->nids > 0) {
        count_match(emit, line->ids, line->nids);
    }
    if (line->nids > 0 && emit->options->files_with_matches) {
        return stop(emit, line->nbytes + line->nterminator);
    }
    bool wanted = line->nids > 0 || emit->after_left > 0;
    if (emit->options->lines && wanted) {
        ms_scan_line out = {.line_no = emit->line_no,
                            .offset = offset,
                            .nbytes = line->nbytes,
                            .is_context = line->nids == 0,
                            .ids = line->ids,
                            .nids = line->nids,
                            .text = line->text,
                            .ntext = shown_length(emit, line->nbytes)};
        code = line->nids > 0 ? report_kept(emit, emit->nkept) : MS_OK;
        if (code == MS_OK) {
            code = report_line(emit, &out);
        }
        emit->after_left = line->nids > 0 ? emit->options->after : emit->after_left - 1;
        emit->nkept = 0;
    } else if (emit->options->lines && emit->options->before > 0) {
        code = keep_line(emit, emit->line_no, offset, line->text, line->nbytes);
    }
    emit->line_no++;
    emit->nbytes += line->nbytes + line->nterminator;
    return code;
}

ms_code ms_emit_progress(ms_emit *emit, uint64_t n)
{
    return emit->hooks->on_bytes ? emit->hooks->on_bytes(emit->hooks->user, n) : MS_OK;
}

bool ms_emit_stopped(const ms_emit *emit)
{
    return emit->stopped;
}

ms_scan_totals ms_emit_totals(ms_emit *emit)
{
    ms_ids_sort(emit->hit, emit->nhit);
    return (ms_scan_totals){
        .nbytes = emit->nbytes, .nmatching = emit->nmatching, .nnewlines = emit->line_no - 1};
}
