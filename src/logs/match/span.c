/* Scanning one line, or a span of it, by itself. */
#include "logs/match/matcher_internal.h"

#include <stdlib.h>
#include <string.h>

bool ms__back_off(const ms_matcher *m, ms__backoff *backoff, const ms_span *line, size_t len, size_t end,
                  bool useful)
{
    if (useful) {
        *backoff = (ms__backoff){.threshold = MS__BACKOFF_MIN};
        return false;
    }
    if (++backoff->nwasted < backoff->threshold || m->engine.byte_runs.count == 0) {
        return false;
    }
    size_t resume = ms_byte_runs_skip(&m->engine.byte_runs, &m->engine.block.literals, &m->engine.verifier,
                                      line, len, end, m->seen, m->serial);
    backoff->threshold *= 2; /* trying costs as much as the run is long */
    if (resume > end) {
        *backoff = (ms__backoff){.threshold = MS__BACKOFF_MIN, .resume = resume};
    }
    return resume > end;
}

bool ms__has_tree(const ms_matcher *matcher, unsigned literal)
{
    const uint32_t *first = matcher->engine.use_tree.first;
    return matcher->nwalked > 0 && first[literal] < first[literal + 1];
}

/* The nodes that match but for their bounds: calls `found` for those that are whole words, or lines. */
static bool each_bounded(const ms_matcher *matcher, uint32_t group, size_t len, const ms_span *line,
                         size_t end, ms__found_fn found, void *user)
{
    const ms_use_tree *tree = &matcher->engine.use_tree;
    const ms_verifier *verifier = &matcher->engine.verifier;
    const ms_use_node *first = &tree->nodes[tree->groups[group]];
    size_t nbefore = len + first->from;
    size_t from = end - nbefore;
    if (end < line->start + nbefore || (from > line->start && ms_is_word_byte(line->data[from - 1]))) {
        return true; /* nearly everywhere in a long word of one letter */
    }
    uint32_t node = ms_use_tree_find(tree, verifier, group, len, line, end);
    for (; node != UINT32_MAX; node = tree->nodes[node].parent) {
        const ms_use_node *of = &tree->nodes[node];
        size_t to = end + ms_str_list_at(&verifier->keywords->list, of->id).len - of->to;
        if (ms_verifier_bounds_hold(verifier, line, from, to) && !found(user, of->id)) {
            return false;
        }
    }
    return true;
}

static bool each_unbounded(ms_matcher *matcher, uint32_t group, size_t len, const ms_span *line, size_t end,
                           ms__found_fn found, void *user)
{
    const ms_use_tree *tree = &matcher->engine.use_tree;
    uint32_t node = ms_use_tree_find(tree, &matcher->engine.verifier, group, len, line, end);
    while (node != UINT32_MAX && matcher->walked[node] != matcher->serial) {
        if (!found(user, tree->nodes[node].id)) {
            return false;
        }
        matcher->walked[node] = matcher->serial;
        node = tree->nodes[node].parent;
    }
    return true;
}

bool ms__each_match(ms_matcher *matcher, unsigned literal, const ms_span *line, size_t end,
                    ms__found_fn found, void *user)
{
    const ms_use_tree *tree = &matcher->engine.use_tree;
    bool bounded = matcher->keywords->word || matcher->keywords->whole_line;
    size_t len = matcher->engine.block.literals.at[literal].len;
    bool more = true;
    for (uint32_t group = tree->first[literal]; more && group < tree->first[literal + 1]; group++) {
        more = bounded ? each_bounded(matcher, group, len, line, end, found, user)
                       : each_unbounded(matcher, group, len, line, end, found, user);
    }
    return more;
}

void ms__add_id(ms_matcher *matcher, uint32_t id)
{
    if (matcher->seen[id] != matcher->serial && (!matcher->only || matcher->only[id])) {
        matcher->seen[id] = matcher->serial;
        matcher->ids[matcher->nids++] = id;
    }
}

typedef struct line_scan {
    ms_matcher *m;
    const ms_span *span;
    size_t base; /* offset of the data given to ms__find */
    ms__backoff backoff;
} line_scan;

/* A ms__found_fn. */
static bool on_line_match(void *user, uint32_t id)
{
    ms__add_id(user, id);
    return true;
}

static int on_line_literal(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                           void *user)
{
    (void)from;
    (void)flags;
    line_scan *scan = user;
    ms_matcher *m = scan->m;
    const ms_prefilter_literals *literals = &m->engine.block.literals;
    if (id >= literals->count) { /* a filler */
        return 0;
    }
    size_t end = scan->base + (size_t)to;
    uint32_t nids = m->nids;
    const ms_prefilter_literal *literal = &literals->at[id];
    bool tree = ms__has_tree(m, id);
    if (tree) {
        (void)ms__each_match(m, id, scan->span, end, on_line_match, m);
    }
    for (uint32_t i = literal->uses; !tree && i < literal[1].uses; i++) {
        const ms_literal_use *use = &literals->uses[i];
        if (m->seen[use->id] != m->serial &&
            ms_verifier_match(&m->engine.verifier, use, literal->len, scan->span, end)) {
            ms__add_id(m, use->id);
        }
    }
    bool useful = m->nids > nids;
    m->nwasted += useful ? 0 : literal[1].uses - literal->uses;
    return ms__back_off(m, &scan->backoff, scan->span, literal->len, end, useful) ? 1 : 0;
}

/* The events of one line of expressions. */
typedef struct expression_scan {
    ms_matcher *m;
    const ms_compiled *what;
    unsigned exact;  /* the trait of the keywords whose events are matches on a line of this kind */
    bool candidates; /* the events of others are candidates */
} expression_scan;

static void add_candidate(ms_matcher *m, uint32_t id)
{
    if (m->tried[id] != m->serial) {
        m->tried[id] = m->serial;
        m->candidates[m->ncandidates++] = id;
    }
}

static int on_line_expression(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                              void *user)
{
    (void)from;
    (void)to;
    (void)flags;
    expression_scan *scan = user;
    if (scan->what->traits[id] & scan->exact) {
        ms__add_id(scan->m, id);
    } else if (scan->candidates) {
        add_candidate(scan->m, id);
    }
    return 0;
}

static ms_code scan_expressions(expression_scan *scan, const uint8_t *data, size_t n, ms_err *err)
{
    ms_matcher *m = scan->m;
    hs_error_t rc = scan->what->db ? ms__find(m, scan->what, data, n, on_line_expression, scan) : HS_SUCCESS;
    for (uint32_t id = 0; id < m->nkeywords && scan->candidates && (scan->what->any & MS_TRAIT_UNKNOWN);
         id++) {
        if (scan->what->traits[id] & MS_TRAIT_UNKNOWN) {
            add_candidate(m, id);
        }
    }
    return rc == HS_SUCCESS ? MS_OK : ms__library_failed(rc, err);
}

static ms_code match_candidates(ms_matcher *m, const uint8_t *data, size_t n, ms_text_kind kind, ms_err *err)
{
    ms_char_matcher_begin(&m->chars);
    for (uint32_t i = 0; i < m->ncandidates; i++) {
        bool matched = false;
        uint32_t id = m->candidates[i];
        MS_TRY(m->seen[id] == m->serial ? MS_OK
                                        : ms_char_matcher_match(&m->chars, id, data, n, kind, &matched, err));
        if (matched) {
            ms__add_id(m, id);
            m->line.place = m->line.place > 0 && m->line.place < m->chars.end ? m->line.place : m->chars.end;
        }
    }
    return MS_OK;
}

/* One line, for expressions. */
static ms_code scan_line_expressions(ms_matcher *m, const ms_span *span, ms_err *err)
{
    const uint8_t *data = span->data + span->start;
    size_t n = span->end - span->start;
    const ms_compiled *bytes = ms_engine_expressions(&m->engine);
    bool bytewise = bytes->all & MS_TRAIT_BYTEWISE;
    ms_text_kind kind = bytewise ? MS_TEXT_ASCII : ms_text_kind_of(data, n);
    unsigned exact = kind == MS_TEXT_ASCII ? MS_TRAIT_EXACT : MS_TRAIT_BYTEWISE;
    m->ncandidates = 0;
    m->line.place = 0;
    if (kind == MS_TEXT_ASCII || (bytes->any & exact)) {
        expression_scan scan = {.m = m, .what = bytes, .exact = exact, .candidates = kind == MS_TEXT_ASCII};
        MS_TRY(scan_expressions(&scan, data, n, err));
    }
    if (kind != MS_TEXT_ASCII) {
        MS_TRY(ms_engine_widen(&m->engine, m->keywords, &m->scratch, err));
        expression_scan scan = {.m = m, .what = &m->engine.wide, .candidates = true};
        MS_TRY(scan_expressions(&scan, data, n, err));
    }
    return match_candidates(m, data, n, kind, err);
}

static ms_code scan_span(ms_matcher *matcher, const ms_span *span, ms_err *err)
{
    line_scan scan = {.m = matcher, .span = span, .backoff = {.threshold = MS__BACKOFF_MIN}};
    hs_error_t rc = HS_SUCCESS;
    do {
        scan.base = scan.backoff.resume > 0 ? scan.backoff.resume : span->start;
        scan.backoff.resume = 0;
        rc = ms__find(matcher, &matcher->engine.block, span->data + scan.base, span->end - scan.base,
                      on_line_literal, &scan);
    } while (rc == HS_SCAN_TERMINATED);
    return rc == HS_SUCCESS ? MS_OK : ms__library_failed(rc, err);
}

bool ms__has_folds(const ms_matcher *matcher, const uint8_t *data, size_t n)
{
    const ms_keywords *keywords = matcher->keywords;
    return keywords->ignore_case && (!keywords->regex || matcher->filtered) &&
           ms_case_has_ascii_folds(data, n);
}

ms_code ms__scan_span(ms_matcher *matcher, const ms_span *span, ms_err *err)
{
    if (matcher->keywords->regex) {
        return scan_line_expressions(matcher, span, err);
    }
    MS_TRY(scan_span(matcher, span, err));
    const uint8_t *data = span->data + span->start;
    if (!ms__has_folds(matcher, data, span->end - span->start)) {
        return MS_OK;
    }
    ms_bytes *folded = &matcher->folded;
    ms_bytes_clear(folded);
    ms_case_fold_ascii(folded, data, span->end - span->start);
    if (ms_bytes_check(folded) != MS_OK) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for a line");
    }
    ms_span again = {.data = folded->data, .end = folded->len, .begins = span->begins, .ends = span->ends};
    return scan_span(matcher, &again, err);
}

/* Keywords that type a carriage return, as \r at their end, and lines that end in CR LF. A line is searched
 * without its terminator, so that "foo$" matches before CR LF; grep, to which the CR is a part of the line,
 * also finds "foo\r" there. So such a line is searched once more with its CR, for these keywords alone. */

/* Does the escape after a backslash stand for a CR: \r \R \cM \015 \xD \x0D \x{D} \o{15}? */
static bool escapes_cr(const char *at, size_t n)
{
    static const char *const forms[] = {"r", "R", "cM", "cm", "015", "x0d", "x0D", "x{", "o{"};
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        size_t length = strlen(forms[i]);
        if (n >= length && memcmp(at, forms[i], length) == 0) {
            return true; /* also of other characters by number: searching once more does no harm */
        }
    }
    return n >= 2 && at[0] == 'x' && (at[1] == 'd' || at[1] == 'D');
}

static bool types_cr(ms_str keyword, bool regex)
{
    if (!regex) {
        return keyword.data[keyword.len - 1] == '\r';
    }
    for (size_t i = 0; i < keyword.len; i++) {
        bool escape = keyword.data[i] == '\\';
        i += escape ? 1 : 0;
        if ((escape && escapes_cr(keyword.data + i, keyword.len - i)) ||
            (i < keyword.len && keyword.data[i] == '\r')) {
            return true;
        }
    }
    return false;
}

ms_code ms__find_typed_cr(ms_matcher *m, ms_err *err)
{
    for (size_t i = 0; i < m->nkeywords; i++) {
        if (types_cr(ms_str_list_at(&m->keywords->list, i), m->keywords->regex)) {
            m->typed_cr = m->typed_cr ? m->typed_cr : calloc(m->nkeywords, sizeof *m->typed_cr);
            if (!m->typed_cr) {
                return ms_err_set(err, MS_NOMEM, 0, "out of memory for the matcher");
            }
            m->typed_cr[i] = true;
        }
    }
    return MS_OK;
}

ms_code ms__scan_with_cr(ms_matcher *m, const ms_span *span, ms_err *err)
{
    m->serial++;
    for (uint32_t i = 0; i < m->nids; i++) {
        m->seen[m->ids[i]] = m->serial;
    }
    m->only = m->typed_cr;
    ms_code code = ms__scan_span(m, span, err);
    m->only = NULL;
    return code;
}

static int by_id(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

void ms_ids_sort(uint32_t *ids, size_t n)
{
    if (n > 1) {
        qsort(ids, n, sizeof *ids, by_id);
    }
}
