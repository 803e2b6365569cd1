/* Sieve: finds needles that were chosen for it (windows.h) by looking at every stride-th place of the data
 * alone, where Hyperscan has to look at each byte. That is quicker as long as little is found, which the
 * caller has to watch by the tally. Private to logs/. */
#ifndef MS_LOGS_PREFILTER_QGRAM_FILTER_H
#define MS_LOGS_PREFILTER_QGRAM_FILTER_H

#include "logs/prefilter/verify.h"

enum { MS_MOST_STRIDE = 8 };

typedef struct ms_sieve {
    uint8_t *slots;      /* owned, 1 << bits: by the hash of a string; 0: no needle has this hash */
    uint64_t *needles;   /* owned: the needles' bytes, by id */
    uint32_t *table;     /* owned: by another hash, a needle's id + 1; 0: none. Open addressing */
    unsigned table_bits; /* the table has 1 << table_bits places */
    size_t stride, width;
    uint64_t factor;
    unsigned bits;
    bool fold; /* upper and lower case are the same */
} ms_sieve;

/* `to` is where the needle ends in the data, as Hyperscan says it; 0 to go on. */
typedef int (*ms_sieve_fn)(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                           void *user);

/* Frees; idempotent, accepts {0}. Local. */
void ms_sieve_fini(ms_sieve *sieve);
/* Of needles with a stride, whose uses are of these literals; *needles' texts are not needed. Borrows
 * nothing. MS_NOMEM, MS_FORMAT when they are not such needles; on failure *sieve is {0}. Local. */
MS_MUST_CHECK ms_code ms_sieve_init(ms_sieve *sieve, const ms_needles *needles, const ms_keywords *keywords,
                                    const ms_letters *letters, ms_err *err);

/* What scanning has taken: bytes gone through, and steps in the table, one at least where a hash is known. */
typedef struct ms_sieve_tally {
    uint64_t nbytes;
    uint64_t nsteps;
} ms_sieve_tally;

/* Calls `fn` for the needles that stand at 0, stride, 2 stride..., in this order; `from` and `flags` are 0.
 * Adds to *tally. True: `fn` has ended it. Local. */
bool ms_sieve_scan(const ms_sieve *sieve, const uint8_t *data, size_t n, ms_sieve_tally *tally,
                   ms_sieve_fn fn, void *user);

/* The share of places of random bytes that are looked up in vain because of equal hashes, with so many
 * needles. Local. */
double ms_sieve_mistaken(size_t nneedles);

#endif
