/* Literals: see verifier.h. */
#include "logs/prefilter/verify.h"

#include <stdlib.h>
#include <string.h>

bool ms_is_word_byte(uint8_t byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
           byte == '_';
}

void ms_verifier_fini(ms_verifier *verifier)
{
    for (size_t i = 0; verifier->letters && i < verifier->keywords->list.count; i++) {
        ms_case_variants_fini(&verifier->letters[i]);
    }
    free(verifier->letters);
    *verifier = (ms_verifier){0};
}

ms_code ms_verifier_init(ms_verifier *verifier, const ms_keywords *keywords, ms_err *err)
{
    size_t n = keywords->list.count;
    verifier->keywords = keywords;
    verifier->letters = calloc(n + 1, sizeof *verifier->letters);
    ms_code code = verifier->letters ? MS_OK : ms_err_set(err, MS_NOMEM, 0, "no memory for %zu keywords", n);
    for (size_t i = 0; i < n && code == MS_OK && keywords->ignore_case; i++) {
        code = ms_case_variants_make(&verifier->letters[i], ms_str_list_at(&keywords->list, i), err);
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
        size_t n = verifier->letters[i].count;
        size_t most = n > 0 ? n * MS_LETTER_BYTES : ms_str_list_at(&verifier->keywords->list, i).len;
        longest = most > longest ? most : longest;
    }
    return longest;
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

/* Do the letters beside the literal data[*from .. *to) match? Then these become where the keyword lies. */
static bool letters_match(const ms_case_variants *letters, const ms_literal_use *use, const ms_stretch *s,
                          size_t *from, size_t *to)
{
    for (size_t i = use->from; i > 0; i--) {
        size_t n = ms_case_variant_at(&letters->list[i - 1], s->data + *from, *from - s->start, true);
        if (n == 0) {
            return false;
        }
        *from -= n;
    }
    for (size_t i = use->to; i < letters->count; i++) {
        size_t n = ms_case_variant_at(&letters->list[i], s->data + *to, s->end - *to, false);
        if (n == 0) {
            return false;
        }
        *to += n;
    }
    return true;
}

static bool is_word(const ms_stretch *s, size_t from, size_t to)
{
    bool before = from == s->start ? s->begins : !ms_is_word_byte(s->data[from - 1]);
    bool behind = to == s->end ? s->ends : !ms_is_word_byte(s->data[to]);
    return before && behind;
}

bool ms_verifier_match(const ms_verifier *verifier, const ms_literal_use *use, size_t len,
                       const ms_stretch *span, size_t to)
{
    const ms_keywords *keywords = verifier->keywords;
    const ms_case_variants *letters = &verifier->letters[use->id];
    if (to > span->end || to < span->start + len) {
        return false;
    }
    size_t from = to - len;
    if (letters->count > 0) {
        if (!letters_match(letters, use, span, &from, &to)) {
            return false;
        }
    } else {
        ms_str name = ms_str_list_at(&keywords->list, use->id);
        size_t behind = name.len - use->to;
        if (from - span->start < use->from || span->end - to < behind ||
            !bytes_equal(name.data, span->data + from - use->from, use->from, keywords->ignore_case) ||
            !bytes_equal(name.data + use->to, span->data + to, behind, keywords->ignore_case)) {
            return false;
        }
        from -= use->from;
        to += behind;
    }
    return !keywords->word || is_word(span, from, to);
}
