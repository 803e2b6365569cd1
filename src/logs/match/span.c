/* Stretch: one line, or a part of it, scanned by itself: see matcher_internal.h; and whether anything may
 * match at all: see matcher.h. */
#include "logs/match/matcher_internal.h"

#include <stdlib.h>
#include <string.h>

bool ms__is_in_vain(const ms_matcher *m, ms__vanity *vain, const ms_stretch *line, size_t len, size_t end,
                    bool told)
{
    if (told) {
        *vain = (ms__vanity){.patience = MS__PATIENCE};
        return false;
    }
    if (++vain->nwasted < vain->patience || m->engine.floods.count == 0) {
        return false;
    }
    size_t resume = ms_floods_skip(&m->engine.floods, &m->engine.block.needles, &m->engine.literals, line,
                                   len, end, m->seen, m->serial);
    vain->patience *= 2; /* asking costs as much as the run is long */
    if (resume > end) {
        *vain = (ms__vanity){.patience = MS__PATIENCE, .resume = resume};
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

/* The stretch of a line that is being scanned by itself. */
typedef struct line_scan {
    ms_matcher *m;
    const ms_stretch *stretch;
    size_t base; /* where the library has begun */
    ms__vanity vain;
} line_scan;

static int on_line_needle(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                          void *user)
{
    (void)from;
    (void)flags;
    line_scan *scan = user;
    ms_matcher *m = scan->m;
    const ms_needles *needles = &m->engine.block.needles;
    if (id >= needles->count) { /* a filler */
        return 0;
    }
    size_t end = scan->base + (size_t)to;
    uint32_t nids = m->nids;
    const ms_needle *needle = &needles->at[id];
    for (uint32_t i = needle->uses; i < needle[1].uses; i++) {
        const ms_needle_use *use = &needles->uses[i];
        if (m->seen[use->id] != m->serial &&
            ms_literals_match(&m->engine.literals, use, needle->len, scan->stretch, end)) {
            ms__add_id(m, use->id);
        }
    }
    bool told = m->nids > nids;
    m->nwasted += told ? 0 : needle[1].uses - needle->uses;
    return ms__is_in_vain(m, &scan->vain, scan->stretch, needle->len, end, told) ? 1 : 0;
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

ms_code ms__scan_stretch(ms_matcher *matcher, const ms_stretch *stretch, ms_err *err)
{
    line_scan scan = {.m = matcher, .stretch = stretch, .vain = {.patience = MS__PATIENCE}};
    const ms_engine *engine = &matcher->engine;
    const ms_compiled *what = matcher->filtered ? &engine->confirm : &engine->block;
    match_event_handler on_event = matcher->keywords->regex ? on_line_expression : on_line_needle;
    hs_error_t rc = HS_SUCCESS;
    do {
        scan.base = scan.vain.resume > 0 ? scan.vain.resume : stretch->start;
        scan.vain.resume = 0;
        rc = ms__find(matcher, what, stretch->data + scan.base, stretch->end - scan.base, on_event, &scan);
    } while (rc == HS_SCAN_TERMINATED);
    return rc == HS_SUCCESS ? MS_OK : ms__library_failed(rc, err);
}

static int by_id(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

void ms__sort_ids(ms_matcher *matcher)
{
    if (matcher->nids > 1) {
        qsort(matcher->ids, matcher->nids, sizeof *matcher->ids, by_id);
    }
}

/* Ends the scan when a whole keyword stands here. */
static int on_first_needle(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                           void *user)
{
    (void)from;
    (void)flags;
    const line_scan *scan = user;
    const ms_needles *needles = &scan->m->engine.block.needles;
    for (uint32_t i = id < needles->count ? needles->at[id].uses : 0;
         id < needles->count && i < needles->at[id + 1].uses; i++) {
        scan->m->nwasted++;
        if (ms_literals_match(&scan->m->engine.literals, &needles->uses[i], needles->at[id].len,
                              scan->stretch, (size_t)to)) {
            return 1;
        }
    }
    return 0;
}

static int on_first_expression(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                               void *user)
{
    (void)id;
    (void)from;
    (void)to;
    (void)flags;
    (void)user;
    return 1;
}

bool ms_matcher_may_match(ms_matcher *matcher, const uint8_t *data, size_t n)
{
    const ms_compiled *block = &matcher->engine.block;
    ms_err unsaid = {0};
    if (ms__reconsider(matcher, &unsaid) != MS_OK) {
        return true; /* ms_matcher_block will fail at it, and say so */
    }
    if (block->every_line || (block->lines_if_cr && n > 0 && memchr(data, '\r', n))) {
        return true;
    }
    ms_stretch all = {.data = data, .end = n, .begins = true, .ends = true}; /* no keyword spans two lines */
    line_scan scan = {.m = matcher, .stretch = &all};
    return ms__find(matcher, block, data, n, block->needles.count > 0 ? on_first_needle : on_first_expression,
                    &scan) != HS_SUCCESS;
}
