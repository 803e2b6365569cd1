/* With -w an expression P becomes (?:^|\W)(?:P)(?:\W|$). This includes the neighboring bytes in the match,
 * which moves the match but does not change whether a line has one. Hyperscan takes anchors at the ends only,
 * so alternatives of P that have anchors are grouped separately: ^A$|B becomes
 * (?:^|\W)(?:B)(?:\W|$)|(?:^A$). */
#include "logs/keywords/pattern.h"

#include "base/escape.h"
#include "logs/keywords/posix_ere.h"
#include "logs/keywords/regex_tokens.h"

#include <ctype.h>
#include <hs/hs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void ms_pattern_fini(ms_pattern *pattern)
{
    ms_bytes_fini(&pattern->expression);
    *pattern = (ms_pattern){0};
}

static void put_text(ms_bytes *to, const char *text)
{
    ms_bytes_append(to, text, strlen(text));
}

/* Conservative: also counts what is in a character class or after \Q; that costs speed only. */
static void note_anchors(ms_pattern *pattern, ms_str regex)
{
    for (size_t i = 0; i < regex.len; i++) {
        char c = regex.data[i];
        if (c == '$') {
            pattern->end_bound = true;
        } else if (c == '\\' && i + 1 < regex.len) {
            char next = regex.data[++i];
            pattern->line_bound =
                pattern->line_bound || next == 'A' || next == 'z' || next == 'Z' || next == 'G';
            pattern->end_bound = pattern->end_bound || next == 'Q' || next == 'E';
        } else if (c == '(' && i + 1 < regex.len && regex.data[i + 1] == '?') {
            size_t end = i + 2;
            while (end < regex.len && strchr("imsxJUX-^", regex.data[end]) && regex.data[end] != 0) {
                pattern->line_bound = pattern->line_bound || regex.data[end] == 'm' || regex.data[end] == '^';
                end++;
            }
        }
    }
}

/* Offset of the first look-ahead or look-behind; regex.len without one. */
static size_t find_lookaround(ms_str regex)
{
    static const char *const lookarounds[] = {"(?=", "(?!", "(?<=", "(?<!"};
    for (size_t at = 0; at < regex.len; at += ms_regex_token_length(regex, at)) {
        for (size_t i = 0; i < sizeof lookarounds / sizeof lookarounds[0]; i++) {
            if (strncmp(regex.data + at, lookarounds[i], strlen(lookarounds[i])) == 0) {
                return at;
            }
        }
    }
    return regex.len;
}

/* Length of the shortest prefix of `text` for which Hyperscan reports the same error. */
static size_t error_position(const char *text, unsigned flags, const char *message)
{
    size_t n = strlen(text);
    size_t found = n;
    char *prefix = n <= 4096 ? strdup(text) : NULL;
    for (size_t len = 1; prefix && len < n && found == n; len++) {
        hs_expr_info_t *info = NULL;
        hs_compile_error_t *error = NULL;
        prefix[len] = 0;
        if (hs_expression_info(prefix, flags, &info, &error) != HS_SUCCESS && error &&
            strcmp(error->message, message) == 0) {
            found = len;
        }
        prefix[len] = text[len];
        free(info);
        (void)hs_free_compile_error(error);
    }
    free(prefix);
    return found;
}

static ms_code refuse(ms_str regex, ms_str typed, size_t id, unsigned flags, const char *message, ms_err *err)
{
    char shown[200];
    (void)ms_escape_to(shown, sizeof shown, typed.data, typed.len);
    if (strstr(message, "index")) {
        return ms_err_set(err, MS_USAGE, 0, "keyword %zu, '%s', is not a supported regular expression: %s",
                          id + 1, shown, message);
    }
    size_t at = strstr(message, "Zero-width") ? find_lookaround(regex) : regex.len;
    at = at < regex.len ? at : error_position(regex.data, flags, message) - 1;
    return ms_err_set(err, MS_USAGE, 0,
                      "keyword %zu, '%s', is not a supported regular expression: %s (at index %zu)", id + 1,
                      shown, message, at);
}

/* Refuses what is unsafe here: modes, and a NUL byte as it is. */
static ms_code check_typed(ms_str regex, size_t id, unsigned flags, ms_err *err)
{
    const char *nul = memchr(regex.data, 0, regex.len);
    if (nul) {
        char message[80];
        (void)snprintf(message, sizeof message, "A NUL byte must be written as \\x00, at index %td.",
                       nul - regex.data);
        return refuse(regex, regex, id, flags, message, err);
    }
    size_t letters = regex.len >= 2 ? strspn(regex.data + 2, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") : 0;
    if (strncmp(regex.data, "(*", 2) == 0 && letters > 0) {
        return refuse(regex, regex, id, flags, "Verbs such as (*UTF8) are not allowed at index 0.", err);
    }
    return MS_OK;
}

/* The expression as Hyperscan reads it, with a NUL. */
static ms_code translate(ms_bytes *to, ms_str typed, size_t id, ms_err *err)
{
    ms_ere_error error;
    if (!ms_posix_ere_translate(to, typed, &error)) {
        char message[120];
        (void)snprintf(message, sizeof message, "%s (at index %zu)", error.message, error.at);
        return refuse(typed, typed, id, 0, message, err);
    }
    ms_bytes_put_u8(to, 0);
    return ms_bytes_check(to) == MS_OK ? MS_OK
                                       : ms_err_set(err, MS_NOMEM, 0, "out of memory for the patterns");
}

/* Checks the user's own expression. `typed` is what messages show. */
static ms_code check_regex(ms_pattern *pattern, ms_str regex, ms_str typed, size_t id, unsigned flags,
                           ms_err *err)
{
    hs_expr_info_t *info = NULL;
    hs_compile_error_t *error = NULL;
    if (hs_expression_info(regex.data, flags | HS_FLAG_ALLOWEMPTY, &info, &error) != HS_SUCCESS) {
        ms_code code =
            refuse(regex, typed, id, flags | HS_FLAG_ALLOWEMPTY, error ? error->message : "refused", err);
        (void)hs_free_compile_error(error);
        return code;
    }
    pattern->allow_empty = info->min_width == 0;
    free(info);
    note_anchors(pattern, regex);
    return MS_OK;
}

/* May the alternatives be grouped in another order? Not with a mode set for the rest of the expression, nor
 * with (?x), which makes comments of what looks like tokens. */
static bool can_reorder(ms_str regex)
{
    size_t depth = 0;
    for (size_t at = 0; at < regex.len; at += ms_regex_token_length(regex, at)) {
        if (ms_regex_token_length(regex, at) == 1 && strncmp(regex.data + at, "(?", 2) == 0) {
            const char *modes = regex.data + at + 2;
            size_t n = strspn(modes, "imsxJUX-^");
            if (memchr(modes, 'x', n) || (depth == 0 && modes[n] == ')')) {
                return false;
            }
        }
        depth = ms_group_depth_after(regex, at, depth);
    }
    return true;
}

/* Anchors of an alternative. Where it has one, -w must not require a neighbor: Hyperscan takes anchors at the
 * ends only. */
enum anchors { AT_START = 1, AT_END = 2, ANCHORS_COUNT = 4 };

/* Offset of the last token; `from` without one. */
static size_t last_token(ms_str regex, size_t from, size_t end)
{
    size_t last = from;
    for (size_t at = from; at < end; at += ms_regex_token_length(regex, at)) {
        last = at;
    }
    return last;
}

static unsigned anchors_of(ms_str regex, size_t from, size_t end)
{
    size_t last = last_token(regex, from, end);
    bool start = from < end && regex.data[from] == '^';
    bool stop = from < end && regex.data[last] == '$';
    return (start ? AT_START : 0U) | (stop ? AT_END : 0U);
}

/* The anchors of an expression whose alternatives cannot be reordered; 0 when they are not obvious. */
static unsigned anchors_of_whole(ms_str regex)
{
    bool plain = !memchr(regex.data, '|', regex.len) && !memchr(regex.data, '#', regex.len);
    return plain ? anchors_of(regex, 0, regex.len) : 0;
}

/* Does the expression end within \Q, which would quote what is appended? */
static bool ends_quoted(ms_str regex)
{
    size_t last = last_token(regex, 0, regex.len);
    return strncmp(regex.data + last, "\\Q", 2) == 0 && !strstr(regex.data + last, "\\E");
}

/* Appends the alternatives that have exactly these anchors as one group, with the neighbors that -w
 * requires. */
static void put_alternatives(ms_bytes *to, ms_str regex, bool reorder, unsigned anchors)
{
    bool any = false;
    size_t end = 0;
    for (size_t from = 0; from <= regex.len; from = end + 1) {
        end = reorder ? ms_alternative_end(regex, from) : regex.len;
        if ((reorder ? anchors_of(regex, from, end) : anchors_of_whole(regex)) != anchors) {
            continue;
        }
        const char *open = (anchors & AT_START) ? "(?:" : "(?:^|\\W)(?:";
        put_text(to, any || to->len > 0 ? "|" : "");
        put_text(to, any ? "" : open);
        ms_bytes_append(to, regex.data + from, end - from);
        put_text(to, end == regex.len && ends_quoted(regex) ? "\\E" : "");
        any = true;
    }
    if (any) {
        put_text(to, (anchors & AT_END) ? ")" : ")(?:\\W|$)");
    }
}

/* The order of alternatives changes, which does not matter: a line matches one of them or not. */
static void put_word_regex(ms_bytes *to, ms_str regex)
{
    bool reorder = can_reorder(regex);
    for (unsigned anchors = 0; anchors < ANCHORS_COUNT; anchors++) {
        put_alternatives(to, regex, reorder, anchors);
    }
}

/* Group openings that do not change how a newline is matched. */
static bool is_line_local_group(const char *p)
{
    return strncmp(p, "(?:", 3) == 0 || strncmp(p, "(?i)", 4) == 0 || strncmp(p, "(?i:", 4) == 0 ||
           p[1] != '?';
}

/* A character class without a newline: not negated, no control characters; of escapes only \d, \w and
 * punctuation. */
static bool is_line_local_class(const char *p, size_t n)
{
    bool local = n > 2 && p[1] != '^' && p[n - 1] == ']';
    for (size_t i = 1; i < n && local; i++) {
        if (p[i] == '\\') {
            i++;
            local = i < n && (p[i] == 'd' || p[i] == 'w' || ispunct((unsigned char)p[i]));
        } else {
            local = (uint8_t)p[i] >= ' ' && p[i] != '[';
        }
    }
    return local;
}

/* Is every match within one line, and independent of the neighboring lines? True without anchors and without
 * anything that can match a newline. \b is allowed: a newline is a non-word byte, as is the end of the
 * data. */
static bool is_line_local(ms_str regex)
{
    bool local = true;
    for (size_t at = 0; at < regex.len && local;) {
        const char *p = regex.data + at;
        size_t n = ms_regex_token_length(regex, at);
        if (*p == '\\') {
            local = n == 2 && (strchr("dwb", p[1]) || ispunct((unsigned char)p[1]));
        } else if (*p == '[') {
            local = is_line_local_class(p, n);
        } else if (*p == '(') {
            local = n == 1 && is_line_local_group(p);
        } else {
            local = *p != '^' && *p != '$' && (uint8_t)*p >= ' ';
        }
        at += n;
    }
    return local;
}

static void put_expression(ms_bytes *to, ms_str regex, bool word)
{
    if (word) {
        put_word_regex(to, regex);
    } else {
        ms_bytes_append(to, regex.data, regex.len);
    }
    ms_bytes_put_u8(to, 0);
}

ms_code ms_pattern_make(ms_pattern *pattern, const ms_keywords *keywords, size_t id, ms_err *err)
{
    ms_str typed = ms_str_list_at(&keywords->list, id);
    unsigned flags = HS_FLAG_MULTILINE | (keywords->ignore_case ? HS_FLAG_CASELESS : 0U);
    ms_bytes translated = {0};
    ms_str regex = {0};
    ms_code code = MS_OK;
    MS_TRY_OR(fini, check_typed(typed, id, flags, err));
    MS_TRY_OR(fini, translate(&translated, typed, id, err));
    regex = (ms_str){(const char *)translated.data, translated.len - 1};
    MS_TRY_OR(fini, check_regex(pattern, regex, typed, id, flags, err));
    pattern->within_line = !pattern->allow_empty && !keywords->word && is_line_local(regex);
    put_expression(&pattern->expression, regex, keywords->word);
    if (ms_bytes_check(&pattern->expression) != MS_OK) {
        code = ms_err_set(err, MS_NOMEM, 0, "out of memory for the patterns");
    }
fini:
    ms_bytes_fini(&translated);
    if (code != MS_OK) {
        ms_pattern_fini(pattern);
    }
    return code;
}
