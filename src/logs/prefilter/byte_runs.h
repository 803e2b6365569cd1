/* Byte runs: a literal of one repeated byte ("-----") is reported at every byte of a long run of it. When
 * such a run can add no further keyword to its line, the rest of it is skipped. Private to logs/. */
#ifndef MS_LOGS_PREFILTER_BYTE_RUNS_H
#define MS_LOGS_PREFILTER_BYTE_RUNS_H

#include "logs/prefilter/verify.h"

typedef struct ms_run_literal {
    uint32_t literal;
    uint8_t byte; /* in lower case */
    bool any;     /* not analyzed: treated as a run of any byte */
} ms_run_literal;

typedef struct ms_byte_runs {
    ms_run_literal *list; /* owned */
    size_t count;
    uint32_t *lengths; /* owned, per use: of a keyword that is a run of one byte; of others 0 */
} ms_byte_runs;

/* Frees; idempotent, accepts {0}. Local. */
void ms_byte_runs_fini(ms_byte_runs *runs);
/* Collects the literals that are runs. MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms_byte_runs_init(ms_byte_runs *runs, const ms_prefilter_literals *literals,
                                        const ms_verifier *verifier);

/* Where to resume after a literal of `len` bytes that ends at data[end) in `line` and added no keyword:
 * MS_LITERAL_BYTES - 1 bytes before the end of the run around it, so that no literal that extends beyond the
 * run is missed; `end` when there is no run, the run is short, or a literal in it may still add a keyword.
 * seen[id] == serial: keyword `id` has been found in this line. Local. */
size_t ms_byte_runs_skip(const ms_byte_runs *runs, const ms_prefilter_literals *literals,
                         const ms_verifier *verifier, const ms_span *line, size_t len, size_t end,
                         const uint64_t *seen, uint64_t serial);

#endif
