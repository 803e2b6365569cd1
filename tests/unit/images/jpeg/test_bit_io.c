/* Suite of images/jpeg/bit_io.h: bits against a string of them, at every alignment. */
#include "images/jpeg/bit_io.h"

#include "unit.h"

static unsigned bit(const uint8_t *data, uint64_t at)
{
    return (unsigned)data[at / 8] >> (7 - at % 8) & 1U;
}

TEST(copies_any_range)
{
    uint8_t from[64];
    for (size_t i = 0; i < sizeof from; i++) {
        from[i] = (uint8_t)(i * 151 + 77);
    }
    for (uint64_t at = 0; at < 20; at++) {
        for (uint64_t n = 0; n < 300; n++) {
            uint8_t to[64] = {0};
            ms_bit_writer run = {.data = to};
            ms_bits_put(&run, (uint64_t)5 << 61, 3);
            ms_bits_copy(&run, from, at, at + n);
            ms_bits_put(&run, UINT64_MAX << 59, 5);
            unsigned used = run.nlast;
            ck_assert_uint_eq(run.nbytes * 8 + used, n + 8);
            ms_bits_put(&run, 0, 64 - used);
            ck_assert_uint_eq(run.nlast, 0);
            size_t wrong = to[0] >> 5 != 5;
            for (uint64_t i = 0; i < n; i++) {
                wrong += bit(to, 3 + i) != bit(from, at + i);
            }
            for (uint64_t i = n + 3; i < run.nbytes * 8; i++) {
                wrong += bit(to, i) != (i < n + 8);
            }
            ck_assert_uint_eq(wrong, 0);
        }
    }
}

TEST(whole_words)
{
    uint8_t to[32] = {0};
    ms_bit_writer run = {.data = to};
    ms_bits_put(&run, 0x0123456789ABCDEFU, 64);
    ck_assert_uint_eq(run.nbytes, 8);
    ms_bits_put(&run, (uint64_t)1 << 63, 1);
    ms_bits_put(&run, 0xFFFFFFFFFFFFFFFEU, 64);
    ck_assert_uint_eq(run.nbytes, 16);
    ck_assert_uint_eq(run.nlast, 1);
    ck_assert_uint_eq(run.last, 0);
    ck_assert_uint_eq(to[0], 0x01);
    ck_assert_uint_eq(to[8], 0xFF);
    ck_assert_uint_eq(ms_bits_peek(to, 64) >> 32, 0xFFFFFFFF);
    ck_assert_uint_eq(ms_bits_peek(to, 4) >> 52, 0x123);
}
