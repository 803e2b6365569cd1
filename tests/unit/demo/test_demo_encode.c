/* Suite of demo/demo_encode.c: independent decoders give the pixels that were painted.
 */
#include "demo/demo_picture.h"

#include "unit.h"

#include <stdlib.h>
#include <string.h>
#include <turbojpeg.h>
#include <zlib.h>

static ms__picture paint(uint32_t width, uint32_t height)
{
    ms__picture picture;
    ck_assert_int_eq(ms__picture_init(&picture, 3, 5, width, height), MS_OK);
    return picture;
}

static const int samplings[] = {TJSAMP_420, TJSAMP_422, TJSAMP_444};

TEST_EACH(jpegs_show_the_picture, samplings)
{
    ms__picture picture = paint(333, 251);
    ms_bytes file = {0};
    ck_assert_int_eq(ms__picture_jpeg(&picture, (ms__sampling)_i, &file, NULL), MS_OK);
    ck_assert_mem_eq(file.data + file.len - 2, "\xFF\xD9", 2);
    tjhandle handle = tjInitDecompress();
    int width = 0, height = 0, sampling = 0, space = 0;
    ck_assert_int_eq(tjDecompressHeader3(handle, file.data, file.len, &width, &height, &sampling, &space), 0);
    ck_assert(width == 333 && height == 251 && sampling == samplings[_i] && space == TJCS_YCbCr);
    size_t n = (size_t)3 * 333 * 251;
    uint8_t *rgb = malloc(n);
    ck_assert_ptr_nonnull(rgb);
    ck_assert_int_eq(tjDecompress2(handle, file.data, file.len, rgb, width, 0, height, TJPF_RGB, 0), 0);
    uint64_t off = 0;
    for (size_t i = 0; i < n; i++) {
        off += (uint64_t)abs(rgb[i] - picture.rgb[i]);
    }
    ck_assert_uint_lt(off / n, 8); /* quality 90: a few levels */
    ck_assert_uint_lt(file.len, n / 3);
    (void)tjDestroy(handle);
    free(rgb);
    ms_bytes_fini(&file);
    ms__picture_fini(&picture);
}

static uint32_t be32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | (uint32_t)p[3];
}

/* Checks the chunk at *at with its checksum; moves *at after it. */
static const uint8_t *next_chunk(const ms_bytes *file, size_t *at, const char *type, uint32_t *n)
{
    ck_assert_uint_le(*at + 12, file->len);
    const uint8_t *chunk = file->data + *at;
    *n = be32(chunk);
    ck_assert_uint_le(*n, file->len - *at - 12);
    ck_assert_mem_eq(chunk + 4, type, 4);
    ck_assert_uint_eq(be32(chunk + 8 + *n), crc32(0, chunk + 4, *n + 4));
    *at += 12 + *n;
    return chunk + 8;
}

TEST(pngs_hold_the_picture)
{
    static const uint32_t sizes[][2] = {{333, 251}, {16, 16}, {1, 1}, {3001, 5}};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        uint32_t width = sizes[i][0], height = sizes[i][1], n = 0;
        ms__picture picture = paint(width < 16 ? 16 : width, height < 16 ? 16 : height);
        picture.width = width; /* any part */
        picture.height = height;
        ms_bytes file = {0};
        ck_assert_int_eq(ms__picture_png(&picture, &file, NULL), MS_OK);
        ck_assert_mem_eq(file.data, "\x89PNG\r\n\x1A\n", 8);
        size_t at = 8;
        const uint8_t *head = next_chunk(&file, &at, "IHDR", &n);
        ck_assert(n == 13 && be32(head) == width && be32(head + 4) == height);
        ck_assert_mem_eq(head + 8, "\x08\x02\0\0\0", 5);
        const uint8_t *data = next_chunk(&file, &at, "IDAT", &n);
        unsigned long room = (3UL * width + 1) * height, got = room;
        uint8_t *rows = malloc(room);
        ck_assert_ptr_nonnull(rows);
        ck_assert_int_eq(uncompress(rows, &got, data, n), Z_OK);
        ck_assert_uint_eq(got, room);
        for (uint32_t y = 0; y < height; y++) {
            uint8_t *row = rows + (3UL * width + 1) * y;
            ck_assert_uint_eq(row[0], 1); /* Sub */
            for (uint32_t x = 3; x < 3 * width; x++) {
                row[1 + x] = (uint8_t)(row[1 + x] + row[x - 2]);
            }
            ck_assert_mem_eq(row + 1, picture.rgb + 3UL * width * y, 3UL * width);
        }
        (void)next_chunk(&file, &at, "IEND", &n);
        ck_assert(n == 0 && at == file.len);
        free(rows);
        ms_bytes_fini(&file);
        ms__picture_fini(&picture);
    }
}

TEST(old_contents_are_replaced)
{
    ms__picture small = paint(20, 20), large = paint(100, 100);
    ms_bytes first = {0}, reused = {0};
    ck_assert_int_eq(ms__picture_png(&small, &first, NULL), MS_OK);
    ck_assert_int_eq(ms__picture_png(&large, &reused, NULL), MS_OK);
    ck_assert_int_eq(ms__picture_jpeg(&large, MS__SAMPLING_444, &reused, NULL), MS_OK);
    ck_assert_mem_eq(reused.data, "\xFF\xD8\xFF", 3);
    ck_assert_int_eq(ms__picture_png(&small, &reused, NULL), MS_OK);
    ck_assert_uint_eq(first.len, reused.len);
    ck_assert_mem_eq(first.data, reused.data, first.len);
    ms_bytes_fini(&first);
    ms_bytes_fini(&reused);
    ms__picture_fini(&small);
    ms__picture_fini(&large);
}

TEST(errors_of_an_encoder)
{
    static uint8_t pixels[3 * 70000];
    ms__picture picture = {70000, 1, pixels}; /* a JPEG has at most 65500 columns here */
    ms_bytes file = {0};
    ms_err err = {0};
    ms_bytes_put_u64(&file, 1); /* another picture */
    ck_assert_int_eq(ms__picture_jpeg(&picture, MS__SAMPLING_444, &file, &err), MS_LIMIT);
    ck_assert(err.code == MS_LIMIT && strncmp(err.text, "JPEG: ", 6) == 0 && err.text[6] != '\0');
    ck_assert_uint_eq(file.len, 0);
    ms_bytes_fini(&file);
}
