/* Suite of logs/text/byte_test.c: text of many encodings, random bytes, and binary data that are neither. */
#include "logs/text/byte_test.h"

#include "chance.h"
#include "unit.h"

#include <string.h>

typedef struct sample {
    const char *data;
    size_t n;
    bool binary;
} sample;

#define S(data, binary)                                                                                      \
    {                                                                                                        \
        data, sizeof(data) - 1, binary                                                                       \
    }

static const sample samples[] = {
    S("", false),
    S("text\r\n\twith a bell\a\n", false),
    S("\x1B[31mred\x1B[0m and \x1B[32mgreen\x1B[0m\n", false),
    S("caf\xE9\n", false),
    S("\xD6\xD0\xCE\xC4\xC8\xD5\xD6\xBE", false),
    S("a NUL\0", true),
    S("\x01\x02\x03\x04", true),
    S("\xE4\xB8\xAD\xE6\x96\x87", false),
};

TEST_EACH(binary_or_text, samples)
{
    const sample *s = &samples[_i];
    ck_assert(ms_bytes_are_binary((const uint8_t *)s->data, s->n) == s->binary);
    ck_assert(!ms_bytes_are_random((const uint8_t *)s->data, s->n));
}

TEST(utf8_that_is_cut)
{
    static const char text[] = "a\xC3\xA4\xE4\xB8\xAD\xF0\x9F\x98\x80";
    for (size_t n = 0; n < sizeof text; n++) {
        ck_assert(ms_bytes_are_utf8((const uint8_t *)text, n));
    }
    ck_assert(!ms_bytes_are_utf8((const uint8_t *)"\x80 text", 6));
    ck_assert(!ms_bytes_are_utf8((const uint8_t *)"text \xFF", 6));
    ck_assert(!ms_bytes_are_utf8((const uint8_t *)"text \x80\x80\x80\x80", 9));
}

/* How many of 1,000 samples of n bytes, `kind` of which is told by the caller, are called random? */
static size_t nrandom(chance *c, size_t n, uint8_t (*draw)(chance *c))
{
    static uint8_t data[4096];
    size_t count = 0;
    for (size_t i = 0; i < 1000; i++) {
        for (size_t at = 0; at < n; at++) {
            data[at] = draw(c);
        }
        count += ms_bytes_are_random(data, n);
    }
    return count;
}

static uint8_t any(chance *c)
{
    return (uint8_t)chance_below(c, 256);
}

static uint8_t east_asian(chance *c)
{
    return (uint8_t)(0xA1 + chance_below(c, 94));
}

static uint8_t base64(chance *c)
{
    return (uint8_t) "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[chance_below(c, 64)];
}

static uint8_t structure(chance *c)
{
    return chance_below(c, 3) == 0 ? 0 : (uint8_t)chance_below(c, 256);
}

TEST(random_bytes)
{
    chance c = {13};
    ck_assert_uint_gt(nrandom(&c, 32, any), 900);
    ck_assert_uint_gt(nrandom(&c, 64, any), 970);
    ck_assert_uint_gt(nrandom(&c, 128, any), 990);
    ck_assert_uint_eq(nrandom(&c, 512, any), 1000);
    ck_assert_uint_eq(nrandom(&c, 31, any), 0);
    for (size_t n = 32; n <= 4096; n *= 2) {
        ck_assert_uint_eq(nrandom(&c, n, east_asian), 0);
        ck_assert_uint_eq(nrandom(&c, n, base64), 0);
        ck_assert_uint_le(nrandom(&c, n, structure), n < 128 ? 5 : 0);
    }
}
