/* Byte pattern: an expression about characters, written for Hyperscan, which searches bytes. Private to
 * logs/. */
#ifndef MS_LOGS_KEYWORDS_BYTE_PATTERN_H
#define MS_LOGS_KEYWORDS_BYTE_PATTERN_H

#include "base/str_list.h"

typedef enum ms_byte_form {
    MS_FORM_ASCII, /* right for text that is ASCII */
    MS_FORM_WIDE   /* also matches wherever the expression matches a line of any bytes, but not only there */
} ms_byte_form;

typedef struct ms_byte_traits {
    bool same;      /* bytes instead of characters make no difference to which lines match */
    bool raw;       /* has bytes that are not UTF-8: it is about bytes */
    bool only_wide; /* the form for ASCII is not right: ignoring case, a character beyond ASCII matches an
                       ASCII letter, or a property is not what PCRE2 has */
} ms_byte_traits;

/* Appends the expression in this form, without a NUL. Compile the wide one with HS_FLAG_PREFILTER. False when
 * it has a construct that has no such form; then what was appended is of no use. Memory: see *to. Local. */
bool ms_byte_pattern_put(ms_bytes *to, ms_str regex, bool ignore_case, ms_byte_form form,
                         ms_byte_traits *traits);

#endif
