#include "logs/keywords/posix_bracket.h"

#include <ctype.h>
#include <string.h>

ms_byte_kind ms_byte_kind_of(char byte)
{
    unsigned char c = (unsigned char)byte;
    if (c >= 0x80) {
        return MS_KIND_MIXED;
    }
    return isalnum(c) || c == '_' ? MS_KIND_WORD : MS_KIND_OTHER;
}

ms_byte_kind ms_escape_kind(char escaped)
{
    if (escaped == 'w' || escaped == 'd') {
        return MS_KIND_WORD;
    }
    bool other = escaped == 'W' || escaped == 's' || (ispunct((unsigned char)escaped) && escaped != '_');
    return other ? MS_KIND_OTHER : MS_KIND_MIXED;
}

/* [:alpha:], [.a.], [=a=] within brackets; 0: none at p. */
static size_t element_length(const char *p, size_t left)
{
    if (left < 4 || *p != '[' || (p[1] != ':' && p[1] != '.' && p[1] != '=')) {
        return 0;
    }
    const char ending[] = {p[1], ']'};
    const char *end = memmem(p + 2, left - 2, ending, 2);
    if (end == p + 2 && left > 4 && p[1] != ':') {
        end = memmem(p + 3, left - 3, ending, 2); /* [...] is the character '.' */
    }
    bool name = end && (p[1] != ':' || !memchr(p + 2, ']', (size_t)(end - p) - 2));
    return name ? (size_t)(end - p) + 2 : 0;
}

static size_t member_length(const char *p, size_t left, bool escapes)
{
    size_t n = element_length(p, left);
    if (n == 0) {
        n = escapes && *p == '\\' && left > 1 ? 2 : 1;
    }
    return n;
}

/* 0: it has no end. */
static size_t length_with(const char *p, size_t left, bool escapes)
{
    size_t at = 1;
    at += at < left && p[at] == '^' ? 1 : 0;
    at += at < left && p[at] == ']' ? 1 : 0;
    while (at < left && p[at] != ']') {
        at += member_length(p + at, left - at, escapes);
    }
    return at < left ? at + 1 : 0;
}

size_t ms_posix_bracket_length(const char *p, size_t left)
{
    size_t n = length_with(p, left, true);
    n = n > 0 ? n : length_with(p, left, false);
    return n > 0 ? n : left;
}

static bool is_element(const char *p, size_t n, const char *const *names)
{
    for (; *names; names++) {
        if (n == strlen(*names) && memcmp(p, *names, n) == 0) {
            return true;
        }
    }
    return false;
}

static ms_byte_kind member_kind(const char *p, size_t n)
{
    static const char *const words[] = {"[:alpha:]", "[:digit:]",  "[:alnum:]", "[:upper:]",
                                        "[:lower:]", "[:xdigit:]", NULL};
    static const char *const others[] = {"[:space:]", "[:blank:]", NULL};
    if (n == 1) {
        return ms_byte_kind_of(*p);
    }
    if (n == 2 && *p == '\\') {
        return ms_escape_kind(p[1]);
    }
    if (is_element(p, n, words)) {
        return MS_KIND_WORD;
    }
    return is_element(p, n, others) ? MS_KIND_OTHER : MS_KIND_MIXED;
}

static bool same_range(unsigned char from, unsigned char to)
{
    return (isdigit(from) && isdigit(to)) || (islower(from) && islower(to)) || (isupper(from) && isupper(to));
}

ms_byte_kind ms_posix_bracket_kind(const char *p, size_t n)
{
    ms_byte_kind kind = MS_KIND_MIXED;
    if (n < 3 || p[n - 1] != ']' || p[1] == '^' || length_with(p, n, true) != n) {
        return MS_KIND_MIXED;
    }
    for (size_t at = 1; at < n - 1;) {
        size_t length = at == 1 && p[at] == ']' ? 1 : member_length(p + at, n - at, true);
        ms_byte_kind here = member_kind(p + at, length);
        if (length == 1 && p[at + 1] == '-' && at + 2 < n - 1) {
            here = same_range((unsigned char)p[at], (unsigned char)p[at + 2]) ? MS_KIND_WORD : MS_KIND_MIXED;
            length = 3;
        }
        if (here == MS_KIND_MIXED || (at > 1 && here != kind)) {
            return MS_KIND_MIXED;
        }
        kind = here;
        at += length;
    }
    return kind;
}

typedef struct named {
    const char *name;
    char byte;
} named;

/* The character of [.x.] or [=x=], by itself or by POSIX's name; -1: none. */
static int element_byte(const char *p, size_t n)
{
    static const named names[] = {
        {"space", ' '},
        {"tab", '\t'},
        {"hyphen", '-'},
        {"hyphen-minus", '-'},
        {"period", '.'},
        {"full-stop", '.'},
        {"comma", ','},
        {"colon", ':'},
        {"semicolon", ';'},
        {"slash", '/'},
        {"solidus", '/'},
        {"backslash", '\\'},
        {"underscore", '_'},
        {"low-line", '_'},
        {"asterisk", '*'},
        {"plus-sign", '+'},
        {"equals-sign", '='},
        {"number-sign", '#'},
        {"dollar-sign", '$'},
        {"percent-sign", '%'},
        {"ampersand", '&'},
        {"apostrophe", '\''},
        {"quotation-mark", '"'},
        {"exclamation-mark", '!'},
        {"tilde", '~'},
        {"question-mark", '?'},
        {"commercial-at", '@'},
        {"circumflex", '^'},
        {"vertical-line", '|'},
        {"left-parenthesis", '('},
        {"right-parenthesis", ')'},
        {"left-square-bracket", '['},
        {"right-square-bracket", ']'},
        {"left-brace", '{'},
        {"right-brace", '}'},
    };
    if (n == 5) {
        return (unsigned char)p[2];
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (n - 4 == strlen(names[i].name) && memcmp(p + 2, names[i].name, n - 4) == 0) {
            return (unsigned char)names[i].byte;
        }
    }
    return -1;
}

static void put_byte(ms_bytes *to, int byte)
{
    if (ispunct(byte)) {
        ms_bytes_put_u8(to, '\\');
    }
    ms_bytes_put_u8(to, (uint8_t)byte);
}

/* A class that begins with ':' and has a ":]" would be taken for [:alpha:] without its brackets. */
static bool looks_like_element(const char *p, size_t n)
{
    const char ending[] = {p[1], ']'};
    return (p[1] == ':' || p[1] == '.' || p[1] == '=') && memmem(p + 2, n - 2, ending, 2);
}

void ms_posix_bracket_put(ms_bytes *to, const char *p, size_t n)
{
    bool escapes = length_with(p, n, true) == n;
    if (n < 3 || (!escapes && length_with(p, n, false) != n)) {
        ms_bytes_append(to, p, n);
        return;
    }
    size_t at = 1;
    ms_bytes_put_u8(to, '[');
    if (looks_like_element(p, n)) {
        put_byte(to, (unsigned char)p[at++]);
    }
    if (p[at] == '^' && at == 1) {
        ms_bytes_put_u8(to, (uint8_t)p[at++]);
    }
    if (p[at] == ']' && at < n - 1) {
        ms_bytes_put_u8(to, (uint8_t)p[at++]);
    }
    while (at < n) {
        size_t length = at < n - 1 ? member_length(p + at, n - at, escapes) : 1;
        int byte = length >= 5 && p[at] == '[' && p[at + 1] != ':' ? element_byte(p + at, length) : -1;
        if (byte >= 0) {
            put_byte(to, byte);
        } else {
            ms_bytes_append(to, "\\", !escapes && p[at] == '\\' ? 1 : 0);
            ms_bytes_append(to, p + at, length);
        }
        at += length;
    }
}
