/* What the texts of --help and --man are made of: plain text, wrapped text, text escaped for roff. */
#include "config/config_internal.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define LAST_COLUMN 79

void ms__put_text(ms_bytes *to, const char *text)
{
    ms_bytes_append(to, text, strlen(text));
}

void ms__put_format(ms_bytes *to, const char *fmt, ...)
{
    char text[256];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    ms__put_text(to, text);
}

void ms__put_wrapped(ms_bytes *to, const char *text, size_t indent, size_t column)
{
    size_t at = column;
    bool fresh = false; /* only blanks on this line so far */
    if (at <= indent) {
        ms__put_format(to, "%*s", (int)(indent - at), "");
        at = indent;
        fresh = true;
    }
    for (const char *word = text + strspn(text, " "); *word;) {
        size_t n = strcspn(word, " ");
        if (!fresh && at + 1 + n > LAST_COLUMN) {
            ms__put_format(to, "\n%*s", (int)indent, "");
            at = indent;
            fresh = true;
        }
        ms__put_text(to, fresh ? "" : " ");
        ms_bytes_append(to, word, n);
        at += n + (fresh ? 0 : 1);
        fresh = false;
        word += n;
        word += strspn(word, " ");
    }
    ms__put_text(to, "\n");
}

/* groff_char(7): the name of a character that roff or its output device would replace by another. */
static const char *roff_name(char c)
{
    switch (c) {
    case '\\':
        return "\\e";
    case '-':
        return "\\-";
    case '\'':
        return "\\(aq";
    case '"':
        return "\\(dq";
    case '`':
        return "\\(ga";
    case '^':
        return "\\(ha";
    case '~':
        return "\\(ti";
    default:
        return NULL;
    }
}

void ms__put_roff(ms_bytes *to, const char *text)
{
    bool line_start = true;
    for (const char *p = text; *p; p++) {
        const char *name = roff_name(*p);
        if (line_start && *p == '.') {
            ms__put_text(to, "\\&");
        }
        if (name) {
            ms__put_text(to, name);
        } else {
            ms_bytes_append(to, p, 1);
        }
        line_start = *p == '\n';
    }
}

const char *ms__size_text(char to[32], uint64_t nbytes)
{
    static const char units[] = {'K', 'M', 'G', 'T'};
    size_t unit = 0;
    while (unit < sizeof units && nbytes != 0 && nbytes % 1024 == 0) {
        nbytes /= 1024;
        unit++;
    }
    (void)snprintf(to, 32, "%" PRIu64, nbytes);
    if (unit > 0) {
        size_t n = strlen(to);
        to[n] = units[unit - 1];
        to[n + 1] = 0;
    }
    return to;
}
