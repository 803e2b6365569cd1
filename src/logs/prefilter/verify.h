/* Verifier: compares the whole keyword where one of its literals was found. Private to logs/. */
#ifndef MS_LOGS_PREFILTER_VERIFY_H
#define MS_LOGS_PREFILTER_VERIFY_H

#include "logs/prefilter/prefilter_literals.h"

#include <locale.h>

typedef struct ms_verifier {
    const ms_keywords *keywords; /* borrowed */
    ms_case_variants *variants;  /* owned, one per keyword */
    locale_t locale;             /* owned; with -w: says what a letter is. 0: none */
} ms_verifier;

/* A span of a line. Where it does not begin or end with the line, the neighboring character is unknown, so
 * with -w a keyword at that boundary does not count. */
typedef struct ms_span {
    const uint8_t *data;
    size_t start; /* data[start .. end) */
    size_t end;
    bool begins; /* at the line's beginning */
    bool ends;   /* at the end of the line's content */
} ms_span;

/* Frees; idempotent, accepts {0}. Local. */
void ms_verifier_fini(ms_verifier *verifier);
/* Borrows the keywords, which are fixed strings. MS_USAGE without the C.UTF-8 locale, MS_NOMEM. On failure
 * *verifier is {0}. Local. */
MS_MUST_CHECK ms_code ms_verifier_init(ms_verifier *verifier, const ms_keywords *keywords, ms_err *err);

/* A literal of `len` bytes ends at data[to): is it part of this keyword, within the span, and with -w a whole
 * word? Local. */
bool ms_verifier_match(const ms_verifier *verifier, const ms_literal_use *use, size_t len,
                       const ms_span *span, size_t to);
/* May data[from .. to), which are a keyword's bytes, count: with -w as a whole word, with -x as the line?
 * Local. */
bool ms_verifier_bounds_hold(const ms_verifier *verifier, const ms_span *span, size_t from, size_t to);
/* Upper bound of the bytes of any keyword's match, and with -w of the characters next to it. Local. */
size_t ms_verifier_longest(const ms_verifier *verifier);

/* [A-Za-z0-9_]: the ASCII word constituents of -w. */
bool ms_is_word_byte(uint8_t byte);

#endif
