/* A line longer than the caller's buffer, in pieces. Expressions use Hyperscan's streaming mode; where they
 * are about characters, the line is kept, and if need be scanned at its end. For fixed
 * strings the last bytes fed are kept, as many as the longest match has and one more for -w; together with
 * the beginning of the next piece they contain every match across the boundary. A keyword at the end of the
 * tail, for which -w is undecided, is found again after the next piece is appended. */
#include "base/escape.h"
#include "logs/compile/compile.h"
#include "logs/match/matcher_internal.h"

#include <string.h>

void ms__long_line_fini(ms__long_line *line)
{
    if (line->open) {
        (void)hs_close_stream(line->open, NULL, NULL, NULL);
    }
    ms_compiled_fini(&line->stream);
    ms_bytes_fini(&line->tail);
    *line = (ms__long_line){0};
}

static ms_code begin_stream(ms_matcher *m, ms_err *err)
{
    ms__long_line *line = &m->line;
    if (line->open) { /* left open by a line whose reading failed */
        (void)hs_close_stream(line->open, NULL, NULL, NULL);
        line->open = NULL;
    }
    ms_code code =
        ms_compile_later(&line->stream, &line->refused, m->keywords, MS_PATTERN_EXACT, HS_MODE_STREAM, err);
    if (code != MS_OK) {
        return ms_err_prefix(err, "a line longer than the buffer");
    }
    ms_bytes_clear(&line->tail);
    line->ascii = true;
    line->too_long = false;
    line->place = 0;
    if (!line->stream.db) {
        return MS_OK;
    }
    hs_error_t rc = hs_alloc_scratch(line->stream.db, &m->scratch); /* grows it as needed */
    if (rc == HS_SUCCESS) {
        rc = hs_open_stream(line->stream.db, 0, &line->open);
    }
    return rc == HS_SUCCESS ? MS_OK : ms__library_failed(rc, err);
}

ms_code ms_matcher_long_begin(ms_matcher *matcher, ms_err *err)
{
    ms__long_line *line = &matcher->line;
    matcher->serial++;
    matcher->nids = 0;
    line->cr = false;
    if (matcher->keywords->regex) {
        return begin_stream(matcher, err);
    }
    if (line->longest == 0) {
        line->longest = ms_verifier_longest(&matcher->engine.verifier);
    }
    ms_bytes_clear(&line->tail);
    line->tail_begins = true;
    return MS_OK;
}

static int on_stream_event(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                           void *user)
{
    (void)from;
    (void)to;
    (void)flags;
    ms_matcher *m = user;
    if (m->line.stream.traits[id] & MS_TRAIT_EXACT) {
        ms__add_id(m, id);
    }
    return 0;
}

/* Are the stream's events all that there is to know of the line so far? */
static bool stream_suffices(const ms__long_line *line)
{
    return (line->stream.all & MS_TRAIT_BYTEWISE) || (line->ascii && (line->stream.all & MS_TRAIT_EXACT));
}

static ms_code feed_stream(ms_matcher *m, const uint8_t *data, size_t n, ms_err *err)
{
    ms__long_line *line = &m->line;
    line->ascii = line->ascii && ms_is_ascii(data, n);
    line->too_long = line->too_long || n > MS_LINE_CHARS_MAX - line->tail.len;
    if (!(line->stream.all & MS_TRAIT_BYTEWISE) && !line->too_long) {
        ms_bytes_append(&line->tail, data, n);
        if (ms_bytes_check(&line->tail) != MS_OK) {
            return ms_err_set(err, MS_NOMEM, 0, "out of memory for a long line");
        }
    }
    hs_error_t rc = line->open ? hs_scan_stream(line->open, (const char *)data, (unsigned)n, 0, m->scratch,
                                                on_stream_event, m)
                               : HS_SUCCESS;
    return rc == HS_SUCCESS ? MS_OK : ms__library_failed(rc, err);
}

/* The ids of the whole line; those of its stream where it is too long. */
static ms_code end_stream(ms_matcher *m, ms_err *err)
{
    ms__long_line *line = &m->line;
    hs_error_t rc = line->open ? hs_close_stream(line->open, m->scratch, on_stream_event, m) : HS_SUCCESS;
    line->open = NULL;
    if (rc != HS_SUCCESS) {
        return ms__library_failed(rc, err);
    }
    if (stream_suffices(line)) {
        return MS_OK;
    }
    if (line->too_long) {
        ms_char_matcher_set_fault(&m->chars,
                                  "a line of more than 16 MiB was searched as bytes, not characters");
        return MS_OK;
    }
    ms_span whole = {.data = line->tail.len > 0 ? line->tail.data : (const uint8_t *)"",
                     .end = line->tail.len,
                     .begins = true,
                     .ends = true};
    m->serial++;
    m->nids = 0;
    return ms__scan_span(m, &whole, err);
}

/* Keeps only the last `keep` bytes of the tail. */
static void cut_tail(ms__long_line *line, size_t keep)
{
    ms_bytes *tail = &line->tail;
    if (tail->len > keep) {
        memmove(tail->data, tail->data + tail->len - keep, keep);
        tail->len = keep;
        line->tail_begins = false;
    }
}

static ms_code feed_literals(ms_matcher *m, const uint8_t *data, size_t n, ms_err *err)
{
    ms__long_line *line = &m->line;
    size_t keep = line->longest + 1;
    size_t few = n < keep ? n : keep;
    ms_bytes_append(&line->tail, data, few);
    if (ms_bytes_check(&line->tail) != MS_OK) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for a long line");
    }
    ms_span seam = {.data = line->tail.data, .end = line->tail.len, .begins = line->tail_begins};
    ms_code code = ms__scan_span(m, &seam, err);
    if (code == MS_OK && n > few) {
        ms_span rest = {.data = data, .end = n};
        code = ms__scan_span(m, &rest, err);
        ms_bytes_clear(&line->tail);
        line->tail_begins = false;
        ms_bytes_append(&line->tail, data + n - keep, keep);
        if (code == MS_OK && ms_bytes_check(&line->tail) != MS_OK) {
            code = ms_err_set(err, MS_NOMEM, 0, "out of memory for a long line");
        }
    }
    cut_tail(line, keep);
    return code;
}

ms_code ms_matcher_long_feed(ms_matcher *matcher, const uint8_t *data, size_t n, ms_err *err)
{
    if (matcher->keywords->regex) {
        return feed_stream(matcher, data, n, err);
    }
    MS_TRY(ms__check_filter_cost(matcher, err));
    return feed_literals(matcher, data, n, err);
}

size_t ms_matcher_long_place(const ms_matcher *matcher, const uint8_t **line)
{
    *line = matcher->line.tail.data;
    return matcher->keywords->regex ? matcher->line.place : 0;
}

bool ms_matcher_long_found(const ms_matcher *matcher)
{
    return matcher->nids > 0;
}

void ms_matcher_long_cr(ms_matcher *matcher)
{
    matcher->line.cr = matcher->typed_cr;
}

/* The line that was fed, or its end. */
static ms_span tail_of(const ms__long_line *line)
{
    return (ms_span){.data = line->tail.len > 0 ? line->tail.data : (const uint8_t *)"",
                     .end = line->tail.len,
                     .begins = line->tail_begins,
                     .ends = true};
}

/* The line has ended; once more with its CR. `stream`: of expressions, before its end; or NULL. */
static ms_code end_with_cr(ms_matcher *m, hs_stream_t *stream, ms_err *err)
{
    ms__long_line *line = &m->line;
    if (m->keywords->regex && (stream_suffices(line) || line->too_long)) {
        m->only = m->typed_cr;
        hs_error_t rc =
            stream ? hs_scan_stream(stream, "\r", 1, 0, m->scratch, on_stream_event, m) : HS_SUCCESS;
        rc = rc == HS_SUCCESS && stream ? hs_close_stream(stream, m->scratch, on_stream_event, m) : rc;
        m->only = NULL;
        return rc == HS_SUCCESS ? MS_OK : ms__library_failed(rc, err);
    }
    if (stream) {
        (void)hs_close_stream(stream, NULL, NULL, NULL);
    }
    ms_bytes_put_u8(&line->tail, '\r');
    if (ms_bytes_check(&line->tail) != MS_OK) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for a long line");
    }
    ms_span last = tail_of(line);
    last.begins = last.begins || m->keywords->regex;
    return ms__scan_with_cr(m, &last, err);
}

ms_code ms_matcher_long_end(ms_matcher *matcher, const uint32_t **ids, uint32_t *nids, ms_err *err)
{
    ms__long_line *line = &matcher->line;
    ms_code code = MS_OK;
    hs_stream_t *copy = NULL;
    if (line->cr && matcher->keywords->regex && line->open &&
        hs_copy_stream(&copy, line->open) != HS_SUCCESS) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for a long line");
    }
    if (matcher->keywords->regex) {
        code = end_stream(matcher, err);
    } else if (line->tail.len > 0) {
        ms_span last = tail_of(line);
        code = ms__scan_span(matcher, &last, err);
    }
    if (code == MS_OK && line->cr) {
        code = end_with_cr(matcher, copy, err);
    } else if (copy) {
        (void)hs_close_stream(copy, NULL, NULL, NULL);
    }
    if (code == MS_OK) {
        ms_ids_sort(matcher->ids, matcher->nids);
        *ids = matcher->ids;
        *nids = matcher->nids;
    }
    return code;
}
