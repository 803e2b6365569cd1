/* Headers of Windows (BITMAPINFOHEADER to BITMAPV5HEADER) and OS/2. Source: "Bitmap Storage" and "Bitmap
 * Compression" in Microsoft's documentation of GDI. */
#include "images/formats/bmp_header.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    FILE_HEAD = 14,
    INFO_HEAD = 40,
    HEAD_MAX = FILE_HEAD + 124,
    NO_COMPRESSION = 0,
    BITFIELDS = 3,
    ALPHA_BITFIELDS = 6,
    MASKS_AT = FILE_HEAD + INFO_HEAD, /* after a short header, or in a long one: the same offset */
};

static uint32_t get16(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static uint32_t get32(const uint8_t *p)
{
    return get16(p) | get16(p + 2) << 16;
}

/* Width, height, bits and compression by the header's size. */
static bool read_shape(ms_bmp_header *header, const uint8_t *data, uint32_t size)
{
    if (size == 12) {
        header->width = get16(data + 18);
        header->height = get16(data + 20);
        header->bits = get16(data + 24);
    } else {
        int64_t height = (int32_t)get32(data + 22);
        header->width = get32(data + 18);
        header->top_down = height < 0;
        header->height = (uint32_t)(height < 0 ? -height : height);
        header->bits = get16(data + 28);
        header->compression = size >= INFO_HEAD ? get32(data + 30) : 0;
    }
    return header->width > 0 && header->height > 0 && header->width <= INT32_MAX / 64 &&
           header->height <= INT32_MAX / 64;
}

static bool read_masks(ms_bmp_header *header, const uint8_t *data, uint32_t size)
{
    static const uint32_t rgb555[4] = {0x7C00, 0x03E0, 0x001F, 0};
    static const uint32_t rgb888[4] = {0xFF0000, 0x00FF00, 0x0000FF, 0};
    memcpy(header->masks, header->bits == 16 ? rgb555 : rgb888, sizeof header->masks);
    bool fields = header->compression == BITFIELDS || header->compression == ALPHA_BITFIELDS;
    if (fields && (header->bits == 16 || header->bits == 32)) {
        for (size_t i = 0; i < 3; i++) {
            header->masks[i] = get32(data + MASKS_AT + 4 * i);
        }
        bool alpha = size >= 56 || header->compression == ALPHA_BITFIELDS;
        header->masks[3] = alpha ? get32(data + MASKS_AT + 12) : 0;
        header->compression = NO_COMPRESSION;
    }
    bool runs = (header->compression == MS_BMP_RLE8 && header->bits == 8) ||
                (header->compression == MS_BMP_RLE4 && header->bits == 4);
    return header->compression == NO_COMPRESSION || (runs && !header->top_down);
}

/* Entries are B, G, R, and but for OS/2 1.x a fourth byte. */
static bool read_palette(ms_bmp_header *header, int fd, const uint8_t *data, uint32_t size)
{
    if (header->bits > 8) {
        return true;
    }
    uint8_t entries[256 * 4];
    size_t step = size == 12 ? 3 : 4;
    size_t all = (size_t)1 << header->bits;
    size_t used = size >= INFO_HEAD ? get32(data + 46) : 0;
    size_t count = used == 0 || used > all ? all : used;
    size_t space = (size_t)(header->pixels_at - FILE_HEAD - size) / step;
    count = count < space ? count : space;
    if (pread(fd, entries, count * step, FILE_HEAD + (off_t)size) != (ssize_t)(count * step)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        for (size_t c = 0; c < 3; c++) {
            header->palette[i][c] = entries[i * step + 2 - c];
        }
    }
    return true;
}

uint64_t ms_bmp_stride(const ms_bmp_header *header)
{
    return ((uint64_t)header->width * header->bits + 31) / 32 * 4;
}

ms_code ms_bmp_header_read(ms_bmp_header *header, int fd, ms_err *err)
{
    uint8_t data[HEAD_MAX] = {0};
    struct stat file;
    ssize_t got = pread(fd, data, sizeof data, 0);
    *header = (ms_bmp_header){0};
    uint32_t size = get32(data + FILE_HEAD);
    if (fstat(fd, &file) != 0 || got < FILE_HEAD + 12 || size < 12 || size > 124 ||
        (size > 12 && size < 16) || got < FILE_HEAD + (ssize_t)size) {
        return ms_err_set(err, MS_FORMAT, 0, "bmp: unknown header");
    }
    header->pixels_at = get32(data + 10);
    static const uint8_t depths[] = {1, 2, 4, 8, 16, 24, 32};
    if (!read_shape(header, data, size) || !memchr(depths, (int)(header->bits & 0xFF), sizeof depths) ||
        header->bits > 32 || !read_masks(header, data, size)) {
        return ms_err_set(err, MS_FORMAT, 0, "bmp: %u bits per pixel, compression %u: not supported",
                          header->bits, header->compression);
    }
    if (header->pixels_at < FILE_HEAD + size || header->pixels_at > (uint64_t)file.st_size ||
        !read_palette(header, fd, data, size)) {
        return ms_err_set(err, MS_FORMAT, 0, "bmp: truncated");
    }
    header->nbytes = (uint64_t)file.st_size - header->pixels_at;
    if (header->compression == NO_COMPRESSION && header->nbytes < ms_bmp_stride(header) * header->height) {
        return ms_err_set(err, MS_FORMAT, 0, "bmp: truncated");
    }
    return MS_OK;
}

typedef struct runs {
    const ms_bmp_header *header;
    uint8_t *to;
    uint64_t x, y;
} runs;

/* Pixels outside the image are dropped. */
static void put(runs *r, uint8_t index)
{
    if (r->x < r->header->width && r->y < r->header->height) {
        r->to[r->y * r->header->width + r->x] = index;
    }
    r->x++;
}

/* `count` literal pixels: one per byte, or two in RLE4. */
static void put_literal(runs *r, const uint8_t *data, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        uint8_t pair = r->header->bits == 4 ? data[i / 2] : data[i];
        put(r, r->header->bits == 8 ? pair : (i & 1) ? pair & 15 : pair >> 4);
    }
}

static void put_run(runs *r, uint8_t value, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        put(r, r->header->bits == 8 ? value : (i & 1) ? value & 15 : value >> 4);
    }
}

ms_code ms_bmp_decode_rle(const ms_bmp_header *header, const uint8_t *data, uint8_t *to, ms_err *err)
{
    runs r = {.header = header, .to = to};
    const uint8_t *end = data + header->nbytes;
    while (end - data >= 2) {
        unsigned count = data[0];
        unsigned value = data[1];
        data += 2;
        if (count > 0) {
            put_run(&r, (uint8_t)value, count);
        } else if (value == 0) { /* end of row */
            r.x = 0;
            r.y++;
        } else if (value == 1) {
            return MS_OK;
        } else if (value == 2) {
            if (end - data < 2) {
                break;
            }
            r.x += data[0];
            r.y += data[1];
            data += 2;
        } else {
            ptrdiff_t nbytes = header->bits == 4 ? (value + 1) / 2 : value;
            nbytes += nbytes & 1;
            if (end - data < nbytes) {
                break;
            }
            put_literal(&r, data, value);
            data += nbytes;
        }
    }
    return ms_err_set(err, MS_FORMAT, 0, "bmp: truncated");
}
