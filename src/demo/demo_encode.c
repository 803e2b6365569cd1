/* The settings are those that give the same bytes on every machine and are fast; compression is secondary. */
#include "demo/demo_picture.h"

#include <stdlib.h>
#include <string.h>
#include <turbojpeg.h>
#include <zlib.h>

enum {
    QUALITY = 90,
    FILTER_SUB = 1, /* each byte minus that of the pixel to its left: PNG (ISO/IEC 15948), 9.2 */
    PNG_HEAD = 8 + 25,
    IDAT_HEAD = 8,
    IDAT_MAX = 0x7FFFFFFF
};

ms_code ms__picture_jpeg(const ms__picture *picture, ms__sampling sampling, ms_bytes *to, ms_err *err)
{
    static const int samplings[] = {
        [MS__SAMPLING_420] = TJSAMP_420, [MS__SAMPLING_422] = TJSAMP_422, [MS__SAMPLING_444] = TJSAMP_444};
    int subsampling = samplings[sampling], width = (int)picture->width, height = (int)picture->height;
    ms_bytes_clear(to);
    unsigned long size = tjBufSize(width, height, subsampling);
    if (size == (unsigned long)-1 || ms_bytes_reserve(to, size) != MS_OK) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for a demo picture");
    }
    tjhandle handle = tjInitCompress();
    if (!handle) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for the JPEG encoder");
    }
    ms_code code = MS_OK;
    unsigned char *at = to->data;
    if (tjCompress2(handle, picture->rgb, width, 0, height, TJPF_RGB, &at, &size, subsampling, QUALITY,
                    TJFLAG_NOREALLOC | TJFLAG_ACCURATEDCT) != 0) {
        code = ms_err_set(err, MS_LIMIT, 0, "JPEG: %s", tjGetErrorStr2(handle));
    } else {
        to->len = size;
    }
    (void)tjDestroy(handle);
    return code;
}

static void put_be32(uint8_t *to, uint32_t value)
{
    for (int i = 0; i < 4; i++) {
        to[i] = (uint8_t)(value >> (24 - 8 * i));
    }
}

/* Writes length and type before the n data bytes, and the checksum after them; returns the end. */
static uint8_t *close_chunk(uint8_t *chunk, const char type[4], uint32_t n)
{
    put_be32(chunk, n);
    memcpy(chunk + 4, type, 4);
    put_be32(chunk + 8 + n, (uint32_t)crc32(0, chunk + 4, n + 4));
    return chunk + 12 + n;
}

static void put_png_head(uint8_t *to, uint32_t width, uint32_t height)
{
    memcpy(to, "\x89PNG\r\n\x1A\n", 8);
    put_be32(to + 16, width);
    put_be32(to + 20, height);
    memcpy(to + 24, "\x08\x02\0\0\0", 5); /* 8 bits, RGB */
    (void)close_chunk(to + 8, "IHDR", 13);
}

static void filter_row(uint8_t *to, const uint8_t *row, size_t n)
{
    to[0] = FILTER_SUB;
    memcpy(to + 1, row, 3);
    for (size_t i = 3; i < n; i++) {
        to[1 + i] = (uint8_t)(row[i] - row[i - 3]);
    }
}

/* Compresses all rows into the stream's output; false when zlib fails. */
static bool deflate_rows(z_stream *stream, const ms__picture *picture, uint8_t *row)
{
    size_t n = (size_t)3 * picture->width;
    int status = Z_OK;
    for (uint32_t y = 0; y < picture->height && status == Z_OK; y++) {
        filter_row(row, picture->rgb + y * n, n);
        stream->next_in = row;
        stream->avail_in = (uInt)(n + 1);
        status = deflate(stream, y + 1 < picture->height ? Z_NO_FLUSH : Z_FINISH);
    }
    return status == Z_STREAM_END;
}

static ms_code put_png_rows(const ms__picture *picture, ms_bytes *to, ms_err *err)
{
    z_stream stream = {0};
    size_t n = (size_t)3 * picture->width;
    uint8_t *row = malloc(n + 1);
    if (!row || deflateInit2(&stream, 1, Z_DEFLATED, MAX_WBITS, 9, Z_HUFFMAN_ONLY) != Z_OK) {
        free(row);
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for the PNG encoder");
    }
    ms_code code = MS_OK;
    unsigned long bound = deflateBound(&stream, (unsigned long)((n + 1) * picture->height));
    if (bound > IDAT_MAX) {
        code = ms_err_set(err, MS_LIMIT, 0, "PNG: too large for one chunk");
    } else if (ms_bytes_reserve(to, PNG_HEAD + 12 + bound + 12) != MS_OK) {
        code = ms_err_set(err, MS_NOMEM, 0, "out of memory for a demo picture");
    } else {
        stream.next_out = to->data + PNG_HEAD + IDAT_HEAD;
        stream.avail_out = (uInt)bound;
        if (!deflate_rows(&stream, picture, row)) {
            code = ms_err_set(err, MS_LIMIT, 0, "PNG: %s", stream.msg ? stream.msg : "zlib failed");
        }
        to->len = stream.total_out;
    }
    (void)deflateEnd(&stream);
    free(row);
    return code;
}

ms_code ms__picture_png(const ms__picture *picture, ms_bytes *to, ms_err *err)
{
    ms_bytes_clear(to);
    ms_code code = put_png_rows(picture, to, err);
    if (code != MS_OK) {
        ms_bytes_clear(to);
        return code;
    }
    uint32_t n = (uint32_t)to->len;
    put_png_head(to->data, picture->width, picture->height);
    uint8_t *end = close_chunk(to->data + PNG_HEAD, "IDAT", n);
    end = close_chunk(end, "IEND", 0);
    to->len = (size_t)(end - to->data);
    return MS_OK;
}
