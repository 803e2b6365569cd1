/* Required strings: fixed strings of which every match of a regular expression contains one. A line without
 * any of them need not be tried. Private to logs/. */
#ifndef MS_LOGS_PREFILTER_REQUIRED_H
#define MS_LOGS_PREFILTER_REQUIRED_H

#include "logs/keywords/keywords.h"

enum { MS_REQUIRED_MIN = 4 }; /* bytes; shorter strings are too frequent */

/* Calls `fn` with each string of at least MS_REQUIRED_MIN bytes that every match of regex[from .. end)
 * contains, an expression without a '|' outside of groups that Hyperscan accepts. The bytes are borrowed for
 * the call. Reports no string in case of doubt. Local. */
typedef void (*ms_required_fn)(void *user, const uint8_t *data, size_t n);
void ms_required_each(ms_str regex, size_t from, size_t end, ms_required_fn fn, void *user);

/* Fills the empty *required with fixed strings of which every line that matches any of the expressions has at
 * least one, if they are rare enough in the keywords' sample to be searched for first; else leaves it empty.
 * Copies the sample. MS_NOMEM; then *required is {0}. Local. */
MS_MUST_CHECK ms_code ms_required_choose(ms_keywords *required, const ms_keywords *expressions, ms_err *err);

#endif
