/* Literals: does a whole fixed string stand where one of its literals was found? Private to logs/. */
#ifndef MS_LOGS_PREFILTER_VERIFY_H
#define MS_LOGS_PREFILTER_VERIFY_H

#include "logs/prefilter/prefilter_literals.h"

typedef struct ms_verifier {
    const ms_keywords *keywords; /* borrowed */
    ms_case_variants *letters;   /* owned, one per keyword */
} ms_verifier;

/* A span of one line. Where it is not the line's beginning or end, what stands there could go on, so that
 * -w cannot tell: a keyword at that boundary does not count. */
typedef struct ms_stretch {
    const uint8_t *data;
    size_t start; /* data[start .. end) */
    size_t end;
    bool begins; /* at the line's beginning */
    bool ends;   /* with the line's content */
} ms_stretch;

/* Frees; idempotent, accepts {0}. Local. */
void ms_verifier_fini(ms_verifier *verifier);
/* Borrows the keywords, which are not regular expressions. Errors as ms_case_variants_make. On failure
 * *literals is {0}. Local. */
MS_MUST_CHECK ms_code ms_verifier_init(ms_verifier *verifier, const ms_keywords *keywords, ms_err *err);

/* A literal of `len` bytes ends at data[to): is it part of this keyword, within the span, and for -w as a
 * word of its own? Local. */
bool ms_verifier_match(const ms_verifier *verifier, const ms_literal_use *use, size_t len,
                       const ms_stretch *span, size_t to);
/* The most bytes that a match of any of the keywords can have. Local. */
size_t ms_verifier_longest(const ms_verifier *verifier);

/* [A-Za-z0-9_]: the word constituents of -w. */
bool ms_is_word_byte(uint8_t byte);

#endif
