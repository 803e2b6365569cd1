/* Suite of images/protocol/image_proof.c: small images as they are, and logs that begin like one. */
#include "images/protocol/image_proof.h"

#include "unit.h"

#include <stdlib.h>
#include <string.h>

typedef struct sample {
    const char *about;
    const char *data;
    size_t n;
    bool sound;
} sample;

#define S(about, data, sound)                                                                                \
    {                                                                                                        \
        about, data, sizeof(data) - 1, sound                                                                 \
    }
#define GIF "GIF89a\1\0\1\0\200\0\0\377\377\377\0\0\0!\371\4\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;"
#define PNG "\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\0\0\0\0\x3A\x7E\x9B\x55"
#define IEND "\0\0\0\0IEND\xAE\x42\x60\x82"
#define JPEG "\xFF\xD8\xFF\xE0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0\xFF\xDB\0\4\0\1"
#define SCAN "\xFF\xDA\0\x08\1\1\0\0\x3F\0"
#define LINES "\nuser login failed\nanother line of a log\n"

static const sample samples[] = {
    S("GIF", GIF, true),
    S("GIF and lines", GIF LINES, false),
    S("GIF in a line", "GIF89a user login failed\n", false),
    S("GIF's screen and a line", "GIF89a\1\0\1\0\0\0\0user login failed\n", false),
    S("GIF's trailer at once", "GIF89a\1\0\1\0\0\0\0;\0", false),
    S("JPEG", JPEG SCAN "\xD2\x8A\x28\xA2\x8A\x28\xA2\x8A\x28\xA0\xFF\xD9", true),
    S("JPEG in a line", "\xFF\xD8\xFF user login failed\n", false),
    S("JPEG's markers and lines", JPEG SCAN "user login failed\nanother line\n", false),
    S("JPEG's comment", "\xFF\xD8\xFF\xFE\x7F\xFF user login failed\nanother line of a log\nand another\n",
      false),
    S("JPEG's length", "\xFF\xD8\xFF\xE0\0\1 user login", false),
    S("PNG", PNG "\0\0\0\x0AIDAT\x78\x9C\x63\x60\0\0\0\2\0\1\x48\xAF\xA4\x71" IEND, true),
    S("PNG and lines", PNG "\0\0\0\x0AIDAT\x78\x9C\x63\x60\0\0\0\2\0\1\x48\xAF\xA4\x71" IEND LINES, false),
    S("PNG in a line", "\x89PNG\r\n\x1A\nuser login failed\nanother line of a log\n", false),
    S("WebP", "RIFF\x1A\0\0\0WEBPVP8L\x0D\0\0\0\x2F\0\0\0\x10\x07\x10\x11\x11\x88\x88\xFE\x07\0", true),
    S("WebP in a line", "RIFFabcdWEBPVP8 user login failed\nand so on\n", false),
    S("WebP and lines",
      "RIFF\x1A\0\0\0WEBPVP8L\x0D\0\0\0\x2F\0\0\0\x10\x07\x10\x11\x11\x88\x88\xFE\x07\0" LINES, false),
    S("PNM", "P5\n4 4\n255\n\0\x10\x20\x30\x40\x50\x60\x70\x80\x90\xA0\xB0\xC0\xD0\xE0\xF0", true),
    S("PNM of digits", "P2\n2 2\n9\n1 2 3 4\n", true),
    S("PNM of digits and lines", "P2\n2 2\n9\n1 2 3 4\nuser login failed\n", false),
    S("PNM of a byte and lines", "P5\n1 1 1\nuser login failed\n", false),
    S("PNM of lines", "P5\n9999 9999 255\nuser login failed\nanother line\n", false),
    S("PNM of a byte and a word", "P5\n1 1 1\nfoo\n", false),
    S("PNM of a pixel and a newline", "P6\n1 1\n255\nfoo\n", false),
    S("JPEG 2000 and a word", "\0\0\0\x0CjP  \r\n\x87\nfoo\n", false),
    S("JPEG XL and a word", "\0\0\0\x0CJXL \r\n\x87\nfoo\n", false),
    S("AVIF, cut, and a word",
      "\0\0\0\x1C"
      "ftypavif\0\0\0\0foo\n",
      false),
    S("JPEG 2000, boxes",
      "\0\0\0\x0CjP  \r\n\x87\n\0\0\0\x14"
      "ftypjp2 \0\0\0\0jp2 \0\0\0\x2Djp2h\1\2\3\4\5\6\7\x08",
      true),
    S("PAM of lines", "P7\nWIDTH 9\nuser login failed\n", false),
    S("TIFF", "II*\0\x08\0\0\0\1\0\0\1\3\0\1\0\0\0\1\0\0\0", true),
    S("GIF and a word", GIF "root\n", false),
    S("TIFF in a line", "II*\0\1\0\0\0user login failed\n", false),
};

TEST_EACH(image_or_log, samples)
{
    const sample *s = &samples[_i];
    ms_image_format format = ms_image_format_of((const uint8_t *)s->data, s->n);
    ck_assert_msg(format != MS_IMAGE_NONE, "%s", s->about);
    ck_assert_msg(ms_image_is_sound(format, (const uint8_t *)s->data, s->n) == s->sound, "%s", s->about);
}

TEST(of_no_bytes_beyond_the_head)
{
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        for (size_t n = 0; n <= samples[i].n; n++) {
            uint8_t *copy = malloc(n + 1);
            ck_assert_ptr_nonnull(copy);
            memcpy(copy, samples[i].data, n);
            (void)ms_image_is_sound(ms_image_format_of(copy, n), copy, n);
            free(copy);
        }
    }
    ck_assert(!ms_image_is_sound(MS_IMAGE_NONE, (const uint8_t *)"", 0));
}
