/* Suite of images/client/probe_jpeg.c: which JPEGs may keep their Y as it is. The expectations are libjpeg's
 * rules (default_decompress_parms in jdapimin.c). */
#include "probe_build.h"

#include "suites.h"

#include <string.h>

Suite *probe_jpeg_suite(void);

#define JFIF "\xFF\xE0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"
#define ADOBE                                                                                                \
    "\xFF\xEE\0\x0E"                                                                                         \
    "Adobe\0\x64\0\0\0\0"

typedef struct jpeg_case {
    const char *app; /* segments between SOI and the frame header */
    size_t napp;
    uint8_t marker;
    uint8_t precision;
    const char *ids; /* of the components */
    bool lossless;
} jpeg_case;

#define APP(literal) (literal), sizeof(literal) - 1

static const jpeg_case cases[] = {
    {APP(""), 0xC0, 8, "\1", true},
    {APP(JFIF), 0xC0, 8, "\1\2\3", true},
    {APP(JFIF), 0xC0, 8, "RGB", true}, /* JFIF says YCbCr whatever the ids */
    {APP(""), 0xC0, 8, "RGB", false},  /* no marker: the ids tell */
    {APP(""), 0xC0, 8, "RGb", true},   /* unknown ids: YCbCr is assumed */
    {APP(""), 0xC0, 8, "\1\2\3", true},
    {APP(""), 0xC0, 8, "\0\1\2", true},
    {APP(ADOBE "\0"), 0xC0, 8, "\1\2\3", false}, /* transform 0: RGB */
    {APP(ADOBE "\1"), 0xC0, 8, "RGB", true},
    {APP(ADOBE "\2"), 0xC0, 8, "\1\2\3", true},
    {APP(JFIF ADOBE "\0"), 0xC0, 8, "\1\2\3", true}, /* JFIF goes first */
    {APP("\xFF\xEE\0\x0D"
         "Adobe\0\x64\0\0\0\0"),
     0xC0, 8, "RGB", false}, /* too short to be Adobe's */
    {APP("\xFF\xEE\0\x0E"
         "Adobo\0\x64\0\0\0\0\0"),
     0xC0, 8, "\1\2\3", true},
    {APP("\xFF\xE0\0\x0F"
         "JFIF\0\1\1\0\0\1\0\1\0"),
     0xC0, 8, "RGB", false}, /* too short to be JFIF's */
    {APP("\xFF\xED\0\x0E"
         "Adobe\0\x64\0\0\0\0\0"),
     0xC0, 8, "\1\2\3", true}, /* APP13 */
    {APP(""), 0xC0, 8, "\1\2", false},
    {APP(""), 0xC0, 8, "\1\2\3\4", false},
    {APP(ADOBE "\2"), 0xC0, 8, "\1\2\3\4", false}, /* YCCK */
    {APP(JFIF), 0xC0, 12, "\1\2\3", false},        /* 12 bits */
    {APP(JFIF), 0xC1, 8, "\1\2\3", true},
    {APP(JFIF), 0xC2, 8, "\1\2\3", true},
    {APP(JFIF), 0xC3, 8, "\1\2\3", false}, /* lossless JPEG */
    {APP(JFIF), 0xC5, 8, "\1\2\3", false}, /* hierarchical */
    {APP(JFIF), 0xC9, 8, "\1\2\3", true},
    {APP(JFIF), 0xCA, 8, "\1\2\3", true},
    {APP(JFIF), 0xCB, 8, "\1\2\3", false},
    {APP(JFIF), 0xCF, 8, "\1\2\3", false},
    {APP("\xFF\xC4\0\x02\xFF\xC8\0\x02\xFF\xCC\0\x02" JFIF), 0xC0, 8, "\1\2\3",
     true},                                                                /* no frame headers, these */
    {APP("\xFF\xFF\xFF\xE1\0\x04\xFF\xC0" JFIF), 0xC0, 8, "\1\2\3", true}, /* fill; SOF within APP1 */
    {APP("garbage\xFF\0" JFIF), 0xC0, 8, "\1\2\3", true},
    {APP("\xFF\x01\xFF\xD0" JFIF), 0xC0, 8, "\1\2\3", true}, /* markers without a length */
};

START_TEST(the_way_follows_the_coding)
{
    const jpeg_case *one = &cases[_i];
    ms_bytes bytes = {0};
    size_t ncomponents = strlen(one->ids + (one->ids[0] == '\0' ? 1 : 0)) + (one->ids[0] == '\0' ? 1 : 0);
    ADD(&bytes, "\xFF\xD8");
    if (one->napp == 0) {
        ADD(&bytes, "\xFF\xFE\0\x02"); /* an image begins FF D8 FF */
    } else if (one->app[0] != '\xFF') {
        ADD(&bytes, "\xFF\xFE\0\x02");
    }
    add(&bytes, one->app, one->napp);
    add_be(&bytes, 0xFF00U | one->marker, 2);
    add_be(&bytes, 8 + 3 * ncomponents, 2);
    add_be(&bytes, one->precision, 1);
    add_be(&bytes, 300, 2);
    add_be(&bytes, 500, 2);
    add_be(&bytes, ncomponents, 1);
    for (size_t i = 0; i < ncomponents; i++) {
        add(&bytes, one->ids + i, 1);
        ADD(&bytes, "\x11\0");
    }
    expect_probe(&bytes, MS_IMAGE_JPEG, 500, 300, one->lossless);
}
END_TEST

#define FRAME "\xFF\xC0\0\x11\x08\0\x10\0\x20\x03\x01\x22\0\x02\x11\1\x03\x11\1"

static const struct {
    const char *data;
    size_t n;
} sizeless[] = {
    {APP("\xFF\xD8\xFF\xDA\0\x02" FRAME)}, /* the scan comes first */
    {APP("\xFF\xD8\xFF\xD9" FRAME)},       /* the end */
    {APP("\xFF\xD8\xFF\xE1\0\0" FRAME)},   /* a length that is none */
    {APP("\xFF\xD8\xFF\xE1\0\1" FRAME)},
    {APP("\xFF\xD8\xFF\xE1\xFF\xFF" FRAME)}, /* beyond the file */
    {APP("\xFF\xD8\xFF")},
};

START_TEST(without_a_frame_header_there_is_no_size)
{
    ms_bytes bytes = {0};
    add(&bytes, sizeless[_i].data, sizeless[_i].n);
    expect_probe(&bytes, MS_IMAGE_JPEG, 0, 0, false);
}
END_TEST

START_TEST(components_that_are_cut_off_are_not_trusted)
{
    ms_bytes bytes = {0};
    add(&bytes, "\xFF\xD8" FRAME, 2 + sizeof FRAME - 2);
    expect_probe(&bytes, MS_IMAGE_JPEG, 32, 16, false);
    add(&bytes, "\xFF\xD8" FRAME, 2 + sizeof FRAME - 1);
    expect_probe(&bytes, MS_IMAGE_JPEG, 32, 16, true);
}
END_TEST

Suite *probe_jpeg_suite(void)
{
    Suite *suite = suite_create("probe_jpeg");
    TCase *tc = tcase_create("all");
    tcase_add_loop_test(tc, the_way_follows_the_coding, 0, (int)(sizeof cases / sizeof cases[0]));
    tcase_add_loop_test(tc, without_a_frame_header_there_is_no_size, 0,
                        (int)(sizeof sizeless / sizeof sizeless[0]));
    tcase_add_test(tc, components_that_are_cut_off_are_not_trusted);
    suite_add_tcase(suite, tc);
    return suite;
}
