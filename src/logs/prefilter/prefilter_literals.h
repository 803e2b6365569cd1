/* Prefilter literals: the short strings that are searched for in place of whole keywords, by Hyperscan or by
 * the q-gram filter. Each keyword is represented by a few of its bytes that are rare in logs, and compared as
 * a whole where they occur. Private to logs/. */
#ifndef MS_LOGS_PREFILTER_PREFILTER_LITERALS_H
#define MS_LOGS_PREFILTER_PREFILTER_LITERALS_H

#include "logs/keywords/case_fold.h"
#include "logs/keywords/keywords.h"

enum { MS_LITERAL_BYTES = 8 }; /* longest literal */

/* A keyword that has the literal, as its characters (see case_fold.h) [from, to); bytes, where it has no
 * case-fold variants. */
typedef struct ms_literal_use {
    uint32_t id;
    uint32_t from;
    uint32_t to;
} ms_literal_use;

typedef struct ms_prefilter_literal {
    uint32_t len;  /* bytes */
    uint32_t uses; /* first of its uses; they end where those of the next literal begin */
} ms_prefilter_literal;

typedef struct ms_prefilter_literals {
    ms_str_list list;         /* their bytes, unique; empty when decoded from another rank */
    ms_prefilter_literal *at; /* owned, count + 1 */
    ms_literal_use *uses;     /* owned */
    size_t count;
    size_t nuses;
    uint32_t stride; /* 0: every position is searched. Otherwise all literals have the same length, and every
                        match of a keyword has exactly one of its literals at a multiple of `stride`, whatever
                        offset the multiples are counted from (qgram_filter.h) */
} ms_prefilter_literals;

/* Frees; idempotent, accepts {0}. Local. */
void ms_prefilter_literals_fini(ms_prefilter_literals *literals);

#endif
