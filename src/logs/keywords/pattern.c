/* With -w an expression P becomes (?:^|\W)(?:P)(?:\W|$). This includes the neighboring bytes in the match,
 * which moves the match but does not change whether a line has one. */
#include "logs/keywords/pattern.h"

#include "base/escape.h"
#include "logs/keywords/byte_pattern.h"
#include "logs/keywords/hs_job.h"
#include "logs/keywords/regex_text.h"
#include "logs/keywords/regex_tokens.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

void ms_pattern_fini(ms_pattern *pattern)
{
    ms_bytes_fini(&pattern->expression);
    *pattern = (ms_pattern){0};
}

/* Conservative: also counts what is in a character class or after \Q; that costs speed only. */
static void note_anchors(ms_pattern *pattern, ms_str regex)
{
    for (size_t i = 0; i < regex.len; i++) {
        char c = regex.data[i];
        pattern->anchored = pattern->anchored || c == '^' || c == '$';
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

/* Can Hyperscan search for the expression with these flags? Then it is the pattern's. MS_LIMIT: that takes
 * too long to know. */
static ms_code take(ms_pattern *pattern, const ms_keywords *keywords, unsigned flags, bool *taken)
{
    ms_hs_result result = {0};
    const char *text = (const char *)pattern->expression.data;
    MS_TRY(ms_hs_info(&result, text, flags | HS_FLAG_ALLOWEMPTY, ms_keywords_compile_seconds(keywords)));
    *taken = result.rc == HS_SUCCESS;
    if (*taken) {
        pattern->allow_empty = result.info->min_width == 0;
        pattern->flags = flags | (pattern->allow_empty ? HS_FLAG_ALLOWEMPTY : 0U);
    }
    pattern->seconds += result.seconds;
    ms_hs_result_fini(&result);
    return MS_OK;
}

/* Tries the exact form; sets pattern->exact. */
static ms_code try_exact(ms_pattern *pattern, const ms_keywords *keywords, ms_str regex, unsigned flags)
{
    ms_bytes bytes = {0};
    ms_byte_traits traits;
    bool known = ms_byte_pattern_put(&bytes, regex, keywords->ignore_case, MS_FORM_ASCII, &traits);
    if (!known && ms_is_ascii((const uint8_t *)regex.data,
                              regex.len)) { /* all that it may have is right for ASCII as it is */
        ms_bytes_clear(&bytes);
        ms_bytes_append(&bytes, regex.data, regex.len);
        known = true;
        traits.same = false;
    }
    ms_str text = {(const char *)bytes.data, bytes.len};
    if (keywords->whole_line) {
        ms_regex_put_wrapped(&pattern->expression, "^(?:", text, ")$");
    } else if (keywords->word) {
        ms_regex_put_wrapped(&pattern->expression, "(?:^|\\W)(?:", text, ")(?:\\W|$)");
    } else {
        ms_bytes_append(&pattern->expression, text.data, text.len);
    }
    ms_bytes_put_u8(&pattern->expression, 0);
    bool failed = ms_bytes_check(&bytes) != MS_OK || ms_bytes_check(&pattern->expression) != MS_OK;
    ms_bytes_fini(&bytes);
    if (failed) {
        return MS_NOMEM;
    }
    /* Hyperscan takes anchors at the ends of the whole expression only */
    bool embedded = (keywords->word || keywords->whole_line) && (pattern->anchored || pattern->line_bound);
    if (known && !embedded && !traits.only_wide) {
        MS_TRY(take(pattern, keywords, flags, &pattern->exact));
    }
    pattern->bytewise = pattern->exact && (traits.raw || (traits.same && !keywords->word));
    pattern->within_line = pattern->exact && !pattern->allow_empty && !keywords->word &&
                           !keywords->whole_line && is_line_local(regex);
    return MS_OK;
}

static ms_code try_candidates(ms_pattern *pattern, const ms_keywords *keywords, ms_str regex, unsigned flags)
{
    ms_byte_traits traits;
    ms_bytes_clear(&pattern->expression);
    bool known =
        ms_byte_pattern_put(&pattern->expression, regex, keywords->ignore_case, MS_FORM_WIDE, &traits);
    ms_bytes_put_u8(&pattern->expression, 0);
    MS_TRY(ms_bytes_check(&pattern->expression));
    if (known) {
        MS_TRY(take(pattern, keywords, flags | HS_FLAG_PREFILTER, &known));
    }
    if (!known) {
        ms_bytes_clear(&pattern->expression);
    }
    return MS_OK;
}

static ms_code prepare(ms_pattern *pattern, const ms_keywords *keywords, ms_str regex, ms_pattern_form form)
{
    unsigned flags = HS_FLAG_MULTILINE | (keywords->ignore_case ? HS_FLAG_CASELESS : 0U);
    note_anchors(pattern, regex);
    if (form == MS_PATTERN_EXACT) {
        MS_TRY(try_exact(pattern, keywords, regex, flags));
    }
    MS_TRY(pattern->exact ? MS_OK : try_candidates(pattern, keywords, regex, flags));
    pattern->end_bound = pattern->end_bound || keywords->whole_line;
    return MS_OK;
}

ms_code ms_pattern_too_slow(const ms_keywords *keywords, size_t id, ms_err *err)
{
    char shown[200];
    ms_str typed = ms_str_list_at(&keywords->list, id);
    return ms_err_set(err, MS_USAGE, 0,
                      "keyword %zu, '%s', takes too long to compile (over %g s of CPU time): it has too many "
                      "repetitions within repetitions; write it with fewer of them",
                      id + 1, ms_escape_to(shown, sizeof shown, typed.data, typed.len),
                      ms_keywords_compile_seconds(keywords));
}

ms_code ms_pattern_make(ms_pattern *pattern, const ms_keywords *keywords, size_t id, ms_pattern_form form,
                        ms_err *err)
{
    ms_bytes regex = {0};
    MS_TRY(ms_regex_translate(&regex, keywords, id, err));
    ms_code code = prepare(pattern, keywords, (ms_str){(const char *)regex.data, regex.len - 1}, form);
    ms_bytes_fini(&regex);
    if (code != MS_OK) {
        ms_pattern_fini(pattern);
        return code == MS_LIMIT ? ms_pattern_too_slow(keywords, id, err)
                                : ms_err_set(err, code, 0, "out of memory for the patterns");
    }
    return MS_OK;
}
