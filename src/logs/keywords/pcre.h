/* PCRE2, for what Hyperscan cannot compute: characters beyond ASCII, lookaround, back-references. Private to
 * logs/. */
#ifndef MS_LOGS_KEYWORDS_PCRE_H
#define MS_LOGS_KEYWORDS_PCRE_H

#include "logs/keywords/keywords.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

typedef enum ms_pcre_unit { MS_PCRE_CHARS, MS_PCRE_BYTES } ms_pcre_unit;

/* Compiles keyword `id`, with -i, -w and -x, for one line of such units; characters become bytes when the
 * keyword is not valid UTF-8. MS_USAGE names the keyword and what PCRE2 rejects; MS_NOMEM. *code is the
 * caller's to free. Local. */
MS_MUST_CHECK ms_code ms_pcre_compile(pcre2_code **code, const ms_keywords *keywords, size_t id,
                                      ms_pcre_unit unit, ms_err *err);

#endif
