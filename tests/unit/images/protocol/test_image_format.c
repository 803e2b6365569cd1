/* Suite of images/protocol/image_format.c: formats by the first bytes, and above all what is no image. */
#include "images/protocol/image_format.h"

#include "unit.h"

#include <string.h>

#define BYTES(literal) (literal), sizeof(literal) - 1

static const struct {
    const char *data;
    size_t n;
    ms_image_format format;
} cases[] = {
    {BYTES("\xFF\xD8\xFF"), MS_IMAGE_JPEG},
    {BYTES("\xFF\xD8"), MS_IMAGE_NONE},
    {BYTES("\xFF\xD8x"), MS_IMAGE_NONE},
    {BYTES("\x89PNG\r\n\x1A\n"), MS_IMAGE_PNG},
    {BYTES("\x89PNG\n\x1A\n\0"), MS_IMAGE_NONE}, /* after a transfer as text */
    {BYTES("II*\0"), MS_IMAGE_TIFF},
    {BYTES("MM\0*"), MS_IMAGE_TIFF},
    {BYTES("II+\0\x08\0\0\0"), MS_IMAGE_TIFF},
    {BYTES("MM\0+\0\x08\0\0"), MS_IMAGE_TIFF},
    {BYTES("II*x is the pattern"), MS_IMAGE_NONE},
    {BYTES("MMU fault at 0x0"), MS_IMAGE_NONE},
    {BYTES("RIFF\x10\0\0\0WEBPVP8 "), MS_IMAGE_WEBP},
    {BYTES("RIFF\x10\0\0\0WAVEfmt "), MS_IMAGE_NONE},
    {BYTES("RIFF\x10\0\0\0WEBP log"), MS_IMAGE_NONE},
    {BYTES("GIF87a"), MS_IMAGE_GIF},
    {BYTES("GIF89a"), MS_IMAGE_GIF},
    {BYTES("GIF88a"), MS_IMAGE_NONE},
    {BYTES("BM"), MS_IMAGE_NONE},
    {BYTES("BMC: power supply 2 failed, no redundancy"), MS_IMAGE_NONE},
    {BYTES("BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\1\0\0\0\1\0\0\0\1\0\x18\0"), MS_IMAGE_BMP},
    {BYTES("BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\1\0\0\0\1\0\0\0\1\0\x18"), MS_IMAGE_NONE}, /* truncated */
    {BYTES("BM\0\0\0\0\0\0\0\0\x36\0\0\0\x29\0\0\0\1\0\0\0\1\0\0\0\1\0\x18\0"),
     MS_IMAGE_NONE}, /* header 41 */
    {BYTES("BM\0\0\0\0\0\0\0\0\x35\0\0\0\x28\0\0\0\1\0\0\0\1\0\0\0\1\0\x18\0"),
     MS_IMAGE_NONE}, /* pixels in it */
    {BYTES("BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\1\0\0\0\1\0\0\0\2\0\x18\0"),
     MS_IMAGE_NONE}, /* two planes */
    {BYTES("BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\1\0\0\0\1\0\0\0\1\0\x21\0"), MS_IMAGE_NONE}, /* 33 bits */
    {BYTES("BM\0\0\0\0\0\0\0\0\x1A\0\0\0\x0C\0\0\0\1\0\1\0\1\0\x18\0\0\0\0\0"), MS_IMAGE_BMP},
    {BYTES("P6\n640 480\n255\n"), MS_IMAGE_PPM},
    {BYTES("P6 640 480 255\n"), MS_IMAGE_PPM},
    {BYTES("P6\n640 480 255 "), MS_IMAGE_PPM},
    {BYTES("P6 640 480 255 "), MS_IMAGE_NONE}, /* neither line ends */
    {BYTES("P5\r\n3 4\r\n65535\r\n"), MS_IMAGE_PPM},
    {BYTES("P4\n8 8\n"), MS_IMAGE_PPM},
    {BYTES("P1\n2 2\n0 1 1 0"), MS_IMAGE_PPM},
    {BYTES("P3\n# made by hand\n2 2 255\n"), MS_IMAGE_PPM},
    {BYTES("P5\n# CREATOR: GIMP PNM Filter Version 1.1\n640 480\n255\n"), MS_IMAGE_PPM},
    {BYTES("P5\n# CREATOR: GIMP PNM Filt"), MS_IMAGE_NONE},               /* the file ends there */
    {BYTES("P5\n# of twenty-four bytes\n6400 480\n255\n"), MS_IMAGE_PPM}, /* the head ends within a number */
    {BYTES("P5 # a comment of a log line, and on"), MS_IMAGE_NONE},
    {BYTES("P6\n640 480\n"), MS_IMAGE_NONE},
    {BYTES("P6\n0 480\n255\n"), MS_IMAGE_NONE},
    {BYTES("P6\n1234567890 480\n255\n"), MS_IMAGE_NONE},
    {BYTES("P2 critical incident in rack 7\n"), MS_IMAGE_NONE},
    {BYTES("P1 443 12 connections refused\n"), MS_IMAGE_NONE},
    {BYTES("P4 2024 10 19 disk failure\n"), MS_IMAGE_NONE},
    {BYTES("P2\nwas opened by the night shift\n"), MS_IMAGE_NONE},
    {BYTES("P8\n2 2\n255\n"), MS_IMAGE_NONE},
    {BYTES("P0\n2 2\n255\n"), MS_IMAGE_NONE},
    {BYTES("P60\n2 2\n255\n"), MS_IMAGE_NONE},
    {BYTES("P7\nWIDTH 3\nHEIGHT 4\n"), MS_IMAGE_PPM},
    {BYTES("P7\nwas closed\n"), MS_IMAGE_NONE},
    {BYTES("\0\0\0\x18"
           "ftypheic\0\0\0\0mif1heic"),
     MS_IMAGE_HEIF},
    {BYTES("\0\0\0\x1C"
           "ftypmif1\0\0\0\0mif1avifmiaf"),
     MS_IMAGE_AVIF},
    {BYTES("\0\0\0\x14"
           "ftypmif1\0\0\0\0mif1avifmiaf"),
     MS_IMAGE_HEIF}, /* avif is after the box */
    {BYTES("\0\0\0\x18"
           "ftypavif\0\0\0\0mif1miaf"),
     MS_IMAGE_AVIF},
    {BYTES("\0\0\0\x18"
           "ftypheic\0\0\0\0mif1avif"),
     MS_IMAGE_HEIF}, /* the major brand counts */
    {BYTES("\0\0\0\x18"
           "ftypmp42\0\0\0\0mp42isom"),
     MS_IMAGE_NONE},
    {BYTES("\0\0\0\x18"
           "ftypqt  heic\0\0\0\0"),
     MS_IMAGE_NONE}, /* heic in the place of the version */
    {BYTES("logsftypheic and so on"), MS_IMAGE_NONE},
    {BYTES("\0\0\0\x0CjP  \r\n\x87\n"), MS_IMAGE_JP2},
    {BYTES("\xFF\x4F\xFF\x51"), MS_IMAGE_JP2},
    {BYTES("\0\0\0\x0CJXL \r\n\x87\n"), MS_IMAGE_JXL},
    {BYTES("\xFF\n\xFA\x1F"), MS_IMAGE_JXL},
    {BYTES("\xFF\n"), MS_IMAGE_NONE},
    {BYTES("\xFF\nJan  1 00:00:00 web01 sshd[1]: Failed"), MS_IMAGE_NONE},
    {BYTES("\xFF\nJan  1 M\xC3\xBCller web01 sshd[1]: \x1B[1m"), MS_IMAGE_NONE},
    {BYTES("<svg xmlns='http://www.w3.org/2000/svg'>"), MS_IMAGE_NONE},
    {BYTES("%PDF-1.7\n"), MS_IMAGE_NONE},
    {BYTES("\x1F\x8B\x08\0"), MS_IMAGE_NONE},
    {BYTES("Alert: unauthorized access detected"), MS_IMAGE_NONE},
};

TEST_EACH(the_first_bytes_decide_the_format, cases)
{
    ck_assert_msg(ms_image_format_of((const uint8_t *)cases[_i].data, cases[_i].n) == cases[_i].format,
                  "\"%s\" is not %s", cases[_i].data, ms_image_format_name(cases[_i].format));
}

TEST(thirty_two_bytes_are_enough)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t n = cases[i].n < 32 ? cases[i].n : 32;
        ck_assert_int_eq(ms_image_format_of((const uint8_t *)cases[i].data, n), cases[i].format);
    }
}

/* No prefix of an image may be taken for another format; but AVIF is HEIF until its brand has been read. */
TEST_EACH(a_truncated_head_is_the_same_format_or_none, cases)
{
    for (size_t n = 0; n < cases[_i].n; n++) {
        ms_image_format format = ms_image_format_of((const uint8_t *)cases[_i].data, n);
        bool same = format == cases[_i].format || cases[_i].format == MS_IMAGE_NONE ||
                    (format == MS_IMAGE_HEIF && cases[_i].format == MS_IMAGE_AVIF);
        ck_assert_msg(format == MS_IMAGE_NONE || same, "case %d at %zu", _i, n);
    }
}

/* Every format has a cost, in the order in which the codecs are known to differ. */
TEST(costs_follow_size_and_format)
{
    for (unsigned format = MS_IMAGE_JPEG; format < MS_IMAGE_FORMAT_COUNT; format++) {
        ck_assert_uint_ge(ms_image_byte_cost((ms_image_format)format), 80);
    }
    ck_assert_uint_lt(ms_image_byte_cost(MS_IMAGE_JPEG), ms_image_byte_cost(MS_IMAGE_PNG));
    ck_assert_uint_lt(ms_image_byte_cost(MS_IMAGE_PNG), ms_image_byte_cost(MS_IMAGE_WEBP));
    ck_assert_uint_eq(ms_image_byte_cost(MS_IMAGE_NONE), 0);
}

TEST(drawings)
{
    static const struct {
        const char *text;
        bool is;
    } texts[] = {
        {"<svg xmlns='http://www.w3.org/2000/svg'/>", true},
        {"\xEF\xBB\xBF \n<?xml version='1.0'?>\n<!-- made by hand -->\n<svg>", true},
        {"<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' ''><svg width='1'>", true},
        {"<?xml version='1.0'?><html>", false},
        {"<sv", false},
        {"", false},
        {"saw <svg> in a request", false},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        ck_assert_int_eq(ms_image_is_svg((const uint8_t *)texts[i].text, strlen(texts[i].text)), texts[i].is);
    }
}
