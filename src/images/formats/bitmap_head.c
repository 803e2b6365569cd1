/* The headers of BMP, Windows' (BITMAPINFOHEADER to BITMAPV5HEADER) and OS/2's, and its run-length coding:
 * see bitmap_head.h. Source: "Bitmap Storage" and "Bitmap Compression" in Microsoft's documentation of GDI.
 */
#include "images/formats/bitmap_head.h"

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
    MASKS_AT = FILE_HEAD + INFO_HEAD, /* behind a short header or within a long one: the same place */
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
static bool read_shape(ms_bitmap_head *head, const uint8_t *data, uint32_t size)
{
    if (size == 12) {
        head->width = get16(data + 18);
        head->height = get16(data + 20);
        head->bits = get16(data + 24);
    } else {
        int64_t height = (int32_t)get32(data + 22);
        head->width = get32(data + 18);
        head->top_down = height < 0;
        head->height = (uint32_t)(height < 0 ? -height : height);
        head->bits = get16(data + 28);
        head->compression = size >= INFO_HEAD ? get32(data + 30) : 0;
    }
    return head->width > 0 && head->height > 0 && head->width <= INT32_MAX / 64 &&
           head->height <= INT32_MAX / 64;
}

static bool read_masks(ms_bitmap_head *head, const uint8_t *data, uint32_t size)
{
    static const uint32_t rgb555[4] = {0x7C00, 0x03E0, 0x001F, 0};
    static const uint32_t rgb888[4] = {0xFF0000, 0x00FF00, 0x0000FF, 0};
    memcpy(head->masks, head->bits == 16 ? rgb555 : rgb888, sizeof head->masks);
    bool fields = head->compression == BITFIELDS || head->compression == ALPHA_BITFIELDS;
    if (fields && (head->bits == 16 || head->bits == 32)) {
        for (size_t i = 0; i < 3; i++) {
            head->masks[i] = get32(data + MASKS_AT + 4 * i);
        }
        bool alpha = size >= 56 || head->compression == ALPHA_BITFIELDS;
        head->masks[3] = alpha ? get32(data + MASKS_AT + 12) : 0;
        head->compression = NO_COMPRESSION;
    }
    bool runs = (head->compression == MS_BITMAP_RLE8 && head->bits == 8) ||
                (head->compression == MS_BITMAP_RLE4 && head->bits == 4);
    return head->compression == NO_COMPRESSION || (runs && !head->top_down);
}

/* Entries are B, G, R, and a fourth byte but in OS/2's first version. */
static bool read_palette(ms_bitmap_head *head, int fd, const uint8_t *data, uint32_t size)
{
    if (head->bits > 8) {
        return true;
    }
    uint8_t entries[256 * 4];
    size_t step = size == 12 ? 3 : 4;
    size_t all = (size_t)1 << head->bits;
    size_t used = size >= INFO_HEAD ? get32(data + 46) : 0;
    size_t count = used == 0 || used > all ? all : used;
    size_t room = (size_t)(head->pixels_at - FILE_HEAD - size) / step;
    count = count < room ? count : room;
    if (pread(fd, entries, count * step, FILE_HEAD + (off_t)size) != (ssize_t)(count * step)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        for (size_t c = 0; c < 3; c++) {
            head->palette[i][c] = entries[i * step + 2 - c];
        }
    }
    return true;
}

uint64_t ms_bitmap_stride(const ms_bitmap_head *head)
{
    return ((uint64_t)head->width * head->bits + 31) / 32 * 4;
}

ms_code ms_bitmap_head_read(ms_bitmap_head *head, int fd, ms_err *err)
{
    uint8_t data[HEAD_MAX] = {0};
    struct stat file;
    ssize_t got = pread(fd, data, sizeof data, 0);
    *head = (ms_bitmap_head){0};
    uint32_t size = get32(data + FILE_HEAD);
    if (fstat(fd, &file) != 0 || got < FILE_HEAD + 12 || size < 12 || size > 124 ||
        (size > 12 && size < 16) || got < FILE_HEAD + (ssize_t)size) {
        return ms_err_set(err, MS_FORMAT, 0, "bmp: no header that is known");
    }
    head->pixels_at = get32(data + 10);
    static const uint8_t depths[] = {1, 2, 4, 8, 16, 24, 32};
    if (!read_shape(head, data, size) || !memchr(depths, (int)(head->bits & 0xFF), sizeof depths) ||
        head->bits > 32 || !read_masks(head, data, size)) {
        return ms_err_set(err, MS_FORMAT, 0, "bmp: %u bits a pixel, compression %u: not supported",
                          head->bits, head->compression);
    }
    if (head->pixels_at < FILE_HEAD + size || head->pixels_at > (uint64_t)file.st_size ||
        !read_palette(head, fd, data, size)) {
        return ms_err_set(err, MS_FORMAT, 0, "bmp: the file ends too early");
    }
    head->nbytes = (uint64_t)file.st_size - head->pixels_at;
    if (head->compression == NO_COMPRESSION && head->nbytes < ms_bitmap_stride(head) * head->height) {
        return ms_err_set(err, MS_FORMAT, 0, "bmp: the file ends too early");
    }
    return MS_OK;
}

typedef struct runs {
    const ms_bitmap_head *head;
    uint8_t *to;
    uint64_t x, y;
} runs;

/* Pixels that would lie outside are left out. */
static void put(runs *r, uint8_t index)
{
    if (r->x < r->head->width && r->y < r->head->height) {
        r->to[r->y * r->head->width + r->x] = index;
    }
    r->x++;
}

/* `count` pixels spelled out from data on; a byte holds one, or two in RLE4. */
static void put_literal(runs *r, const uint8_t *data, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        uint8_t pair = r->head->bits == 4 ? data[i / 2] : data[i];
        put(r, r->head->bits == 8 ? pair : (i & 1) ? pair & 15 : pair >> 4);
    }
}

static void put_run(runs *r, uint8_t value, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        put(r, r->head->bits == 8 ? value : (i & 1) ? value & 15 : value >> 4);
    }
}

ms_code ms_bitmap_unrun(const ms_bitmap_head *head, const uint8_t *data, uint8_t *to, ms_err *err)
{
    runs r = {.head = head, .to = to};
    const uint8_t *end = data + head->nbytes;
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
            ptrdiff_t nbytes = head->bits == 4 ? (value + 1) / 2 : value;
            nbytes += nbytes & 1;
            if (end - data < nbytes) {
                break;
            }
            put_literal(&r, data, value);
            data += nbytes;
        }
    }
    return ms_err_set(err, MS_FORMAT, 0, "bmp: the file ends too early");
}
