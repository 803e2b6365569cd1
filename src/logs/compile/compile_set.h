/* Compiles a whole set of expressions or literals, for a bounded time. Private to logs/. */
#ifndef MS_LOGS_COMPILE_COMPILE_SET_H
#define MS_LOGS_COMPILE_COMPILE_SET_H

#include "logs/keywords/hs_job.h"
#include "logs/keywords/keywords.h"

/* What becomes of a set, over several attempts. */
typedef struct ms_compiling {
    hs_database_t *db; /* the caller's */
    double seconds;    /* CPU time that it has taken so far */
    size_t refused; /* of the last attempt: the index in the input of the expression that the library refuses;
                       SIZE_MAX: none */
} ms_compiling;

/* Makes to->db of `input`, whose expression i is of keyword ids[i]. A set may take the CPU time that one
 * expression may take and a hundredth of it for each keyword; once an attempt has taken the time of one, an
 * expression is looked for that takes longer than that alone. Many expressions are looked for in the
 * keywords' cache first, and kept there if they took long. MS_USAGE: refused, or too slow; MS_NOMEM. Local.
 */
MS_MUST_CHECK ms_code ms_compile_set(ms_compiling *to, const ms_hs_input *input, const ms_keywords *keywords,
                                     ms_err *err);
/* MS_USAGE when `used` seconds of CPU time are more than the keywords may take. Local. */
MS_MUST_CHECK ms_code ms_compile_check_time(const ms_keywords *keywords, double used, ms_err *err);

#endif
