#include "logs/text/text_units.h"

#include "base/escape.h"

#include <string.h>

bool ms__is_ascii_text(unsigned byte)
{
    return (byte >= ' ' && byte < 0x7F) || byte == '\n' || byte == '\r' || byte == '\t';
}

uint32_t ms__unit_at(ms_encoding encoding, const uint8_t *p)
{
    switch (encoding) {
    case MS_ENCODING_UTF16LE:
        return (uint32_t)p[0] | (uint32_t)p[1] << 8;
    case MS_ENCODING_UTF16BE:
        return (uint32_t)p[0] << 8 | p[1];
    case MS_ENCODING_UTF32LE:
        return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
    case MS_ENCODING_UTF32BE:
        return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
    case MS_ENCODING_BYTES:
        break;
    }
    return p[0];
}

size_t ms__unit_size(ms_encoding encoding)
{
    return encoding == MS_ENCODING_BYTES                                        ? 1
           : encoding == MS_ENCODING_UTF32LE || encoding == MS_ENCODING_UTF32BE ? 4
                                                                                : 2;
}

enum {
    MANY = 40, /* characters, in which two scripts are no chance */
    FEW = 32,  /* bytes, in which one script without ASCII may be */
};

typedef enum script {
    NONE,
    ASCII,
    SYMBOL, /* punctuation, arrows, box drawing, emoji */
    LATIN,
    GREEK,
    CYRILLIC,
    HEBREW,
    ARABIC,
    INDIC,
    THAI,
    CJK, /* with kana and Hangul */
    OTHER,
    NSCRIPTS
} script;

static script script_of(uint32_t code_point)
{
    static const struct {
        uint32_t first, last;
        script script;
    } ranges[] = {
        {0x09, 0x0D, ASCII},      {0x1B, 0x1B, ASCII},        {0x20, 0x7E, ASCII},
        {0xA0, 0x24F, LATIN},     {0x250, 0x36F, LATIN},      {0x370, 0x3FF, GREEK},
        {0x400, 0x52F, CYRILLIC}, {0x530, 0x58F, OTHER},      {0x590, 0x5F4, HEBREW},
        {0x600, 0x77F, ARABIC},   {0x900, 0xDF4, INDIC},      {0xE01, 0xE5B, THAI},
        {0xE80, 0xFDA, OTHER},    {0x1000, 0x109F, OTHER},    {0x10A0, 0x10FF, OTHER},
        {0x1100, 0x11FF, CJK},    {0x1200, 0x139F, OTHER},    {0x1780, 0x18AF, OTHER},
        {0x1E00, 0x1EFF, LATIN},  {0x1F00, 0x1FFE, GREEK},    {0x2000, 0x206F, SYMBOL},
        {0x2070, 0x23FF, SYMBOL}, {0x2460, 0x27BF, SYMBOL},   {0x2E80, 0x2FD5, CJK},
        {0x3000, 0x303F, CJK},    {0x3041, 0x318E, CJK},      {0x31C0, 0x4DBF, CJK},
        {0x4E00, 0x9FFF, CJK},    {0xAC00, 0xD7A3, CJK},      {0xF900, 0xFAFF, CJK},
        {0xFB1D, 0xFB4F, HEBREW}, {0xFB50, 0xFDFF, ARABIC},   {0xFE30, 0xFE4F, CJK},
        {0xFE70, 0xFEFC, ARABIC}, {0xFEFF, 0xFEFF, SYMBOL},   {0xFF01, 0xFF60, CJK},
        {0xFFFD, 0xFFFD, SYMBOL}, {0x1F000, 0x1FAFF, SYMBOL}, {0x20000, 0x323AF, CJK},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0] && code_point >= ranges[i].first; i++) {
        if (code_point <= ranges[i].last) {
            return ranges[i].script;
        }
    }
    return NONE;
}

bool ms__is_likely(uint32_t code_point)
{
    return script_of(code_point) != NONE;
}

/* Scripts of the text's characters; units of lone surrogates count as NONE. */
static size_t count_scripts(ms_encoding encoding, const uint8_t *data, size_t n, size_t counts[NSCRIPTS])
{
    size_t total = 0;
    for (size_t at = 0; at + 2 <= n; at += 2, total++) {
        uint32_t unit = ms__unit_at(encoding, data + at);
        uint32_t next = at + 4 <= n ? ms__unit_at(encoding, data + at + 2) : 0;
        if (unit >> 10 == 0x36 && (next >> 10 == 0x37 || at + 4 > n)) {
            unit = at + 4 > n ? 0x1F600 : 0x10000 + ((unit & 0x3FF) << 10 | (next & 0x3FF));
            at += 2;
        }
        counts[unit == 0xFEFF && at > 0 ? NONE : script_of(unit)]++;
    }
    return total;
}

/* Hiragana and katakana have the byte '0' in each unit, and often a letter. */
static bool is_kana(uint32_t unit)
{
    return unit > 0x3040 && unit < 0x3100;
}

/* Text of one byte a character, read two at a time, looks like CJK: but both bytes of most units are ASCII,
 * or one of them, and the other NUL in the wrong place. */
static size_t count_pairs(ms_encoding encoding, const uint8_t *data, size_t n, bool controls)
{
    size_t npairs = 0;
    for (size_t at = 0; at + 2 <= n; at += 2) {
        uint32_t unit = ms__unit_at(encoding, data + at);
        bool low = ms__is_ascii_text(unit & 0xFF) || (unit & 0xFF) == 0 || (controls && (unit & 0xFF) < ' ');
        bool high = ms__is_ascii_text(unit >> 8) || unit >> 8 == 0xFF; /* the letters of U+FF21 are rare */
        npairs += high && low && !is_kana(unit);
    }
    return npairs;
}

/* The text of an East Asian encoding has no control characters, UTF-16 has them as every eighth of its bytes;
 * those of Cyrillic are UTF-8. */
static bool may_be_bytes(const uint8_t *data, size_t n)
{
    size_t ncontrols = 0;
    for (size_t at = 0; at < n; at++) {
        ncontrols += (data[at] < ' ' && !ms__is_ascii_text(data[at])) || data[at] == 0x7F;
    }
    return ncontrols == 0 || (ncontrols * 20 < n && ms_utf8_valid(data, n));
}

bool ms__utf16_doubtful(ms_encoding encoding, const uint8_t *data, size_t n)
{
    bool pairs = count_pairs(encoding, data, n, true) * 4 > n;
    return ms__utf16_score(encoding, data, n) == 0 && may_be_bytes(data, n) &&
           (pairs || !ms__utf16_usual(encoding, data, n));
}

enum { LEAST_USUAL = 3 }; /* units: two letters of ASCII are a likely one */

bool ms__utf16_usual(ms_encoding encoding, const uint8_t *data, size_t n)
{
    size_t counts[NSCRIPTS] = {0};
    size_t total = count_scripts(encoding, data, n, counts);
    size_t most = 0;
    for (size_t i = LATIN; i < NSCRIPTS; i++) {
        most = counts[i] > most ? counts[i] : most;
    }
    return most >= LEAST_USUAL && (counts[ASCII] + counts[SYMBOL] + most) * 20 >= total * 19;
}

size_t ms__utf16_score(ms_encoding encoding, const uint8_t *data, size_t n)
{
    size_t counts[NSCRIPTS] = {0};
    size_t total = count_scripts(encoding, data, n, counts);
    size_t most[2] = {0, 0}; /* of the two scripts with the most characters */
    for (size_t i = LATIN; i < NSCRIPTS; i++) {
        most[1] = counts[i] > most[0] ? most[0] : counts[i] > most[1] ? counts[i] : most[1];
        most[0] = counts[i] > most[0] ? counts[i] : most[0];
    }
    size_t good = counts[ASCII] + most[0] + counts[SYMBOL] + (total >= MANY ? most[1] : 0);
    bool usual = good * 20 >= total * 19 && counts[SYMBOL] * 4 <= total + 4;
    bool few = counts[ASCII] == 0 && n < FEW; /* and none of them certain */
    if (!usual || total == 0 || few || counts[SYMBOL] == total) {
        return 0;
    }
    /* fields with control characters between them look like other scripts */
    bool alone = counts[ASCII] == 0;
    if ((alone && counts[CJK] < most[0]) || counts[LATIN] > counts[ASCII]) {
        return 0;
    }
    size_t npairs = count_pairs(encoding, data, n, alone);
    if (npairs * 2 > total - counts[ASCII] && npairs * 8 > counts[ASCII]) {
        return 0;
    }
    /* ASCII has a NUL in each unit, and no other encoding has so many in their places */
    return counts[ASCII] * 2 >= total || !may_be_bytes(data, n) ? good + counts[ASCII] : 0;
}

size_t ms__latin_units(ms_encoding encoding, const uint8_t *p, size_t n, size_t most)
{
    size_t size = ms__unit_size(encoding);
    size_t count = 0;
    while (count < most && (count + 1) * size <= n) {
        uint32_t unit = ms__unit_at(encoding, p + count * size);
        bool latin = unit < 0x100 && (ms__is_ascii_text(unit) || (unit >= 0xA0 && count > 0));
        if (!latin) {
            break;
        }
        count++;
    }
    return count;
}

size_t ms__byte_run(const uint8_t *p, size_t n, size_t most)
{
    size_t at = 0;
    n = n < most ? n : most;
    while (at < n) {
        uint32_t rune = 0;
        size_t length = p[at] < 0x80 ? ms__is_ascii_text(p[at]) : ms_utf8_decode(p + at, n - at, &rune);
        if (length == 0) {
            break;
        }
        at += length;
    }
    return at;
}

size_t ms_utf8_put(uint8_t *out, uint32_t code_point)
{
    if (code_point < 0x80) {
        out[0] = (uint8_t)code_point;
        return 1;
    }
    if (code_point < 0x800) {
        out[0] = (uint8_t)(0xC0 | code_point >> 6);
        out[1] = (uint8_t)(0x80 | (code_point & 0x3F));
        return 2;
    }
    if (code_point < 0x10000) {
        out[0] = (uint8_t)(0xE0 | code_point >> 12);
        out[1] = (uint8_t)(0x80 | (code_point >> 6 & 0x3F));
        out[2] = (uint8_t)(0x80 | (code_point & 0x3F));
        return 3;
    }
    out[0] = (uint8_t)(0xF0 | code_point >> 18);
    out[1] = (uint8_t)(0x80 | (code_point >> 12 & 0x3F));
    out[2] = (uint8_t)(0x80 | (code_point >> 6 & 0x3F));
    out[3] = (uint8_t)(0x80 | (code_point & 0x3F));
    return 4;
}
