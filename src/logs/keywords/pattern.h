/* Pattern: one regular expression prepared for Hyperscan, and the properties that decide whether scanning
 * many lines at once gives the matches of scanning each line alone. Private to logs/. */
#ifndef MS_LOGS_KEYWORDS_PATTERN_H
#define MS_LOGS_KEYWORDS_PATTERN_H

#include "logs/keywords/keywords.h"

typedef struct ms_pattern {
    ms_bytes expression; /* owned, NUL-terminated, for the regular-expression compiler */
    bool within_line; /* every match lies within a line and does not depend on its neighbors: no confirmation
                         needed */
    bool allow_empty; /* matches the empty string, so every line has to be scanned */
    bool line_bound;  /* has \A, \z, \Z or (?m): changes its meaning when lines are scanned together */
    bool end_bound;   /* has '$', which does not match before a CR LF */
} ms_pattern;

/* Frees; idempotent, accepts {0}. Local. */
void ms_pattern_fini(ms_pattern *pattern);

/* Prepares keyword `id`, a regular expression; -w becomes part of the expression. MS_USAGE names the keyword
 * and the position that Hyperscan rejects. On failure *pattern is {0}. Local. */
MS_MUST_CHECK ms_code ms_pattern_make(ms_pattern *pattern, const ms_keywords *keywords, size_t id,
                                      ms_err *err);

#endif
