/* Pattern: one keyword made ready for Hyperscan: see pattern.h.
 *
 * -w on a regular expression P becomes (?:^|\W)(?:P)(?:\W|$): it takes in the neighboring bytes, which
 * changes where the match lies but not whether the line has one, and only that is asked for. Alternatives of
 * P that have anchors are taken apart: ^A$|B becomes (?:^|\W)(?:B)(?:\W|$)|(?:^A$). */
#include "logs/keywords/pattern.h"

#include "base/escape.h"
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

/* Conservative: a hit inside a character class or behind \Q counts too; it only costs speed. */
static void note_anchors(ms_pattern *pattern, ms_str name)
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

/* Where the first look-ahead or look-behind begins; name.len: nowhere. */
static size_t look_around(ms_str name)
{
    static const char *const looks[] = {"(?=", "(?!", "(?<=", "(?<!"};
    for (size_t at = 0; at < name.len; at += ms_regex_token_length(name, at)) {
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

static ms_code refuse(ms_str name, size_t id, unsigned flags, const char *message, ms_err *err)
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
static ms_code check_regex(ms_pattern *pattern, ms_str name, size_t id, unsigned flags, ms_err *err)
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

/* Can what stands between the '|' outside of groups be taken apart? Not when a mode is switched for all that
 * follows, nor with (?x), which makes comments of what looks like parts. */
static bool can_be_split(ms_str name)
{
    size_t depth = 0;
    for (size_t at = 0; at < name.len; at += ms_regex_token_length(name, at)) {
        if (ms_regex_token_length(name, at) == 1 && strncmp(name.data + at, "(?", 2) == 0) {
            const char *modes = name.data + at + 2;
            size_t n = strspn(modes, "imsxJUX-^");
            if (memchr(modes, 'x', n) || (depth == 0 && modes[n] == ')')) {
                return false;
            }
        }
        depth = ms_depth_behind(name, at, depth);
    }
    return true;
}

/* An alternative by itself: does it match only at a line's beginning, only at its end? Then -w asks nothing
 * there, and must not ask: the library takes anchors only at the ends. */
enum anchors { AT_START = 1, AT_END = 2, ANCHORS_COUNT = 4 };

/* Where the last part begins; `from` when there is none. */
static size_t last_part(ms_str name, size_t from, size_t end)
{
    size_t last = from;
    for (size_t at = from; at < end; at += ms_regex_token_length(name, at)) {
        last = at;
    }
    return last;
}

static unsigned anchors_of(ms_str name, size_t from, size_t end)
{
    size_t last = last_part(name, from, end);
    bool start = from < end && name.data[from] == '^';
    bool stop = from < end && name.data[last] == '$';
    return (start ? AT_START : 0U) | (stop ? AT_END : 0U);
}

/* The anchors of an expression that cannot be split; 0 when they are not plain to see. */
static unsigned anchors_of_whole(ms_str name)
{
    bool plain = !memchr(name.data, '|', name.len) && !memchr(name.data, '#', name.len);
    return plain ? anchors_of(name, 0, name.len) : 0;
}

/* Does the expression end within \Q, which would take in what is put behind it? */
static bool ends_quoted(ms_str name)
{
    size_t last = last_part(name, 0, name.len);
    return strncmp(name.data + last, "\\Q", 2) == 0 && !strstr(name.data + last, "\\E");
}

/* Appends the alternatives that have these anchors as one group, with what -w asks beside it. */
static void put_words(ms_bytes *to, ms_str name, bool split, unsigned anchors)
{
    bool any = false;
    size_t end = 0;
    for (size_t from = 0; from <= name.len; from = end + 1) {
        end = split ? ms_alternative_end(name, from) : name.len;
        if ((split ? anchors_of(name, from, end) : anchors_of_whole(name)) != anchors) {
            continue;
        }
        const char *open = (anchors & AT_START) ? "(?:" : "(?:^|\\W)(?:";
        put_text(to, any || to->len > 0 ? "|" : "");
        put_text(to, any ? "" : open);
        ms_bytes_append(to, name.data + from, end - from);
        put_text(to, end == name.len && ends_quoted(name) ? "\\E" : "");
        any = true;
    }
    if (any) {
        put_text(to, (anchors & AT_END) ? ")" : ")(?:\\W|$)");
    }
}

/* A regular expression of which a match must be a word. Its alternatives come in another order than typed,
 * which changes nothing: a line has a match of one of them or not. */
static void put_regex_words(ms_bytes *to, ms_str name)
{
    bool split = can_be_split(name);
    for (unsigned anchors = 0; anchors < ANCHORS_COUNT; anchors++) {
        put_words(to, name, split, anchors);
    }
}

/* Modes behind "(?" that leave a newline what it is. */
static bool is_tame_group(const char *p)
{
    return strncmp(p, "(?:", 3) == 0 || strncmp(p, "(?i)", 4) == 0 || strncmp(p, "(?i:", 4) == 0 ||
           p[1] != '?';
}

/* [...] that no newline is in: not negated, no control characters, of escapes only \d and \w and punctuation.
 */
static bool is_tame_class(const char *p, size_t n)
{
    bool tame = n > 2 && p[1] != '^' && p[n - 1] == ']';
    for (size_t i = 1; i < n && tame; i++) {
        if (p[i] == '\\') {
            i++;
            tame = i < n && (p[i] == 'd' || p[i] == 'w' || ispunct((unsigned char)p[i]));
        } else {
            tame = (uint8_t)p[i] >= ' ' && p[i] != '[';
        }
    }
    return tame;
}

/* Is a match always within one line, and the same whether the line stands alone or among others? True of what
 * has no anchors and cannot match a newline. \b stays: a newline is as little of a word as nothing is. */
static bool is_tame(ms_str name)
{
    bool tame = true;
    for (size_t at = 0; at < name.len && tame;) {
        const char *p = name.data + at;
        size_t n = ms_regex_token_length(name, at);
        if (*p == '\\') {
            tame = n == 2 && (strchr("dwb", p[1]) || ispunct((unsigned char)p[1]));
        } else if (*p == '[') {
            tame = is_tame_class(p, n);
        } else if (*p == '(') {
            tame = n == 1 && is_tame_group(p);
        } else {
            tame = *p != '^' && *p != '$' && (uint8_t)*p >= ' ';
        }
        at += n;
    }
    return tame;
}

ms_code ms_pattern_make(ms_pattern *pattern, const ms_keywords *keywords, size_t id, ms_err *err)
{
    ms_str name = ms_str_list_at(&keywords->list, id);
    unsigned flags = HS_FLAG_MULTILINE | (keywords->ignore_case ? HS_FLAG_CASELESS : 0U);
    ms_code code = check_regex(pattern, name, id, flags, err);
    if (code != MS_OK) {
        ms_pattern_fini(pattern);
        return code;
    }
    ms_bytes *to = &pattern->expression;
    pattern->within_line = !pattern->allow_empty && !keywords->word && is_tame(name);
    if (keywords->word) {
        put_regex_words(to, name);
    } else {
        ms_bytes_append(to, name.data, name.len);
    }
    ms_bytes_put_u8(to, 0);
    if (ms_bytes_check(to) != MS_OK) {
        ms_pattern_fini(pattern);
        return ms_err_set(err, MS_NOMEM, 0, "no memory for the patterns");
    }
    return MS_OK;
}
