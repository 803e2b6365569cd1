/* POSIX extended regular expressions as GNU grep -E reads them, written for PCRE2 and Hyperscan: {,2},
 * [[.a.]], a**, \<, an operator without operand, a literal '{' or ')'. What PCRE alone has, such as (?:...),
 * \d and lazy quantifiers, keeps its meaning. Private to logs/. */
#ifndef MS_LOGS_KEYWORDS_POSIX_ERE_H
#define MS_LOGS_KEYWORDS_POSIX_ERE_H

#include "base/str_list.h"

/* Appends the translation, without a NUL; an expression that both read alike stays as it is, as does one that
 * PCRE2 refuses. Memory: see *to. Local. */
void ms_posix_ere_translate(ms_bytes *to, ms_str regex);

#endif
