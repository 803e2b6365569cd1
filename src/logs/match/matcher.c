/* Hyperscan reports the end of each match, in no guaranteed order. So events of a block become marks (line,
 * keyword), are sorted if needed, and only then become matching lines. The number of marks is bounded: a
 * block with more of them is scanned in parts. Blocks in which a keyword's match may depend on the
 * neighboring lines are scanned line by line. */
#include "base/escape.h"
#include "logs/match/matcher_internal.h"

#include <stdlib.h>
#include <string.h>

enum { MARKS_MAX = 65536, MIN_PART = 4096, REPEAT_RATIO = 4 };
#define CONFIRM UINT32_MAX /* marks a line that has to be scanned by itself */

/* State of a scan: the line of the last event, and the marks so far. */
typedef struct block_scan {
    ms_matcher *m;
    const ms_compiled *what;
    const uint8_t *data; /* of the block */
    size_t first;        /* offset in the block of the part being scanned */
    size_t base;         /* ... of the data given to ms__find */
    size_t n;            /* ... and of the part's end */
    ms_span line;        /* the current line's content */
    size_t next;         /* offset of the next line */
    size_t nmarks;
    size_t nrepeats; /* events that added no mark to their line */
    size_t left;     /* keywords that the current line is not marked with */
    ms__backoff backoff;
    bool unordered;
    bool overflow;
} block_scan;

static ms_code get_engine(ms_matcher *m, const ms_bytes *compiled, ms_err *err)
{
    ms_code code = MS_LIMIT;
    if (compiled) {
        code = ms_engine_decode(&m->engine, m->keywords, compiled->data, compiled->len, err);
    }
    if (code == MS_LIMIT) { /* for another platform */
        *err = (ms_err){0};
        code = ms_engine_compile(&m->engine, m->keywords, err);
    }
    m->filtered = m->engine.required.list.count > 0;
    return code;
}

ms_code ms_matcher_compile(const ms_keywords *keywords, ms_bytes *compiled, ms_err *err)
{
    ms_engine engine = {0};
    MS_TRY(ms_engine_compile(&engine, keywords, err));
    ms_code code = ms_engine_encode(&engine, compiled, err);
    ms_engine_fini(&engine);
    return code;
}

static bool alloc_scratch(ms_matcher *m)
{
    const ms_engine *engine = &m->engine;
    return (!engine->block.db || hs_alloc_scratch(engine->block.db, &m->scratch) == HS_SUCCESS) &&
           (!engine->confirm.db || hs_alloc_scratch(engine->confirm.db, &m->scratch) == HS_SUCCESS);
}

ms_code ms_matcher_new(ms_matcher **matcher, const ms_keywords *keywords, const ms_bytes *compiled,
                       ms_err *err)
{
    size_t n = keywords->list.count;
    ms_matcher *m = calloc(1, sizeof *m);
    if (!m) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for the matcher");
    }
    m->keywords = keywords;
    m->nkeywords = n;
    m->max_scan = SIZE_MAX;
    ms_code code = get_engine(m, compiled, err);
    if (code != MS_OK) {
        ms_matcher_free(m);
        return code;
    }
    m->seen = calloc(n + 1, sizeof *m->seen);
    m->marks = malloc(MARKS_MAX * sizeof *m->marks);
    m->ids = calloc(n, sizeof *m->ids);
    m->candidates = calloc(n, sizeof *m->candidates);
    m->tried = calloc(n, sizeof *m->tried);
    if (ms__alloc_walked(m, err) != MS_OK || !m->seen || !m->marks || !m->ids || !m->candidates ||
        !m->tried || !alloc_scratch(m)) {
        ms_matcher_free(m);
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for the matcher");
    }
    code = ms__find_typed_cr(m, err);
    if (code != MS_OK) {
        ms_matcher_free(m);
        return code;
    }
    code = keywords->regex ? ms_char_matcher_init(&m->chars, keywords, err) : MS_OK;
    if (code != MS_OK) {
        ms_matcher_free(m);
        return code;
    }
    *matcher = m;
    return MS_OK;
}

void ms_matcher_free(ms_matcher *matcher)
{
    if (!matcher) {
        return;
    }
    ms__long_line_fini(&matcher->line);
    ms_bytes_fini(&matcher->folded);
    (void)hs_free_scratch(matcher->scratch);
    ms_engine_fini(&matcher->engine);
    free(matcher->seen);
    free(matcher->walked);
    free(matcher->marks);
    free(matcher->ids);
    free(matcher->candidates);
    free(matcher->tried);
    free(matcher->typed_cr);
    ms_char_matcher_fini(&matcher->chars);
    free(matcher);
}

size_t ms_matcher_nkeywords(const ms_matcher *matcher)
{
    return matcher->nkeywords;
}

/* End of the content of the line data[start .. next), before its LF or CR LF. */
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

/* Makes the line of the event at data[at] the current one. */
static void enter_line(block_scan *scan, size_t at)
{
    bool back = at < scan->line.start;
    scan->unordered = scan->unordered || back;
    scan->line.start = line_start_before(scan->data, back ? scan->first : scan->next, at);
    scan->next = line_next_after(scan->data, scan->n, at);
    scan->line.end = content_end(scan->data, scan->line.start, scan->next);
    scan->m->serial++;
    scan->backoff = (ms__backoff){.threshold = MS__BACKOFF_MIN};
    scan->left = scan->m->filtered ? 1 : scan->m->nkeywords;
}

/* Marks the current line; false when the marks are full. `slot` is the index in m->seen. */
static bool mark_line(block_scan *scan, uint32_t id, size_t slot)
{
    ms_matcher *m = scan->m;
    if (scan->nmarks == MARKS_MAX) {
        scan->overflow = true;
        return false;
    }
    scan->left--;
    m->seen[slot] = m->serial;
    m->marks[scan->nmarks++] = (ms__mark){(uint32_t)scan->line.start, (uint32_t)scan->next, id};
    return true;
}

/* A ms__found_fn. */
static bool on_match(void *user, uint32_t id)
{
    block_scan *scan = user;
    return scan->m->seen[id] == scan->m->serial || mark_line(scan, id, id);
}

static int on_literal(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *user)
{
    (void)from;
    (void)flags;
    block_scan *scan = user;
    ms_matcher *m = scan->m;
    const ms_prefilter_literals *literals = &m->engine.block.literals;
    if (id >= literals->count) { /* a filler */
        return 0;
    }
    size_t end = scan->base + (size_t)to;
    if (end <= scan->line.start || end > scan->next) {
        enter_line(scan, end - 1);
    }
    const ms_prefilter_literal *literal = &literals->at[id];
    size_t nmarks = scan->nmarks;
    bool tree = ms__has_tree(m, id);
    if (tree && !ms__each_match(m, id, &scan->line, end, on_match, scan)) {
        return 1;
    }
    for (uint32_t i = literal->uses; !tree && i < literal[1].uses; i++) {
        const ms_literal_use *use = &literals->uses[i];
        size_t slot = m->filtered ? m->nkeywords : use->id;
        if (m->seen[slot] != m->serial &&
            ms_verifier_match(&m->engine.verifier, use, literal->len, &scan->line, end) &&
            !mark_line(scan, m->filtered ? CONFIRM : use->id, slot)) {
            return 1;
        }
    }
    bool useful = scan->nmarks > nmarks;
    m->nwasted += useful ? 0 : literal[1].uses - literal->uses;
    scan->nrepeats += useful ? 0 : 1;
    if (scan->left == 0 && scan->nrepeats * REPEAT_RATIO > scan->nmarks) {
        /* literals are reported in the order of their ends, so none is skipped */
        scan->backoff.resume = scan->next;
        return 1;
    }
    return ms__back_off(m, &scan->backoff, &scan->line, literal->len, end, useful) ? 1 : 0;
}

static int on_expression(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                         void *user)
{
    (void)from;
    (void)flags;
    block_scan *scan = user;
    ms_matcher *m = scan->m;
    size_t end = scan->base + (size_t)to;
    size_t at = end > scan->base ? end - 1 : scan->base;
    if (at < scan->line.start || at >= scan->next) {
        enter_line(scan, at);
    }
    bool direct = (scan->what->traits[id] & MS_TRAIT_WITHIN_LINE) != 0;
    size_t slot = direct ? id : m->nkeywords;
    if (m->seen[slot] == m->serial || (direct && end > scan->line.end)) {
        return 0;
    }
    return mark_line(scan, direct ? id : CONFIRM, slot) ? 0 : 1;
}

/* Scans the content of the line data[start .. next) by itself and reports it if it matches. */
static ms_code scan_line(ms_matcher *m, const uint8_t *data, size_t start, size_t next, ms_match_fn fn,
                         void *user, ms_err *err)
{
    ms_span content = {
        .data = data, .start = start, .end = content_end(data, start, next), .begins = true, .ends = true};
    m->serial++;
    m->nids = 0;
    ms_code code = ms__scan_span(m, &content, err);
    if (code == MS_OK && m->typed_cr && next - content.end == 2) {
        ms_span with_cr = content;
        with_cr.end++;
        code = ms__scan_with_cr(m, &with_cr, err);
    }
    if (code != MS_OK || m->nids == 0) {
        return code;
    }
    ms_ids_sort(m->ids, m->nids);
    ms_match match = {.start = start, .end = content.end, .next = next, .ids = m->ids, .nids = m->nids};
    return fn(user, &match);
}

static ms_code scan_each_line(ms_matcher *m, const uint8_t *data, size_t at, size_t n, ms_match_fn fn,
                              void *user, ms_err *err)
{
    ms_code code = MS_OK;
    while (at < n && code == MS_OK) {
        size_t next = line_next_after(data, n, at);
        code = scan_line(m, data, at, next, fn, user, err);
        at = next;
    }
    return code;
}

static int by_line_then_id(const void *a, const void *b)
{
    const ms__mark *x = a;
    const ms__mark *y = b;
    return x->line != y->line ? (x->line > y->line) - (x->line < y->line) : (x->id > y->id) - (x->id < y->id);
}

/* Sorts the marks by line, then by id (so CONFIRM is last). */
static void order_marks(ms_matcher *m, size_t n, bool unordered)
{
    if (unordered) {
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
        size_t next = m->marks[i].next;
        bool confirm = false;
        m->nids = 0;
        for (; i < scan->nmarks && m->marks[i].line == start; i++) {
            uint32_t id = m->marks[i].id;
            confirm = confirm || id == CONFIRM;
            if (!confirm && (m->nids == 0 || m->ids[m->nids - 1] != id)) {
                m->ids[m->nids++] = id;
            }
        }
        if (confirm) { /* finds all keywords of the line, including those that need no confirmation */
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

/* Scans data[at .. n), whole lines, at once; *overflow: too many marks, nothing was reported. */
static ms_code scan_part(ms_matcher *m, const ms_compiled *what, const uint8_t *data, size_t at, size_t n,
                         bool *overflow, ms_match_fn fn, void *user, ms_err *err)
{
    block_scan scan = {.m = m,
                       .what = what,
                       .data = data,
                       .first = at,
                       .n = n,
                       .line = {.data = data, .start = at},
                       .next = at};
    scan.line.begins = scan.line.ends = true;
    m->serial++;
    match_event_handler on_event = what->literals.count > 0 ? on_literal : on_expression;
    hs_error_t rc = HS_SUCCESS;
    do {
        scan.base = scan.backoff.resume > 0 ? scan.backoff.resume : at;
        scan.backoff.resume = 0;
        rc = ms__find(m, what, data + scan.base, n - scan.base, on_event, &scan);
    } while (rc == HS_SCAN_TERMINATED && scan.backoff.resume > 0);
    if (rc != HS_SUCCESS && rc != HS_SCAN_TERMINATED) {
        return ms__library_failed(rc, err);
    }
    *overflow = scan.overflow;
    if (scan.overflow) {
        return MS_OK;
    }
    order_marks(m, scan.nmarks, scan.unordered);
    return report_marks(&scan, fn, user, err);
}

/* What finds the lines of a block: of expressions about characters, in text beyond ASCII, only candidates. */
static ms_code choose(ms_matcher *m, const uint8_t *data, size_t n, const ms_compiled **what, ms_err *err)
{
    *what = &m->engine.block;
    if (m->filtered || !m->keywords->regex || (m->engine.block.all & MS_TRAIT_BYTEWISE) ||
        ms_is_ascii(data, n)) {
        return MS_OK;
    }
    *what = &m->engine.wide;
    return ms_engine_widen(&m->engine, m->keywords, &m->scratch, err);
}

ms_code ms_matcher_block(ms_matcher *matcher, const uint8_t *data, size_t n, ms_match_fn fn, void *user,
                         ms_err *err)
{
    const ms_compiled *what = NULL;
    MS_TRY(choose(matcher, data, n, &what, err));
    bool lines_if_cr = what->lines_if_cr || matcher->typed_cr;
    if (what->every_line || (lines_if_cr && n > 0 && memchr(data, '\r', n)) ||
        ms__has_folds(matcher, data, n)) {
        return scan_each_line(matcher, data, 0, n, fn, user, err);
    }
    ms_code code = ms__check_filter_cost(matcher, err);
    for (size_t at = 0; at < n && code == MS_OK;) {
        bool overflow = false;
        size_t end = n - at > matcher->max_scan ? line_next_after(data, n, at + matcher->max_scan - 1) : n;
        code = scan_part(matcher, what, data, at, end, &overflow, fn, user, err);
        if (overflow && end - at > MIN_PART && line_next_after(data, end, at) < end) {
            matcher->max_scan = (end - at) / 2;
            continue;
        }
        code = overflow ? scan_each_line(matcher, data, at, end, fn, user, err) : code;
        at = end;
    }
    return code;
}

void ms_matcher_take_fault(ms_matcher *matcher, ms_err *fault)
{
    if (matcher->keywords->regex) {
        ms_char_matcher_take_fault(&matcher->chars, fault);
    }
}

size_t ms_matcher_zeros_enough(const ms_matcher *matcher)
{
    enum { FOLDED = 4 }; /* a caseless variant is not longer than so many times the keyword */
    size_t longest = 0;
    if (matcher->keywords->regex) {
        return SIZE_MAX;
    }
    for (size_t i = 0; i < matcher->nkeywords; i++) {
        size_t n = ms_str_list_at(&matcher->keywords->list, i).len;
        longest = n > longest ? n : longest;
    }
    return FOLDED * (longest + 3); /* and the characters next to it, with -w */
}
