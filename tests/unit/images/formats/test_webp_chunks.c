/* Suite of images/formats/webp_chunks.c: coding, number of pixels, attaching and removing metadata. */
#include "images/formats/webp_chunks.h"
#include "memory_file.h"

#include "unit.h"

#include <string.h>
#include <unistd.h>

#define BYTES(literal) (literal), sizeof(literal) - 1
/* 3 x 2 pixels: 14 bits each, minus one */
#define LOSSLESS "RIFF\x16\0\0\0WEBPVP8L\x09\0\0\0\x2F\2\x40\0\0abcd\0"
#define LOSSY "RIFF\x16\0\0\0WEBPVP8 \x0A\0\0\0\x30\1\0\x9D\1\x2A\3\0\2\0"

static const struct {
    const char *data;
    size_t n;
    bool lossless;
    uint64_t pixels;
} cases[] = {
    {BYTES(LOSSLESS), true, 6},
    {BYTES(LOSSY), false, 6},
    {BYTES("RIFF\x20\0\0\0WEBPVP8X\x0A\0\0\0\0\0\0\0\4\0\0\1\0\0VP8L\1\0\0\0\x2F\0"), true, 10},
    {BYTES("RIFF"), false, 0},
    {BYTES("RIFF\x16\0\0\0WEBPVP8L\x09\0\0\0x\2\x40\0\0abcd\0"), true, 0}, /* no signature */
};

TEST_EACH(heads, cases)
{
    int fd = memory_file(cases[_i].data, cases[_i].n);
    ck_assert_int_eq(ms_webp_is_lossless(fd), cases[_i].lossless);
    ck_assert_uint_eq(ms_webp_pixels(fd), cases[_i].pixels);
    (void)close(fd);
}

TEST(attach_metadata)
{
    ms_bytes file = {0}, exif = {0}, none = {0};
    ms_err err = {0};
    ms_bytes_append(&file, LOSSLESS, sizeof LOSSLESS - 1);
    ms_bytes_append(&exif, "odd", 3);
    ck_assert_int_eq(ms_webp_attach_metadata(&file, &exif, &none, &err), MS_OK);
    ck_assert_mem_eq(file.data + 12, "VP8X\x0A\0\0\0\x08\0\0\0\2\0\0\1\0\0VP8L", 22);
    ck_assert_mem_eq(file.data + file.len - 12, "EXIF\3\0\0\0odd\0", 12);
    ck_assert_uint_eq(file.data[4], file.len - 8);
    ck_assert_int_eq(ms_webp_attach_metadata(&file, &none, &exif, &err),
                     MS_OK); /* replaces the existing metadata */
    ck_assert_ptr_null(memmem(file.data, file.len, "EXIF", 4));
    ck_assert_mem_eq(file.data + file.len - 12, "XMP \3\0\0\0odd\0", 12);
    ck_assert_uint_eq(file.data[20], 0x04);
    ms_bytes_clear(&file);
    ms_bytes_append(&file, "RIFFxxxx", 8);
    ck_assert_int_eq(ms_webp_attach_metadata(&file, &exif, &none, &err), MS_FORMAT);
    ms_bytes_fini(&file);
    ms_bytes_fini(&exif);
}
