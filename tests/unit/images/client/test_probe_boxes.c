/* Suite of images/client/probe_boxes.c: boxes within boxes, sizes that lie, and JPEG XL's bits. */
#include "probe_build.h"

#include "suites.h"

Suite *probe_boxes_suite(void);

#define FTYP                                                                                                 \
    "\0\0\0\x18"                                                                                             \
    "ftypheic\0\0\0\0mif1heic"
#define JP2 "\0\0\0\x0CjP  \r\n\x87\n"
#define JXL "\0\0\0\x0CJXL \r\n\x87\n"

static void add_box(ms_bytes *to, const char *type, const ms_bytes *contents)
{
    add_be(to, 8 + contents->len, 4);
    add(to, type, 4);
    add(to, contents->data, contents->len);
}

static void add_ispe(ms_bytes *to, uint32_t width, uint32_t height)
{
    ADD(to, "\0\0\0\x14ispe\0\0\0\0");
    add_be(to, width, 4);
    add_be(to, height, 4);
}

/* meta/iprp/ipco around `all`, which is freed. */
static ms_bytes heif_of(ms_bytes *all)
{
    ms_bytes properties = {0}, meta = {0}, file = {0};
    add_box(&properties, "ipco", all);
    ADD(&meta, "\0\0\0\0\0\0\0\x08hdlr");
    add_box(&meta, "iprp", &properties);
    ADD(&file, FTYP "\0\0\0\x0A"
                    "free..");
    add_box(&file, "meta", &meta);
    ms_bytes_fini(&properties);
    ms_bytes_fini(&meta);
    ms_bytes_fini(all);
    return file;
}

START_TEST(the_largest_of_a_heics_sizes)
{
    ms_bytes all = {0};
    add_ispe(&all, 512, 512); /* a tile */
    add_ispe(&all, 4032, 3024);
    ADD(&all, "\0\0\0\x09irot\0");
    add_ispe(&all, 240, 320); /* a thumbnail */
    ms_bytes file = heif_of(&all);
    expect_probe(&file, MS_IMAGE_HEIF, 4032, 3024, false);
}
END_TEST

START_TEST(properties_that_lie)
{
    ms_bytes all = {0};
    add_ispe(&all, 12, 34);
    ADD(&all, "\0\0\0\x05"
              "abcd"); /* a size that is less than its own head: the walk ends */
    add_ispe(&all, 4032, 3024);
    ms_bytes file = heif_of(&all);
    expect_probe(&file, MS_IMAGE_HEIF, 12, 34, false);

    add_ispe(&all, 12, 34);
    ADD(&all, "\0\0\0\x05ispe\0\0\0\0\0\0\x20\0\0\0\x20\0"); /* the same, of the type looked for */
    file = heif_of(&all);
    expect_probe(&file, MS_IMAGE_HEIF, 12, 34, false);

    add_ispe(&all, 12, 34);
    ADD(&all, "\xFF\xFF\xFF\xFF"
              "abcd"); /* beyond its parent: taken as long as that is */
    add_ispe(&all, 4032, 3024);
    file = heif_of(&all);
    expect_probe(&file, MS_IMAGE_HEIF, 12, 34, false);

    add_ispe(&all, UINT32_MAX, UINT32_MAX);
    file = heif_of(&all);
    expect_probe(&file, MS_IMAGE_HEIF, UINT32_MAX, UINT32_MAX, false);
}
END_TEST

START_TEST(long_and_last_boxes)
{
    ms_bytes bytes = {0};
    ADD(&bytes, JP2 "\0\0\0\1free\0\0\0\0\0\0\0\x12..");                   /* 64 bits */
    ADD(&bytes, "\0\0\0\0jp2h\0\0\0\x16ihdr\0\0\1\0\0\0\2\0\0\3\7\7\0\0"); /* to the end */
    expect_probe(&bytes, MS_IMAGE_JP2, 512, 256, false);
    ADD(&bytes, JP2 "\0\0\0\1free\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF..");
    ADD(&bytes, "\0\0\0\0jp2h\0\0\0\x16ihdr\0\0\1\0\0\0\2\0\0\3\7\7\0\0");
    expect_probe(&bytes, MS_IMAGE_JP2, 0, 0, false);
    ADD(&bytes, JP2 "\0\0\0\1free\0\0\0\0\0\0\0\x0F.."); /* less than its head of 16 */
    ADD(&bytes, "\0\0\0\0jp2h\0\0\0\x16ihdr\0\0\1\0\0\0\2\0\0\3\7\7\0\0");
    expect_probe(&bytes, MS_IMAGE_JP2, 0, 0, false);
}
END_TEST

START_TEST(a_code_stream_with_an_offset)
{
    ms_bytes bytes = {0};
    ADD(&bytes, "\xFF\x4F\xFF\x51\0\x2F\0\0");
    add_be(&bytes, 1000, 4);
    add_be(&bytes, 600, 4);
    add_be(&bytes, 100, 4);
    add_be(&bytes, 50, 4);
    expect_probe(&bytes, MS_IMAGE_JP2, 900, 550, false);
    ADD(&bytes, "\xFF\x4F\xFF\x51\0\x2F\0\0");
    add_be(&bytes, 1000, 4);
    add_be(&bytes, 600, 4);
    add_be(&bytes, 100, 4);
    add_be(&bytes, 600, 4); /* nothing is left */
    expect_probe(&bytes, MS_IMAGE_JP2, 0, 0, false);
}
END_TEST

/* ISO/IEC 18181-1, SizeHeader: from the lowest bit on. */
static const struct {
    uint32_t width, height;
    uint64_t bits;
} sizes[] = {
    {8, 8, 1 | 0 << 1 | 1 << 6}, /* eighths, 1:1 */
    {256, 256, 1 | 31 << 1 | 1 << 6},
    {16, 24, 1 | 2 << 1 | 0 << 6 | 1 << 9},                    /* a width of its own */
    {1, 1, 0 | 0 << 1 | 0 << 3 | 0 << 12 | 0 << 15 | 0 << 17}, /* 9 bits each */
    {512, 512, 0 | 0 << 1 | 511 << 3 | 1 << 12},
    {8000, 6000, 0 | 1 << 1 | 5999 << 3 | 3 << 16}, /* 13 bits, 4:3 */
    {12, 10, 0 | 0 << 1 | 9 << 3 | 2 << 12},
    {15, 10, 0 | 0 << 1 | 9 << 3 | 4 << 12},
    {160, 90, 0 | 0 << 1 | 89 << 3 | 5 << 12},
    {125, 100, 0 | 0 << 1 | 99 << 3 | 6 << 12},
    {200, 100, 0 | 0 << 1 | 99 << 3 | 7 << 12},
    {3, 200000,
     0 | 2 << 1 | (uint64_t)199999 << 3 | 0 << 21 | (uint64_t)0 << 24 | (uint64_t)2 << 26}, /* 18 bits */
    {2, 1 << 30,
     0 | 3 << 1 | (uint64_t)((1 << 30) - 1) << 3 | (uint64_t)0 << 33 | (uint64_t)0 << 36 |
         (uint64_t)1 << 38}, /* 30 bits */
};

START_TEST(jpeg_xl_sizes)
{
    ms_bytes bytes = {0};
    ADD(&bytes, "\xFF\n");
    add_le(&bytes, sizes[_i].bits, 8);
    ADD(&bytes, "\xFF\xFF\xFF\xFF");
    expect_probe(&bytes, MS_IMAGE_JXL, sizes[_i].width, sizes[_i].height, false);

    ADD(&bytes, JXL "\0\0\0\x0A"
                    "free..\0\0\0\x18jxlc\xFF\n");
    add_le(&bytes, sizes[_i].bits, 8);
    ADD(&bytes, "\0\0\0\0\0\0");
    expect_probe(&bytes, MS_IMAGE_JXL, sizes[_i].width, sizes[_i].height, false);

    ADD(&bytes, JXL "\0\0\0\0jxlp\0\0\0\0\xFF\n");
    add_le(&bytes, sizes[_i].bits, 8);
    expect_probe(&bytes, MS_IMAGE_JXL, sizes[_i].width, sizes[_i].height, false);
}
END_TEST

Suite *probe_boxes_suite(void)
{
    Suite *suite = suite_create("probe_boxes");
    TCase *tc = tcase_create("all");
    tcase_add_test(tc, the_largest_of_a_heics_sizes);
    tcase_add_test(tc, properties_that_lie);
    tcase_add_test(tc, long_and_last_boxes);
    tcase_add_test(tc, a_code_stream_with_an_offset);
    tcase_add_loop_test(tc, jpeg_xl_sizes, 0, (int)(sizeof sizes / sizeof sizes[0]));
    suite_add_tcase(suite, tc);
    return suite;
}
