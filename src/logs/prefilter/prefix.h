/* Prefix: how much of a lone fixed string to give to the matching library, so that it looks for rare bytes.
 * Private to logs/. */
#ifndef MS_LOGS_PREFILTER_PREFIX_H
#define MS_LOGS_PREFILTER_PREFIX_H

#include "base/str_list.h"

/* Length, 1..name.len, of the beginning of a keyword that is quickest to search for in log text; the rest has
 * to be compared behind every event. Local. */
size_t ms_prefix_choose(ms_str name, bool ignore_case);

#endif
