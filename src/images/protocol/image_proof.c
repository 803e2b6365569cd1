/* Each parser walks the markers, blocks or chunks from the first one on and returns where they end; beyond
 * the head is fine, as an image is longer than what is read of it. */
#include "images/protocol/image_proof.h"

#include <ctype.h>
#include <string.h>

enum {
    LEAST_TEXT = 4,   /* bytes that can be called text */
    LEAST_BOXES = 40, /* bytes of the shortest image made of boxes */
    TAIL = 1024,      /* last bytes of the head: text there is none of an image's data */
};

#define INVALID SIZE_MAX

static uint32_t be16(const uint8_t *p)
{
    return (uint32_t)p[0] << 8 | p[1];
}

static uint32_t be32(const uint8_t *p)
{
    return be16(p) << 16 | be16(p + 2);
}

static uint32_t le16(const uint8_t *p)
{
    return (uint32_t)p[1] << 8 | p[0];
}

static uint32_t le32(const uint8_t *p)
{
    return le16(p + 2) << 16 | le16(p);
}

/* Nine of ten bytes are printable, of at least so many. */
static bool has_text(const uint8_t *data, size_t n, size_t least)
{
    size_t nprintable = 0;
    for (size_t i = 0; i < n; i++) {
        nprintable +=
            (data[i] >= ' ' && data[i] < 0x7F) || data[i] == '\n' || data[i] == '\r' || data[i] == '\t';
    }
    return n >= least && nprintable * 10 >= n * 9;
}

static bool is_text(const uint8_t *data, size_t n)
{
    return has_text(data, n, LEAST_TEXT);
}

/* ITU T.81, B.1: markers with the lengths of their segments, up to the entropy-coded data. */
static size_t jpeg_end(const uint8_t *head, size_t n)
{
    size_t at = 2;
    while (at + 4 <= n) {
        uint8_t marker = head[at + 1];
        if (head[at] != 0xFF || (marker < 0xC0 && marker != 0xFF && marker != 0x01)) {
            return INVALID;
        }
        if (marker == 0xFF || marker == 0x01) {
            at += marker == 0xFF ? 1 : 2;
            continue;
        }
        if (marker == 0xD9) {
            return at + 2;
        }
        if (be16(head + at + 2) < 2) {
            return INVALID;
        }
        at += 2 + be16(head + at + 2);
        if (marker == 0xDA) {
            return at < n && is_text(head + at, n - at) ? INVALID : n;
        }
    }
    return at;
}

/* Sub-blocks of a GIF: a length each, 0 at the end. */
static size_t skip_sub_blocks(const uint8_t *head, size_t n, size_t at)
{
    while (at < n && head[at] != 0) {
        at += 1 + head[at];
    }
    return at + 1;
}

/* GIF89a: logical screen, its colors, then extensions, images and the trailer. */
static size_t gif_end(const uint8_t *head, size_t n)
{
    if (n < 14) {
        return INVALID;
    }
    size_t at = 13 + ((head[10] & 0x80) != 0 ? 3U << ((head[10] & 7) + 1) : 0);
    bool first = true;
    while (at < n) {
        if (head[at] == 0x3B) {
            return first ? INVALID : at + 1;
        }
        if (head[at] == 0x21) {
            at = skip_sub_blocks(head, n, at + 2);
        } else if (head[at] == 0x2C) {
            uint8_t flags = at + 9 < n ? head[at + 9] : 0;
            at += 10 + ((flags & 0x80) != 0 ? 3U << ((flags & 7) + 1) : 0);
            if (at < n && (head[at] < 2 || head[at] > 8)) {
                return INVALID; /* bits of a code */
            }
            at = skip_sub_blocks(head, n, at + 1);
        } else {
            return INVALID;
        }
        first = false;
    }
    return at;
}

/* PNG 1.2, 3: chunks of length, four letters, data, CRC; IHDR first. */
static size_t png_end(const uint8_t *head, size_t n)
{
    if (n < 33 || be32(head + 8) != 13 || memcmp(head + 12, "IHDR", 4) != 0 || be32(head + 16) == 0 ||
        be32(head + 20) == 0) {
        return INVALID;
    }
    size_t at = 33;
    while (at + 8 <= n) {
        for (size_t i = 4; i < 8; i++) {
            if (!isalpha(head[at + i])) {
                return INVALID;
            }
        }
        bool last = memcmp(head + at + 4, "IEND", 4) == 0;
        at += 12 + (size_t)be32(head + at);
        if (last) {
            return at;
        }
    }
    return at;
}

/* WebP container: RIFF's length, the first chunk within it; RFC 6386, 9.1 and the lossless format begin with
 * signatures of their own. */
static size_t webp_end(const uint8_t *head, size_t n)
{
    if (n < 30) {
        return INVALID;
    }
    uint64_t size = le32(head + 4);
    uint64_t chunk = le32(head + 16);
    bool lossy = memcmp(head + 12, "VP8 ", 4) == 0 && memcmp(head + 23, "\x9D\x01\x2A", 3) == 0;
    bool lossless = memcmp(head + 12, "VP8L", 4) == 0 && head[20] == 0x2F;
    bool extended = memcmp(head + 12, "VP8X", 4) == 0 && chunk >= 10 && (head[20] & 0xC1) == 0;
    return (lossy || lossless || extended) && chunk + 12 <= size ? (size_t)size + 8 : INVALID;
}

/* The number at *at, after blanks and comments; 0: there is none. */
static uint64_t number_at(const uint8_t *head, size_t n, size_t *at)
{
    uint64_t value = 0;
    while (*at < n && (isspace(head[*at]) || head[*at] == '#')) {
        const uint8_t *end = head[*at] == '#' ? memchr(head + *at, '\n', n - *at) : head + *at;
        *at = end ? (size_t)(end - head) + 1 : n;
    }
    while (*at < n && isdigit(head[*at]) && value < 1U << 28) {
        value = value * 10 + (head[(*at)++] - '0');
    }
    return value;
}

/* netpbm(5): width, height, maximum, then the raster, whose size they tell; P1 to P3 are digits to the end.
 */
static size_t pnm_end(const uint8_t *head, size_t n)
{
    char kind = (char)head[1];
    size_t at = 2;
    if (kind == '7') {
        const uint8_t *end = memmem(head, n, "ENDHDR\n", 7);
        return end && !is_text(end + 7, n - (size_t)(end + 7 - head)) ? n : INVALID;
    }
    uint64_t width = number_at(head, n, &at);
    uint64_t height = number_at(head, n, &at);
    uint64_t most = kind == '1' || kind == '4' ? 1 : number_at(head, n, &at);
    if (width == 0 || height == 0 || most == 0 || most > 65535) {
        return INVALID;
    }
    for (size_t i = at; i < n && kind <= '3'; i++) {
        if (!isdigit(head[i]) && !isspace(head[i])) {
            return INVALID;
        }
    }
    uint64_t row = kind == '4' ? (width + 7) / 8 : width * (kind == '6' ? 3 : 1) * (most > 255 ? 2 : 1);
    uint64_t end = row * height + at + 1;
    size_t raster = at + 1 < n && end > at + 1 ? at + 1 : n;
    size_t nraster = end < n ? (size_t)end - raster : n - raster;
    return kind <= '3' ? n : is_text(head + raster, nraster) ? INVALID : end < n ? (size_t)end : n;
}

/* ISO/IEC 14496-12, 4.2: boxes of a length, four characters of a type, and contents. */
static size_t boxes_end(const uint8_t *head, size_t n)
{
    uint64_t at = n >= LEAST_BOXES ? 0 : n;
    while (at + 8 <= n) {
        uint64_t size = be32(head + at);
        for (size_t i = 4; i < 8; i++) {
            if (!isprint(head[at + i])) {
                return INVALID;
            }
        }
        if (size == 0) {
            return n; /* to the end of the file */
        }
        if (size == 1 && at + 16 <= n) {
            size = (uint64_t)be32(head + at + 8) << 32 | be32(head + at + 12);
        }
        if (size < 8 || size > INVALID - at) {
            return INVALID;
        }
        at += size;
    }
    return n >= LEAST_BOXES ? (size_t)at : INVALID;
}

/* Where the structure ends, n or more if it does not within the head; formats without a parser here have
 * longer magic numbers. */
static size_t end_of(ms_image_format format, const uint8_t *head, size_t n)
{
    switch (format) {
    case MS_IMAGE_JPEG:
        return jpeg_end(head, n);
    case MS_IMAGE_PNG:
        return png_end(head, n);
    case MS_IMAGE_WEBP:
        return webp_end(head, n);
    case MS_IMAGE_GIF:
        return gif_end(head, n);
    case MS_IMAGE_PPM:
        return pnm_end(head, n);
    case MS_IMAGE_TIFF:
        return n >= 8 && (head[0] == 'I' ? le32(head + 4) : be32(head + 4)) >= 8 ? n : INVALID;
    case MS_IMAGE_NONE:
    case MS_IMAGE_FORMAT_COUNT:
        return INVALID;
    case MS_IMAGE_HEIF:
    case MS_IMAGE_AVIF:
    case MS_IMAGE_JP2:
    case MS_IMAGE_JXL:
        return head[0] == 0 ? boxes_end(head, n) : n; /* or the data without boxes */
    case MS_IMAGE_BMP:
        break;
    }
    return n;
}

bool ms_image_is_sound(ms_image_format format, const uint8_t *head, size_t n)
{
    size_t end = end_of(format, head, n);
    bool digits = format == MS_IMAGE_PPM && end == n && head[1] <= '3';
    if (end == INVALID || digits) {
        return digits;
    }
    size_t tail = n / 2 < TAIL ? n / 2 : TAIL;
    return end < n ? !has_text(head + end, n - end, 1) : !is_text(head + n - tail, tail);
}
