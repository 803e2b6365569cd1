/* Q-gram filter: finds literals chosen for it (qgrams.h) by probing only every stride-th position, where
 * Hyperscan reads every byte. It is faster as long as little is found; the caller has to check the tally.
 * Private to logs/. */
#ifndef MS_LOGS_PREFILTER_QGRAM_FILTER_H
#define MS_LOGS_PREFILTER_QGRAM_FILTER_H

#include "logs/prefilter/verify.h"

enum { MS_MAX_STRIDE = 8 };

typedef struct ms_qgram_filter {
    uint8_t *slots;      /* owned, 1 << bits bytes: bits set by the literals' hashes */
    uint64_t *literals;  /* owned: the literals' bytes, by id */
    uint32_t *table;     /* owned: open-addressing hash table of literal id + 1; 0: empty */
    unsigned table_bits; /* log2 of the table's size */
    size_t stride, width;
    uint64_t factor;
    unsigned bits;
    bool fold; /* ignore case */
} ms_qgram_filter;

/* As Hyperscan's match_event_handler: `to` is the end of the literal in the data, nonzero ends the scan. */
typedef int (*ms_qgram_filter_fn)(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                                  void *user);

/* Frees; idempotent, accepts {0}. Local. */
void ms_qgram_filter_fini(ms_qgram_filter *filter);
/* Builds the filter for literals with a stride, whose uses refer to these keywords; their texts are not
 * needed. Borrows nothing. MS_NOMEM, MS_FORMAT when the literals are not of one length; on failure *filter is
 * {0}. Local. */
MS_MUST_CHECK ms_code ms_qgram_filter_init(ms_qgram_filter *filter, const ms_prefilter_literals *literals,
                                           const ms_keywords *keywords, const ms_case_variants *variants,
                                           ms_err *err);

/* Cost of a scan: bytes scanned, and table steps, at least one for each slot that is set. */
typedef struct ms_qgram_filter_tally {
    uint64_t nbytes;
    uint64_t nsteps;
} ms_qgram_filter_tally;

/* Calls `fn` for the literals at offsets 0, stride, 2 stride..., in this order; `from` and `flags` are 0.
 * Adds to *tally. True: `fn` ended the scan. Local. */
bool ms_qgram_filter_scan(const ms_qgram_filter *filter, const uint8_t *data, size_t n,
                          ms_qgram_filter_tally *tally, ms_qgram_filter_fn fn, void *user);

/* Share of positions of random bytes whose slot is set by accident, with this many literals. Local. */
double ms_qgram_filter_false_positives(size_t nliterals);

#endif
