/* What finds literals and expressions in bytes: the q-gram filter or Hyperscan. The filter is chosen by a
 * sample of the logs. Where a log (it may come from an attacker) is unlike the sample, the filter costs many
 * times what Hyperscan costs, so its steps are counted: when they exceed what Hyperscan would have taken,
 * compilation included, filter and sample are given up, and the run takes at most about twice the better
 * one's time. Counts, not clocks: the same input always takes the same way. */
#include "logs/match/matcher_internal.h"

/* Picoseconds, as measured; only their relations matter. */
#define STEP 10000U            /* in the table, or comparing a keyword */
#define AHEAD 150U             /* of the library, a byte of text in which nothing is found */
#define COMPILE 20000000000U   /* for the library: 20 ms */
#define COMPILE_EACH 40000000U /* ... and 40 us a keyword */

ms_code ms__library_failed(int rc, ms_err *err)
{
    return ms_err_set(err, rc == HS_NOMEM ? MS_NOMEM : MS_INTERNAL, 0,
                      "the matching library failed with code %d", rc);
}

static void book(ms_matcher *m, const ms_qgram_filter_tally *tally)
{
    uint64_t took = m->overtime + STEP * (tally->nsteps + m->nwasted);
    uint64_t ahead = AHEAD * tally->nbytes;
    m->overtime = took > ahead ? took - ahead : 0;
    m->nwasted = 0;
}

ms_code ms__reconsider(ms_matcher *matcher, ms_err *err)
{
    if (matcher->engine.block.literals.stride == 0) {
        return MS_OK;
    }
    uint64_t compiling = COMPILE + COMPILE_EACH * matcher->engine.verifier.keywords->list.count;
    if (matcher->overtime < compiling) {
        return MS_OK;
    }
    return ms_engine_leave_qgram_filter(&matcher->engine, &matcher->scratch, err);
}

hs_error_t ms__find(ms_matcher *matcher, const ms_compiled *what, const uint8_t *data, size_t n,
                    match_event_handler on_event, void *user)
{
    if (what->literals.stride == 0) {
        return hs_scan(what->db, (const char *)data, (unsigned)n, 0, matcher->scratch, on_event, user);
    }
    ms_qgram_filter_tally tally = {0};
    bool ended = ms_qgram_filter_scan(&what->qgram_filter, data, n, &tally, on_event, user);
    book(matcher, &tally);
    return ended ? HS_SCAN_TERMINATED : HS_SUCCESS;
}
