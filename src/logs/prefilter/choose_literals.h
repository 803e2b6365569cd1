/* Chooses the prefilter literals of fixed strings. Private to logs/. */
#ifndef MS_LOGS_PREFILTER_CHOOSE_LITERALS_H
#define MS_LOGS_PREFILTER_CHOOSE_LITERALS_H

#include "logs/prefilter/prefilter_literals.h"

/* Chooses, for keywords that are not regular expressions; letters[i] are those of keyword i. Every match of a
 * keyword holds one of the keyword's literals, at the place the use says. A literal compares without case
 * when the keywords do. Without `by_sample` the keywords' sample is left out of account, and then there is no
 * stride. The answer does not depend on the choice, only the speed. MS_LIMIT for 4 Gi or more. On failure
 * *literals is {0}. Local. */
MS_MUST_CHECK ms_code ms_prefilter_literals_choose(ms_prefilter_literals *literals,
                                                   const ms_keywords *keywords,
                                                   const ms_case_variants *letters, bool by_sample,
                                                   ms_err *err);

#endif
