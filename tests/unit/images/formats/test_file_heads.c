/* Suite of images/formats/gif_blocks.c, tiff_tags.c, pnm_text.c and bmp_header.c: headers and truncation.
 */
#include "images/formats/bmp_header.h"
#include "images/formats/gif_blocks.h"
#include "images/formats/pnm_text.h"
#include "images/formats/tiff_tags.h"
#include "memory_file.h"

#include "unit.h"

#include <string.h>
#include <unistd.h>

#define BYTES(literal) (literal), sizeof(literal) - 1
#define GIF_HEAD "GIF89a\1\0\1\0\0\0\0"
#define GIF_FRAME ",\0\0\0\0\1\0\1\0\0\2\2\x4C\1\0"
#define GIF_DELAY "!\xF9\4\0\x0A\0\0\0"

static const struct {
    const char *data;
    size_t n;
    uint32_t frames;
} gifs[] = {
    {BYTES(GIF_HEAD GIF_FRAME ";"), 1},
    {BYTES(GIF_HEAD GIF_DELAY GIF_FRAME GIF_DELAY GIF_FRAME ";"), 2},
    {BYTES(GIF_HEAD ";"), 0},
    {BYTES(GIF_HEAD GIF_FRAME), 0}, /* no trailer: further frames may be missing */
    {BYTES(GIF_HEAD GIF_FRAME "x"), 0},
    {BYTES(GIF_HEAD ",\0\0\0\0\1\0\1\0\0\2\2\x4C"), 0},
    {BYTES("GIF89a\1\0\1\0\x80\0\0\1\2\3\4\5\6" GIF_FRAME ";"), 1}, /* with a global table of two colors */
    {BYTES("GIF89a"), 0},
    {BYTES(""), 0},
};

TEST_EACH(gif_frames, gifs)
{
    int fd = memory_file(gifs[_i].data, gifs[_i].n);
    ck_assert_uint_eq(ms_gif_frames(fd), gifs[_i].frames);
    (void)close(fd);
}

/* Two directories of one entry each: 16 bits per sample, then 8. */
#define TIFF                                                                                                 \
    "II*\0\x08\0\0\0"                                                                                        \
    "\1\0\2\1\3\0\1\0\0\0\x10\0\0\0"                                                                         \
    "\x1A\0\0\0"                                                                                             \
    "\1\0\2\1\4\0\1\0\0\0\x08\0\0\0"                                                                         \
    "\0\0\0\0"

TEST(tiff_tags)
{
    char file[] = TIFF;
    int fd = memory_file(file, sizeof file - 1);
    ck_assert_uint_eq(ms_tiff_pages(fd), 2);
    ck_assert_uint_eq(ms_tiff_tag(fd, MS_TIFF_BITS_PER_SAMPLE, 1), 16);
    ck_assert_uint_eq(ms_tiff_tag(fd, 257, 7), 7);
    (void)close(fd);
    for (size_t n = 0; n < sizeof file - 1; n++) {
        fd = memory_file(file, n);
        ck_assert_uint_eq(ms_tiff_pages(fd), 0);
        (void)ms_tiff_tag(fd, MS_TIFF_BITS_PER_SAMPLE, 1);
        (void)close(fd);
    }
    file[sizeof file - 1 - 4] = 8; /* the second is followed by the first */
    fd = memory_file(file, sizeof file - 1);
    ck_assert_uint_eq(ms_tiff_pages(fd), 0);
    (void)close(fd);
    fd = memory_file(BYTES("MM\0*\0\0\0\x08\0\1\1\2\0\3\0\0\0\1\0\x0C\0\0\0\0\0\0"));
    ck_assert_uint_eq(ms_tiff_pages(fd), 1);
    ck_assert_uint_eq(ms_tiff_tag(fd, MS_TIFF_BITS_PER_SAMPLE, 1), 12);
    (void)close(fd);
}

static const struct {
    const char *data;
    uint64_t samples;
    bool whole;
} pnms[] = {
    {"P2\n3 2\n255\n1 2 3 4 5 6\n", 6, true},
    {"P2\n3 2\n255\n1 2 3 4 5 6", 6, true},
    {"P2\n3 2\n255\n1 2 3 4 5", 6, false},
    {"P2\n3 2\n255\n", 6, false},
    {"P3\n1 1\n255\n1 2 3\n", 3, true},
    {"P3\n1 1\n255\n1 2\n", 3, false},
    {"P6\n1 1\n255\n", 3, true}, /* reported by libvips */
};

TEST_EACH(pnm_text, pnms)
{
    int fd = memory_file(pnms[_i].data, strlen(pnms[_i].data));
    ck_assert_int_eq(ms_pnm_is_complete(fd, pnms[_i].samples), pnms[_i].whole);
    (void)close(fd);
}

/* 2 x 2 pixels of 24 bits, rows padded to 8 bytes. */
#define BITMAP                                                                                               \
    "BM\x46\0\0\0\0\0\0\0\x36\0\0\0"                                                                         \
    "\x28\0\0\0\2\0\0\0\2\0\0\0\1\0\x18\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"                   \
    "abcdef\0\0ghijkl\0\0"

TEST(bmp_header)
{
    char file[] = BITMAP;
    ms_bmp_header head;
    ms_err err = {0};
    int fd = memory_file(file, sizeof file - 1);
    ck_assert_int_eq(ms_bmp_header_read(&head, fd, &err), MS_OK);
    ck_assert_uint_eq(head.width, 2);
    ck_assert_uint_eq(head.height, 2);
    ck_assert_uint_eq(head.bits, 24);
    ck_assert_uint_eq(head.pixels_at, 54);
    ck_assert_uint_eq(ms_bmp_stride(&head), 8);
    ck_assert(!head.top_down);
    (void)close(fd);
    for (size_t n = 0; n < sizeof file - 3; n++) { /* the last row's padding may be missing */
        fd = memory_file(file, n);
        ck_assert_int_eq(ms_bmp_header_read(&head, fd, &err), MS_FORMAT);
        (void)close(fd);
    }
    memcpy(file + 22, "\xFE\xFF\xFF\xFF", 4); /* -2 */
    fd = memory_file(file, sizeof file - 1);
    ck_assert_int_eq(ms_bmp_header_read(&head, fd, &err), MS_OK);
    ck_assert(head.top_down);
    ck_assert_uint_eq(head.height, 2);
    (void)close(fd);
}

static const struct {
    const char *data;
    size_t n;
    ms_code code;
    uint8_t pixels[6];
} runs[] = {
    {BYTES("\3\7\0\0\0\3\1\2\3\0\0\1"), MS_OK, {7, 7, 7, 1, 2, 3}}, /* a run; end of row; three literals */
    {BYTES("\2\7\0\2\1\1\1\7\0\1"), MS_OK, {7, 7, 0, 0, 0, 0}},     /* a jump out of the first row */
    {BYTES("\3\7\0\0\3\7"), MS_FORMAT, {0}},                        /* no end marker */
    {BYTES("\3\7\0\0\0\3\1\2"), MS_FORMAT, {0}},
    {BYTES("\0\1"), MS_OK, {0}},
};

TEST_EACH(bmp_rle, runs)
{
    ms_bmp_header head = {
        .width = 3, .height = 2, .bits = 8, .compression = MS_BMP_RLE8, .nbytes = runs[_i].n};
    uint8_t to[6] = {0};
    ms_err err = {0};
    ms_code code = ms_bmp_decode_rle(&head, (const uint8_t *)runs[_i].data, to, &err);
    ck_assert_int_eq(code, runs[_i].code);
    if (code == MS_OK && _i != 1) {
        ck_assert_mem_eq(to, runs[_i].pixels, sizeof to);
    }
}
