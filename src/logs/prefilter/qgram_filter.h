/* Q-gram filter: finds literals that were chosen for it (windows.h) by looking at every stride-th place of
 * the data alone, where Hyperscan has to look at each byte. That is quicker as long as little is found, which
 * the caller has to watch by the tally. Private to logs/. */
#ifndef MS_LOGS_PREFILTER_QGRAM_FILTER_H
#define MS_LOGS_PREFILTER_QGRAM_FILTER_H

#include "logs/prefilter/verify.h"

enum { MS_MOST_STRIDE = 8 };

typedef struct ms_qgram_filter {
    uint8_t *slots;      /* owned, 1 << bits: by the hash of a string; 0: no literal has this hash */
    uint64_t *literals;  /* owned: the literals' bytes, by id */
    uint32_t *table;     /* owned: by another hash, a literal's id + 1; 0: none. Open addressing */
    unsigned table_bits; /* the table has 1 << table_bits places */
    size_t stride, width;
    uint64_t factor;
    unsigned bits;
    bool fold; /* upper and lower case are the same */
} ms_qgram_filter;

/* `to` is where the literal ends in the data, as Hyperscan says it; 0 to go on. */
typedef int (*ms_qgram_filter_fn)(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                                  void *user);

/* Frees; idempotent, accepts {0}. Local. */
void ms_qgram_filter_fini(ms_qgram_filter *qgram_filter);
/* Of literals with a stride, whose uses are of these verifier; *literals' texts are not needed. Borrows
 * nothing. MS_NOMEM, MS_FORMAT when they are not such literals; on failure *qgram_filter is {0}. Local. */
MS_MUST_CHECK ms_code ms_qgram_filter_init(ms_qgram_filter *qgram_filter,
                                           const ms_prefilter_literals *literals, const ms_keywords *keywords,
                                           const ms_case_variants *letters, ms_err *err);

/* What scanning has taken: bytes gone through, and steps in the table, one at least where a hash is known. */
typedef struct ms_qgram_filter_tally {
    uint64_t nbytes;
    uint64_t nsteps;
} ms_qgram_filter_tally;

/* Calls `fn` for the literals that stand at 0, stride, 2 stride..., in this order; `from` and `flags` are 0.
 * Adds to *tally. True: `fn` has ended it. Local. */
bool ms_qgram_filter_scan(const ms_qgram_filter *qgram_filter, const uint8_t *data, size_t n,
                          ms_qgram_filter_tally *tally, ms_qgram_filter_fn fn, void *user);

/* The share of places of random bytes that are looked up in vain because of equal hashes, with so many
 * literals. Local. */
double ms_qgram_filter_mistaken(size_t nliterals);

#endif
