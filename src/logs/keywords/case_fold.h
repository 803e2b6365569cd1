/* Letters: a fixed string that -i meets beyond ASCII, letter by letter with the forms each may take.
 * Private to logs/. */
#ifndef MS_LOGS_KEYWORDS_CASE_FOLD_H
#define MS_LOGS_KEYWORDS_CASE_FOLD_H

#include "base/str_list.h"

enum { MS_LETTER_FORMS = 3, MS_LETTER_BYTES = 4 };

/* One character: as typed, then its lower and its upper case where these differ; a byte that is no UTF-8
 * stands for itself. ASCII is in lower case, to be compared with folded bytes. */
typedef struct ms_case_variant {
    uint8_t nforms;
    uint8_t len[MS_LETTER_FORMS];
    uint8_t bytes[MS_LETTER_FORMS][MS_LETTER_BYTES];
} ms_case_variant;

typedef struct ms_case_variants {
    ms_case_variant *list; /* owned */
    size_t count;          /* 0: the keyword is compared byte by byte, ASCII folded or not */
} ms_case_variants;

/* Frees; idempotent, accepts {0}. Local. */
void ms_case_variants_fini(ms_case_variants *letters);
/* Takes the keyword apart; a keyword of ASCII alone has no letters. MS_USAGE without the C.UTF-8 locale. On
 * failure *letters is {0}. Local. */
MS_MUST_CHECK ms_code ms_case_variants_make(ms_case_variants *letters, ms_str name, ms_err *err);

/* Bytes of the form of the letter that begins at data, or that ends at data (then `backward`), where n bytes
 * may be read; 0: none does. No form of a letter is the beginning or the end of another, so it is the only
 * one. Local. */
size_t ms_case_variant_at(const ms_case_variant *letter, const uint8_t *data, size_t n, bool backward);

/* A-Z to a-z. */
static inline uint8_t ms_ascii_lower(uint8_t byte)
{
    return byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte | 0x20) : byte;
}

#endif
