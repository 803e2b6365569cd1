/* Suite of base/escape.c: what may reach a terminal. */
#include "base/escape.h"

#include "unit.h"

#include <string.h>

#define BYTES(literal) (literal), sizeof(literal) - 1

static const struct {
    const char *in;
    size_t n;
    const char *out;
} cases[] = {
    {BYTES("plain"), "plain"},
    {BYTES(""), ""},
    {BYTES("a\033[31mb"), "a\\x1b[31mb"},
    {BYTES("a\0b"), "a\\x00b"},
    {BYTES("\x7f"), "\\x7f"},
    {BYTES("tab\there\r\n"), "tab\\there\\r\\n"},
    {BYTES("C:\\dir"), "C:\\\\dir"},
    {BYTES("\\xff"), "\\\\xff"}, /* four characters, not the byte */
    {BYTES("gr\xc3\xb6\xc3\x9f"), "gr\xc3\xb6\xc3\x9f"},
    {BYTES("c1 \xc2\x9b"), "c1 \\xc2\\x9b"}, /* U+009B, the one-byte CSI */
    {BYTES("raw \x9b"), "raw \\x9b"},        /* the same as a lone byte */
    {BYTES("bidi \xe2\x80\xae"), "bidi \\xe2\\x80\\xae"},
    {BYTES("iso \xe2\x81\xa6"), "iso \\xe2\\x81\\xa6"},
    {BYTES("\xd8\x9c"), "\\xd8\\x9c"},                               /* U+061C */
    {BYTES("a\xc2\xad"), "a\\xc2\\xad"},                             /* soft hyphen */
    {BYTES("a\xe2\x80\x8b"), "a\\xe2\\x80\\x8b"},                    /* zero-width space */
    {BYTES("a\xe2\x80\xa8"), "a\\xe2\\x80\\xa8"},                    /* line separator */
    {BYTES("a\xe2\x81\xa0"), "a\\xe2\\x81\\xa0"},                    /* word joiner */
    {BYTES("\xef\xbb\xbf"), "\\xef\\xbb\\xbf"},                      /* U+FEFF */
    {BYTES("\xf3\xa0\x81\xa1"), "\\xf3\\xa0\\x81\\xa1"},             /* tag a */
    {BYTES("a\xe2\x80\x8d"), "a\\xe2\\x80\\x8d"},                    /* a joiner after ASCII ... */
    {BYTES("\xe0\xa5\x8d\xe2\x80\x8d"), "\xe0\xa5\x8d\xe2\x80\x8d"}, /* ... and where it means something */
    {BYTES("\xe2\x98\xba\xef\xb8\x8f"), "\xe2\x98\xba\xef\xb8\x8f"}, /* emoji with its selector */
    {BYTES("over \xc0\xaf"), "over \\xc0\\xaf"},                     /* overlong '/' */
    {BYTES("sur \xed\xa0\x80"), "sur \\xed\\xa0\\x80"},              /* surrogate */
    {BYTES("cut \xe2\x82"), "cut \\xe2\\x82"},
    {BYTES("\xf0\x9f\x98\x80"), "\xf0\x9f\x98\x80"},
    {BYTES("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80"}, /* above U+10FFFF */
};

TEST_EACH(escape_table, cases)
{
    ms_bytes to = {0};
    ms_escape_append(&to, cases[_i].in, cases[_i].n, MS_ESCAPE_NAME);
    ck_assert_uint_eq(to.len, strlen(cases[_i].out));
    ck_assert(to.len == 0 || memcmp(to.data, cases[_i].out, to.len) == 0);
    char text[64];
    ck_assert_str_eq(ms_escape_to(text, sizeof text, cases[_i].in, cases[_i].n), cases[_i].out);
    ms_bytes_fini(&to);
}

TEST(keeps_tab)
{
    ms_bytes to = {0};
    ms_escape_append(&to, "a\tb", 3, MS_ESCAPE_LINE);
    ck_assert_mem_eq(to.data, "a\tb", 3);
    ms_bytes_fini(&to);
}

TEST(cuts_within_the_buffer)
{
    char all[64];
    memset(all, 1, sizeof all); /* each becomes 4 characters */
    for (size_t size = 4; size < sizeof all; size++) {
        char text[sizeof all + 1];
        memset(text, 'Z', sizeof text);
        (void)ms_escape_to(text, size, all, sizeof all);
        ck_assert_uint_lt(strlen(text), size);
        ck_assert_str_eq(text + strlen(text) - 3, "...");
        ck_assert_int_eq(text[size], 'Z');
    }
}

TEST(a_message_is_not_escaped_twice)
{
    char text[64];
    ck_assert_str_eq(ms_escape_message_to(text, sizeof text, BYTES("a\\x1b\033")), "a\\x1b\\x1b");
    ms_bytes to = {0};
    ms_escape_append(&to, BYTES("\\x1b\t"), MS_ESCAPE_MESSAGE);
    ck_assert_uint_eq(to.len, 6);
    ck_assert_mem_eq(to.data, "\\x1b\\t", 6);
    ms_bytes_fini(&to);
}

TEST(also)
{
    ms_bytes to = {0};
    ms_escape_append_also(&to, BYTES("a;b!\\\t"), ";!");
    ck_assert_uint_eq(to.len, 14);
    ck_assert_mem_eq(to.data, "a\\x3bb\\x21\\\\\\t", 14);
    ms_bytes_clear(&to);
    ms_escape_append_hex(&to, BYTES("=\xff"));
    ck_assert_mem_eq(to.data, "\\x3d\\xff", 8);
    ms_bytes_fini(&to);
}

static uint8_t digit(uint8_t hex)
{
    return (uint8_t)(hex <= '9' ? hex - '0' : hex - 'a' + 10);
}

/* The reverse, as the documentation gives it; returns the length. */
static size_t unescape(const ms_bytes *from, uint8_t *to)
{
    size_t n = 0;
    for (size_t i = 0; i < from->len; i++) {
        uint8_t c = from->data[i];
        if (c == '\\') {
            c = from->data[++i];
            if (c == 'x') {
                c = (uint8_t)(digit(from->data[i + 1]) << 4 | digit(from->data[i + 2]));
                i += 2;
            } else {
                c = c == 't' ? '\t' : c == 'n' ? '\n' : c == 'r' ? '\r' : '\\';
            }
        }
        to[n++] = c;
    }
    return n;
}

/* Random bytes, half of them of what escapes are made of and of the lead bytes of harmful characters. */
static void fill(uint8_t *in, size_t n, uint32_t *state)
{
    static const char near[] = "\\\\xtnr0af9;!\t\xc2\x9b\xe2\x80\xae\x8d\xef\xbb\xbf\xf3\xa0\x81\xb8\x8f";
    for (size_t i = 0; i < n; i++) {
        *state = *state * 1664525U + 1013904223U;
        uint8_t byte = (uint8_t)(*state >> 24);
        in[i] = (*state & 0x8000) ? byte : (uint8_t)near[byte % (sizeof near - 1)];
    }
}

static void check_harmless(const ms_bytes *shown, bool tab)
{
    uint32_t rune = 0;
    for (size_t at = 0; at < shown->len;) {
        size_t len = ms_utf8_decode(shown->data + at, shown->len - at, &rune);
        ck_assert_uint_gt(len, 0);
        ck_assert((tab && rune == '\t') || !ms_rune_is_harmful(rune));
        at += len;
    }
}

TEST(any_bytes_are_harmless_and_come_back)
{
    uint32_t state = 7;
    for (int round = 0; round < 20000; round++) {
        uint8_t in[32];
        uint8_t back[sizeof in];
        fill(in, sizeof in, &state);
        for (int mode = 0; mode <= MS_ESCAPE_MESSAGE + 1; mode++) {
            ms_bytes to = {0};
            if (mode > MS_ESCAPE_MESSAGE) {
                ms_escape_append_also(&to, in, sizeof in, ";!");
                ck_assert(!memchr(to.data, ';', to.len) && !memchr(to.data, '!', to.len));
            } else {
                ms_escape_append(&to, in, sizeof in, (ms_escape_mode)mode);
            }
            check_harmless(&to, mode == MS_ESCAPE_LINE);
            if (mode != MS_ESCAPE_MESSAGE) {
                ck_assert_uint_le(unescape(&to, back), sizeof back);
                ck_assert_mem_eq(back, in, sizeof in);
            }
            ms_bytes_fini(&to);
        }
    }
}

/* Of each character: is it escaped where the list and Unicode's tables say? */
static const struct {
    uint32_t rune;
    bool harmful;
} runes[] = {
    {0, true},        {0x1F, true},     {' ', false},    {'~', false},    {0x7F, true},    {0x9F, true},
    {0xA0, false},    {0xAD, true},     {0x300, false},  {0x34F, true},   {0x61B, false},  {0x61C, true},
    {0x200A, false},  {0x200B, true},   {0x200C, false}, {0x200D, false}, {0x200E, true},  {0x2010, false},
    {0x2028, true},   {0x202E, true},   {0x202F, false}, {0x2060, true},  {0x2066, true},  {0x2070, false},
    {0x3000, false},  {0x3164, true},   {0xFE0F, false}, {0xFEFF, true},  {0xFFFC, false}, {0xFFFD, false},
    {0x1F600, false}, {0xDFFFF, false}, {0xE0001, true}, {0xE007F, true}, {0xE0100, true}, {0x10FFFD, false},
};

TEST_EACH(harmful_runes, runes)
{
    ck_assert_int_eq(ms_rune_is_harmful(runes[_i].rune), runes[_i].harmful);
}
