/* Prefix: which part of a single fixed string to give to Hyperscan, so that it searches for rare bytes.
 * Private to logs/. */
#ifndef MS_LOGS_PREFILTER_PREFIX_H
#define MS_LOGS_PREFILTER_PREFIX_H

#include "base/str_list.h"

/* Length, 1..keyword.len, of the prefix of the keyword that is fastest to search for in log text; the rest
 * has to be compared at each event. Local. */
size_t ms_prefix_choose(ms_str keyword, bool ignore_case);

#endif
