/* Pattern: one keyword made ready for Hyperscan: see pattern.h.
 *
 * -w on a regular expression P becomes (?:^|\W)(?:P)(?:\W|$): it takes in the neighbouring bytes, which
 * changes where the match lies but not whether the line has one, and only that is asked for. */
#include "logs/pattern.h"

#include "base/escape.h"

#include <hs/hs.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wctype.h>

void ms_pattern_fini(ms_pattern *pattern)
{
    ms_bytes_fini(&pattern->expression);
    *pattern = (ms_pattern){0};
}

bool ms_pattern_is_word_byte(uint8_t byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
           byte == '_';
}

bool ms_pattern_plain_literal(const ms_keywords *keywords, size_t id)
{
    ms_name name = ms_names_at(&keywords->list, id);
    bool plain = !keywords->regex;
    for (size_t i = 0; i < name.len && plain && keywords->ignore_case; i++) {
        plain = (uint8_t)name.data[i] < 0x80;
    }
    return plain;
}

static ms_code put_text(ms_bytes *to, const char *text)
{
    return ms_bytes_append(to, text, strlen(text));
}

static ms_code put_hex(ms_bytes *to, const uint8_t *data, size_t n)
{
    ms_code code = MS_OK;
    for (size_t i = 0; i < n && code == MS_OK; i++) {
        char hex[8];
        (void)snprintf(hex, sizeof hex, "\\x%02x", data[i]);
        code = put_text(to, hex);
    }
    return code;
}

/* UTF-8 of `rune` as \x.. bytes; rune <= 0x10FFFF. */
static ms_code put_rune(ms_bytes *to, uint32_t rune)
{
    uint8_t raw[4];
    size_t n = rune < 0x80 ? 1 : rune < 0x800 ? 2 : rune < 0x10000 ? 3 : 4;
    static const uint8_t lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = n - 1; i > 0; i--) {
        raw[i] = (uint8_t)(0x80 | (rune & 0x3F));
        rune >>= 6;
    }
    raw[0] = (uint8_t)(lead[n] | rune);
    return put_hex(to, raw, n);
}

/* One character beyond ASCII, in either case: (?:\xc3\xa4|\xc3\x84). */
static ms_code put_folded(ms_bytes *to, uint32_t rune, locale_t locale)
{
    uint32_t lower = (uint32_t)towlower_l((wint_t)rune, locale);
    uint32_t upper = (uint32_t)towupper_l((wint_t)rune, locale);
    ms_code code = put_text(to, "(?:");
    code = code == MS_OK ? put_rune(to, rune) : code;
    if (lower != rune && code == MS_OK) {
        code = put_text(to, "|");
        code = code == MS_OK ? put_rune(to, lower) : code;
    }
    if (upper != rune && code == MS_OK) {
        code = put_text(to, "|");
        code = code == MS_OK ? put_rune(to, upper) : code;
    }
    return code == MS_OK ? put_text(to, ")") : code;
}

/* A fixed string as an expression. With `fold` characters beyond ASCII match in either case (the library
 * folds ASCII by itself; its UTF-8 mode is not for us, it is undefined on bytes that are not UTF-8). */
static ms_code put_fixed(ms_bytes *to, ms_name name, bool fold, ms_err *err)
{
    const uint8_t *p = (const uint8_t *)name.data;
    locale_t locale = fold ? newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0) : (locale_t)0;
    if (fold && !locale) {
        return ms_err_set(err, MS_USAGE, 0, "-i with letters beyond ASCII needs the C.UTF-8 locale");
    }
    ms_code code = MS_OK;
    for (size_t at = 0; at < name.len && code == MS_OK;) {
        uint32_t rune = 0;
        size_t n = fold ? ms_utf8_decode(p + at, name.len - at, &rune) : 0;
        if (n > 1) {
            code = put_folded(to, rune, locale);
        } else {
            n = 1;
            code = put_hex(to, p + at, 1);
        }
        at += n;
    }
    if (locale) {
        freelocale(locale);
    }
    return code == MS_OK ? MS_OK : ms_err_set(err, MS_NOMEM, 0, "no memory for the patterns");
}

/* Conservative: a hit inside a character class or behind \Q counts too; it only costs speed. */
static void note_anchors(ms_pattern *pattern, ms_name name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.data[i];
        if (c == '$') {
            pattern->end_bound = true;
        } else if (c == '\\' && i + 1 < name.len) {
            char next = name.data[++i];
            pattern->line_bound =
                pattern->line_bound || next == 'A' || next == 'z' || next == 'Z' || next == 'G';
            pattern->end_bound = pattern->end_bound || next == 'Q' || next == 'E';
        } else if (c == '(' && i + 1 < name.len && name.data[i + 1] == '?') {
            size_t end = i + 2;
            while (end < name.len && strchr("imsxJUX-^", name.data[end]) && name.data[end] != 0) {
                pattern->line_bound = pattern->line_bound || name.data[end] == 'm' || name.data[end] == '^';
                end++;
            }
        }
    }
}

/* The length of the shortest beginning of `text` that the library refuses with the same words. */
static size_t error_position(const char *text, unsigned flags, const char *message)
{
    size_t n = strlen(text);
    size_t found = n;
    char *part = n <= 4096 ? strdup(text) : NULL;
    for (size_t len = 1; part && len < n && found == n; len++) {
        hs_expr_info_t *info = NULL;
        hs_compile_error_t *error = NULL;
        part[len] = 0;
        if (hs_expression_info(part, flags, &info, &error) != HS_SUCCESS && error &&
            strcmp(error->message, message) == 0) {
            found = len;
        }
        part[len] = text[len];
        free(info);
        (void)hs_free_compile_error(error);
    }
    free(part);
    return found;
}

static ms_code refuse(ms_name name, size_t id, unsigned flags, const char *message, ms_err *err)
{
    char shown[200];
    (void)ms_escape_to(shown, sizeof shown, name.data, name.len);
    if (strstr(message, "index")) {
        return ms_err_set(err, MS_USAGE, 0,
                          "keyword %zu, '%s', is not a regular expression that can be searched: %s", id + 1,
                          shown, message);
    }
    return ms_err_set(
        err, MS_USAGE, 0,
        "keyword %zu, '%s', is not a regular expression that can be searched: %s (seen at index %zu)", id + 1,
        shown, message, error_position(name.data, flags, message) - 1);
}

/* Is the user's own expression one that the library takes, by itself and without modes that are unsafe here?
 */
static ms_code check_regex(ms_pattern *pattern, ms_name name, size_t id, unsigned flags, ms_err *err)
{
    const char *nul = memchr(name.data, 0, name.len);
    if (nul) {
        char message[80];
        (void)snprintf(message, sizeof message, "A NUL byte must be written as \\x00, at index %td.",
                       nul - name.data);
        return refuse(name, id, flags, message, err);
    }
    if (name.len >= 2 && name.data[0] == '(' && name.data[1] == '*') {
        return refuse(name, id, flags, "Verbs such as (*UTF8) are not allowed at index 0.", err);
    }
    hs_expr_info_t *info = NULL;
    hs_compile_error_t *error = NULL;
    if (hs_expression_info(name.data, flags | HS_FLAG_ALLOWEMPTY, &info, &error) != HS_SUCCESS) {
        ms_code code = refuse(name, id, flags | HS_FLAG_ALLOWEMPTY, error ? error->message : "refused", err);
        (void)hs_free_compile_error(error);
        return code;
    }
    pattern->allow_empty = info->min_width == 0;
    free(info);
    note_anchors(pattern, name);
    return MS_OK;
}

/* Does the expression match only at a line's beginning, or only at its end? Then -w asks nothing there, and
 * must not ask: the library takes anchors only at an expression's ends. False when that is not plain to see.
 */
static void find_anchors(ms_name name, bool *at_start, bool *at_end)
{
    bool plain = !memchr(name.data, '|', name.len) && !memchr(name.data, '#', name.len) &&
                 !memmem(name.data, name.len, "\\Q", 2);
    size_t nback = 0; /* backslashes in front of the last byte */
    while (nback + 1 < name.len && name.data[name.len - 2 - nback] == '\\') {
        nback++;
    }
    *at_start = plain && name.data[0] == '^';
    *at_end = plain && nback % 2 == 0 && name.data[name.len - 1] == '$';
}

ms_code ms_pattern_make(ms_pattern *pattern, const ms_keywords *keywords, size_t id, bool word_inside,
                        ms_err *err)
{
    ms_name name = ms_names_at(&keywords->list, id);
    unsigned flags = HS_FLAG_MULTILINE | (keywords->ignore_case ? HS_FLAG_CASELESS : 0U);
    bool plain = ms_pattern_plain_literal(keywords, id);
    bool wrap = keywords->word && (word_inside || !plain);
    bool at_start = false;
    bool at_end = false;
    pattern->nliteral = plain && !wrap ? name.len : 0;
    ms_code code = keywords->regex ? check_regex(pattern, name, id, flags, err) : MS_OK;
    if (code != MS_OK) {
        ms_pattern_fini(pattern);
        return code;
    }
    if (keywords->regex) {
        find_anchors(name, &at_start, &at_end);
    }
    code = wrap ? put_text(&pattern->expression, at_start ? "(?:" : "(?:^|\\W)(?:") : MS_OK;
    if (code == MS_OK) {
        code = keywords->regex ? ms_bytes_append(&pattern->expression, name.data, name.len)
                               : put_fixed(&pattern->expression, name, !plain, err);
    }
    if (code == MS_OK && wrap) {
        code = put_text(&pattern->expression, at_end ? ")" : ")(?:\\W|$)");
    }
    code = code == MS_OK ? ms_bytes_put_u8(&pattern->expression, 0) : code;
    if (code != MS_OK) {
        ms_pattern_fini(pattern);
        return code == MS_NOMEM ? ms_err_set(err, MS_NOMEM, 0, "no memory for the patterns") : code;
    }
    return MS_OK;
}
