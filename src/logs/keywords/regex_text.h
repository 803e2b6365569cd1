/* The text of a regular expression, as both PCRE2 and Hyperscan read it. Private to logs/. */
#ifndef MS_LOGS_KEYWORDS_REGEX_TEXT_H
#define MS_LOGS_KEYWORDS_REGEX_TEXT_H

#include "logs/keywords/keywords.h"

/* Appends the expression of keyword `id`, with a NUL and without what -w and -x add. MS_USAGE names the
 * keyword, which has what is not allowed; MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms_regex_translate(ms_bytes *to, const ms_keywords *keywords, size_t id, ms_err *err);
/* MS_USAGE: keyword `id`, as typed, is not a valid expression. Local. */
MS_MUST_CHECK ms_code ms_regex_refuse(ms_str typed, size_t id, const char *message, size_t at, ms_err *err);
/* Appends before, P, after: P as one operand, though it may end within a quote or a comment. Local. */
void ms_regex_put_wrapped(ms_bytes *to, const char *before, ms_str regex, const char *after);

#endif
