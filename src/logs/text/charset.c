#include "logs/text/charset.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>

struct ms_charset {
    iconv_t iconv;
    size_t unit; /* bytes */
};

/* Bytes of a unit: those that a newline more takes, as the first one may follow a mark. */
static size_t unit_of(const char *name)
{
    char text[] = "\n\n";
    char out[64];
    size_t sizes[2] = {0, 0};
    iconv_t handle = iconv_open(name, "UTF-8");
    if (handle == (iconv_t)-1) { /* NOLINT: POSIX has it so */
        return 1;
    }
    for (size_t i = 0; i < 2; i++) {
        char *from = text;
        char *to = out;
        size_t left = i + 1;
        size_t room = sizeof out;
        (void)iconv(handle, NULL, NULL, NULL, NULL);
        (void)iconv(handle, &from, &left, &to, &room);
        sizes[i] = sizeof out - room;
    }
    (void)iconv_close(handle);
    size_t unit = sizes[1] > sizes[0] ? sizes[1] - sizes[0] : 1;
    return unit == 2 || unit == 4 ? unit : 1;
}

bool ms_charset_known(const char *name)
{
    iconv_t handle = iconv_open("UTF-8", name);
    bool known = handle != (iconv_t)-1; /* NOLINT */
    if (known) {
        (void)iconv_close(handle);
    }
    return known && name[0] != 0;
}

ms_code ms_charset_open(ms_charset **charset, const char *name, ms_err *err)
{
    ms_charset *c = malloc(sizeof *c);
    if (!c) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for an encoding");
    }
    c->iconv = iconv_open("UTF-8", name);
    if (c->iconv == (iconv_t)-1) { /* NOLINT */
        free(c);
        return ms_err_set(err, MS_USAGE, 0, "unknown encoding");
    }
    c->unit = unit_of(name);
    *charset = c;
    return MS_OK;
}

void ms_charset_close(ms_charset *charset)
{
    if (charset) {
        (void)iconv_close(charset->iconv);
        free(charset);
    }
}

void ms_charset_decode(ms_charset *charset, const uint8_t *in, size_t *nin, bool end, uint8_t *out,
                       size_t *nout)
{
    char *from = (char *)(uintptr_t)in; /* iconv does not write there */
    char *to = (char *)out;
    size_t left = *nin;
    size_t room = *nout;
    while (left > 0 && room >= MS_CHARSET_ROOM) {
        size_t before = left;
        size_t code = iconv(charset->iconv, &from, &left, &to, &room);
        bool invalid = code == (size_t)-1 && errno == EILSEQ;
        bool cut = code == (size_t)-1 && errno == EINVAL && (end || left >= MS_CHARSET_LEAST);
        if ((invalid || cut) && left > 0 && room >= 4) {
            size_t skip = charset->unit < left ? charset->unit : left;
            memcpy(to, "\xEF\xBF\xBD", 3);
            to += 3;
            room -= 3;
            from += skip;
            left -= skip;
        } else if (left == before) {
            break;
        }
    }
    if (end && left == 0 && room >= MS_CHARSET_ROOM) {
        (void)iconv(charset->iconv, NULL, NULL, &to, &room); /* e.g. a letter that waits for its accent */
    }
    *nin -= left;
    *nout -= room;
}
