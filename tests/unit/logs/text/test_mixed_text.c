/* Suite of logs/text/mixed_text.c: whole files, then spans after others, in pieces of every size. */
#include "logs/text/mixed_text.h"

#include "base/bytes.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

/* What a reader does: `piece` more bytes at a time, into rooms of `nout`. */
static ms_bytes convert(const uint8_t *in, size_t n, size_t piece, size_t nout)
{
    ms_mixed mixed;
    ms_bytes to = {0};
    uint8_t room[512];
    size_t at = ms_mixed_begin(&mixed, in, n);
    size_t have = at;
    size_t nidle = 0;
    while (at < n) {
        size_t mark = 0;
        size_t made = nout;
        have = have < n && n - have > piece ? have + piece : n;
        size_t used = have - at;
        if (mixed.encoding == MS_ENCODING_BYTES) {
            used = ms_mixed_bytes(&mixed, in + at, used, have == n, &mark);
            ms_bytes_append(&to, in + at, used);
        } else {
            ms_mixed_decode(&mixed, in + at, &used, have == n, room, &made);
            ck_assert_uint_le(made, nout);
            ms_bytes_append(&to, room, made);
        }
        at += used + mark;
        nidle = used + mark > 0 || (have < n && have - at < MS_MIXED_LEAST) ? 0 : nidle + 1;
        ck_assert_uint_lt(nidle, 4); /* the encoding may change several times */
    }
    ck_assert_int_eq(ms_bytes_check(&to), MS_OK);
    return to;
}

typedef struct sample {
    const char *about;
    const char *in;
    size_t nin;
    const char *out;
    size_t nout;
} sample;

#define S(about, in, out)                                                                                    \
    {                                                                                                        \
        about, in, sizeof(in) - 1, out, sizeof(out) - 1                                                      \
    }
#define LOST "\xEF\xBF\xBD"

static const sample samples[] = {
    S("nothing", "", ""),
    S("ASCII", "hello\n", "hello\n"),
    S("a mark alone", "\xFF\xFE", ""),
    S("marked", "\xFF\xFE\x61\0\xE4\0\n\0", "a\xC3\xA4\n"),
    S("marked, big", "\xFE\xFF\0\x61\0\xE4\0\n", "a\xC3\xA4\n"),
    S("half a unit", "\xFF\xFE\x61\0\x62", "ab"),
    S("half a unit that is no text", "\xFF\xFE\x61\0\xE2", "a" LOST),
    S("a surrogate lost", "\xFE\xFF\xD8\0\0a", LOST "a"),
    S("a surrogate at the end", "\xFE\xFF\0a\xD8\0", "a" LOST),
    S("a pair", "\xFE\xFF\xD8\x3D\xDE\0\0a",
      "\xF0\x9F\x98\x80"
      "a"),
    S("lengths", "\xFE\xFF\0\x7F\0\x80\x07\xFF\x08\0\xFF\xFF",
      "\x7F\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF"),
    S("a NUL in a marked text",
      "\xFF\xFE"
      "a\0\0\0b\0",
      "a\0b"),
    S("no mark", "l\0o\0g\0o\0n\0 \0f\0o\0o\0\r\0\n\0", "logon foo\r\n"),
    S("no mark, big", "\0l\0o\0g\0o\0n\0\r\0\n", "logon\r\n"),
    S("no mark, two letters", "h\0i\0", "hi"),
    S("no mark, Cyrillic", "\x1F\x04\x40\x04\x38\x04\x32\x04\x35\x04\x42\x04\n\0",
      "\xD0\x9F\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82\n"),
    S("no mark, Chinese", "\x2D\x4E\x87\x65\xE5\x65\xD7\x5F\n\0",
      "\xE4\xB8\xAD\xE6\x96\x87\xE6\x97\xA5\xE5\xBF\x97\n"),
    S("no mark, Chinese, big", "\x4E\x2D\x65\x87\x65\xE5\x5F\xD7\0\n",
      "\xE4\xB8\xAD\xE6\x96\x87\xE6\x97\xA5\xE5\xBF\x97\n"),
    S("no mark, Chinese before ASCII, big", "\x95\xEE\x5F\x55\x62\x37\0 \0t\0o\0k\0\n",
      "\xE9\x97\xAE\xE5\xBD\x95\xE6\x88\xB7 tok\n"),
    S("no mark, emoji before ASCII", "\x3D\xD8\x25\xDD\x3D\xD8\x25\xDDt\0o\0k\0\0\x30\r\0\n\0",
      "\xF0\x9F\x94\xA5\xF0\x9F\x94\xA5tok\xE3\x80\x80\r\n"),
    S("mark before Latin-1", "\xFF\xFE\xE9 foo \xE0 and more of it\n", "\xE9 foo \xE0 and more of it\n"),
    S("mark before little Latin-1", "\xFF\xFE\xE9 foo \xE0\n",
      "\xE2\x83\xA9\xE6\xBD\xA6\xE2\x81\xAF\xE0\xAB\xA0\n\xE9 foo \xE0\n"),
    S("UTF-32", "\xFF\xFE\0\0a\0\0\0\x2D\x4E\0\0", "a\xE4\xB8\xAD"),
    S("UTF-32, big", "\0\0\xFE\xFF\0\0\0a\0\x01\xF6\0", "a\xF0\x9F\x98\x80"),
    S("UTF-16 after UTF-32", "\xFF\xFE\0\0a\0\0\0\n\0\0\0\xFF\xFEt\0o\0k\0\n\0", "a\ntok\n"),
    S("marked UTF-32 after UTF-16",
      "\xFF\xFEo\0n\0\n\0\xFF\xFE\0\0\x3A\4\0\0\x3E\4\0\0\x40\4\0\0\x35\4\0\0\x3D\4\0\0\x4C\4\0\0",
      "on\n\xD0\xBA\xD0\xBE\xD1\x80\xD0\xB5\xD0\xBD\xD1\x8C"),
    S("UTF-32 after UTF-16",
      "\xFF\xFEo\0n\0\n\0\x3A\4\0\0\x3E\4\0\0\x40\4\0\0\x35\4\0\0\x3D\4\0\0\x4C\4\0\0\n\0\0\0",
      "on\n\xD0\xBA\xD0\xBE\xD1\x80\xD0\xB5\xD0\xBD\xD1\x8C\n"),
    S("UTF-32 without a mark", "a\0\0\0b\0\0\0\n\0\0\0", "ab\n"),
    S("UTF-32, no code point", "\xFF\xFE\0\0a\0\0\0\0\xD8\0\0b\0\0\0", "a" LOST "b"),
    S("UTF-16 that begins with a NUL", "\xFF\xFE\0\0a\0b\0c\0d\0", "\0abcd"),
    S("UTF-16 that begins with a NUL, a word", "\xFF\xFE\0\0f\0o\0o\0\n\0", "\0foo\n"),
    S("ASCII after a mark",
      "\xFF\xFE"
      "2026 unauthorized access ok\n",
      "2026 unauthorized access ok\n"),
    S("an ASCII line after a mark", "\xFF\xFEroot\n", "root\n"),
    S("either after a mark", "\xFF\xFE\x2D\x4E", "\xE4\xB8\xAD\n-N"),
    S("UTF-16 after ASCII", "one\nt\0w\0o\0\r\0\n\0", "one\ntwo\r\n"),
    S("UTF-16 after ASCII, big", "one\n\0t\0w\0o\0\r\0\n", "one\ntwo\r\n"),
    S("a mark in the middle", "one\n\xFF\xFEt\0w\0o\0\r\0\n\0", "one\ntwo\r\n"),
    S("Chinese after ASCII", "one\n\x2D\x4E\x87\x65\xE5\x65\xD7\x5F\r\0\n\0",
      "one\n\xE4\xB8\xAD\xE6\x96\x87\xE6\x97\xA5\xE5\xBF\x97\r\n"),
    S("ASCII after UTF-16", "\xFF\xFEo\0n\0e\0\n\0two and three\nfour", "one\ntwo and three\nfour"),
    S("a word after UTF-16", "\xFF\xFEo\0n\0e\0\n\0root\n", "one\nroot\n"),
    S("a word between UTF-16", "\xFF\xFEo\0n\0e\0\n\0root\nt\0w\0o\0\n\0", "one\nroot\ntwo\n"),
    S("a lone newline between UTF-16", "\xFF\xFEo\0n\0e\0\nt\0w\0o\0\n\0", "one\ntwo\n"),
    S("UTF-16 in the other order", "\xFF\xFEo\0n\0e\0\n\0\xFE\xFF\0t\0w\0o\0\n", "one\ntwo\n"),
    S("zeros", "one\n\0\0\0\0\0\0\0\0two\n", "one\n\0\0\0\0\0\0\0\0two\n"),
    S("a NUL", "a\0b\n\0\nc", "a\0b\n\0\nc"),
    S("records", "\x07\0\0\0abc\0\0\0\0\0\x08\0\0\0def\0\0\0\0\0",
      "\x07\0\0\0abc\0\0\0\0\0\x08\0\0\0def\0\0\0\0\0"),
    S("numbers that could be Chinese in UTF-32",
      "\2\0\1\0\2\0\x28\x80\0\0\x28\x90\0\0\x28\xA0\0\0\x30\x49\0\0\x30\x59\0\0\x30\x61\0\0",
      "\2\0\1\0\2\0\x28\x80\0\0\x28\x90\0\0\x28\xA0\0\0\x30\x49\0\0\x30\x59\0\0\x30\x61\0\0"),
    S("strings between numbers", "\2\0\1\0\2\0h\0e\0l\0l\0o\0error\0f\0e\0w\0s\0",
      "\2\0\1\0\2hello\0error\0fews"),
    S("strings between numbers, big", "\1\0\2\0\1\0\xFF\0h\0e\0l\0l\0o\0\0error\0",
      "\1\0\2\0\1\0\xFFhello\0\0error\0"),
    S("strings of UTF-32 between numbers", "\1\0\2\0\1\0\3h\0\0\0e\0\0\0l\0\0\0l\0\0\0o\0\0\0s\0\0\0error",
      "\1\0\2\0\1\0\3hellos\0error"),
    S("short strings between numbers", "\1\0\2\0\1\0\3error\0a\0b\0c\0d\0\n\0Deleted all\0f\0\0\1",
      "\1\0\2\0\1\0\3error\0abcd\n\0Deleted all\0f\0\0\1"),
    S("Latin-1", "caf\xE9 \xE0 la carte\n", "caf\xE9 \xE0 la carte\n"),
    S("GB18030", "\xD6\xD0\xCE\xC4\xC8\xD5\xD6\xBE\n", "\xD6\xD0\xCE\xC4\xC8\xD5\xD6\xBE\n"),
    S("Shift-JIS", "\x93\xFA\x96\x7B\x8C\xEA\n", "\x93\xFA\x96\x7B\x8C\xEA\n"),
};

TEST_EACH(text_of, samples)
{
    const sample *s = &samples[_i];
    for (size_t piece = 1; piece < 2000; piece = piece * 3 + 1) {
        ms_bytes got = convert((const uint8_t *)s->in, s->nin, piece, MS_MIXED_ROOM + piece % 100);
        ck_assert_msg(got.len == s->nout && (s->nout == 0 || memcmp(got.data, s->out, s->nout) == 0),
                      "%s: %zu: %.*s", s->about, got.len, (int)got.len, (const char *)got.data);
        ms_bytes_fini(&got);
    }
}

/* UTF-8 as UTF-16 or UTF-32. */
static void put(ms_bytes *to, ms_encoding encoding, const char *text)
{
    for (const uint8_t *p = (const uint8_t *)text; *p != 0;) {
        uint32_t c = *p++;
        for (int more = c >= 0xF0 ? 3 : c >= 0xE0 ? 2 : c >= 0xC0 ? 1 : 0, left = more; left > 0; left--) {
            c = (left == more ? c & (0x3FU >> more) : c) << 6 | (*p++ & 0x3F);
        }
        bool wide = encoding == MS_ENCODING_UTF32LE || encoding == MS_ENCODING_UTF32BE;
        bool little = encoding == MS_ENCODING_UTF16LE || encoding == MS_ENCODING_UTF32LE;
        uint32_t units[2] = {c, 0};
        size_t n = 1;
        if (!wide && c >= 0x10000) {
            units[0] = 0xD800 + ((c - 0x10000) >> 10);
            units[1] = 0xDC00 + ((c - 0x10000) & 0x3FF);
            n = 2;
        }
        for (size_t i = 0; i < n; i++) {
            size_t size = wide ? 4 : 2;
            for (size_t b = 0; b < size; b++) {
                uint8_t byte = (uint8_t)(units[i] >> 8 * (little ? b : size - 1 - b));
                ms_bytes_append(to, &byte, 1);
            }
        }
    }
}

static const char *const lines[] = {
    "2026-11-30 12:00:01 sshd[123]: unauthorized access from 10.0.0.1\r\n",
    "acc\u00E8s non autoris\u00E9 \u00E0 la base n\u00B0 7\r\n",
    "\u043D\u0435\u0430\u0432\u0442\u043E\u0440\u0438\u0437\u043E\u0432\u0430\u043D\u043D\u044B\u0439 "
    "\u0434\u043E\u0441\u0442\u0443\u043F\r\n",
    "\u672A\u7ECF\u6388\u6743\u7684\u8BBF\u95EE\u6765\u81EA\u4E0A\u6D77\u7684\u670D\u52A1\u5668\r\n",
    "\u3053\u308C\u306F\u3072\u3089\u304C\u306A\u306E\u304E\u3087\u3046\u3067\u3059\r\n",
    "\uBB34\uB2E8 \uC561\uC138\uC2A4 \uC11C\uBC84\r\n",
    "fire \U0001F525 in server \U0001F692\r\n",
};
enum { NLINES = sizeof lines / sizeof lines[0] };

/* Every language in every encoding, before and after lines of ASCII. */
TEST_RANGE(between_ascii, 0, NLINES * 2)
{
    const char *line = lines[_i % NLINES];
    ms_encoding encoding = _i < NLINES ? MS_ENCODING_UTF16LE : MS_ENCODING_UTF16BE;
    const char *ascii = "Nov 30 12:00:01 host sshd[1]: failed password for root\n";
    for (size_t before = 0; before < 60; before += 29) {
        ms_bytes in = {0};
        ms_bytes out = {0};
        for (size_t part = 0; part < 3; part++) {
            for (size_t i = 0; i < (part == 1 ? 3 : before); i++) {
                const char *text = part == 1 ? line : ascii;
                ms_bytes_append(&out, text, strlen(text));
                if (part == 1) {
                    put(&in, encoding, text);
                } else {
                    ms_bytes_append(&in, text, strlen(text));
                }
            }
        }
        for (size_t piece = 1; piece < 9000; piece = piece * 7 + 3) {
            ms_bytes got = convert(in.data, in.len, piece, 400);
            ck_assert_msg(got.len == out.len && memcmp(got.data, out.data, out.len) == 0,
                          "line %d, %zu before", _i, before);
            ms_bytes_fini(&got);
        }
        ms_bytes_fini(&in);
        ms_bytes_fini(&out);
    }
}

/* Time that grows with the square of the input would not end here. */
TEST(lines_and_nuls_without_end)
{
    enum { N = 4 << 20 };
    static const char *const patterns[] = {"\n\n\n\n\n\n\n\0", "\n\0", "a\n\0\n", "\0", "\x2D\x4E\n\0\0"};
    static const size_t lengths[] = {8, 2, 4, 1, 5};
    uint8_t *data = malloc(N);
    ck_assert_ptr_nonnull(data);
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
        for (size_t at = 0; at < N; at++) {
            data[at] = (uint8_t)patterns[i][at % lengths[i]];
        }
        ms_bytes got = convert(data, N, 60000, 512);
        ck_assert_uint_gt(got.len, N / 3);
        ms_bytes_fini(&got);
    }
    free(data);
}
