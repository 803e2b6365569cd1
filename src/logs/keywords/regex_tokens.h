/* Parts: where in a regular expression one thing ends and the next begins. Private to logs/. */
#ifndef MS_LOGS_KEYWORDS_REGEX_TOKENS_H
#define MS_LOGS_KEYWORDS_REGEX_TOKENS_H

#include "base/str_list.h"

/* The length of the part of a regular expression that begins at `at`: an escape, a quote, a class or a
 * comment as a whole, otherwise a byte. So a '(', ')' or '|' that is met from part to part means what it
 * looks like. Local. */
size_t ms_regex_token_length(ms_str name, size_t at);
/* How many groups are open behind the part at `at` when `depth` were before it. Local. */
size_t ms_depth_behind(ms_str name, size_t at, size_t depth);
/* Where the alternative that begins at `from` ends: at a '|' outside of groups, or with the expression.
 * Local. */
size_t ms_alternative_end(ms_str name, size_t from);

#endif
