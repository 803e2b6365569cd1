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
    {BYTES("C:\\dir"), "C:\\dir"},
    {BYTES("gr\xc3\xb6\xc3\x9f"), "gr\xc3\xb6\xc3\x9f"},
    {BYTES("c1 \xc2\x9b"), "c1 \\xc2\\x9b"}, /* U+009B, the one-byte CSI */
    {BYTES("raw \x9b"), "raw \\x9b"},        /* the same as a lone byte */
    {BYTES("bidi \xe2\x80\xae"), "bidi \\xe2\\x80\\xae"},
    {BYTES("iso \xe2\x81\xa6"), "iso \\xe2\\x81\\xa6"},
    {BYTES("over \xc0\xaf"), "over \\xc0\\xaf"},        /* overlong '/' */
    {BYTES("sur \xed\xa0\x80"), "sur \\xed\\xa0\\x80"}, /* surrogate */
    {BYTES("cut \xe2\x82"), "cut \\xe2\\x82"},
    {BYTES("\xf0\x9f\x98\x80"), "\xf0\x9f\x98\x80"},
    {BYTES("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80"}, /* above U+10FFFF */
};

TEST_EACH(escape_table, cases)
{
    ms_bytes to = {0};
    ms_escape_append(&to, cases[_i].in, cases[_i].n, false);
    ck_assert_uint_eq(to.len, strlen(cases[_i].out));
    ck_assert(to.len == 0 || memcmp(to.data, cases[_i].out, to.len) == 0);
    char text[64];
    ck_assert_str_eq(ms_escape_to(text, sizeof text, cases[_i].in, cases[_i].n), cases[_i].out);
    ms_bytes_fini(&to);
}

TEST(keeps_tab)
{
    ms_bytes to = {0};
    ms_escape_append(&to, "a\tb", 3, true);
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

TEST(no_control_byte_ever_survives)
{
    uint32_t state = 7;
    for (int round = 0; round < 2000; round++) {
        uint8_t in[32];
        for (size_t i = 0; i < sizeof in; i++) {
            state = state * 1664525U + 1013904223U;
            in[i] = (uint8_t)(state >> 24);
        }
        ms_bytes to = {0};
        ms_escape_append(&to, in, sizeof in, false);
        ck_assert(ms_utf8_valid(to.data, to.len));
        for (size_t i = 0; i < to.len; i++) {
            ck_assert(to.data[i] >= 0x20 && to.data[i] != 0x7f);
        }
        ms_bytes_fini(&to);
    }
}
