/* Required: what every match of a regular expression must hold: a fixed string, or one of a few. Where none
 * of them stands the expression need not be tried. Private to logs/. */
#ifndef MS_LOGS_PREFILTER_REQUIRED_H
#define MS_LOGS_PREFILTER_REQUIRED_H

#include "logs/keywords/keywords.h"

enum { MS_REQUIRED_LEAST = 4 }; /* bytes of a string that is worth looking for */

/* Calls `fn` with each string of at least MS_REQUIRED_LEAST bytes that stands in every match of name[from ..
 * end), an expression without a '|' outside of groups, that the library takes. The bytes are borrowed for the
 * call. None is told when there is any doubt. Local. */
typedef void (*ms_required_fn)(void *user, const uint8_t *data, size_t n);
void ms_required_each(ms_str name, size_t from, size_t end, ms_required_fn fn, void *user);

/* Fills the empty *required with fixed strings, one or more of which stand in every line that any of the
 * expressions matches, so rare in the keywords' sample that it pays to look for them first. No strings: there
 * are no such. Keeps a copy of the sample. MS_NOMEM; then *required is {0}. Local. */
MS_MUST_CHECK ms_code ms_required_choose(ms_keywords *required, const ms_keywords *expressions, ms_err *err);

#endif
