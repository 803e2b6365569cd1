/* Case folding: a fixed string searched with -i that has characters beyond ASCII, as a list of characters
 * with the encodings that each may have. Private to logs/. */
#ifndef MS_LOGS_KEYWORDS_CASE_FOLD_H
#define MS_LOGS_KEYWORDS_CASE_FOLD_H

#include "base/str_list.h"

enum { MS_CASE_FORMS = 4, MS_CASE_FORM_BYTES = 4 };

/* One character: the encodings of all letters that are equal when case is ignored (as typed first), without
 * duplicates, as GNU grep has them: with the final sigma, title case, letter-like symbols. A byte that is not
 * valid UTF-8 is a character of its own. ASCII is stored in lower case and compared with ms_ascii_lower of
 * the data. */
typedef struct ms_case_variant {
    uint8_t nforms;
    uint8_t len[MS_CASE_FORMS];
    uint8_t bytes[MS_CASE_FORMS][MS_CASE_FORM_BYTES];
} ms_case_variant;

typedef struct ms_case_variants {
    ms_case_variant *list; /* owned */
    size_t count;          /* 0: ASCII only, compared byte by byte */
} ms_case_variants;

/* Characters of the keyword; bytes, where it has no variants. */
static inline size_t ms_case_length(const ms_case_variants *variants, ms_str keyword)
{
    return variants->count > 0 ? variants->count : keyword.len;
}

/* Frees; idempotent, accepts {0}. Local. */
void ms_case_variants_fini(ms_case_variants *variants);
/* Splits the keyword into characters; for ASCII alone *variants stays empty. MS_USAGE without the C.UTF-8
 * locale, MS_NOMEM; on failure *variants is {0}. Local. */
MS_MUST_CHECK ms_code ms_case_variants_make(ms_case_variants *variants, ms_str keyword, ms_err *err);

/* Length of the encoding of the character that begins at data, or with `backward` ends there, where n bytes
 * are readable; 0: no match. UTF-8 is prefix-free, so at most one encoding matches. Local. */
size_t ms_case_variant_at(const ms_case_variant *variant, const uint8_t *data, size_t n, bool backward);

/* Some letters beyond ASCII fold to s, k or i. So that the search for ASCII keywords needs no variants, texts
 * that have such letters are searched a second time, with these letters replaced. May the text have any? True
 * also for letters that look alike in their first two bytes. Local. */
bool ms_case_has_ascii_folds(const uint8_t *data, size_t n);
/* Appends the text with these letters replaced by s, k and i. Local. */
void ms_case_fold_ascii(ms_bytes *to, const uint8_t *data, size_t n);

static inline uint8_t ms_ascii_lower(uint8_t byte)
{
    return byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte | 0x20) : byte;
}

#endif
