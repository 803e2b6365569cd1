/* In the wide form each token that may match a character beyond ASCII also matches any number of bytes beyond
 * ASCII, and \b, which depends on such characters, is left out. A token is left alone where bytes are as good
 * as characters: between whole characters, as many bytes as wanted are as many characters. */
#include "logs/keywords/byte_pattern.h"

#include "base/escape.h"
#include "logs/keywords/regex_tokens.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define HIGH "[\\x80-\\xff]+"
/* The letters beyond ASCII that match k and s when case is ignored (CaseFolding.txt), and those two. */
#define LONG_S "\xC5\xBF"
#define KELVIN "\xE2\x84\xAA"
#define FOLDED "[kKsS]"

typedef struct rewriting {
    ms_bytes *to;
    ms_str from;
    size_t at;
    size_t depth;
    bool ignore_case;
    bool wide;
    bool separated; /* the token before is a character, or there is none */
    ms_byte_traits *traits;
} rewriting;

static void put_text(rewriting *r, const char *text)
{
    ms_bytes_append(r->to, text, strlen(text));
}

static bool is_folded(char c)
{
    return c != 0 && strchr("kKsS", c);
}

static bool has_quantifier(const rewriting *r, size_t n)
{
    const char *next = r->from.data + r->at + n; /* a NUL at the end */
    return *next != 0 && strchr("*+?{", *next);
}

/* The token p, or what stands for it. `folds`: it may, ignoring case, also match k or s. */
static void put_wide(rewriting *r, const char *p, size_t n, bool folds)
{
    r->traits->same = false;
    r->traits->only_wide = r->traits->only_wide || folds;
    put_text(r, r->wide ? "(?:" : "");
    ms_bytes_append(r->to, p, n);
    put_text(r, r->wide && folds ? "|" FOLDED : "");
    put_text(r, r->wide ? "|" HIGH ")" : "");
}

/* '.' or [^ ]: of any number of them bytes are as good as characters. One or more need a character, which is
 * as good as a byte where the token before has one of its own. */
static void put_any(rewriting *r, const char *p, size_t n)
{
    if (p[n] == '*' || (p[n] == '+' && r->depth == 0 && r->separated)) {
        ms_bytes_append(r->to, p, n);
    } else {
        put_wide(r, p, n, false);
    }
}

static void put_char(rewriting *r, const char *p, size_t n)
{
    uint32_t code_point = 0;
    bool high = (uint8_t)*p >= 0x80 && ms_utf8_decode((const uint8_t *)p, n, &code_point) > 0;
    if (r->ignore_case && (high || is_folded(*p))) {
        put_text(r, high && !r->wide ? "(?:" : "");
        put_wide(r, p, n, code_point == 0x17F || code_point == 0x212A);
        put_text(r, high && !r->wide ? ")" : "");
        return;
    }
    bool group = n > 1 && has_quantifier(r, n);
    put_text(r, group ? "(?:" : "");
    ms_bytes_append(r->to, p, n);
    put_text(r, group ? ")" : "");
}

static void put_class(rewriting *r, const char *p, size_t n)
{
    bool negated = n > 1 && p[1] == '^';
    bool plain = true; /* ASCII, without names and escapes of letters */
    bool bytes = true; /* as bytes it is right for ASCII, and has no number that is no byte */
    bool folds = false;
    for (size_t i = negated ? 2 : 1; i + 1 < n; i++) {
        bool escape = p[i] == '\\';
        i += escape ? 1 : 0;
        plain = plain && (uint8_t)p[i] < 0x80 && (escape ? ispunct((unsigned char)p[i]) != 0 : p[i] != '[');
        bytes = bytes && !(escape && p[i] != 0 && strchr("xopPNQE", p[i])) &&
                ((uint8_t)p[i] < 0x80 || !r->ignore_case);
        folds = folds || is_folded(p[i]) || p[i] == '-';
    }
    if (plain && !(r->ignore_case && folds) && negated) {
        put_any(r, p, n);
    } else if (plain && !(r->ignore_case && folds)) {
        ms_bytes_append(r->to, p, n);
    } else if (bytes || !r->wide) {
        put_wide(r, p, n, !bytes && r->ignore_case);
    } else {
        put_wide(r, ".", 1, r->ignore_case);
    }
}

static void put_hex(rewriting *r, const char *p, size_t n)
{
    unsigned long value = strtoul(p + (p[2] == '{' ? 3 : 2), NULL, 16);
    bool folds = r->ignore_case && (value == 0x17F || value == 0x212A);
    if (value >= 0x80 && r->wide) {
        put_wide(r, HIGH, strlen(HIGH), folds);
    } else if (value >= 0x80 || (r->ignore_case && is_folded((char)value))) {
        put_wide(r, p, n, folds);
    } else {
        ms_bytes_append(r->to, p, n);
    }
}

static bool put_escape(rewriting *r, const char *p, size_t n)
{
    char c = n > 1 ? p[1] : 0;
    if (c == 'b' || c == 'B') {
        r->traits->same = false;
        ms_bytes_append(r->to, p, r->wide ? 0 : n);
        put_text(r, r->wide ? "(?:)" : "");
        return !has_quantifier(r, n);
    }
    if (c == 'x') {
        put_hex(r, p, n);
        return true;
    }
    if (c != 0 && strchr("dDwWsShHvVpP", c)) {
        bool property = c == 'p' || c == 'P';
        r->traits->only_wide = r->traits->only_wide || (property && r->ignore_case);
        put_wide(r, p, n, false);
        return true;
    }
    ms_bytes_append(r->to, p, n);
    bool reference = n == 2 && c >= '1' && c <= '9' && !isdigit((unsigned char)p[2]);
    return reference || (n == 2 && c != 0 && (ispunct((unsigned char)c) || strchr("ntrfaeAzZ", c)));
}

/* Length of (?: and the like; 0 for what depends on other groups, and for (?x). */
static size_t group_head(rewriting *r, const char *p)
{
    if (p[1] != '?') {
        return p[1] == '*' ? 0 : 1;
    }
    size_t modes = strspn(p + 2, "imsUJ-^");
    const char *name = p + (p[2] == 'P' ? 3 : 2);
    const char *name_end = *name == '<' ? strchr(name, '>') : NULL;
    r->ignore_case = r->ignore_case || memchr(p + 2, 'i', modes); /* at least from here on */
    if (p[2 + modes] == ':' || (modes > 0 && p[2 + modes] == ')')) {
        return 2 + modes + (p[2 + modes] == ':' ? 1 : 0);
    }
    if (p[2] == '=' || p[2] == '!' || p[2] == '>') {
        return 3;
    }
    if (p[2] == '<' && (p[3] == '=' || p[3] == '!')) {
        return 4;
    }
    return name_end ? (size_t)(name_end - p) + 1 : 0;
}

static size_t escape_length(const char *p, size_t n)
{
    if (n != 2 || !strchr("xpP", p[1])) {
        return n;
    }
    const char *close = p[2] == '{' ? strchr(p, '}') : NULL;
    if (close) {
        return (size_t)(close - p) + 1;
    }
    size_t digits = p[1] == 'x' ? strspn(p + 2, "0123456789abcdefABCDEF") : p[2] != 0;
    return n + (digits < 2 ? digits : 2);
}

static size_t token_length(rewriting *r, const char *p)
{
    size_t n = ms_regex_token_length(r->from, r->at);
    if (*p == '\\') {
        return escape_length(p, n);
    }
    if (*p == '(' && n == 1) {
        return group_head(r, p);
    }
    return n;
}

static bool put_token(rewriting *r)
{
    const char *p = r->from.data + r->at;
    size_t n = token_length(r, p);
    bool known = n > 0;
    bool separates = false;
    if (*p == '\\') {
        known = put_escape(r, p, n);
    } else if (*p == '[') {
        put_class(r, p, n);
    } else if (*p == '.') {
        put_any(r, p, n);
    } else if (strchr("^$|()*+?{}", *p)) {
        r->depth += *p == '(' && p[n - 1] != ')' ? 1 : 0;
        r->depth -= *p == ')' && r->depth > 0 ? 1 : 0;
        ms_bytes_append(r->to, p, n);
    } else {
        put_char(r, p, n);
        separates = !has_quantifier(r, n);
    }
    r->separated = *p == '^' ? r->separated : separates;
    r->at += n;
    return known;
}

bool ms_byte_pattern_put(ms_bytes *to, ms_str regex, bool ignore_case, ms_byte_form form,
                         ms_byte_traits *traits)
{
    *traits = (ms_byte_traits){.same = true, .raw = !ms_utf8_valid(regex.data, regex.len)};
    rewriting r = {.to = to,
                   .from = regex,
                   .ignore_case = ignore_case,
                   .wide = form == MS_FORM_WIDE,
                   .separated = true,
                   .traits = traits};
    bool known = true;
    while (r.at < regex.len && known) {
        known = put_token(&r);
    }
    return known;
}
