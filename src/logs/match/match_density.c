/* Crowd: see crowd.h. */
#include "logs/match/match_density.h"

#include "logs/match/matcher_internal.h"

#include <stdlib.h>

typedef struct counting {
    const ms_matcher *matcher;
    uint64_t *counts; /* per keyword */
    uint64_t nevents;
} counting;

static int count_event(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                       void *user)
{
    (void)from;
    (void)to;
    (void)flags;
    counting *c = user;
    const ms_needles *needles = &c->matcher->engine.block.needles;
    if (c->matcher->keywords->regex) {
        c->counts[id]++;
    } else if (id < needles->count) { /* else a filler */
        c->counts[needles->uses[needles->at[id].uses].id]++;
    }
    c->nevents++;
    return 0;
}

ms_code ms_matcher_crowd(ms_matcher *matcher, const uint8_t *data, size_t n, ms_crowd *crowd, ms_err *err)
{
    *crowd = (ms_crowd){0};
    if (matcher->filtered || n == 0) {
        return MS_OK;
    }
    counting c = {.matcher = matcher, .counts = calloc(matcher->nkeywords, sizeof *c.counts)};
    if (!c.counts) {
        return ms_err_set(err, MS_NOMEM, 0, "no memory for the keywords' counts");
    }
    hs_error_t rc = ms__find(matcher, &matcher->engine.block, data, n, count_event, &c);
    crowd->nevents = c.nevents;
    for (size_t i = 0; i < matcher->nkeywords; i++) {
        if (c.counts[i] > crowd->most) {
            crowd->most = c.counts[i];
            crowd->keyword = i;
        }
    }
    free(c.counts);
    return rc == HS_SUCCESS ? MS_OK : ms__library_failed(rc, err);
}
