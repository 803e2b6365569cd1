/* Match density: how often Hyperscan or the q-gram filter reports an event in a sample of the logs, and for
 * which keyword. A keyword that occurs every few bytes dominates the time of the search, which is reported to
 * the user. */
#ifndef MS_LOGS_MATCH_MATCH_DENSITY_H
#define MS_LOGS_MATCH_MATCH_DENSITY_H

#include "logs/match/matcher.h"

typedef struct ms_match_density {
    uint64_t nevents; /* 0 where expressions are only tried on lines that have a required string */
    uint64_t most;    /* events of the most frequent keyword */
    size_t keyword;   /* its id */
} ms_match_density;

/* Counts in n bytes. MS_NOMEM, MS_INTERNAL. Local. */
MS_MUST_CHECK ms_code ms_matcher_match_density(ms_matcher *matcher, const uint8_t *data, size_t n,
                                               ms_match_density *density, ms_err *err);

#endif
