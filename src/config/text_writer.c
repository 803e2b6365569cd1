/* The sheet that --help and --man are written on: plain text, wrapped text, text made safe for roff. Knows
 * nothing of options. A failure to get memory is kept in the sheet, so that a writer checks once at its end.
 */
#include "config/config_internal.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define LAST_COLUMN 79

static void put(ms__text_writer *sheet, const char *data, size_t n)
{
    if (sheet->code == MS_OK) {
        ms_bytes_append(sheet->to, data, n);
        sheet->code = ms_bytes_check(sheet->to);
    }
}

void ms__text_writer_text(ms__text_writer *sheet, const char *text)
{
    put(sheet, text, strlen(text));
}

void ms__text_writer_format(ms__text_writer *sheet, const char *fmt, ...)
{
    char text[256];
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    if (n >= 0 && (size_t)n < sizeof text) {
        ms__text_writer_text(sheet, text);
    } else if (sheet->code == MS_OK) {
        sheet->code = MS_INTERNAL;
    }
}

void ms__text_writer_wrap(ms__text_writer *sheet, const char *text, size_t indent, size_t column)
{
    size_t at = column;
    bool fresh = false; /* nothing but blanks on this line so far */
    if (at <= indent) {
        ms__text_writer_format(sheet, "%*s", (int)(indent - at), "");
        at = indent;
        fresh = true;
    }
    for (const char *word = text + strspn(text, " "); *word;) {
        size_t n = strcspn(word, " ");
        if (!fresh && at + 1 + n > LAST_COLUMN) {
            ms__text_writer_format(sheet, "\n%*s", (int)indent, "");
            at = indent;
            fresh = true;
        }
        ms__text_writer_text(sheet, fresh ? "" : " ");
        put(sheet, word, n);
        at += n + (fresh ? 0 : 1);
        fresh = false;
        word += n;
        word += strspn(word, " ");
    }
    ms__text_writer_text(sheet, "\n");
}

/* groff_char(7): what stands for a character that roff or its output device would take for something else. */
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

void ms__text_writer_roff(ms__text_writer *sheet, const char *text)
{
    bool line_start = true;
    for (const char *p = text; *p; p++) {
        const char *name = roff_name(*p);
        if (line_start && *p == '.') {
            ms__text_writer_text(sheet, "\\&");
        }
        if (name) {
            ms__text_writer_text(sheet, name);
        } else {
            put(sheet, p, 1);
        }
        line_start = *p == '\n';
    }
}

void ms__text_writer_choices(ms__text_writer *sheet, const char *const *choices)
{
    for (size_t i = 0; choices[i]; i++) {
        const char *before = i == 0 ? "" : choices[i + 1] ? ", " : " or ";
        ms__text_writer_format(sheet, "%s%s", before, choices[i]);
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
