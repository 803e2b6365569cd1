/* Suite of images/vips/luma.c: the formulas, against values computed by hand. */
#include "images/vips/luma.h"

#include "unit.h"

static const struct {
    ms_gray_formula formula;
    uint8_t rgb[3];
    uint8_t gray;
} cases[] = {
    {MS_GRAY_BT601, {200, 100, 50}, 124}, /* 0.299 * 200 + 0.587 * 100 + 0.114 * 50 = 124.2 */
    {MS_GRAY_BT709, {200, 100, 50}, 117}, /* 0.2126 * 200 + 0.7152 * 100 + 0.0722 * 50 = 117.65, truncated */
    {MS_GRAY_LINEAR, {200, 100, 50}, 128}, {MS_GRAY_BT601, {255, 0, 0}, 76}, /* 76.245 */
    {MS_GRAY_BT601, {0, 255, 0}, 150},                                       /* 149.685 */
    {MS_GRAY_BT601, {0, 0, 255}, 29},                                        /* 29.07 */
    {MS_GRAY_BT709, {0, 0, 255}, 18},                                        /* 18.411 */
    {MS_GRAY_LINEAR, {255, 0, 0}, 127}, /* 0.2126 encoded: 1.055 * 0.2126^(1/2.4) - 0.055 = 0.4985 */
    {MS_GRAY_LINEAR, {1, 1, 1}, 1},
};

static uint8_t gray8(ms_gray_formula formula, const uint8_t rgb[3])
{
    ms_luma luma;
    uint8_t to = 0;
    ck_assert_int_eq(ms_luma_init(&luma, formula, 255), MS_OK);
    ms_luma_row8(&luma, &to, rgb, 1, 3);
    ms_luma_fini(&luma);
    ms_luma_fini(&luma);
    return to;
}

TEST_EACH(by_hand, cases)
{
    ck_assert_uint_eq(gray8(cases[_i].formula, cases[_i].rgb), cases[_i].gray);
}

/* Gray is not changed: with every formula, at 8 and at 16 bits. */
TEST(gray_is_kept)
{
    for (int formula = MS_GRAY_BT601; formula <= MS_GRAY_LINEAR; formula++) {
        ms_luma luma;
        for (unsigned v = 0; v < 256; v++) {
            uint8_t rgb[3] = {(uint8_t)v, (uint8_t)v, (uint8_t)v};
            ck_assert_uint_eq(gray8((ms_gray_formula)formula, rgb), v);
        }
        ck_assert_int_eq(ms_luma_init(&luma, (ms_gray_formula)formula, 65535), MS_OK);
        for (unsigned v = 0; v < 65536; v += formula == MS_GRAY_LINEAR ? 997 : 1) {
            uint16_t rgb[3] = {(uint16_t)v, (uint16_t)v, (uint16_t)v};
            uint16_t to = 0;
            ms_luma_row16(&luma, &to, rgb, 1, 3);
            ck_assert_uint_eq(to, v);
        }
        ms_luma_fini(&luma);
    }
}

TEST(sixteen_bits_are_kept)
{
    ms_luma luma;
    const uint16_t rgb[3] = {200 * 257, 100 * 257, 50 * 257};
    uint16_t to = 0;
    ck_assert_int_eq(ms_luma_init(&luma, MS_GRAY_BT601, 65535), MS_OK);
    ms_luma_row16(&luma, &to, rgb, 1, 3);
    ck_assert_uint_eq(to, 31919); /* 124.2 * 257 = 31919.4 */
    ms_luma_fini(&luma);
    ck_assert_int_eq(ms_luma_init(&luma, MS_GRAY_LINEAR, 65535), MS_OK);
    ms_luma_row16(&luma, &to, rgb, 1, 3);
    ck_assert_uint_eq((to + 128U) / 257U, 128);
    ms_luma_fini(&luma);
}

TEST(alpha_is_kept)
{
    ms_luma luma;
    const uint8_t from[8] = {200, 100, 50, 7, 0, 0, 0, 255};
    const uint16_t from16[4] = {60000, 60000, 60000, 1234};
    uint8_t to[4] = {0};
    uint16_t to16[2] = {0};
    for (int formula = MS_GRAY_BT601; formula <= MS_GRAY_LINEAR; formula += 2) {
        ck_assert_int_eq(ms_luma_init(&luma, (ms_gray_formula)formula, 255), MS_OK);
        ms_luma_row8(&luma, to, from, 2, 4);
        ck_assert_uint_eq(to[0], formula == MS_GRAY_BT601 ? 124 : 128);
        ck_assert_uint_eq(to[1], 7);
        ck_assert_uint_eq(to[2], 0);
        ck_assert_uint_eq(to[3], 255);
        ms_luma_fini(&luma);
        ck_assert_int_eq(ms_luma_init(&luma, (ms_gray_formula)formula, 65535), MS_OK);
        ms_luma_row16(&luma, to16, from16, 1, 4);
        ck_assert_uint_eq(to16[0], 60000);
        ck_assert_uint_eq(to16[1], 1234);
        ms_luma_fini(&luma);
    }
}
