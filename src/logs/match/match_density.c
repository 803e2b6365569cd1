#include "logs/match/match_density.h"

#include "logs/match/matcher_internal.h"

#include <stdlib.h>

typedef struct counter {
    const ms_matcher *matcher;
    uint64_t *counts; /* per keyword */
    uint64_t nevents;
} counter;

static int count_event(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                       void *user)
{
    (void)from;
    (void)to;
    (void)flags;
    counter *c = user;
    const ms_prefilter_literals *literals = &c->matcher->engine.block.literals;
    if (c->matcher->keywords->regex) {
        c->counts[id]++;
    } else if (id < literals->count) { /* otherwise a filler */
        c->counts[literals->uses[literals->at[id].uses].id]++;
    }
    c->nevents++;
    return 0;
}

ms_code ms_matcher_match_density(ms_matcher *matcher, const uint8_t *data, size_t n,
                                 ms_match_density *density, ms_err *err)
{
    *density = (ms_match_density){0};
    if (matcher->filtered || n == 0) {
        return MS_OK;
    }
    counter c = {.matcher = matcher, .counts = calloc(matcher->nkeywords, sizeof *c.counts)};
    if (!c.counts) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for the keywords' counts");
    }
    hs_error_t rc = ms__find(matcher, &matcher->engine.block, data, n, count_event, &c);
    density->nevents = c.nevents;
    for (size_t i = 0; i < matcher->nkeywords; i++) {
        if (c.counts[i] > density->most) {
            density->most = c.counts[i];
            density->keyword = i;
        }
    }
    free(c.counts);
    return rc == HS_SUCCESS ? MS_OK : ms__library_failed(rc, err);
}
