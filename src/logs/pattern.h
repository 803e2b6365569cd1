/* Pattern: one keyword made ready for the matching library: as a literal or as a regular expression, and what
 * has to be known of it so that matching many lines at once gives what matching each line alone would give.
 */
#ifndef MS_LOGS_PATTERN_H
#define MS_LOGS_PATTERN_H

#include "logs/keywords.h"

typedef struct ms_pattern {
    ms_bytes expression; /* owned, NUL-terminated, for the regular-expression compiler */
    size_t nliteral; /* bytes of every match when it is a fixed string; 0: a match is confirmed on its line */
    bool allow_empty; /* can match nothing at all, so every line has to be looked at */
    bool line_bound;  /* holds \A, \z, \Z or switches (?m): means something else when lines are scanned
                         together */
    bool end_bound;   /* holds '$', which does not see a line's end before a CR */
} ms_pattern;

/* Frees; idempotent, accepts {0}. Local. */
void ms_pattern_fini(ms_pattern *pattern);

/* Makes keyword `id` ready. With `word_inside` the word rule of -w becomes part of a fixed string's
 * expression (for scanning in pieces); otherwise it is left to the caller, who knows the neighbouring bytes.
 * MS_USAGE names the keyword and the position that the library cannot take. Local. */
MS_MUST_CHECK ms_code ms_pattern_make(ms_pattern *pattern, const ms_keywords *keywords, size_t id,
                                      bool word_inside, ms_err *err);

/* Can fixed strings be given to the literal compiler as they are? Not when -i meets bytes beyond ASCII.
 * Local. */
bool ms_pattern_plain_literal(const ms_keywords *keywords, size_t id);

/* [A-Za-z0-9_]: the word constituents of -w. */
bool ms_pattern_is_word_byte(uint8_t byte);

#endif
