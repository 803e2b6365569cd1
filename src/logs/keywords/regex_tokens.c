#include "logs/keywords/regex_tokens.h"

#include "base/escape.h"

#include <string.h>

/* \Q...\E; without \E all of the rest. */
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

/* [...], where a ']' may also be the first member, escaped, or within [:alpha:]. */
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

size_t ms_regex_token_length(ms_str regex, size_t at)
{
    const char *p = regex.data + at;
    size_t left = regex.len - at;
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
    uint32_t code_point = 0;
    size_t n = (uint8_t)*p < 0x80 ? 1 : ms_utf8_decode((const uint8_t *)p, left, &code_point);
    return n > 0 ? n : 1;
}

size_t ms_group_depth_after(ms_str regex, size_t at, size_t depth)
{
    if (regex.data[at] == '(' && ms_regex_token_length(regex, at) == 1) {
        return depth + 1;
    }
    return regex.data[at] == ')' && depth > 0 ? depth - 1 : depth;
}

size_t ms_alternative_end(ms_str regex, size_t from)
{
    size_t depth = 0;
    size_t at = from;
    while (at < regex.len && (depth > 0 || regex.data[at] != '|')) {
        depth = ms_group_depth_after(regex, at, depth);
        at += ms_regex_token_length(regex, at);
    }
    return at;
}
