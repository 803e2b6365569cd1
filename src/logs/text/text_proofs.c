#include "logs/text/text_proofs.h"

#include <ctype.h>
#include <string.h>

enum {
    LIKELY = 6,   /* units of UTF-32 that do */
    ENDING = 2,   /* the same up to the end of the text, from the beginning of a line */
    SWAPPED = 16, /* bytes that prove the other order */
};

ms_encoding ms__other_order(ms_encoding encoding)
{
    switch (encoding) {
    case MS_ENCODING_UTF16LE:
        return MS_ENCODING_UTF16BE;
    case MS_ENCODING_UTF16BE:
        return MS_ENCODING_UTF16LE;
    case MS_ENCODING_UTF32LE:
        return MS_ENCODING_UTF32BE;
    case MS_ENCODING_UTF32BE:
        return MS_ENCODING_UTF32LE;
    case MS_ENCODING_BYTES:
        break;
    }
    return encoding;
}

bool ms__is_code_point(uint32_t unit)
{
    return unit < 0x110000 && unit >> 11 != 0x1B;
}

bool ms__is_latin(ms_encoding encoding, const uint8_t *p, size_t n, bool end)
{
    size_t count = ms__latin_units(encoding, p, n, 3);
    return count == 3 || (end && count > 0 && n - count * 2 < 2);
}

bool ms__is_utf32(ms_encoding encoding, const uint8_t *data, size_t n, bool marked)
{
    size_t most = n < 1024 ? n : 1024;
    size_t nodd = 0;
    for (size_t at = 0; at + 4 <= most; at += 4) {
        uint32_t unit = ms__unit_at(encoding, data + at);
        nodd += !ms__is_code_point(unit) || !ms__is_likely(unit);
    }
    return marked ? nodd * 2 <= most / 4 : n >= 8 && nodd == 0;
}

bool ms__looks_like_words(const uint8_t *p, size_t n)
{
    size_t nothers[2] = {0, 0};
    size_t nzeros[2] = {0, 0};
    for (size_t i = 0; i < n; i++) {
        nothers[i % 2] += p[i] < '@' && p[i] != '0';
        nzeros[i % 2] += p[i] == '0';
    }
    bool kana = (nzeros[0] * 4 > n) != (nzeros[1] * 4 > n);
    return !kana && (n >= MS__LONG_RUN || (nothers[0] > 0 && nothers[1] > 0));
}

bool ms__is_byte_line(const uint8_t *p, size_t n)
{
    size_t run = ms__byte_run(p, n, MS__LONG_RUN + 4);
    const uint8_t *newline = memchr(p, '\n', run);
    size_t length = newline ? (size_t)(newline - p) : run;
    size_t after = newline ? n - length - 1 : 0;
    if (after >= 2 && (memcmp(newline + 1, "\xFF\xFE", 2) == 0 || memcmp(newline + 1, "\xFE\xFF", 2) == 0)) {
        return true;
    }
    size_t nwords = 0;
    for (size_t i = 0; i < length; i++) {
        nwords += isalnum(p[i]) || p[i] == ' ';
    }
    bool is_short = newline && after > 0 && length >= 3 && (newline[1] != 0 || nwords == length);
    return is_short || (run >= MS__RUN && ms__looks_like_words(p, run));
}

/* The more likely order of the first `most` bytes, or only of the first line. */
static ms_encoding likely_order(const uint8_t *head, size_t most, bool line)
{
    size_t scores[2] = {0, 0};
    for (int i = 0; i < 2; i++) {
        ms_encoding order = i == 0 ? MS_ENCODING_UTF16LE : MS_ENCODING_UTF16BE;
        size_t n = 0;
        while (n + 2 <= most && !(line && n > 0 && ms__unit_at(order, head + n - 2) == '\n')) {
            n += 2;
        }
        bool whole = !line || (n >= MS__LINE && ms__unit_at(order, head + n - 2) == '\n');
        bool few = n < MS__LINE && ms__latin_units(order, head, n, n) * 2 < n;
        scores[i] = whole && n > 0 && !few ? ms__utf16_score(order, head, n) : 0;
    }
    return scores[0] == 0 && scores[1] == 0 ? MS_ENCODING_BYTES
           : scores[1] > scores[0]          ? MS_ENCODING_UTF16BE
                                            : MS_ENCODING_UTF16LE;
}

ms_encoding ms__without_mark(const uint8_t *head, size_t n)
{
    if (ms__is_utf32(MS_ENCODING_UTF32LE, head, n, false)) {
        return MS_ENCODING_UTF32LE;
    }
    if (ms__is_utf32(MS_ENCODING_UTF32BE, head, n, false)) {
        return MS_ENCODING_UTF32BE;
    }
    if (ms__is_byte_line(head, n)) {
        return MS_ENCODING_BYTES;
    }
    ms_encoding encoding = likely_order(head, n, true);
    for (size_t most = MS__AHEAD; encoding == MS_ENCODING_BYTES && n >= 2 * ENDING; most *= 5) {
        encoding = likely_order(head, n < most ? n : most, false);
        if (most >= n) {
            break;
        }
    }
    return encoding;
}

bool ms__proves(ms_encoding encoding, const uint8_t *data, size_t at, size_t n, bool end)
{
    size_t count = ms__latin_units(encoding, data + at, n - at, MS__CERTAIN);
    bool whole = end && count >= ENDING && n - at - count * 2 < 2 && (at == 0 || data[at - 1] == '\n');
    return count >= MS__CERTAIN || whole;
}

bool ms__proves_utf32(ms_encoding encoding, const uint8_t *data, size_t at, size_t n, bool end)
{
    size_t count = 0;
    while (count < LIKELY && at + 4 <= n) {
        uint32_t unit = ms__unit_at(encoding, data + at);
        if (!ms__is_code_point(unit) || !ms__is_likely(unit)) {
            break;
        }
        count++;
        at += 4;
    }
    return count == LIKELY || (end && count >= ENDING && n - at < 4);
}

bool ms__ends_line(ms_encoding encoding, const uint8_t *data, size_t at, size_t n)
{
    uint32_t unit = at + 2 <= n ? ms__unit_at(encoding, data + at) : 0;
    uint32_t next = at + 4 <= n ? ms__unit_at(encoding, data + at + 2) : '\n';
    return unit == '\n' ? ms__is_likely(next) || at + 4 > n : unit == '\r' && next == '\n';
}

/* The character at p of a UTF-16 text; returns its bytes. */
size_t ms__utf16_character(ms_encoding encoding, const uint8_t *p, size_t n, uint32_t *code_point)
{
    uint32_t unit = ms__unit_at(encoding, p);
    uint32_t next = n >= 4 ? ms__unit_at(encoding, p + 2) : 0;
    if (unit >> 10 == 0x36 && next >> 10 == 0x37) {
        *code_point = 0x10000 + ((unit & 0x3FF) << 10 | (next & 0x3FF));
        return 4;
    }
    *code_point = unit >> 11 == 0x1B ? 0xFFFD : unit;
    return 2;
}

bool ms__is_unlikely(ms_encoding encoding, const uint8_t *p, size_t n)
{
    uint32_t code_point = 0;
    size_t nunlikely = 0;
    size_t used = ms__utf16_character(encoding, p, n, &code_point);
    if (code_point == 0 || (code_point != 0xFFFD && ms__is_likely(code_point))) {
        return code_point == 0;
    }
    for (size_t at = used; at < 16 && at + 2 <= n; at += 2) {
        (void)ms__utf16_character(encoding, p + at, n - at, &code_point);
        nunlikely += code_point == 0xFFFD || !ms__is_likely(code_point);
    }
    return nunlikely >= 3;
}

bool ms__is_wide(const uint8_t *p, size_t n)
{
    size_t count = 0;
    while (count < 3 && count * 4 + 4 <= n) {
        const uint8_t *unit = p + count * 4;
        if (memcmp(unit, "\0\0", 2) != 0 && memcmp(unit + 2, "\0\0", 2) != 0) {
            break;
        }
        count++;
    }
    return count == 3;
}

bool ms__is_short_line(ms_encoding encoding, const uint8_t *p, size_t n, size_t run)
{
    const uint8_t *newline = memchr(p, '\n', run < MS__RUN ? run : MS__RUN);
    size_t at = newline ? (size_t)(newline - p) : 0;
    bool upper = (at % 2 == 1) == (encoding == MS_ENCODING_UTF16LE);
    return newline &&
           (upper || at >= 5 || (at > 0 && ms__is_latin(encoding, newline + 1, n - at - 1, false)));
}

bool ms__is_swapped(ms_encoding encoding, const uint8_t *p, size_t n)
{
    ms_encoding other = ms__other_order(encoding);
    size_t judged = 0;
    while (judged + 2 <= n && judged < MS__AHEAD && ms__unit_at(encoding, p + judged) != '\n' &&
           ms__unit_at(other, p + judged) != '\n') {
        judged += 2;
    }
    return judged >= SWAPPED && ms__utf16_score(encoding, p, judged) == 0 &&
           ms__utf16_score(other, p, judged) > 0;
}
