/* A chunk: four characters, a length, the data, padding to an even length. */
#include "images/formats/webp_chunks.h"

#include <string.h>
#include <unistd.h>

enum {
    RIFF_HEAD = 12,
    CHUNK_HEAD = 8,
    HEAD_SIZE = 30,      /* of the file: to the end of the first chunk's sizes */
    CANVAS_SIZE = 10,    /* data of VP8X */
    ANIMATION_HEAD = 16, /* data of ANMF before the frame's chunks */
    MAX_CHUNKS = 64,     /* to search */
    HAS_ALPHA = 0x10,    /* flags of VP8X */
    HAS_EXIF = 0x08,
    HAS_XMP = 0x04,
    HAS_FRAMES = 0x02,
};

static uint32_t get32(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

bool ms_webp_is_lossless(int fd)
{
    uint8_t head[CHUNK_HEAD];
    uint64_t at = RIFF_HEAD;
    for (int i = 0; i < MAX_CHUNKS && pread(fd, head, sizeof head, (off_t)at) == (ssize_t)sizeof head; i++) {
        if (memcmp(head, "VP8L", 4) == 0) {
            return true;
        }
        if (memcmp(head, "VP8 ", 4) == 0) {
            return false;
        }
        uint64_t data = get32(head + 4);
        at += CHUNK_HEAD + (memcmp(head, "ANMF", 4) == 0 ? ANIMATION_HEAD : data + (data & 1));
    }
    return false;
}

typedef struct canvas {
    uint32_t width, height; /* minus one */
    bool alpha;
} canvas;

/* From the first chunk, of any kind, in a file's first n bytes. RFC 6386, 9.1; RFC 9649, 2.7 and 3.4. */
static bool read_canvas(const uint8_t *file, size_t n, canvas *c)
{
    const uint8_t *data = file + RIFF_HEAD + CHUNK_HEAD;
    if (n < HEAD_SIZE) {
        return false;
    }
    if (memcmp(file + RIFF_HEAD, "VP8X", 4) == 0) {
        *c = (canvas){get32(data + 4) & 0xFFFFFF, get32(data + 6) >> 8, (data[0] & HAS_ALPHA) != 0};
        return true;
    }
    if (memcmp(file + RIFF_HEAD, "VP8L", 4) == 0 && data[0] == 0x2F) {
        uint32_t bits = get32(data + 1);
        *c = (canvas){bits & 0x3FFF, bits >> 14 & 0x3FFF, (bits >> 28 & 1) != 0};
        return true;
    }
    uint32_t sides = get32(data + 6);
    *c = (canvas){(sides & 0x3FFF) - 1, (sides >> 16 & 0x3FFF) - 1, false};
    return memcmp(file + RIFF_HEAD, "VP8 ", 4) == 0 && data[3] == 0x9D && (sides & 0x3FFF) &&
           (sides & 0x3FFF0000);
}

uint64_t ms_webp_pixels(int fd)
{
    uint8_t head[HEAD_SIZE];
    canvas c;
    if (pread(fd, head, sizeof head, 0) != HEAD_SIZE || !read_canvas(head, sizeof head, &c)) {
        return 0;
    }
    return ((uint64_t)c.width + 1) * ((uint64_t)c.height + 1);
}

static void put24(ms_bytes *to, uint32_t value)
{
    ms_bytes_put_u8(to, (uint8_t)value);
    ms_bytes_put_u8(to, (uint8_t)(value >> 8));
    ms_bytes_put_u8(to, (uint8_t)(value >> 16));
}

static void put_chunk(ms_bytes *to, const char *name, const ms_bytes *data)
{
    ms_bytes_append(to, name, 4);
    ms_bytes_put_u32(to, (uint32_t)data->len);
    ms_bytes_append(to, data->data, data->len);
    if (data->len & 1) {
        ms_bytes_put_u8(to, 0);
    }
}

/* RIFF header and VP8X chunk that make a simple file an extended one. */
static ms_code put_head(ms_bytes *to, const ms_bytes *file)
{
    canvas c;
    if (!read_canvas(file->data, file->len, &c)) {
        return MS_FORMAT;
    }
    ms_bytes_append(to, file->data, RIFF_HEAD);
    ms_bytes_append(to, "VP8X", 4);
    ms_bytes_put_u32(to, CANVAS_SIZE);
    ms_bytes_put_u32(to, c.alpha ? HAS_ALPHA : 0);
    put24(to, c.width);
    put24(to, c.height);
    return MS_OK;
}

/* Image chunks only: libvips 8.14 adds EXIF of its own even with strip. */
static void put_picture(ms_bytes *to, const ms_bytes *file)
{
    static const char picture[] = "VP8XANIMANMFALPHVP8 VP8L";
    for (size_t at = RIFF_HEAD; at + CHUNK_HEAD <= file->len;) {
        uint64_t data = get32(file->data + at + 4);
        uint64_t size = CHUNK_HEAD + data + (data & 1);
        size_t n = size < file->len - at ? (size_t)size : file->len - at;
        for (size_t i = 0; i + 4 < sizeof picture; i += 4) {
            if (memcmp(picture + i, file->data + at, 4) == 0) {
                ms_bytes_append(to, file->data + at, n);
            }
        }
        at += n;
    }
}

ms_code ms_webp_attach_metadata(ms_bytes *file, const ms_bytes *exif, const ms_bytes *xmp, ms_err *err)
{
    if (file->len < RIFF_HEAD + CHUNK_HEAD + CANVAS_SIZE || memcmp(file->data, "RIFF", 4) != 0) {
        return ms_err_set(err, MS_FORMAT, 0, "invalid WebP from the encoder");
    }
    if ((uint64_t)file->len + exif->len + xmp->len > UINT32_MAX - 64) {
        return ms_err_set(err, MS_LIMIT, 0, "larger than a WebP file can be");
    }
    ms_bytes whole = {0};
    bool has_metadata = exif->len > 0 || xmp->len > 0;
    bool extended = memcmp(file->data + RIFF_HEAD, "VP8X", 4) == 0;
    if (!has_metadata || extended) {
        ms_bytes_append(&whole, file->data, RIFF_HEAD);
    } else if (put_head(&whole, file) != MS_OK) {
        return ms_err_set(err, MS_FORMAT, 0, "invalid WebP from the encoder");
    }
    put_picture(&whole, file);
    if (exif->len > 0) {
        put_chunk(&whole, "EXIF", exif);
    }
    if (xmp->len > 0) {
        put_chunk(&whole, "XMP ", xmp);
    }
    if (ms_bytes_check(&whole) != MS_OK) {
        ms_bytes_fini(&whole);
        return ms_err_set(err, MS_NOMEM, 0, "out of memory");
    }
    if (has_metadata || extended) {
        uint8_t *flags = whole.data + RIFF_HEAD + CHUNK_HEAD;
        *flags &= (uint8_t)(HAS_ALPHA | HAS_FRAMES);
        *flags |= (uint8_t)((exif->len ? HAS_EXIF : 0) | (xmp->len ? HAS_XMP : 0));
    }
    uint32_t size = (uint32_t)(whole.len - 8);
    for (int i = 0; i < 4; i++) {
        whole.data[4 + i] = (uint8_t)(size >> (8 * i));
    }
    ms_bytes_fini(file);
    *file = whole;
    return MS_OK;
}
