/* Floods: needles that are one byte again and again ("-----") are found at every byte of a long run of it.
 * Once such a run has nothing more to tell of its line, the rest of it is skipped. Private to logs/. */
#ifndef MS_LOGS_PREFILTER_BYTE_RUNS_H
#define MS_LOGS_PREFILTER_BYTE_RUNS_H

#include "logs/prefilter/verify.h"

typedef struct ms_flood_needle {
    uint32_t needle;
    uint8_t byte; /* in lower case */
    bool any;     /* it may be a run of whatever byte */
} ms_flood_needle;

typedef struct ms_floods {
    ms_flood_needle *list; /* owned */
    size_t count;
} ms_floods;

/* Frees; idempotent, accepts {0}. Local. */
void ms_floods_fini(ms_floods *runs);
/* Finds the needles that are runs. Local. */
MS_MUST_CHECK ms_code ms_floods_init(ms_floods *runs, const ms_needles *needles, const ms_literals *literals);

/* A needle of `len` bytes ends at data[end), in `line`, and told nothing new. Where to go on with the search:
 * in front of the end of the run that the needle lies in, so that nothing that reaches beyond it is missed;
 * or `end` when there is no such run, it is short, or a needle within it may still tell something. seen[id]
 * == serial: keyword `id` has been found in this line. Local. */
size_t ms_floods_skip(const ms_floods *runs, const ms_needles *needles, const ms_literals *literals,
                      const ms_stretch *line, size_t len, size_t end, const uint64_t *seen, uint64_t serial);

#endif
