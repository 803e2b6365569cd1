/* Crowd: how often the matching library has something to tell in a sample of the logs, and of which keyword.
 * A keyword that stands every few bytes sets the time of the whole search, and the user should know. */
#ifndef MS_LOGS_MATCH_MATCH_DENSITY_H
#define MS_LOGS_MATCH_MATCH_DENSITY_H

#include "logs/match/matcher.h"

typedef struct ms_match_density {
    uint64_t nevents; /* 0 where expressions are only tried on lines that hold a rare string */
    uint64_t most;    /* of which the most frequent keyword has so many */
    size_t keyword;   /* its index */
} ms_match_density;

/* Counts in n bytes. MS_NOMEM, MS_INTERNAL. Local. */
MS_MUST_CHECK ms_code ms_matcher_match_density(ms_matcher *matcher, const uint8_t *data, size_t n,
                                               ms_match_density *match_density, ms_err *err);

#endif
