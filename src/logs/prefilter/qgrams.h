/* Q-grams: literals for the q-gram filter (qgram_filter.h): all strings of `width` bytes of one segment of
 * each keyword. The segment has width + stride - 1 bytes, so that one of them is at a multiple of the stride
 * wherever the keyword is. Private to logs/. */
#ifndef MS_LOGS_PREFILTER_QGRAMS_H
#define MS_LOGS_PREFILTER_QGRAMS_H

#include "logs/prefilter/prefilter_literals.h"

/* Above, the filter is no faster than Hyperscan, and choosing q-grams alone costs 4 % of a search of 1 GB. */
enum { MS_QGRAM_FILTER_KEYWORDS = 4000 };

/* Chooses width, stride and the q-grams that are rarest in the keywords' sample. *literals stays {0} without
 * a sample, with a keyword that is too short or more than MS_QGRAM_FILTER_KEYWORDS of them, or where
 * Hyperscan is estimated to be faster. MS_NOMEM; on failure *literals is {0}. Local. */
MS_MUST_CHECK ms_code ms_qgrams_choose(ms_prefilter_literals *literals, const ms_keywords *keywords,
                                       const ms_case_variants *variants);

#endif
