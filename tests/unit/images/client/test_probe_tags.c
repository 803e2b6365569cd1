/* Suite of images/client/probe_tags.c: TIFF directories of both kinds and byte orders, and the words of a
 * PNM. */
#include "probe_build.h"

#include "suites.h"

#include <string.h>

Suite *probe_tags_suite(void);

typedef void adder(ms_bytes *to, uint64_t value, size_t nbytes);

static void add_entry(ms_bytes *to, adder *put, bool big, uint16_t tag, uint16_t type, uint64_t value)
{
    size_t room = big ? 8 : 4, size = type == 3 ? 2 : type == 4 ? 4 : 8;
    put(to, tag, 2);
    put(to, type, 2);
    put(to, 1, room);
    put(to, value, size);
    put(to, 0, room > size ? room - size : 0);
}

/* A directory at offset 100 with the two tags among others. */
static ms_bytes tiff(bool big, bool big_endian, uint16_t type)
{
    ms_bytes bytes = {0};
    adder *put = big_endian ? add_be : add_le;
    add(&bytes, big_endian ? "MM" : "II", 2);
    put(&bytes, big ? 43 : 42, 2);
    if (big) {
        put(&bytes, 8, 2);
        put(&bytes, 0, 2);
    }
    put(&bytes, 100, big ? 8 : 4);
    add_be(&bytes, 0, 8);
    while (bytes.len < 100) {
        add_be(&bytes, 0, 1);
    }
    put(&bytes, 4, big ? 8 : 2);
    add_entry(&bytes, put, big, 254, 4, 77);
    add_entry(&bytes, put, big, 256, type, 41000);
    add_entry(&bytes, put, big, 257, type, 30);
    add_entry(&bytes, put, big, 258, 3, 8);
    return bytes;
}

START_TEST(directories)
{
    for (int i = 0; i < 4; i++) {
        ms_bytes bytes = tiff(i % 2 != 0, i / 2 != 0, 3);
        expect_probe(&bytes, MS_IMAGE_TIFF, 41000, 30, false);
        bytes = tiff(i % 2 != 0, i / 2 != 0, 4);
        expect_probe(&bytes, MS_IMAGE_TIFF, 41000, 30, false);
    }
    ms_bytes bytes = tiff(true, false, 16);
    expect_probe(&bytes, MS_IMAGE_TIFF, 41000, 30, false);
    bytes = tiff(true, true, 16);
    expect_probe(&bytes, MS_IMAGE_TIFF, 41000, 30, false);
    bytes = tiff(true, true, 5); /* a fraction */
    expect_probe(&bytes, MS_IMAGE_TIFF, 0, 0, false);
}
END_TEST

START_TEST(directories_that_lie)
{
    ms_bytes bytes = tiff(false, false, 3);
    bytes.data[4] = 0; /* the directory at offset 0 */
    expect_probe(&bytes, MS_IMAGE_TIFF, 0, 0, false);
    bytes = tiff(false, false, 3);
    memset(bytes.data + 4, 0xFF, 4); /* beyond the file */
    expect_probe(&bytes, MS_IMAGE_TIFF, 0, 0, false);
    bytes = tiff(true, false, 3);
    memset(bytes.data + 8, 0xFF, 8);
    expect_probe(&bytes, MS_IMAGE_TIFF, 0, 0, false);
    bytes = tiff(true, false, 16);
    memset(bytes.data + 100, 0xFF, 8); /* more entries than there are bytes */
    expect_probe(&bytes, MS_IMAGE_TIFF, 41000, 30, false);
    bytes = tiff(true, false, 16);
    memset(bytes.data + 108 + 20 + 12, 0xFF, 8); /* a width of 64 bits */
    expect_probe(&bytes, MS_IMAGE_TIFF, 0, 0, false);
}
END_TEST

static const struct {
    const char *text;
    uint32_t width, height;
} pnms[] = {
    {"P6\n640 480\n255\n", 640, 480},
    {"P4\n640 480\n", 640, 480},
    {"P5\r\n12\t34\v99\n", 12, 34},
    {"P5\n# a comment, 7 8 9, that is longer than the head of thirty-two bytes\n#\n# 1 2\n640 # "
     "3\n480\n255\n",
     640, 480},
    {"P5\n# no end of a comment that is longer than the head", 0, 0},
    {"P3\n999999999 999999999 255\n", 999999999, 999999999},
    {"P7\nWIDTH 227\nHEIGHT 149\nDEPTH 3\nMAXVAL 255\nENDHDR\n", 227, 149},
    {"P7\nDEPTH 3\n# HEIGHT 7\nHEIGHT 149\nTUPLTYPE RGB_ALPHA_AND_MORE\nWIDTH 227\nENDHDR\n", 227, 149},
    {"P7\nWIDTH 227\nENDHDR\nHEIGHT 3\n", 0, 0},
    {"P7\nWIDTH 5000000000\nHEIGHT 149\nENDHDR\n", 0, 0},
    {"P7\nWIDTH 22x\nHEIGHT 149\nENDHDR\n", 0, 0},
};

START_TEST(words)
{
    ms_bytes bytes = {0};
    add(&bytes, pnms[_i].text, strlen(pnms[_i].text));
    expect_probe(&bytes, MS_IMAGE_PPM, pnms[_i].width, pnms[_i].height, false);
}
END_TEST

START_TEST(words_without_end)
{
    ms_bytes bytes = {0};
    ADD(&bytes, "P7\nWIDTH ");
    for (int i = 0; i < 20000; i++) {
        ADD(&bytes, "0123456789");
    }
    expect_probe(&bytes, MS_IMAGE_PPM, 0, 0, false);
}
END_TEST

Suite *probe_tags_suite(void)
{
    Suite *suite = suite_create("probe_tags");
    TCase *tc = tcase_create("all");
    tcase_add_test(tc, directories);
    tcase_add_test(tc, directories_that_lie);
    tcase_add_loop_test(tc, words, 0, (int)(sizeof pnms / sizeof pnms[0]));
    tcase_add_test(tc, words_without_end);
    suite_add_tcase(suite, tc);
    return suite;
}
