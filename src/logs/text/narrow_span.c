#include "logs/text/narrow_span.h"

#include "logs/text/text_proofs.h"

enum {
    LONG = 6, /* NULs in a row that no encoding of text has: UTF-32 has 5 before U+10000 */
    ROOM = 4, /* bytes of output that a step may make */
};

static bool is_control(const uint8_t *p, size_t n, size_t at)
{
    return at < n && p[at] != 0 && p[at] < ' ' && !ms__is_ascii_text(p[at]);
}

/* Numbers of 16 or 32 bits are small ones: control characters between NULs. In UTF-16 each would have a NUL
 * on one side only, and that alone. */
size_t ms__count_numbers(const uint8_t *p, size_t n)
{
    size_t count = 0;
    size_t length = 0;
    for (size_t i = 0; i <= n; i++) {
        if (i < n && p[i] == 0) {
            length++;
            continue;
        }
        size_t before = i - length - 1; /* or no index at all */
        bool between = length > 0 && is_control(p, n, before) && is_control(p, n, i);
        count += length >= LONG || between;
        length = 0;
    }
    return count;
}

static bool is_narrow(ms_encoding encoding, const uint8_t *data, size_t at, size_t n)
{
    return ms__latin_units(encoding, data + at, n - at, MS__CERTAIN) == MS__CERTAIN;
}

/* A string of bytes, whose last one would be a unit with the NUL after it, ends before a string begins. */
ms_encoding ms__narrow_at(const uint8_t *data, size_t z, size_t n, size_t *begin)
{
    bool after_text = z > 0 && ms__is_ascii_text(data[z - 1]);
    bool lone = after_text && (z < 2 || !ms__is_ascii_text(data[z - 2]));
    *begin = lone ? z - 1 : z;
    if (lone && is_narrow(MS_ENCODING_UTF16LE, data, z - 1, n)) {
        return MS_ENCODING_UTF16LE;
    }
    if (lone && is_narrow(MS_ENCODING_UTF32LE, data, z - 1, n)) {
        return MS_ENCODING_UTF32LE;
    }
    *begin = z;
    if (!after_text && is_narrow(MS_ENCODING_UTF16BE, data, z, n)) {
        return MS_ENCODING_UTF16BE;
    }
    return !after_text && is_narrow(MS_ENCODING_UTF32BE, data, z, n) ? MS_ENCODING_UTF32BE
                                                                     : MS_ENCODING_BYTES;
}

/* May the unit at p be the last one? In big-endian order it may be the NUL before a string of bytes. */
static bool is_of_string(ms_encoding encoding, const uint8_t *p, size_t n)
{
    size_t size = ms__unit_size(encoding);
    bool big = encoding == MS_ENCODING_UTF16BE || encoding == MS_ENCODING_UTF32BE;
    uint32_t unit = n >= size ? ms__unit_at(encoding, p) : 0;
    bool latin = unit < 0x100 && (ms__is_ascii_text(unit) || unit >= 0xA0);
    return latin && !(big && n > size && ms__is_ascii_text(p[size]));
}

bool ms__narrow_decode(ms_encoding encoding, const uint8_t *in, size_t *nin, bool end, uint8_t *out,
                       size_t *nout)
{
    size_t used = 0;
    size_t made = 0;
    bool ended = false;
    while (used < *nin && *nout - made >= ROOM && (end || *nin - used >= MS__AHEAD)) {
        const uint8_t *p = in + used;
        size_t left = *nin - used;
        if (!is_of_string(encoding, p, left)) {
            bool string = left >= 2 && ms__is_ascii_text(p[0]) && ms__is_ascii_text(p[1]);
            if (string) {
                out[made++] = 0; /* a string of bytes follows, whose first word begins here */
            }
            ended = true;
            break;
        }
        made += ms_utf8_put(out + made, ms__unit_at(encoding, p));
        used += ms__unit_size(encoding);
    }
    *nin = used;
    *nout = made;
    return ended;
}
