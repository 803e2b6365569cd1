/* Floods: literals that are one byte again and again ("-----") are found at every byte of a long run of it.
 * Once such a run has nothing more to tell of its line, the rest of it is skipped. Private to logs/. */
#ifndef MS_LOGS_PREFILTER_BYTE_RUNS_H
#define MS_LOGS_PREFILTER_BYTE_RUNS_H

#include "logs/prefilter/verify.h"

typedef struct ms_flood_literal {
    uint32_t literal;
    uint8_t byte; /* in lower case */
    bool any;     /* it may be a run of whatever byte */
} ms_flood_literal;

typedef struct ms_byte_runs {
    ms_flood_literal *list; /* owned */
    size_t count;
} ms_byte_runs;

/* Frees; idempotent, accepts {0}. Local. */
void ms_byte_runs_fini(ms_byte_runs *runs);
/* Finds the literals that are runs. Local. */
MS_MUST_CHECK ms_code ms_byte_runs_init(ms_byte_runs *runs, const ms_prefilter_literals *literals,
                                        const ms_verifier *verifier);

/* A literal of `len` bytes ends at data[end), in `line`, and told nothing new. Where to go on with the
 * search: in front of the end of the run that the literal lies in, so that nothing that reaches beyond it is
 * missed; or `end` when there is no such run, it is short, or a literal within it may still tell something.
 * seen[id]
 * == serial: keyword `id` has been found in this line. Local. */
size_t ms_byte_runs_skip(const ms_byte_runs *runs, const ms_prefilter_literals *literals,
                         const ms_verifier *verifier, const ms_stretch *line, size_t len, size_t end,
                         const uint64_t *seen, uint64_t serial);

#endif
