/* POSIX extended regular expressions as GNU grep -E reads them, written for Hyperscan's PCRE subset: {,2},
 * [[.a.]], a**, \<, an operator without operand, a literal '{' or ')'. What PCRE alone has, such as (?:...),
 * \d and lazy quantifiers, keeps its meaning. Private to logs/. */
#ifndef MS_LOGS_KEYWORDS_POSIX_ERE_H
#define MS_LOGS_KEYWORDS_POSIX_ERE_H

#include "base/str_list.h"

typedef struct ms_ere_error {
    const char *message; /* static; NULL: none */
    size_t at;           /* offset in the expression as typed */
} ms_ere_error;

/* Appends the translation, without a NUL; an expression that both read alike stays as it is, as does one that
 * Hyperscan would refuse. False with *error when a form has no exact translation. Memory: see *to. Local. */
bool ms_posix_ere_translate(ms_bytes *to, ms_str regex, ms_ere_error *error);

#endif
