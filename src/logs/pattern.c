/* Pattern: one keyword made ready for Hyperscan: see pattern.h.
 *
 * -w on a regular expression P becomes (?:^|\W)(?:P)(?:\W|$): it takes in the neighbouring bytes, which
 * changes where the match lies but not whether the line has one, and only that is asked for. Alternatives of
 * P that have anchors are taken apart: ^A$|B becomes (?:^|\W)(?:B)(?:\W|$)|(?:^A$). */
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

/* \Q...\E, or all that is left. */
static size_t quote_length(const char *p, size_t left)
{
    const char *end = memmem(p, left, "\\E", 2);
    return end ? (size_t)(end - p) + 2 : left;
}

static size_t escape_length(const char *p, size_t left)
{
    if (left >= 2 && p[1] == 'Q') {
        return quote_length(p, left);
    }
    size_t n = left >= 2 && p[1] == 'c' ? 3 : 2; /* \c| is a control character */
    return n < left ? n : left;
}

/* [...], in which a ']' stands first, behind a backslash, or within [:alpha:]. */
static size_t class_length(const char *p, size_t left)
{
    size_t at = 1;
    at += at < left && p[at] == '^' ? 1 : 0;
    at += at < left && p[at] == ']' ? 1 : 0;
    while (at < left && p[at] != ']') {
        const char *end = p[at] == '[' && at + 1 < left && p[at + 1] == ':'
                              ? memmem(p + at + 2, left - at - 2, ":]", 2)
                              : NULL;
        if (end && !memchr(p + at + 2, ']', (size_t)(end - p) - at - 2)) {
            at = (size_t)(end - p) + 2;
        } else {
            at += p[at] == '\\' ? escape_length(p + at, left - at) : 1;
        }
    }
    return at < left ? at + 1 : left;
}

/* The length of the part of a regular expression that begins at `at`: an escape, a quote, a class or a
 * comment as a whole, otherwise a byte. So a '(', ')' or '|' that is met from part to part means what it
 * looks like. */
static size_t part_length(ms_name name, size_t at)
{
    const char *p = name.data + at;
    size_t left = name.len - at;
    if (*p == '\\') {
        return escape_length(p, left);
    }
    if (*p == '[') {
        return class_length(p, left);
    }
    if (left >= 3 && memcmp(p, "(?#", 3) == 0) {
        const char *end = memchr(p, ')', left);
        return end ? (size_t)(end - p) + 1 : left;
    }
    return 1;
}

/* Where the first look-ahead or look-behind begins; name.len: nowhere. */
static size_t look_around(ms_name name)
{
    static const char *const looks[] = {"(?=", "(?!", "(?<=", "(?<!"};
    for (size_t at = 0; at < name.len; at += part_length(name, at)) {
        for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++) {
            if (strncmp(name.data + at, looks[i], strlen(looks[i])) == 0) {
                return at;
            }
        }
    }
    return name.len;
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
    size_t at = strstr(message, "Zero-width") ? look_around(name) : name.len;
    at = at < name.len ? at : error_position(name.data, flags, message) - 1;
    return ms_err_set(
        err, MS_USAGE, 0,
        "keyword %zu, '%s', is not a regular expression that can be searched: %s (seen at index %zu)", id + 1,
        shown, message, at);
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

/* How many groups are open behind the part at `at` when `depth` were before it. */
static size_t depth_behind(ms_name name, size_t at, size_t depth)
{
    if (name.data[at] == '(' && part_length(name, at) == 1) {
        return depth + 1;
    }
    return name.data[at] == ')' && depth > 0 ? depth - 1 : depth;
}

/* Can what stands between the '|' outside of groups be taken apart? Not when a mode is switched for all that
 * follows, nor with (?x), which makes comments of what looks like parts. */
static bool can_be_split(ms_name name)
{
    size_t depth = 0;
    for (size_t at = 0; at < name.len; at += part_length(name, at)) {
        if (part_length(name, at) == 1 && strncmp(name.data + at, "(?", 2) == 0) {
            const char *modes = name.data + at + 2;
            size_t n = strspn(modes, "imsxJUX-^");
            if (memchr(modes, 'x', n) || (depth == 0 && modes[n] == ')')) {
                return false;
            }
        }
        depth = depth_behind(name, at, depth);
    }
    return true;
}

/* Where the alternative that begins at `from` ends: at a '|' outside of groups, or with the expression. */
static size_t alternative_end(ms_name name, size_t from)
{
    size_t depth = 0;
    size_t at = from;
    while (at < name.len && (depth > 0 || name.data[at] != '|')) {
        depth = depth_behind(name, at, depth);
        at += part_length(name, at);
    }
    return at;
}

/* An alternative by itself: does it match only at a line's beginning, only at its end? Then -w asks nothing
 * there, and must not ask: the library takes anchors only at the ends. */
enum anchors { AT_START = 1, AT_END = 2, ANCHORS_COUNT = 4 };

/* Where the last part begins; `from` when there is none. */
static size_t last_part(ms_name name, size_t from, size_t end)
{
    size_t last = from;
    for (size_t at = from; at < end; at += part_length(name, at)) {
        last = at;
    }
    return last;
}

static unsigned anchors_of(ms_name name, size_t from, size_t end)
{
    size_t last = last_part(name, from, end);
    bool start = from < end && name.data[from] == '^';
    bool stop = from < end && name.data[last] == '$';
    return (start ? AT_START : 0U) | (stop ? AT_END : 0U);
}

/* The anchors of an expression that cannot be split; 0 when they are not plain to see. */
static unsigned anchors_of_whole(ms_name name)
{
    bool plain = !memchr(name.data, '|', name.len) && !memchr(name.data, '#', name.len);
    return plain ? anchors_of(name, 0, name.len) : 0;
}

/* Does the expression end within \Q, which would take in what is put behind it? */
static bool ends_quoted(ms_name name)
{
    size_t last = last_part(name, 0, name.len);
    return strncmp(name.data + last, "\\Q", 2) == 0 && !strstr(name.data + last, "\\E");
}

/* Appends the alternatives that have these anchors as one group, with what -w asks beside it. */
static ms_code put_words(ms_bytes *to, ms_name name, bool split, unsigned anchors)
{
    ms_code code = MS_OK;
    bool any = false;
    size_t end = 0;
    for (size_t from = 0; from <= name.len && code == MS_OK; from = end + 1) {
        end = split ? alternative_end(name, from) : name.len;
        if ((split ? anchors_of(name, from, end) : anchors_of_whole(name)) != anchors) {
            continue;
        }
        const char *open = (anchors & AT_START) ? "(?:" : "(?:^|\\W)(?:";
        code = any || to->len > 0 ? put_text(to, "|") : MS_OK;
        code = code == MS_OK && !any ? put_text(to, open) : code;
        code = code == MS_OK ? ms_bytes_append(to, name.data + from, end - from) : code;
        code = code == MS_OK && end == name.len && ends_quoted(name) ? put_text(to, "\\E") : code;
        any = true;
    }
    if (!any || code != MS_OK) {
        return code;
    }
    return put_text(to, (anchors & AT_END) ? ")" : ")(?:\\W|$)");
}

/* A regular expression of which a match must be a word. Its alternatives come in another order than typed,
 * which changes nothing: a line has a match of one of them or not. */
static ms_code put_regex_words(ms_bytes *to, ms_name name)
{
    bool split = can_be_split(name);
    ms_code code = MS_OK;
    for (unsigned anchors = 0; anchors < ANCHORS_COUNT && code == MS_OK; anchors++) {
        code = put_words(to, name, split, anchors);
    }
    return code;
}

/* A fixed string likewise, in one piece: it has no anchors. */
static ms_code put_fixed_word(ms_bytes *to, ms_name name, bool fold, ms_err *err)
{
    ms_code code = put_text(to, "(?:^|\\W)(?:");
    code = code == MS_OK ? put_fixed(to, name, fold, err) : code;
    return code == MS_OK ? put_text(to, ")(?:\\W|$)") : code;
}

static ms_code put_expression(ms_bytes *to, const ms_keywords *keywords, size_t id, bool wrap, ms_err *err)
{
    ms_name name = ms_names_at(&keywords->list, id);
    ms_code code = MS_OK;
    if (keywords->regex) {
        code = wrap ? put_regex_words(to, name) : ms_bytes_append(to, name.data, name.len);
    } else {
        bool fold = !ms_pattern_plain_literal(keywords, id);
        code = wrap ? put_fixed_word(to, name, fold, err) : put_fixed(to, name, fold, err);
    }
    return code == MS_OK ? ms_bytes_put_u8(to, 0) : code;
}

ms_code ms_pattern_make(ms_pattern *pattern, const ms_keywords *keywords, size_t id, bool word_inside,
                        ms_err *err)
{
    ms_name name = ms_names_at(&keywords->list, id);
    unsigned flags = HS_FLAG_MULTILINE | (keywords->ignore_case ? HS_FLAG_CASELESS : 0U);
    bool plain = ms_pattern_plain_literal(keywords, id);
    bool wrap = keywords->word && (word_inside || !plain);
    pattern->nliteral = plain && !wrap ? name.len : 0;
    ms_code code = keywords->regex ? check_regex(pattern, name, id, flags, err) : MS_OK;
    if (code != MS_OK) {
        ms_pattern_fini(pattern);
        return code;
    }
    code = put_expression(&pattern->expression, keywords, id, wrap, err);
    if (code != MS_OK) {
        ms_pattern_fini(pattern);
        return code == MS_NOMEM ? ms_err_set(err, MS_NOMEM, 0, "no memory for the patterns") : code;
    }
    return MS_OK;
}
