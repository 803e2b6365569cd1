/* Letters: see letters.h. */
#include "logs/keywords/case_fold.h"

#include "base/escape.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <wctype.h>

void ms_case_variants_fini(ms_case_variants *letters)
{
    free(letters->list);
    *letters = (ms_case_variants){0};
}

/* Adds the UTF-8 of `rune` as a form, unless it is there; rune <= 0x10FFFF. */
static void add_form(ms_case_variant *letter, uint32_t rune)
{
    static const uint8_t lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    size_t n = rune < 0x80 ? 1 : rune < 0x800 ? 2 : rune < 0x10000 ? 3 : 4;
    uint8_t raw[MS_LETTER_BYTES] = {0};
    for (size_t i = n - 1; i > 0; i--) {
        raw[i] = (uint8_t)(0x80 | (rune & 0x3F));
        rune >>= 6;
    }
    raw[0] = n == 1 ? ms_ascii_lower((uint8_t)rune) : (uint8_t)(lead[n] | rune);
    for (size_t f = 0; f < letter->nforms; f++) {
        if (letter->len[f] == n && memcmp(letter->bytes[f], raw, n) == 0) {
            return;
        }
    }
    memcpy(letter->bytes[letter->nforms], raw, sizeof raw);
    letter->len[letter->nforms++] = (uint8_t)n;
}

static bool all_ascii(ms_str name)
{
    bool ascii = true;
    for (size_t i = 0; i < name.len && ascii; i++) {
        ascii = (uint8_t)name.data[i] < 0x80;
    }
    return ascii;
}

static void take_apart(ms_case_variants *letters, ms_str name, locale_t locale)
{
    const uint8_t *p = (const uint8_t *)name.data;
    for (size_t at = 0; at < name.len;) {
        ms_case_variant *letter = &letters->list[letters->count++];
        uint32_t rune = 0;
        size_t n = ms_utf8_decode(p + at, name.len - at, &rune);
        if (n > 1) {
            add_form(letter, rune);
            add_form(letter, (uint32_t)towlower_l((wint_t)rune, locale));
            add_form(letter, (uint32_t)towupper_l((wint_t)rune, locale));
        } else {
            *letter = (ms_case_variant){.nforms = 1, .len = {1}, .bytes = {{ms_ascii_lower(p[at])}}};
        }
        at += n > 1 ? n : 1;
    }
}

ms_code ms_case_variants_make(ms_case_variants *letters, ms_str name, ms_err *err)
{
    if (all_ascii(name)) {
        return MS_OK;
    }
    locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    if (!locale) {
        return ms_err_set(err, MS_USAGE, 0, "-i with letters beyond ASCII needs the C.UTF-8 locale");
    }
    letters->list = calloc(name.len, sizeof *letters->list);
    if (letters->list) {
        take_apart(letters, name, locale);
    }
    freelocale(locale);
    return letters->list ? MS_OK : ms_err_set(err, MS_NOMEM, 0, "no memory for the keywords");
}

size_t ms_case_variant_at(const ms_case_variant *letter, const uint8_t *data, size_t n, bool backward)
{
    for (size_t f = 0; f < letter->nforms; f++) {
        size_t len = letter->len[f];
        if (len > n) {
            continue;
        }
        const uint8_t *p = backward ? data - len : data;
        if (len == 1 ? ms_ascii_lower(*p) == letter->bytes[f][0] : memcmp(p, letter->bytes[f], len) == 0) {
            return len;
        }
    }
    return 0;
}
