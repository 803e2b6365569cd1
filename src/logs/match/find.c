/* The q-gram filter is chosen by a sample of the logs. On a log that is unlike the sample, possibly an
 * attacker's, it costs many times what Hyperscan costs. So its steps are counted: when they exceed
 * Hyperscan's estimated cost by the time to compile for it, the filter and the sample are dropped, and a run
 * takes at most about twice the time of the faster one. Counts rather than clocks make runs reproducible. */
#include "logs/match/matcher_internal.h"

#include <stdlib.h>

/* Picoseconds, as measured; only their ratios matter. */
#define STEP_PS 10000U               /* a step in the table, or comparing a keyword */
#define HYPERSCAN_BYTE_PS 150U       /* Hyperscan, per byte of text without a match */
#define COMPILE_PS 20000000000U      /* compiling for Hyperscan: 20 ms */
#define COMPILE_KEYWORD_PS 40000000U /* ... and 40 us per keyword */

ms_code ms__library_failed(int rc, ms_err *err)
{
    return ms_err_set(err, rc == HS_NOMEM ? MS_NOMEM : MS_INTERNAL, 0, "Hyperscan error %d", rc);
}

static void account(ms_matcher *m, const ms_qgram_filter_tally *tally)
{
    uint64_t cost = m->overrun + STEP_PS * (tally->nsteps + m->nwasted);
    uint64_t budget = HYPERSCAN_BYTE_PS * tally->nbytes;
    m->overrun = cost > budget ? cost - budget : 0;
    m->nwasted = 0;
}

ms_code ms__alloc_walked(ms_matcher *matcher, ms_err *err)
{
    free(matcher->walked);
    matcher->nwalked = matcher->engine.use_tree.nnodes;
    matcher->walked = calloc(matcher->nwalked + 1, sizeof *matcher->walked);
    return matcher->walked ? MS_OK : ms_err_set(err, MS_NOMEM, 0, "out of memory for the matcher");
}

ms_code ms__check_filter_cost(ms_matcher *matcher, ms_err *err)
{
    if (matcher->engine.block.literals.stride == 0) {
        return MS_OK;
    }
    uint64_t compiling = COMPILE_PS + COMPILE_KEYWORD_PS * matcher->engine.verifier.keywords->list.count;
    if (matcher->overrun < compiling) {
        return MS_OK;
    }
    MS_TRY(ms_engine_drop_qgram_filter(&matcher->engine, &matcher->scratch, err));
    return ms__alloc_walked(matcher, err);
}

hs_error_t ms__find(ms_matcher *matcher, const ms_compiled *what, const uint8_t *data, size_t n,
                    match_event_handler on_event, void *user)
{
    if (what->literals.stride == 0) {
        return hs_scan(what->db, (const char *)data, (unsigned)n, 0, matcher->scratch, on_event, user);
    }
    ms_qgram_filter_tally tally = {0};
    bool ended = ms_qgram_filter_scan(&what->qgram_filter, data, n, &tally, on_event, user);
    account(matcher, &tally);
    return ended ? HS_SCAN_TERMINATED : HS_SUCCESS;
}
