/* Compiles keywords for Hyperscan, in block or in streaming mode. Private to logs/. */
#ifndef MS_LOGS_COMPILE_COMPILE_H
#define MS_LOGS_COMPILE_COMPILE_H

#include "logs/compile/compiled.h"
#include "logs/keywords/pattern.h"
#include "logs/prefilter/verify.h"

/* Compiles fixed strings, for blocks; with `by_sample` for the q-gram filter instead where the keywords'
 * sample says that it is faster. MS_USAGE without keywords, MS_LIMIT, MS_NOMEM; on failure *compiled is {0}.
 * Local. */
MS_MUST_CHECK ms_code ms_compile_literals(ms_compiled *compiled, const ms_verifier *verifier, bool by_sample,
                                          ms_err *err);
/* Compiles regular expressions; mode is HS_MODE_BLOCK or HS_MODE_STREAM. What Hyperscan cannot compute is
 * compiled as candidates, or left to PCRE2: see the traits. MS_USAGE, MS_LIMIT, MS_NOMEM; on failure
 * *compiled is {0}. Local. */
MS_MUST_CHECK ms_code ms_compile_regexes(ms_compiled *compiled, const ms_keywords *keywords,
                                         ms_pattern_form form, unsigned mode, ms_err *err);
/* The same at first use, during a run: what cannot be compiled, or takes too long, is MS_LIMIT. *refused, {0}
 * at first, remembers that, as a failed attempt may take long. Local. */
MS_MUST_CHECK ms_code ms_compile_later(ms_compiled *compiled, ms_err *refused, const ms_keywords *keywords,
                                       ms_pattern_form form, unsigned mode, ms_err *err);

#endif
