/* Matcher: see matcher.h.
 *
 * Hyperscan tells where a match ends, in no promised order. So events of a block become marks (line,
 * keyword), are put in order if they were not, and only then become matching lines. The marks are bounded: a
 * block with more of them is scanned line by line instead, as are blocks for which a keyword cannot be
 * trusted to see a line's borders. */
#include "logs/matcher.h"

#include "logs/compile.h"
#include "logs/pattern.h"
#include "logs/prefix.h"

#include <stdlib.h>
#include <string.h>

enum { MARKS_MAX = 65536 };
#define CONFIRM UINT32_MAX /* a mark of a line that has to be scanned by itself */

typedef struct mark {
    uint32_t line; /* offset of the line in the block */
    uint32_t id;
} mark;

struct ms_matcher {
    const ms_keywords *keywords;
    ms_compiled block;
    ms_compiled stream; /* compiled when first needed */
    hs_scratch_t *scratch;
    hs_stream_t *open_stream;
    uint64_t *seen; /* per keyword (and one for CONFIRM): the serial of the last line marked with it */
    uint64_t serial;
    mark *marks;
    uint32_t *ids; /* of the line being reported */
    uint32_t nids;
    size_t nkeywords;
};

/* The line an event belongs to, and what has been marked. */
typedef struct block_scan {
    ms_matcher *m;
    const uint8_t *data;
    size_t n;
    size_t start; /* of the current line */
    size_t next;  /* of the line behind it */
    size_t nmarks;
    bool disordered;
    bool overflow;
} block_scan;

ms_code ms_matcher_new(ms_matcher **matcher, const ms_keywords *keywords, ms_err *err)
{
    size_t n = keywords->list.count;
    ms_matcher *m = calloc(1, sizeof *m);
    if (!m) {
        return ms_err_set(err, MS_NOMEM, 0, "no memory for the matcher");
    }
    m->keywords = keywords;
    m->nkeywords = n;
    ms_code code = ms_compile(&m->block, keywords, HS_MODE_BLOCK, err);
    if (code != MS_OK) {
        free(m);
        return code;
    }
    m->seen = calloc(n + 1, sizeof *m->seen);
    m->marks = malloc(MARKS_MAX * sizeof *m->marks);
    m->ids = calloc(n, sizeof *m->ids);
    if (!m->seen || !m->marks || !m->ids || hs_alloc_scratch(m->block.db, &m->scratch) != HS_SUCCESS) {
        ms_matcher_free(m);
        return ms_err_set(err, MS_NOMEM, 0, "no memory for the matcher");
    }
    *matcher = m;
    return MS_OK;
}

void ms_matcher_free(ms_matcher *matcher)
{
    if (!matcher) {
        return;
    }
    if (matcher->open_stream) {
        (void)hs_close_stream(matcher->open_stream, NULL, NULL, NULL);
    }
    (void)hs_free_scratch(matcher->scratch);
    ms_compiled_fini(&matcher->block);
    ms_compiled_fini(&matcher->stream);
    free(matcher->seen);
    free(matcher->marks);
    free(matcher->ids);
    free(matcher);
}

size_t ms_matcher_nkeywords(const ms_matcher *matcher)
{
    return matcher->nkeywords;
}

/* Where the content of the line data[start .. next) ends: before its LF, and before a CR in front of that. */
static size_t content_end(const uint8_t *data, size_t start, size_t next)
{
    size_t end = next;
    if (end > start && data[end - 1] == '\n') {
        end--;
        if (end > start && data[end - 1] == '\r') {
            end--;
        }
    }
    return end;
}

static size_t line_start_before(const uint8_t *data, size_t from, size_t at)
{
    const uint8_t *newline = at > from ? memrchr(data + from, '\n', at - from) : NULL;
    return newline ? (size_t)(newline - data) + 1 : from;
}

static size_t line_next_after(const uint8_t *data, size_t n, size_t at)
{
    const uint8_t *newline = at < n ? memchr(data + at, '\n', n - at) : NULL;
    return newline ? (size_t)(newline - data) + 1 : n;
}

/* Is the fixed string whose first part ends at `to` whole, within the line's content and, for -w, a word of
 * its own? */
static bool literal_counts(const ms_matcher *m, const uint8_t *data, size_t start, size_t end, size_t len,
                           size_t to)
{
    size_t nrest = m->block.nrest;
    if (to > end || end - to < nrest || to + nrest - start < len) {
        return false;
    }
    if (nrest > 0 && !ms_prefix_rest_equals(ms_names_at(&m->keywords->list, 0), len - nrest, data + to, nrest,
                                            m->keywords->ignore_case)) {
        return false;
    }
    to += nrest;
    size_t from = to - len;
    return !m->keywords->word || ((from == start || !ms_pattern_is_word_byte(data[from - 1])) &&
                                  (to == end || !ms_pattern_is_word_byte(data[to])));
}

static int on_block_event(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                          void *user)
{
    (void)from;
    (void)flags;
    block_scan *scan = user;
    ms_matcher *m = scan->m;
    size_t at = to > 0 ? (size_t)to - 1 : 0;
    if (at < scan->start || at >= scan->next) {
        bool back = at < scan->start;
        scan->disordered = scan->disordered || back;
        scan->start = line_start_before(scan->data, back ? 0 : scan->next, at);
        scan->next = line_next_after(scan->data, scan->n, at);
        m->serial++;
    }
    size_t len = m->block.nliteral[id];
    uint32_t what = len > 0 ? id : CONFIRM;
    uint64_t *seen = &m->seen[len > 0 ? id : m->nkeywords];
    if (*seen == m->serial) {
        return 0;
    }
    if (len > 0 && !literal_counts(m, scan->data, scan->start,
                                   content_end(scan->data, scan->start, scan->next), len, (size_t)to)) {
        return 0;
    }
    if (scan->nmarks == MARKS_MAX) {
        scan->overflow = true;
        return 1;
    }
    *seen = m->serial;
    m->marks[scan->nmarks++] = (mark){(uint32_t)scan->start, what};
    return 0;
}

/* The line being scanned by itself. */
typedef struct line_scan {
    ms_matcher *m;
    const uint8_t *data;
    size_t n;
} line_scan;

static int on_line_event(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                         void *user)
{
    (void)from;
    (void)flags;
    line_scan *scan = user;
    ms_matcher *m = scan->m;
    size_t len = m->block.nliteral[id];
    if (m->seen[id] != m->serial &&
        (len == 0 || literal_counts(m, scan->data, 0, scan->n, len, (size_t)to))) {
        m->seen[id] = m->serial;
        m->ids[m->nids++] = id;
    }
    return 0;
}

static int by_id(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static ms_code library_failed(hs_error_t rc, ms_err *err)
{
    return ms_err_set(err, rc == HS_NOMEM ? MS_NOMEM : MS_INTERNAL, 0,
                      "the matching library failed with code %d", rc);
}

/* Scans the content [start, end) by itself and reports the line if anything matches. */
static ms_code scan_line(ms_matcher *m, const uint8_t *data, size_t start, size_t next, ms_match_fn fn,
                         void *user, ms_err *err)
{
    ms_match match = {.start = start, .end = content_end(data, start, next), .next = next};
    line_scan scan = {.m = m, .data = data + start, .n = match.end - start};
    m->serial++;
    m->nids = 0;
    hs_error_t rc =
        hs_scan(m->block.db, (const char *)scan.data, (unsigned)scan.n, 0, m->scratch, on_line_event, &scan);
    if (rc != HS_SUCCESS) {
        return library_failed(rc, err);
    }
    if (m->nids == 0) {
        return MS_OK;
    }
    qsort(m->ids, m->nids, sizeof *m->ids, by_id);
    match.ids = m->ids;
    match.nids = m->nids;
    return fn(user, &match);
}

static ms_code scan_each_line(ms_matcher *m, const uint8_t *data, size_t n, ms_match_fn fn, void *user,
                              ms_err *err)
{
    ms_code code = MS_OK;
    for (size_t start = 0; start < n && code == MS_OK;) {
        size_t next = line_next_after(data, n, start);
        code = scan_line(m, data, start, next, fn, user, err);
        start = next;
    }
    return code;
}

static int by_line_then_id(const void *a, const void *b)
{
    const mark *x = a;
    const mark *y = b;
    return x->line != y->line ? (x->line > y->line) - (x->line < y->line) : (x->id > y->id) - (x->id < y->id);
}

/* Puts the marks in order: lines ascending, within a line the ids ascending (so CONFIRM is last). */
static void order_marks(ms_matcher *m, size_t n, bool disordered)
{
    if (disordered) {
        qsort(m->marks, n, sizeof *m->marks, by_line_then_id);
        return;
    }
    for (size_t i = 0; i < n;) {
        size_t end = i + 1;
        while (end < n && m->marks[end].line == m->marks[i].line) {
            end++;
        }
        if (end - i > 1) {
            qsort(m->marks + i, end - i, sizeof *m->marks, by_line_then_id);
        }
        i = end;
    }
}

static ms_code report_marks(block_scan *scan, ms_match_fn fn, void *user, ms_err *err)
{
    ms_matcher *m = scan->m;
    ms_code code = MS_OK;
    for (size_t i = 0; i < scan->nmarks && code == MS_OK;) {
        size_t start = m->marks[i].line;
        bool confirm = false;
        m->nids = 0;
        for (; i < scan->nmarks && m->marks[i].line == start; i++) {
            uint32_t id = m->marks[i].id;
            confirm = confirm || id == CONFIRM;
            if (!confirm && (m->nids == 0 || m->ids[m->nids - 1] != id)) {
                m->ids[m->nids++] = id;
            }
        }
        size_t next = line_next_after(scan->data, scan->n, start);
        if (confirm) { /* finds all keywords of the line, the fixed strings too */
            code = scan_line(m, scan->data, start, next, fn, user, err);
            continue;
        }
        ms_match match = {.start = start,
                          .end = content_end(scan->data, start, next),
                          .next = next,
                          .ids = m->ids,
                          .nids = m->nids};
        code = fn(user, &match);
    }
    return code;
}

ms_code ms_matcher_block(ms_matcher *matcher, const uint8_t *data, size_t n, ms_match_fn fn, void *user,
                         ms_err *err)
{
    const ms_compiled *block = &matcher->block;
    if (n == 0) {
        return MS_OK;
    }
    if (block->every_line || (block->lines_if_cr && memchr(data, '\r', n))) {
        return scan_each_line(matcher, data, n, fn, user, err);
    }
    block_scan scan = {.m = matcher, .data = data, .n = n};
    matcher->serial++;
    hs_error_t rc =
        hs_scan(block->db, (const char *)data, (unsigned)n, 0, matcher->scratch, on_block_event, &scan);
    if (rc != HS_SUCCESS && rc != HS_SCAN_TERMINATED) {
        return library_failed(rc, err);
    }
    if (scan.overflow) {
        return scan_each_line(matcher, data, n, fn, user, err);
    }
    order_marks(matcher, scan.nmarks, scan.disordered);
    return report_marks(&scan, fn, user, err);
}

/* Ends the scan, unless it is the first part of a fixed string and the rest does not follow. */
static int on_first_event(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                          void *user)
{
    (void)from;
    (void)flags;
    const line_scan *scan = user;
    size_t len = scan->m->block.nliteral[id];
    return len == 0 || literal_counts(scan->m, scan->data, 0, scan->n, len, (size_t)to);
}

bool ms_matcher_may_match(ms_matcher *matcher, const uint8_t *data, size_t n)
{
    const ms_compiled *block = &matcher->block;
    if (block->every_line || (block->lines_if_cr && memchr(data, '\r', n))) {
        return true;
    }
    line_scan scan = {.m = matcher, .data = data, .n = n};
    return hs_scan(block->db, (const char *)data, (unsigned)n, 0, matcher->scratch, on_first_event, &scan) !=
           HS_SUCCESS;
}

ms_code ms_matcher_long_begin(ms_matcher *matcher, ms_err *err)
{
    if (matcher->open_stream) { /* left behind by a line whose reading failed */
        (void)hs_close_stream(matcher->open_stream, NULL, NULL, NULL);
        matcher->open_stream = NULL;
    }
    if (!matcher->stream.db) {
        ms_code code = ms_compile(&matcher->stream, matcher->keywords, HS_MODE_STREAM, err);
        if (code != MS_OK) { /* compiled for blocks before, so this is a limit and not the user's mistake */
            ms_err_prefix(err, "a line longer than the window");
            return err->code = MS_LIMIT;
        }
    }
    hs_error_t rc = hs_alloc_scratch(matcher->stream.db, &matcher->scratch); /* grows it if it must */
    if (rc == HS_SUCCESS) {
        rc = hs_open_stream(matcher->stream.db, 0, &matcher->open_stream);
    }
    matcher->serial++;
    matcher->nids = 0;
    return rc == HS_SUCCESS ? MS_OK : library_failed(rc, err);
}

static int on_long_event(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                         void *user)
{
    (void)from;
    (void)to;
    (void)flags;
    ms_matcher *m = user;
    if (m->seen[id] != m->serial) {
        m->seen[id] = m->serial;
        m->ids[m->nids++] = id;
    }
    return 0;
}

ms_code ms_matcher_long_feed(ms_matcher *matcher, const uint8_t *data, size_t n, ms_err *err)
{
    hs_error_t rc = hs_scan_stream(matcher->open_stream, (const char *)data, (unsigned)n, 0, matcher->scratch,
                                   on_long_event, matcher);
    return rc == HS_SUCCESS ? MS_OK : library_failed(rc, err);
}

ms_code ms_matcher_long_end(ms_matcher *matcher, const uint32_t **ids, uint32_t *nids, ms_err *err)
{
    hs_error_t rc = hs_close_stream(matcher->open_stream, matcher->scratch, on_long_event, matcher);
    matcher->open_stream = NULL;
    if (rc != HS_SUCCESS) {
        return library_failed(rc, err);
    }
    qsort(matcher->ids, matcher->nids, sizeof *matcher->ids, by_id);
    *ids = matcher->ids;
    *nids = matcher->nids;
    return MS_OK;
}
