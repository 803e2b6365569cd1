/* Candidates: literals chosen for single keywords, before equal ones are merged. Private to logs/. */
#ifndef MS_LOGS_PREFILTER_CANDIDATES_H
#define MS_LOGS_PREFILTER_CANDIDATES_H

#include "logs/prefilter/prefilter_literals.h"

typedef struct ms_candidate {
    uint8_t bytes[MS_LITERAL_BYTES];
    uint32_t len;
    ms_literal_use use;
} ms_candidate;

typedef struct ms_candidates {
    ms_candidate *list; /* owned */
    size_t count, cap;
} ms_candidates;

/* Frees; idempotent, accepts {0}. Local. */
void ms_candidates_fini(ms_candidates *candidates);
/* MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms_candidates_add(ms_candidates *candidates, const ms_candidate *candidate);
/* Merges candidates of equal bytes into the empty *literals; sorts *candidates. MS_NOMEM, then the caller
 * frees *literals. Local. */
MS_MUST_CHECK ms_code ms_candidates_collect(ms_candidates *candidates, ms_prefilter_literals *literals);

#endif
