/* Suite of logs/decode/utf16.c: against a decoder that sees all units at once, in pieces of every size. */
#include "logs/decode/utf16.h"

#include "logs_fixture.h"
#include "unit.h"

#include <string.h>

/* In pieces of `nin` bytes into rooms of `nout` >= 6 bytes. Returns the bytes written to `to`. */
static size_t decode(const uint8_t *in, size_t n, bool big_endian, size_t nin, size_t nout, uint8_t *to)
{
    ms_utf16 state = {.big_endian = big_endian};
    uint8_t room[64];
    size_t made = 0;
    for (size_t at = 0; at < n;) {
        size_t used = n - at < nin ? n - at : nin;
        size_t got = nout;
        size_t given = used;
        ms_utf16_decode(&state, in + at, &used, room, &got);
        if (got > nout || used > given || (used == 0 && got == 0)) {
            ck_abort_msg("%zu of %zu bytes used, %zu of %zu made", used, given, got, nout);
        }
        memcpy(to + made, room, got);
        made += got;
        at += used;
    }
    made += ms_utf16_finish(&state, to + made);
    uint8_t none[6];
    ck_assert_uint_eq(ms_utf16_finish(&state, none), 0);
    return made;
}

typedef struct sample {
    const char *units; /* UTF-16BE */
    size_t n;
    const char *text;
} sample;

#define U(units, text)                                                                                       \
    {                                                                                                        \
        units, sizeof(units) - 1, text                                                                       \
    }
#define LOST "\xEF\xBF\xBD"

static const sample samples[] = {
    U("", ""),
    U("\0a\0\n", "a\n"),
    U("\0\x7F\0\x80\x07\xFF\x08\0\xFF\xFF", "\x7F\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF"),
    U("\xD8\0\xDC\0\xDB\xFF\xDF\xFF", "\xF0\x90\x80\x80\xF4\x8F\xBF\xBF"), /* U+10000, U+10FFFF */
    U("\xD8\x3D\xDE\0", "\xF0\x9F\x98\x80"),
    U("\xD8\0", LOST),        /* a high surrogate at the end */
    U("\xD8\0\0x", LOST "x"), /* ... before a letter */
    U("\xDC\0\0x", LOST "x"), /* a low one alone */
    U("\xD8\0\xD8\0\xDC\0", LOST "\xF0\x90\x80\x80"),
    U("\xD8\0\xD8\0\0x\xDC\0", LOST LOST "x" LOST),
    U("\0a\0", "a" LOST),       /* half a unit */
    U("\xD8\0\xDC", LOST LOST), /* half of the partner */
    U("\xFE\xFF\xFF\xFE", "\xEF\xBB\xBF\xEF\xBF\xBE"),
};

TEST_EACH(samples_in_pieces, samples)
{
    const sample *s = &samples[_i];
    uint8_t little[64];
    for (size_t i = 0; i < s->n; i++) {
        little[i] = (uint8_t)s->units[i % 2 == 0 && i + 1 == s->n ? i : i ^ 1];
    }
    for (size_t nin = 1; nin <= s->n + 1; nin++) {
        for (size_t nout = 6; nout < 20; nout++) {
            uint8_t to[64];
            size_t n = decode((const uint8_t *)s->units, s->n, true, nin, nout, to);
            ck_assert_uint_eq(n, strlen(s->text));
            ck_assert(memcmp(to, s->text, n) == 0);
            n = decode(little, s->n, false, nin, nout, to);
            ck_assert_uint_eq(n, strlen(s->text));
            ck_assert(memcmp(to, s->text, n) == 0);
        }
    }
}

TEST(too_small_a_buffer_consumes_nothing)
{
    ms_utf16 state = {.big_endian = true};
    uint8_t out[6];
    size_t nin = 2;
    size_t nout = 5;
    ms_utf16_decode(&state, (const uint8_t *)"\0a", &nin, out, &nout);
    ck_assert_uint_eq(nin, 0);
    ck_assert_uint_eq(nout, 0);
}

static size_t put_utf8(uint8_t *to, uint32_t rune)
{
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    static const uint8_t lead[] = {0, 0xC0, 0xE0, 0xF0};
    size_t more = 3;
    while (rune < least[more]) {
        more--;
    }
    for (size_t i = more; i > 0; i--) {
        to[i] = (uint8_t)(0x80 | (rune & 63));
        rune >>= 6;
    }
    to[0] = (uint8_t)(lead[more] | rune);
    return more + 1;
}

static size_t whole(const uint16_t *units, size_t n, uint8_t *to)
{
    size_t made = 0;
    for (size_t i = 0; i < n; i++) {
        bool high = units[i] >> 10 == 0xD800 >> 10;
        bool low = units[i] >> 10 == 0xDC00 >> 10;
        uint32_t rune = high || low ? 0xFFFD : units[i];
        if (high && i + 1 < n && units[i + 1] >> 10 == 0xDC00 >> 10) {
            rune = 0x10000 + (units[i] & 0x3FFU) * 0x400 + (units[i + 1] & 0x3FFU);
            i++;
        }
        made += put_utf8(to + made, rune);
    }
    return made;
}

TEST(random_units)
{
    for (uint64_t seed = 0; seed < 2000; seed++) {
        chance c = {seed};
        uint16_t units[100];
        uint8_t raw[200], want[400], got[400];
        size_t n = chance_below(&c, 100);
        for (size_t i = 0; i < n; i++) {
            static const unsigned base[] = {0, 0x80, 0x7F0, 0xD800, 0xDC00, 0xFFF0};
            units[i] = (uint16_t)(base[chance_below(&c, 6)] + chance_below(&c, 16));
            raw[2 * i] = (uint8_t)(units[i] & 255);
            raw[2 * i + 1] = (uint8_t)(units[i] >> 8);
        }
        size_t nwant = whole(units, n, want);
        size_t ngot = decode(raw, 2 * n, false, 1 + chance_below(&c, 9), 6 + chance_below(&c, 9), got);
        if (nwant != ngot || memcmp(want, got, nwant) != 0) {
            ck_abort_msg("seed %llu", (unsigned long long)seed);
        }
    }
}
