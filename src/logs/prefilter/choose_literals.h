/* Chooses the prefilter literals of fixed strings. Private to logs/. */
#ifndef MS_LOGS_PREFILTER_CHOOSE_LITERALS_H
#define MS_LOGS_PREFILTER_CHOOSE_LITERALS_H

#include "logs/prefilter/prefilter_literals.h"

/* Chooses literals for fixed strings; variants[i] is keyword i's. Every match of a keyword contains one of
 * its literals, at the position given by the use. Literals ignore case when the keywords do. Without
 * `by_sample` the keywords' sample is not used, and there is no stride. The choice changes the speed of a
 * search, not its matches. MS_NOMEM, MS_LIMIT for too many bytes of keywords. On failure *literals is {0}.
 * Local. */
MS_MUST_CHECK ms_code ms_prefilter_literals_choose(ms_prefilter_literals *literals,
                                                   const ms_keywords *keywords,
                                                   const ms_case_variants *variants, bool by_sample,
                                                   ms_err *err);

#endif
