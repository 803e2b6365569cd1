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

static bool is_ascii(ms_str keyword)
{
    bool ascii = true;
    for (size_t i = 0; i < keyword.len && ascii; i++) {
        ascii = (uint8_t)keyword.data[i] < 0x80;
    }
    return ascii;
}

static void split_chars(ms_case_variants *variants, ms_str keyword, locale_t locale)
{
    const uint8_t *p = (const uint8_t *)keyword.data;
    for (size_t at = 0; at < keyword.len;) {
        ms_case_variant *variant = &variants->list[variants->count++];
        uint32_t code_point = 0;
        size_t n = ms_utf8_decode(p + at, keyword.len - at, &code_point);
        if (n > 1) {
            add_form(variant, code_point);
            add_form(variant, (uint32_t)towlower_l((wint_t)code_point, locale));
            add_form(variant, (uint32_t)towupper_l((wint_t)code_point, locale));
        } else {
            *variant = (ms_case_variant){.nforms = 1, .len = {1}, .bytes = {{ms_ascii_lower(p[at])}}};
        }
        at += n > 1 ? n : 1;
    }
}

ms_code ms_case_variants_make(ms_case_variants *variants, ms_str keyword, ms_err *err)
{
    if (is_ascii(keyword)) {
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
