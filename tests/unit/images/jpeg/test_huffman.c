/* Suite of images/jpeg/huffman.c: single symbols, runs of them, and invalid lists. */
#include "images/jpeg/huffman.h"

#include "unit.h"

#include <stdlib.h>
#include <string.h>

/* The code 0, 10, 110, 1110 for these symbols. */
static ms_huffman *table_of(const uint8_t symbols[4], bool ac, ms_code wanted)
{
    const uint8_t bits[17] = {0, 1, 1, 1, 1};
    uint8_t all[256] = {0};
    ms_huffman *table = calloc(1, sizeof *table);
    ck_assert_ptr_nonnull(table);
    memcpy(all, symbols, 4);
    ck_assert_int_eq(ms_huffman_set(table, bits, all, ac), wanted);
    return table;
}

TEST(dc_symbols)
{
    ms_huffman *table = table_of((const uint8_t[]){0, 3, 11, 12}, false, MS_OK);
    static const struct {
        unsigned peek;
        uint8_t code_bits, value_bits;
    } wanted[] = {{0x0000, 1, 0},
                  {0x7FFF, 1, 0},
                  {0x8000, 2, 3},
                  {0xBFFF, 2, 3},
                  {0xC000, 3, 11},
                  {0xE000, 0, 0} /* 12 bits: not with 8 per sample */,
                  {0xF000, 0, 0} /* no such code */,
                  {0xFFFF, 0, 0}};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        ck_assert_uint_eq(table->symbols[wanted[i].peek].code_bits, wanted[i].code_bits);
        ck_assert_uint_eq(table->symbols[wanted[i].peek].value_bits, wanted[i].value_bits);
    }
    free(table);
}

/* End of block, 01: one bit, no zeros; F0: sixteen zeros; 3A: three zeros and ten bits. */
TEST(ac_symbols)
{
    ms_huffman *table = table_of((const uint8_t[]){0x00, 0x01, 0xF0, 0x3A}, true, MS_OK);
    ck_assert_uint_eq(table->symbols[0x0000].skip, 0);
    ck_assert_uint_eq(table->symbols[0x8000].skip, 1);
    ck_assert_uint_eq(table->symbols[0x8000].value_bits, 1);
    ck_assert_uint_eq(table->symbols[0xC000].skip, 16);
    ck_assert_uint_eq(table->symbols[0xC000].value_bits, 0);
    ck_assert_uint_eq(table->symbols[0xE000].skip, 4);
    ck_assert_uint_eq(table->symbols[0xE000].value_bits, 10);
    free(table);
    table = table_of((const uint8_t[]){0x00, 0x0B, 0x10, 0xE0}, true,
                     MS_OK); /* eleven bits; zeros and no value */
    for (unsigned peek = 0x8000; peek < 0x10000; peek += 0x1000) {
        ck_assert_uint_eq(table->symbols[peek].code_bits, 0);
    }
    free(table);
}

TEST(ac_runs)
{
    ms_huffman *table = table_of((const uint8_t[]){0x00, 0x01, 0xF0, 0x3A}, true, MS_OK);
    static const struct {
        unsigned prefix; /* 12 bits */
        uint8_t bits, skip;
    } wanted[] = {
        {0x000, 1, MS_HUFFMAN_END},     /* the end at once, whatever follows */
        {0xA00, 4, MS_HUFFMAN_END + 1}, /* 10 1, 0 */
        {0xB6C, 12, 1 + 1 + 1 + 1},     /* 10 1, 10 1, 10 1, 10 0 */
        {0xDB6, 12, 64},                /* 110, 110, 110, 110 */
        {0xE00, 14, 4},                 /* the first value extends beyond the prefix */
        {0xBC0, 3, 1},                  /* 10 1, 1110...: a second value would */
        {0xF00, 0, MS_HUFFMAN_NONE},    /* no such code */
        {0xBF0, 3, 1},                  /* no such second code */
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        ck_assert_uint_eq(table->runs[wanted[i].prefix].bits, wanted[i].bits);
        ck_assert_uint_eq(table->runs[wanted[i].prefix].skip, wanted[i].skip);
    }
    free(table);
}

TEST(no_codes)
{
    uint8_t symbols[256];
    for (size_t i = 0; i < sizeof symbols; i++) {
        symbols[i] = (uint8_t)i;
    }
    ms_huffman *table = table_of((const uint8_t[]){1, 2, 1, 3}, true, MS_FORMAT); /* one of them twice */
    free(table);
    free(table_of((const uint8_t[]){1, 2, 16, 3}, false, MS_FORMAT)); /* no DC symbol */
    table = calloc(1, sizeof *table);
    ck_assert_ptr_nonnull(table);
    uint8_t bits[17] = {0, 3}; /* three codes of one bit */
    ck_assert_int_eq(ms_huffman_set(table, bits, symbols, true), MS_FORMAT);
    memset(bits, 0, sizeof bits);
    bits[16] = 255;
    bits[15] = 2; /* 257 symbols */
    ck_assert_int_eq(ms_huffman_set(table, bits, symbols, true), MS_FORMAT);
    bits[15] = 1;
    ck_assert_int_eq(ms_huffman_set(table, bits, symbols, true), MS_OK);
    free(table);
}
