#include "logs/keywords/case_fold.h"

#include "base/escape.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <wctype.h>

void ms_case_variants_fini(ms_case_variants *variants)
{
    free(variants->list);
    *variants = (ms_case_variants){0};
}

/* Adds the UTF-8 encoding unless it is there already; code_point <= 0x10FFFF. */
static void add_form(ms_case_variant *variant, uint32_t code_point)
{
    static const uint8_t lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    size_t n = code_point < 0x80 ? 1 : code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
    uint8_t raw[MS_CASE_FORM_BYTES] = {0};
    for (size_t i = n - 1; i > 0; i--) {
        raw[i] = (uint8_t)(0x80 | (code_point & 0x3F));
        code_point >>= 6;
    }
    raw[0] = n == 1 ? ms_ascii_lower((uint8_t)code_point) : (uint8_t)(lead[n] | code_point);
    for (size_t f = 0; f < variant->nforms; f++) {
        if (variant->len[f] == n && memcmp(variant->bytes[f], raw, n) == 0) {
            return;
        }
    }
    memcpy(variant->bytes[variant->nforms], raw, sizeof raw);
    variant->len[variant->nforms++] = (uint8_t)n;
}

/* Letters that are no other letter's upper or lower case, but whose own lower case, or that of their upper
 * case, is the second (UnicodeData.txt, and CaseFolding.txt with status C and S). Those of ASCII letters are
 * not among them: see ms_case_fold_ascii. */
static const uint32_t one_way[][2] = {
    {0x00B5, 0x03BC}, {0x01C5, 0x01C6}, {0x01C8, 0x01C9}, {0x01CB, 0x01CC}, {0x01F2, 0x01F3},
    {0x0345, 0x03B9}, {0x03C2, 0x03C3}, {0x03D0, 0x03B2}, {0x03D1, 0x03B8}, {0x03D5, 0x03C6},
    {0x03D6, 0x03C0}, {0x03F0, 0x03BA}, {0x03F1, 0x03C1}, {0x03F4, 0x03B8}, {0x03F5, 0x03B5},
    {0x1C80, 0x0432}, {0x1C81, 0x0434}, {0x1C82, 0x043E}, {0x1C83, 0x0441}, {0x1C84, 0x0442},
    {0x1C85, 0x0442}, {0x1C86, 0x044A}, {0x1C87, 0x0463}, {0x1C88, 0xA64B}, {0x1E9B, 0x1E61},
    {0x1E9E, 0x00DF}, {0x1FBE, 0x03B9}, {0x2126, 0x03C9}, {0x212B, 0x00E5},
};

/* All letters that are equal to this one when case is ignored, itself first. */
static void add_forms(ms_case_variant *variant, uint32_t code_point, locale_t locale)
{
    uint32_t upper = (uint32_t)towupper_l((wint_t)code_point, locale);
    uint32_t lower = (uint32_t)towlower_l((wint_t)upper, locale);
    add_form(variant, code_point);
    add_form(variant, (uint32_t)towlower_l((wint_t)code_point, locale));
    add_form(variant, upper);
    if (lower >= 0x80) {
        add_form(variant, lower);
        add_form(variant, (uint32_t)towupper_l((wint_t)lower, locale));
    }
    for (size_t i = 0; i < sizeof one_way / sizeof one_way[0]; i++) {
        if (one_way[i][1] == lower || one_way[i][1] == code_point) {
            add_form(variant, one_way[i][0]);
        }
    }
}

static void split_chars(ms_case_variants *variants, ms_str keyword, locale_t locale)
{
    const uint8_t *p = (const uint8_t *)keyword.data;
    for (size_t at = 0; at < keyword.len;) {
        ms_case_variant *variant = &variants->list[variants->count++];
        uint32_t code_point = 0;
        size_t n = ms_utf8_decode(p + at, keyword.len - at, &code_point);
        if (n > 1) {
            add_forms(variant, code_point, locale);
        } else {
            *variant = (ms_case_variant){.nforms = 1, .len = {1}, .bytes = {{ms_ascii_lower(p[at])}}};
        }
        at += n > 1 ? n : 1;
    }
}

/* The ASCII letter that the character at p folds to, and its length; 0: another character. */
static uint8_t ascii_of(const uint8_t *p, size_t n, size_t *len)
{
    *len = 2;
    if (n >= 2 && p[0] == 0xC5 && p[1] == 0xBF) {
        return 's'; /* U+017F, the long s */
    }
    if (n >= 2 && p[0] == 0xC4 && (p[1] & 0xFE) == 0xB0) {
        return 'i'; /* U+0130, U+0131: with a dot, without */
    }
    *len = 3;
    return n >= 3 && p[0] == 0xE2 && p[1] == 0x84 && p[2] == 0xAA ? 'k' : 0; /* U+212A, the Kelvin sign */
}

bool ms_case_has_ascii_folds(const uint8_t *data, size_t n)
{
    enum { CHUNK = 4096 };
    for (size_t at = 0; at < n; at += CHUNK) {
        size_t len = n - at < CHUNK ? n - at : CHUNK;
        const uint8_t *p = data + at;
        unsigned found = 0;
        if (ms_is_ascii(p, len)) {
            continue;
        }
        len = n - at < len + 1 ? len : len + 1; /* the second byte may be the next chunk's first */
        for (size_t i = 0; i + 1 < len; i++) {
            found |= (unsigned)(p[i] == 0xC5) & (unsigned)(p[i + 1] == 0xBF);
            found |= (unsigned)(p[i] == 0xC4) & (unsigned)((p[i + 1] & 0xFE) == 0xB0);
            found |= (unsigned)(p[i] == 0xE2) & (unsigned)(p[i + 1] == 0x84);
        }
        if (found != 0) {
            return true;
        }
    }
    return false;
}

void ms_case_fold_ascii(ms_bytes *to, const uint8_t *data, size_t n)
{
    size_t from = 0;
    for (size_t at = 0; at < n;) {
        size_t len = 1;
        uint8_t letter = data[at] < 0x80 ? 0 : ascii_of(data + at, n - at, &len);
        if (letter == 0) {
            at++;
            continue;
        }
        ms_bytes_append(to, data + from, at - from);
        ms_bytes_put_u8(to, letter);
        at += len;
        from = at;
    }
    ms_bytes_append(to, data + from, n - from);
}

ms_code ms_case_variants_make(ms_case_variants *variants, ms_str keyword, ms_err *err)
{
    if (ms_is_ascii((const uint8_t *)keyword.data, keyword.len)) {
        return MS_OK;
    }
    locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    if (!locale) {
        return ms_err_set(err, MS_USAGE, 0, "-i with characters beyond ASCII needs the C.UTF-8 locale");
    }
    variants->list = calloc(keyword.len, sizeof *variants->list);
    if (variants->list) {
        split_chars(variants, keyword, locale);
    }
    freelocale(locale);
    return variants->list ? MS_OK : ms_err_set(err, MS_NOMEM, 0, "out of memory for the keywords");
}

size_t ms_case_variant_at(const ms_case_variant *variant, const uint8_t *data, size_t n, bool backward)
{
    for (size_t f = 0; f < variant->nforms; f++) {
        size_t len = variant->len[f];
        if (len > n) {
            continue;
        }
        const uint8_t *p = backward ? data - len : data;
        if (len == 1 ? ms_ascii_lower(*p) == variant->bytes[f][0] : memcmp(p, variant->bytes[f], len) == 0) {
            return len;
        }
    }
    return 0;
}
