/* Tokens of a regular expression. Private to logs/. */
#ifndef MS_LOGS_KEYWORDS_REGEX_TOKENS_H
#define MS_LOGS_KEYWORDS_REGEX_TOKENS_H

#include "base/str_list.h"

/* Length of the token at `at`: an escape, a quote, a class or a comment as a whole, otherwise one character,
 * which is one byte where it is not UTF-8. So a '(', ')' or '|' at a token's beginning is an operator.
 * Local. */
size_t ms_regex_token_length(ms_str regex, size_t at);
/* Nesting depth of groups after the token at `at`, given the `depth` before it. Local. */
size_t ms_group_depth_after(ms_str regex, size_t at, size_t depth);
/* End of the alternative that begins at `from`: a '|' outside of groups, or the end of the expression.
 * Local. */
size_t ms_alternative_end(ms_str regex, size_t from);

#endif
