#include "logs/prefilter/verify.h"

#include "base/escape.h"

#include <stdlib.h>
#include <string.h>
#include <wctype.h>

enum { CHAR_BYTES = 4 }; /* longest character of UTF-8 */

bool ms_is_word_byte(uint8_t byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
           byte == '_';
}

void ms_verifier_fini(ms_verifier *verifier)
{
    for (size_t i = 0; verifier->variants && i < verifier->keywords->list.count; i++) {
        ms_case_variants_fini(&verifier->variants[i]);
    }
    free(verifier->variants);
    if (verifier->locale) {
        freelocale(verifier->locale);
    }
    *verifier = (ms_verifier){0};
}

ms_code ms_verifier_init(ms_verifier *verifier, const ms_keywords *keywords, ms_err *err)
{
    size_t n = keywords->list.count;
    verifier->keywords = keywords;
    verifier->variants = calloc(n + 1, sizeof *verifier->variants);
    ms_code code =
        verifier->variants ? MS_OK : ms_err_set(err, MS_NOMEM, 0, "out of memory for %zu keywords", n);
    for (size_t i = 0; i < n && code == MS_OK && keywords->ignore_case; i++) {
        code = ms_case_variants_make(&verifier->variants[i], ms_str_list_at(&keywords->list, i), err);
    }
    if (code == MS_OK && keywords->word) {
        verifier->locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
        code = verifier->locale ? MS_OK : ms_err_set(err, MS_USAGE, 0, "-w needs the C.UTF-8 locale");
    }
    if (code != MS_OK) {
        ms_verifier_fini(verifier);
    }
    return code;
}

size_t ms_verifier_longest(const ms_verifier *verifier)
{
    size_t longest = 0;
    for (size_t i = 0; i < verifier->keywords->list.count; i++) {
        size_t n = verifier->variants[i].count;
        size_t len = ms_str_list_at(&verifier->keywords->list, i).len;
        size_t max = n > 0                             ? n * MS_CASE_FORM_BYTES
                     : verifier->keywords->ignore_case ? len * MS_CASE_FORM_BYTES
                                                       : len;
        longest = max > longest ? max : longest;
    }
    return longest + (verifier->keywords->word ? 2 * CHAR_BYTES : 0);
}

static bool bytes_equal(const char *keyword, const uint8_t *data, size_t n, bool ignore_case)
{
    if (!ignore_case) {
        return memcmp(keyword, data, n) == 0;
    }
    for (size_t i = 0; i < n; i++) {
        if (ms_ascii_lower((uint8_t)keyword[i]) != ms_ascii_lower(data[i])) {
            return false;
        }
    }
    return true;
}

/* Do the characters around the literal data[*from .. *to) match? Then sets both to the keyword's bounds. */
static bool chars_match(const ms_case_variants *variants, const ms_literal_use *use, const ms_span *s,
                        size_t *from, size_t *to)
{
    for (size_t i = use->from; i > 0; i--) {
        size_t n = ms_case_variant_at(&variants->list[i - 1], s->data + *from, *from - s->start, true);
        if (n == 0) {
            return false;
        }
        *from -= n;
    }
    for (size_t i = use->to; i < variants->count; i++) {
        size_t n = ms_case_variant_at(&variants->list[i], s->data + *to, s->end - *to, false);
        if (n == 0) {
            return false;
        }
        *to += n;
    }
    return true;
}

typedef enum neighbor { NO_WORD, WORD, UNKNOWN } neighbor;

static neighbor kind_of(const ms_verifier *verifier, uint32_t code_point)
{
    return iswalnum_l((wint_t)code_point, verifier->locale) ? WORD : NO_WORD;
}

/* What ends at data[at). A byte that is not UTF-8 is no word character. */
static neighbor before(const ms_verifier *verifier, const ms_span *s, size_t at)
{
    if (at == s->start) {
        return s->begins ? NO_WORD : UNKNOWN;
    }
    if (s->data[at - 1] < 0x80) {
        return ms_is_word_byte(s->data[at - 1]) ? WORD : NO_WORD;
    }
    size_t from = at - 1;
    while (from > s->start && at - from < CHAR_BYTES && (s->data[from] & 0xC0) == 0x80) {
        from--;
    }
    uint32_t code_point = 0;
    if (at - from > 1 && ms_utf8_decode(s->data + from, at - from, &code_point) == at - from) {
        return kind_of(verifier, code_point);
    }
    bool cut = from == s->start && (s->data[from] & 0xC0) == 0x80;
    return cut && !s->begins ? UNKNOWN : NO_WORD;
}

/* Bytes of the character that begins with this one, as it says itself. */
static size_t length_by_lead(uint8_t lead)
{
    return lead < 0xC2 || lead > 0xF4 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : CHAR_BYTES;
}

/* What begins at data[at). */
static neighbor after(const ms_verifier *verifier, const ms_span *s, size_t at)
{
    if (at == s->end) {
        return s->ends ? NO_WORD : UNKNOWN;
    }
    if (s->data[at] < 0x80) {
        return ms_is_word_byte(s->data[at]) ? WORD : NO_WORD;
    }
    if (!s->ends && s->end - at < length_by_lead(s->data[at])) {
        return UNKNOWN;
    }
    uint32_t code_point = 0;
    bool valid = ms_utf8_decode(s->data + at, s->end - at, &code_point) > 1;
    return valid ? kind_of(verifier, code_point) : NO_WORD;
}

static bool is_word(const ms_verifier *verifier, const ms_span *s, size_t from, size_t to)
{
    return before(verifier, s, from) == NO_WORD && after(verifier, s, to) == NO_WORD;
}

bool ms_verifier_bounds_hold(const ms_verifier *verifier, const ms_span *span, size_t from, size_t to)
{
    if (verifier->keywords->whole_line) {
        return span->begins && span->ends && from == span->start && to == span->end;
    }
    return !verifier->keywords->word || is_word(verifier, span, from, to);
}

/* Is there a letter of ASCII next to the place? That costs less to see than whether the keyword is there, and
 * in a long word of one letter it is so nearly everywhere. */
static bool is_within_word(const ms_span *s, size_t from, size_t to)
{
    return (from > s->start && ms_is_word_byte(s->data[from - 1])) ||
           (to < s->end && ms_is_word_byte(s->data[to]));
}

bool ms_verifier_match(const ms_verifier *verifier, const ms_literal_use *use, size_t len,
                       const ms_span *span, size_t to)
{
    const ms_keywords *keywords = verifier->keywords;
    const ms_case_variants *variants = &verifier->variants[use->id];
    if (to > span->end || to < span->start + len) {
        return false;
    }
    size_t from = to - len;
    if (variants->count > 0) {
        if (!chars_match(variants, use, span, &from, &to)) {
            return false;
        }
    } else {
        ms_str keyword = ms_str_list_at(&keywords->list, use->id);
        size_t after = keyword.len - use->to;
        if (from - span->start < use->from || span->end - to < after ||
            (keywords->word && is_within_word(span, from - use->from, to + after)) ||
            !bytes_equal(keyword.data, span->data + from - use->from, use->from, keywords->ignore_case) ||
            !bytes_equal(keyword.data + use->to, span->data + to, after, keywords->ignore_case)) {
            return false;
        }
        from -= use->from;
        to += after;
    }
    return ms_verifier_bounds_hold(verifier, span, from, to);
}
