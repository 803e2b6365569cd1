/* Pattern: one regular expression made ready for the matching library, and what has to be known of it so that
 * matching many lines at once gives what matching each line alone would give. Private to logs/. */
#ifndef MS_LOGS_KEYWORDS_PATTERN_H
#define MS_LOGS_KEYWORDS_PATTERN_H

#include "logs/keywords/keywords.h"

typedef struct ms_pattern {
    ms_bytes expression; /* owned, NUL-terminated, for the regular-expression compiler */
    bool within_line; /* every match lies within a line, and is one of the line alone: nothing to confirm */
    bool allow_empty; /* can match nothing at all, so every line has to be looked at */
    bool line_bound;  /* holds \A, \z, \Z or switches (?m): means something else when lines are scanned
                         together */
    bool end_bound;   /* holds '$', which does not see a line's end before a CR */
} ms_pattern;

/* Frees; idempotent, accepts {0}. Local. */
void ms_pattern_fini(ms_pattern *pattern);

/* Makes keyword `id`, a regular expression, ready; with -w the word rule becomes part of the expression.
 * MS_USAGE names the keyword and the position that the library cannot take. Local. */
MS_MUST_CHECK ms_code ms_pattern_make(ms_pattern *pattern, const ms_keywords *keywords, size_t id,
                                      ms_err *err);

#endif
