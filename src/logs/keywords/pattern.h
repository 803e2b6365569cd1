/* Pattern: one regular expression prepared for Hyperscan, which searches bytes, and the properties that
 * decide what its matches mean. Private to logs/. */
#ifndef MS_LOGS_KEYWORDS_PATTERN_H
#define MS_LOGS_KEYWORDS_PATTERN_H

#include "logs/keywords/keywords.h"

typedef enum ms_pattern_form {
    MS_PATTERN_EXACT,     /* exact for lines of ASCII; where that is impossible as below */
    MS_PATTERN_CANDIDATES /* the lines that match have all that the keyword matches, of any bytes */
} ms_pattern_form;

typedef struct ms_pattern {
    ms_bytes expression; /* owned, NUL-terminated; empty: Hyperscan cannot search for it */
    unsigned flags;      /* Hyperscan's */
    bool exact;          /* of lines of ASCII, those that match are those that the keyword matches */
    bool bytewise;       /* ... and so it is of all lines */
    bool within_line;    /* every match lies within a line and does not depend on its neighbors */
    bool allow_empty;    /* matches the empty string, so every line has to be scanned */
    bool anchored;       /* has '^' or '$' */
    bool line_bound;     /* has \A, \z, \Z or (?m): changes its meaning when lines are scanned together */
    bool end_bound;      /* has '$', which does not match before a CR LF */
    double seconds;      /* CPU time that Hyperscan took to look at it */
} ms_pattern;

/* Frees; idempotent, accepts {0}. Local. */
void ms_pattern_fini(ms_pattern *pattern);

/* Prepares keyword `id`, a regular expression; -w and -x become part of an exact expression. MS_USAGE names
 * the keyword and what is wrong with it, or says that Hyperscan takes too long for it; MS_NOMEM. On failure
 * *pattern is {0}. Local. */
MS_MUST_CHECK ms_code ms_pattern_make(ms_pattern *pattern, const ms_keywords *keywords, size_t id,
                                      ms_pattern_form form, ms_err *err);

/* MS_USAGE: compiling keyword `id` takes too long. Local. */
MS_MUST_CHECK ms_code ms_pattern_too_slow(const ms_keywords *keywords, size_t id, ms_err *err);

#endif
