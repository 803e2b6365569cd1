/* Picks: needles while they are being chosen, one keyword each. Private to logs/. */
#ifndef MS_LOGS_PREFILTER_CANDIDATES_H
#define MS_LOGS_PREFILTER_CANDIDATES_H

#include "logs/prefilter/prefilter_literals.h"

typedef struct ms_pick {
    uint8_t bytes[MS_NEEDLE_BYTES];
    uint32_t len;
    ms_needle_use use;
} ms_pick;

typedef struct ms_picks {
    ms_pick *list; /* owned */
    size_t count, cap;
} ms_picks;

/* Frees; idempotent, accepts {0}. Local. */
void ms_picks_fini(ms_picks *picks);
/* MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms_picks_add(ms_picks *picks, const ms_pick *pick);
/* Puts those of equal bytes together into the empty *needles; orders *picks. MS_NOMEM, then what *needles has
 * is the caller's to free. Local. */
MS_MUST_CHECK ms_code ms_picks_collect(ms_picks *picks, ms_needles *needles);

#endif
