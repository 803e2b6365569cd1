/* Needles: the parts of fixed strings that are looked for, by the matching library or by the sieve. A keyword
 * is found by a few of its bytes that are rare in logs, and compared whole where they turn up. Private to
 * logs/. */
#ifndef MS_LOGS_PREFILTER_PREFILTER_LITERALS_H
#define MS_LOGS_PREFILTER_PREFILTER_LITERALS_H

#include "logs/keywords/case_fold.h"
#include "logs/keywords/keywords.h"

enum { MS_NEEDLE_BYTES = 8 }; /* that a needle has at the most */

/* One keyword that a needle stands for: the needle is its letters (bytes, where it has no letters)
 * [from, to). */
typedef struct ms_needle_use {
    uint32_t id;
    uint32_t from;
    uint32_t to;
} ms_needle_use;

typedef struct ms_needle {
    uint32_t len;  /* bytes */
    uint32_t uses; /* where its uses begin; they end where those of the next needle begin */
} ms_needle;

typedef struct ms_needles {
    ms_names list;       /* their bytes, each once; empty in what has come from another rank */
    ms_needle *at;       /* owned, count + 1 */
    ms_needle_use *uses; /* owned */
    size_t count;
    size_t nuses;
    uint32_t stride; /* 0: to be looked for everywhere. Otherwise all needles are of one length, and whatever
                        place they are counted from, each match of a keyword holds exactly one of the
                        keyword's at a multiple of `stride` (sieve.h) */
} ms_needles;

/* Frees; idempotent, accepts {0}. Local. */
void ms_needles_fini(ms_needles *needles);
/* Chooses, for keywords that are not regular expressions; letters[i] are those of keyword i. Every match of a
 * keyword holds one of the keyword's needles, at the place the use says. A needle compares without case when
 * the keywords do. Without `by_sample` the keywords' sample is left out of account, and
 * then there is no stride. The answer does not depend on the choice, only
 * the speed. MS_LIMIT for 4 Gi or more. On
 * failure *needles is {0}. Local. */
MS_MUST_CHECK ms_code ms_needles_choose(ms_needles *needles, const ms_keywords *keywords,
                                        const ms_letters *letters, bool by_sample, ms_err *err);

#endif
