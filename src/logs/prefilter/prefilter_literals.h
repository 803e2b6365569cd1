/* Literals: the parts of fixed strings that are looked for, by the matching library or by the qgram_filter. A
 * keyword is found by a few of its bytes that are rare in logs, and compared whole where they turn up.
 * Private to logs/. */
#ifndef MS_LOGS_PREFILTER_PREFILTER_LITERALS_H
#define MS_LOGS_PREFILTER_PREFILTER_LITERALS_H

#include "logs/keywords/case_fold.h"
#include "logs/keywords/keywords.h"

enum { MS_LITERAL_BYTES = 8 }; /* that a literal has at the most */

/* One keyword that a literal stands for: the literal is its letters (bytes, where it has no letters)
 * [from, to). */
typedef struct ms_literal_use {
    uint32_t id;
    uint32_t from;
    uint32_t to;
} ms_literal_use;

typedef struct ms_prefilter_literal {
    uint32_t len;  /* bytes */
    uint32_t uses; /* where its uses begin; they end where those of the next literal begin */
} ms_prefilter_literal;

typedef struct ms_prefilter_literals {
    ms_str_list list;         /* their bytes, each once; empty in what has come from another rank */
    ms_prefilter_literal *at; /* owned, count + 1 */
    ms_literal_use *uses;     /* owned */
    size_t count;
    size_t nuses;
    uint32_t stride; /* 0: to be looked for everywhere. Otherwise all literals are of one length, and whatever
                        place they are counted from, each match of a keyword holds exactly one of the
                        keyword's at a multiple of `stride` (qgram_filter.h) */
} ms_prefilter_literals;

/* Frees; idempotent, accepts {0}. Local. */
void ms_prefilter_literals_fini(ms_prefilter_literals *literals);

#endif
