#include "logs/text/mixed_text.h"

#include "logs/text/narrow_span.h"
#include "logs/text/text_proofs.h"

#include <string.h>

enum {
    BACK = 1024,    /* bytes before a NUL in which a span may begin, after */
    BEFORE = 256,   /* bytes that tell whether it is in a text or in binary data, by numbers, */
    NUMBERS = 2,    /* so many of them, */
    BINARY = 8,     /* or so many in the head, */
    TELLING = 64,   /* if there are so many */
    WORK = 1 << 16, /* bytes that may be compared again before a NUL, and */
    PER_WORK = 8,   /* one more for each so many bytes, so that no data take long */
};

/* A mark proves its encoding unless what follows is neither that nor, later on, bytes; or, after one of
 * UTF-16, rather bytes. */
static size_t by_mark(const uint8_t *head, size_t n, ms_encoding *encoding)
{
    if (n >= 4 && memcmp(head, "\xFF\xFE\0\0", 4) == 0 &&
        ms__is_utf32(MS_ENCODING_UTF32LE, head + 4, n - 4, true)) {
        *encoding = MS_ENCODING_UTF32LE;
        return 4;
    }
    if (n >= 4 && memcmp(head, "\0\0\xFE\xFF", 4) == 0 &&
        ms__is_utf32(MS_ENCODING_UTF32BE, head + 4, n - 4, true)) {
        *encoding = MS_ENCODING_UTF32BE;
        return 4;
    }
    if (n >= 3 && memcmp(head, "\xEF\xBB\xBF", 3) == 0) {
        return 3;
    }
    bool little = n >= 2 && head[0] == 0xFF && head[1] == 0xFE;
    bool big = n >= 2 && head[0] == 0xFE && head[1] == 0xFF;
    *encoding = little ? MS_ENCODING_UTF16LE : big ? MS_ENCODING_UTF16BE : MS_ENCODING_BYTES;
    if ((little || big) && n >= 2 + MS__RUN && ms__utf16_doubtful(*encoding, head + 2, n - 2)) {
        *encoding = MS_ENCODING_BYTES;
    }
    return little || big ? 2 : 0;
}

size_t ms_mixed_begin(ms_mixed *mixed, const uint8_t *head, size_t n)
{
    n = n < MS_MIXED_HEAD ? n : MS_MIXED_HEAD;
    *mixed = (ms_mixed){.line_start = true, .work = WORK};
    size_t mark = by_mark(head, n, &mixed->encoding);
    mixed->certain = mixed->encoding != MS_ENCODING_BYTES;
    mixed->both = mark == 2 && n < 2 + MS__RUN && mixed->certain &&
                  ms__byte_run(head + mark, n - mark, MS__RUN) < n - mark &&
                  ms__utf16_doubtful(mixed->encoding, head + mark, n - mark);
    if (mark == 0) {
        mixed->encoding = ms__without_mark(head, n);
        mixed->binary = mixed->encoding == MS_ENCODING_BYTES && ms__count_numbers(head, n) >= BINARY;
    }
    return mark;
}

/* Are the n bytes before a Latin unit of a span, on its line or from an earlier one on, of the span, too? If
 * they are no UTF-8 either, nor strings, that the units are likely ones is enough. */
static bool belongs(ms_encoding encoding, const uint8_t *p, size_t n)
{
    size_t nascii = 0;
    for (size_t i = 0; i < n; i++) {
        nascii += ms__is_ascii_text(p[i]);
    }
    return ms__utf16_score(encoding, p, n + 2) > 0 ||
           (nascii * 4 <= n * 3 && ms__byte_run(p, n, n) < n && ms__utf16_usual(encoding, p, n));
}

/* Where the span begins that has a Latin unit at `at`: at the furthest beginning of a line, within BACK, from
 * which on all is text of the encoding; *mark: the length of a mark before it. */
static size_t span_begin(ms_mixed *mixed, ms_encoding encoding, const uint8_t *data, size_t at, size_t *mark)
{
    static const char *const marks[] = {
        [MS_ENCODING_UTF16LE] = "\xFF\xFE", [MS_ENCODING_UTF16BE] = "\xFE\xFF"};
    size_t least = at > BACK - BEFORE ? at - (BACK - BEFORE) : 0;
    size_t begin = at;
    for (size_t s = at; s-- > least;) {
        bool stray = s == 1 && data[0] == 0; /* the rest of a line end, where a range begins */
        bool line = s == 0 || data[s - 1] == '\n' || stray;
        if (line && ms__is_byte_line(data + s, at - s)) {
            break;
        }
        if (line && (at - s) % 2 == 0 && s < at && mixed->work >= at - s) {
            mixed->work -= at - s;
            begin = belongs(encoding, data + s, at - s) ? s : begin;
        }
    }
    *mark = begin >= 2 && memcmp(data + begin - 2, marks[encoding], 2) == 0 ? 2 : 0;
    if (begin + 2 <= at && memcmp(data + begin, marks[encoding], 2) == 0) {
        *mark = 2;
        return begin;
    }
    return begin - *mark;
}

/* Does a span of UTF-32 begin with the NUL at z, or with up to three bytes before it? */
static bool utf32_at(ms_mixed *mixed, const uint8_t *data, size_t z, size_t n, bool end, size_t *begin)
{
    for (size_t back = 3; back > 0; back--) {
        bool line = z == back || (z > back && data[z - back - 1] == '\n');
        bool lone = z >= back && back == 1 && ms__is_ascii_text(data[z - 1]) && data[z - 1] != '\n';
        if ((line || lone) && ms__proves_utf32(MS_ENCODING_UTF32LE, data, z - back, n, end)) {
            mixed->encoding = MS_ENCODING_UTF32LE;
            *begin = z - back;
            return true;
        }
    }
    *begin = z;
    mixed->encoding = MS_ENCODING_UTF32BE;
    return ms__proves_utf32(MS_ENCODING_UTF32BE, data, z, n, end);
}

/* ASCII in either order looks nearly alike: the text before it, back to the beginning of a line or a mark,
 * decides. */
static bool choose_order(ms_mixed *mixed, const uint8_t *data, size_t low, size_t z, bool little, bool big,
                         size_t *begin, size_t *mark)
{
    size_t big_mark = 0;
    size_t little_begin = little ? span_begin(mixed, MS_ENCODING_UTF16LE, data, low, mark) : SIZE_MAX;
    size_t big_begin = big ? span_begin(mixed, MS_ENCODING_UTF16BE, data, z, &big_mark) : SIZE_MAX;
    bool is_big = big_begin < little_begin && (!little || big_begin < low);
    mixed->encoding = is_big ? MS_ENCODING_UTF16BE : MS_ENCODING_UTF16LE;
    *begin = is_big ? big_begin : little_begin;
    *mark = is_big ? big_mark : *mark;
    return true;
}

/* Does a span begin with the NUL at z, or before it? *begin: where. */
static bool span_at(ms_mixed *mixed, const uint8_t *data, size_t z, size_t n, bool end, size_t *begin,
                    size_t *mark)
{
    bool after_line = z > 0 && data[z - 1] == '\n' && (z == 1 || data[z - 2] != 0);
    bool after_text = z > 0 && ms__is_ascii_text(data[z - 1]);
    size_t low = z > 0 ? z - 1 : 0; /* of a little-endian unit */
    *mark = 0;
    *begin = low;
    if (utf32_at(mixed, data, z, n, end, begin)) {
        return true;
    }
    bool accent = z > 0 && data[z - 1] >= 0xA0; /* of Latin-1, before ASCII */
    bool little = (after_text && !after_line && ms__proves(MS_ENCODING_UTF16LE, data, low, n, end)) ||
                  (accent && ms__proves(MS_ENCODING_UTF16LE, data, z + 1, n, end));
    bool big =
        ms__proves(MS_ENCODING_UTF16BE, data, z, n, end) ||
        (little && ms__latin_units(MS_ENCODING_UTF16BE, data + z, n - z, MS__CERTAIN) + 1 >= MS__CERTAIN);
    if (little || big) {
        return choose_order(mixed, data, low, z, little, big, begin, mark);
    }
    if (after_text && ms__ends_line(MS_ENCODING_UTF16LE, data, low, n)) {
        *begin = span_begin(mixed, MS_ENCODING_UTF16LE, data, low, mark);
        mixed->encoding = MS_ENCODING_UTF16LE;
        return *begin + MS__LINE <= low;
    }
    if (ms__ends_line(MS_ENCODING_UTF16BE, data, z, n)) {
        *begin = span_begin(mixed, MS_ENCODING_UTF16BE, data, z, mark);
        mixed->encoding = MS_ENCODING_UTF16BE;
        return *begin + MS__LINE <= z;
    }
    return false;
}

/* May one begin there? Most NULs of binary data have none near by, nor a line end beside them. */
static bool may_begin(const uint8_t *data, size_t z, size_t n)
{
    uint8_t before = z > 0 ? data[z - 1] : 0;
    uint8_t next = z + 1 < n ? data[z + 1] : 0;
    bool line = before == '\n' || before == '\r' || next == '\n' || next == '\r';
    bool latin = z + 2 < n && data[z + 2] == 0;
    bool plane = next > 0 && next <= 0x10 && z + 4 < n && data[z + 4] == 0; /* of UTF-32, above 0 */
    return line || latin || plane || before == 0 || next == 0;
}

/* Are the bytes before a span binary data? Few of them, after another span, do not change what was known. */
static bool is_in_data(ms_mixed *mixed, const uint8_t *data, size_t begin)
{
    size_t n = begin < BEFORE ? begin : BEFORE;
    bool is_data = ms__count_numbers(data + begin - n, n) >= NUMBERS;
    mixed->data = n >= TELLING ? is_data : mixed->data || is_data;
    return mixed->binary || mixed->data;
}

/* A span that begins at once where another one like it has just ended would go on forever. */
static bool begins_span(ms_mixed *mixed, const uint8_t *data, size_t z, size_t n, bool end, size_t *begin,
                        size_t *mark)
{
    uint64_t work = mixed->work + (mixed->base + z) / PER_WORK - mixed->judged / PER_WORK;
    mixed->judged = mixed->base + z;
    mixed->work = work < WORK ? work : WORK;
    bool found = span_at(mixed, data, z, n, end, begin, mark);
    if (found && is_in_data(mixed, data, *begin)) {
        *mark = 0;
        mixed->encoding = ms__narrow_at(data, z, n, begin);
        mixed->narrow = mixed->encoding != MS_ENCODING_BYTES;
        return mixed->narrow;
    }
    if (found && !(*begin == 0 && ms__unit_size(mixed->left) == ms__unit_size(mixed->encoding))) {
        return true;
    }
    mixed->encoding = MS_ENCODING_BYTES;
    *mark = 0;
    return false;
}

/* Tries the NULs at which a span may begin: the first and the last of a run, and the first of the last three.
 * Returns 1 when one does, -1 when more bytes are needed to judge, at *at. */
static int try_nuls(ms_mixed *mixed, const uint8_t *data, size_t n, bool end, size_t *at, size_t *begin,
                    size_t *mark)
{
    size_t z = *at;
    size_t last = z;
    while (last + 1 < n && data[last + 1] == 0) {
        last++;
    }
    size_t tries[] = {z, last >= z + 3 ? last - 2 : last, last};
    for (size_t i = 0; i < 3; i++) {
        *at = tries[i];
        if (!end && n - tries[i] < MS__AHEAD) {
            return -1;
        }
        if ((i == 0 || tries[i] != tries[i - 1]) && may_begin(data, tries[i], n) &&
            begins_span(mixed, data, tries[i], n, end, begin, mark)) {
            return 1;
        }
    }
    return 0;
}

size_t ms_mixed_bytes(ms_mixed *mixed, const uint8_t *data, size_t n, bool end, size_t *mark)
{
    size_t at = mixed->tested;
    size_t sure = end ? n : n > BACK ? n - BACK : 0;
    *mark = 0;
    while (at < n) {
        const uint8_t *nul = memchr(data + at, 0, n - at);
        size_t begin = 0;
        if (!nul) {
            at = n;
            break;
        }
        at = (size_t)(nul - data);
        int found = try_nuls(mixed, data, n, end, &at, &begin, mark);
        if (found > 0) {
            mixed->tested = 0;
            mixed->base += begin;
            mixed->certain = false;
            mixed->line_start = true;
            return begin;
        }
        if (found < 0) {
            sure = at > BACK ? at - BACK : 0;
            break;
        }
        at++;
    }
    mixed->left = sure == 0 ? mixed->left : MS_ENCODING_BYTES;
    mixed->tested = at - sure;
    mixed->base += sure;
    return sure;
}

/* Do bytes begin at p that are no UTF-16? `run` bytes there are UTF-8. */
static bool ends_utf16(const ms_mixed *mixed, const uint8_t *p, size_t n, size_t run, bool end)
{
    bool to_end = end && run == n;
    if (run >= MS__RUN) {
        return to_end || ms__looks_like_words(p, run);
    }
    if (mixed->line_start && ms__is_short_line(mixed->encoding, p, n, run)) {
        return true;
    }
    if (to_end) {
        return run % 2 == 1;
    }
    return ms__is_wide(p, n) || (!mixed->certain && ms__is_unlikely(mixed->encoding, p, n));
}

/* A few last bytes that may be either: the one reading, a newline, and later the other. */
static size_t put_both(const ms_mixed *mixed, const uint8_t *p, size_t n, uint8_t *out)
{
    size_t made = 0;
    for (size_t at = 0; at + 2 <= n; at += 2) {
        uint32_t code_point = 0;
        (void)ms__utf16_character(mixed->encoding, p + at, n - at, &code_point);
        made += ms_utf8_put(out + made, code_point);
    }
    out[made] = '\n';
    return made + 1;
}

static void leave(ms_mixed *mixed)
{
    mixed->left = mixed->encoding;
    mixed->encoding = MS_ENCODING_BYTES;
    mixed->narrow = false;
}

/* A mark of UTF-32 at the beginning of a line of UTF-16, and text after it? */
static bool changes_to_utf32(ms_mixed *mixed, const uint8_t *p, size_t n, bool end)
{
    bool little = n > 4 && memcmp(p, "\xFF\xFE\0\0", 4) == 0;
    bool big = n > 4 && memcmp(p, "\0\0\xFE\xFF", 4) == 0;
    ms_encoding encoding = little ? MS_ENCODING_UTF32LE : MS_ENCODING_UTF32BE;
    if (!(little || big) || !mixed->line_start || !ms__proves_utf32(encoding, p, 4, n, end)) {
        return false;
    }
    mixed->encoding = encoding;
    return true;
}

/* A unit that is no ASCII; returns the bytes used, 0 after the encoding has changed. */
static size_t decode_rare(ms_mixed *mixed, const uint8_t *p, size_t n, bool end, uint8_t *out, size_t *made)
{
    uint32_t unit = n >= 2 ? ms__unit_at(mixed->encoding, p) : 0;
    size_t run = ms__byte_run(p, n, 2 * MS__LONG_RUN);
    if (changes_to_utf32(mixed, p, n, end)) {
        return 4;
    }
    if (unit == 0xFFFE || (n > 1 && ms__is_latin(ms__other_order(mixed->encoding), p, n, end))) {
        mixed->encoding = ms__other_order(mixed->encoding);
        return unit == 0xFFFE ? 2 : 0;
    }
    if (n == 1 || (run > 0 && n >= 3 && ms__is_latin(mixed->encoding, p + 1, n - 1, false))) {
        *made += run > 0 ? ms_utf8_put(out + *made, p[0]) : ms_utf8_put(out + *made, 0xFFFD);
        mixed->line_start = p[0] == '\n';
        return 1;
    }
    if (unit == 0xFEFF && mixed->line_start) {
        return 2;
    }
    if (mixed->line_start && ms__is_swapped(mixed->encoding, p, n)) {
        mixed->encoding = ms__other_order(mixed->encoding);
        return 0;
    }
    bool both = end && run == n && run < MS__RUN && run % 2 == 0 &&
                !(mixed->line_start && ms__is_short_line(mixed->encoding, p, n, run));
    if (both || ends_utf16(mixed, p, n, run, end)) {
        *made += both ? put_both(mixed, p, n, out + *made) : 0;
        leave(mixed);
        return 0;
    }
    size_t used = ms__utf16_character(mixed->encoding, p, n, &unit);
    *made += ms_utf8_put(out + *made, unit);
    mixed->line_start = false;
    return used;
}

static void decode_utf16(ms_mixed *mixed, const uint8_t *in, size_t *nin, bool end, uint8_t *out,
                         size_t *nout)
{
    size_t used = 0;
    size_t made = 0;
    ms_encoding encoding = mixed->encoding;
    while (used < *nin && *nout - made >= MS_MIXED_ROOM && (end || *nin - used >= MS__AHEAD)) {
        uint32_t unit = *nin - used >= 2 ? ms__unit_at(encoding, in + used) : 0;
        if (unit < 0x80 && ms__is_ascii_text(unit)) {
            out[made++] = (uint8_t)unit;
            mixed->line_start = unit == '\n';
            used += 2;
            continue;
        }
        size_t n = decode_rare(mixed, in + used, *nin - used, end, out, &made);
        used += n;
        if (mixed->encoding != encoding) {
            break;
        }
    }
    *nin = used;
    *nout = made;
}

/* Two units that are no code points: not UTF-32 that is damaged, but another encoding. */
static bool are_invalid(ms_encoding encoding, const uint8_t *p, size_t n)
{
    return n >= 8 && !ms__is_code_point(ms__unit_at(encoding, p)) &&
           !ms__is_code_point(ms__unit_at(encoding, p + 4));
}

/* Units of UTF-32; a number that is none, or no text, ends the span. */
static void decode_utf32(ms_mixed *mixed, const uint8_t *in, size_t *nin, bool end, uint8_t *out,
                         size_t *nout)
{
    size_t used = 0;
    size_t made = 0;
    while (used < *nin && *nout - made >= MS_MIXED_ROOM && (end || *nin - used >= MS__AHEAD)) {
        const uint8_t *p = in + used;
        size_t left = *nin - used;
        uint32_t unit = left >= 4 ? ms__unit_at(mixed->encoding, p) : 0;
        bool bytes = ms__byte_run(p, left, 4) >= (left < 4 ? left : 4);
        bool odd = left < 4 || !ms__is_code_point(unit);
        if (!odd && !bytes && (mixed->certain || ms__is_likely(unit))) {
            made += unit == 0xFEFF && mixed->line_start ? 0 : ms_utf8_put(out + made, unit);
            mixed->line_start = unit == '\n';
            used += 4;
        } else if (left >= 4 && ms__is_code_point(ms__unit_at(ms__other_order(mixed->encoding), p)) &&
                   !bytes && odd) {
            mixed->encoding = ms__other_order(mixed->encoding);
            break;
        } else if (bytes || !mixed->certain || are_invalid(mixed->encoding, p, left)) {
            leave(mixed);
            break;
        } else {
            made += ms_utf8_put(out + made, 0xFFFD);
            used += left < 4 ? left : 4;
        }
    }
    *nin = used;
    *nout = made;
}

/* A short text that may be either: the one reading, a newline, and the other. */
static void decode_both(ms_mixed *mixed, const uint8_t *in, size_t *nin, bool end, uint8_t *out, size_t *nout)
{
    uint8_t decoded[2 * MS_MIXED_ROOM];
    size_t n = *nin;
    size_t made = sizeof decoded;
    *nout = 0;
    if (!end) {
        *nin = 0;
        return;
    }
    mixed->both = false;
    decode_utf16(mixed, in, nin, true, decoded, &made); /* at most 3 bytes for two */
    memcpy(out, decoded, made);
    out[made] = '\n';
    memcpy(out + made + 1, in, n);
    *nin = n;
    *nout = made + 1 + n;
}

void ms_mixed_decode(ms_mixed *mixed, const uint8_t *in, size_t *nin, bool end, uint8_t *out, size_t *nout)
{
    if (mixed->both && *nin < MS__RUN) {
        decode_both(mixed, in, nin, end, out, nout);
        return;
    }
    mixed->left = MS_ENCODING_BYTES;
    if (mixed->narrow) {
        if (ms__narrow_decode(mixed->encoding, in, nin, end, out, nout)) {
            leave(mixed);
        }
        return;
    }
    if (ms__unit_size(mixed->encoding) == 4) {
        decode_utf32(mixed, in, nin, end, out, nout);
    } else {
        decode_utf16(mixed, in, nin, end, out, nout);
    }
}
