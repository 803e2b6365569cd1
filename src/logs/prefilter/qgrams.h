/* Windows: literals for the qgram_filter (qgram_filter.h): in each keyword a window, and in that all strings
 * of `width` bytes. The window has width + stride - 1 bytes, so that one of them stands at a multiple of the
 * stride wherever the keyword stands. Private to logs/. */
#ifndef MS_LOGS_PREFILTER_QGRAMS_H
#define MS_LOGS_PREFILTER_QGRAMS_H

#include "logs/prefilter/prefilter_literals.h"

/* Above, the filter is no quicker than Hyperscan, and choosing windows alone costs 4 % of a search of 1 GB.
 */
enum { MS_QGRAM_FILTER_KEYWORDS = 4000 };

/* Chooses width, stride and the windows that are rarest in the keywords' sample. None are chosen (and
 * *literals stays {0}) where there is no sample, a keyword is too short, they are more than
 * MS_QGRAM_FILTER_KEYWORDS, or it would not pay. MS_NOMEM; on failure *literals is {0}. Local. */
MS_MUST_CHECK ms_code ms_qgrams_choose(ms_prefilter_literals *literals, const ms_keywords *keywords,
                                       const ms_case_variants *letters);

#endif
