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

void ms__add_id(ms_matcher *matcher, uint32_t id)
{
    if (matcher->seen[id] != matcher->serial) {
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
    for (uint32_t i = literal->uses; i < literal[1].uses; i++) {
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

static int on_line_expression(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                              void *user)
{
    (void)from;
    (void)to;
    (void)flags;
    ms__add_id(((line_scan *)user)->m, id);
    return 0;
}

static ms_code scan_span(ms_matcher *matcher, const ms_span *span, ms_err *err)
{
    line_scan scan = {.m = matcher, .span = span, .backoff = {.threshold = MS__BACKOFF_MIN}};
    const ms_engine *engine = &matcher->engine;
    const ms_compiled *what = matcher->filtered ? &engine->confirm : &engine->block;
    match_event_handler on_event = matcher->keywords->regex ? on_line_expression : on_line_literal;
    hs_error_t rc = HS_SUCCESS;
    do {
        scan.base = scan.backoff.resume > 0 ? scan.backoff.resume : span->start;
        scan.backoff.resume = 0;
        rc = ms__find(matcher, what, span->data + scan.base, span->end - scan.base, on_event, &scan);
    } while (rc == HS_SCAN_TERMINATED);
    return rc == HS_SUCCESS ? MS_OK : ms__library_failed(rc, err);
}

bool ms__has_folds(const ms_matcher *matcher, const uint8_t *data, size_t n)
{
    const ms_keywords *keywords = matcher->keywords;
    return keywords->ignore_case && !keywords->regex && ms_case_has_ascii_folds(data, n);
}

ms_code ms__scan_span(ms_matcher *matcher, const ms_span *span, ms_err *err)
{
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
