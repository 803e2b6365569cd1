/* Suite of logs/text/charset.c: iconv(3) in pieces, and over bytes that are no characters. */
#include "logs/text/charset.h"

#include "base/bytes.h"
#include "unit.h"

#include <string.h>

typedef struct sample {
    const char *name;
    const char *in;
    size_t nin;
    const char *out;
} sample;

#define S(name, in, out)                                                                                     \
    {                                                                                                        \
        name, in, sizeof(in) - 1, out                                                                        \
    }
#define LOST "\xEF\xBF\xBD"

static const sample samples[] = {
    S("ISO-8859-1", "caf\xE9\n", "caf\xC3\xA9\n"),
    S("CP1252", "\x80 5\n", "\xE2\x82\xAC 5\n"),
    S("CP1252", "\x81x\n", LOST "x\n"), /* not assigned */
    S("KOI8-R", "\xF0\xD2\xC9\xD7\xC5\xD4\n", "\xD0\x9F\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82\n"),
    S("SHIFT_JIS", "\x93\xFA\x96\x7B\n", "\xE6\x97\xA5\xE6\x9C\xAC\n"),
    S("SHIFT_JIS", "\x93\nroot\n", LOST "\nroot\n"), /* a newline is never part of a character */
    S("GB18030", "\xD6\xD0\xCE\xC4\n", "\xE4\xB8\xAD\xE6\x96\x87\n"),
    S("GB18030", "\xD6\nroot", LOST "\nroot"),
    S("EUC-KR", "\xB9\xAB\xB4\xDC\xFFx", "\xEB\xAC\xB4\xEB\x8B\xA8" LOST "x"),
    S("UTF-16LE",
      "a\0\0\xDC"
      "b\0",
      "a" LOST "b"),
    S("UTF-16BE", "\0a\0b\0", "ab" LOST),
    S("UTF-8", "a\xFF\xE4\xB8\n", "a" LOST LOST LOST "\n"),
    S("ISO-8859-1", "", ""),
    S("SHIFT_JIS", "a\x93", "a" LOST), /* cut at the end */
};

TEST_EACH(transcoded, samples)
{
    const sample *s = &samples[_i];
    for (size_t piece = 1; piece < 80; piece = piece * 2 + 1) {
        ms_charset *charset = NULL;
        ms_bytes got = {0};
        uint8_t room[128];
        ck_assert_int_eq(ms_charset_open(&charset, s->name, NULL), MS_OK);
        size_t have = 0;
        for (size_t at = 0; at < s->nin;) {
            have = s->nin - have > piece ? have + piece : s->nin;
            size_t used = have - at;
            size_t made = MS_CHARSET_ROOM + piece % 60;
            ms_charset_decode(charset, (const uint8_t *)s->in + at, &used, have == s->nin, room, &made);
            ms_bytes_append(&got, room, made);
            at += used;
        }
        ck_assert_msg(got.len == strlen(s->out) && (got.len == 0 || memcmp(got.data, s->out, got.len) == 0),
                      "%s in pieces of %zu: %.*s", s->name, piece, (int)got.len, (const char *)got.data);
        ms_bytes_fini(&got);
        ms_charset_close(charset);
    }
}

TEST(names)
{
    ms_err err = {0};
    ms_charset *charset = NULL;
    ck_assert(ms_charset_known("latin1"));
    ck_assert(!ms_charset_known("no-such-encoding"));
    ck_assert(!ms_charset_known(""));
    ck_assert_int_eq(ms_charset_open(&charset, "no-such-encoding", &err), MS_USAGE);
    ck_assert_ptr_null(charset);
}
