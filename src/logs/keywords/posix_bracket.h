/* Bracket expressions of POSIX, [...], and which bytes they stand for. Private to logs/. */
#ifndef MS_LOGS_KEYWORDS_POSIX_BRACKET_H
#define MS_LOGS_KEYWORDS_POSIX_BRACKET_H

#include "base/bytes.h"

/* A byte that \w matches, one that it does not, or either. */
typedef enum ms_byte_kind { MS_KIND_MIXED, MS_KIND_WORD, MS_KIND_OTHER } ms_byte_kind;

ms_byte_kind ms_byte_kind_of(char byte);
/* Of an escape, by the character after the backslash. */
ms_byte_kind ms_escape_kind(char escaped);
/* Length of the bracket expression at p, at most `left`: with a backslash as an escape, but where it would
 * have no end, literal. `left` also when it has no end at all. Local. */
size_t ms_posix_bracket_length(const char *p, size_t left);
/* The kind of all bytes that a bracket expression of n bytes matches. Local. */
ms_byte_kind ms_posix_bracket_kind(const char *p, size_t n);
/* Appends it as Hyperscan reads it; what has no translation is appended as it is. Local. */
void ms_posix_bracket_put(ms_bytes *to, const char *p, size_t n);

#endif
