/* Which format, how large, which way, and what it will cost: see probe.h. Here are the bytes at hand, the
 * formats whose size stands at a fixed place, and the cost; the others have a file each. For the plan of rank
 * 0; nothing is decoded. */
#include "images/client/client_internal.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { HEAD_MAX = 32 };

/* Fills the block with what lies at `offset`. */
static void refill(ms__source *source, uint64_t offset)
{
    source->block_at = offset;
    source->block_len = 0;
    if (source->nreads >= MS__SOURCE_READS || offset > INT64_MAX - MS__SOURCE_BLOCK) {
        return;
    }
    source->nreads++;
    ssize_t got = 0;
    do {
        got = pread(source->fd, source->block, sizeof source->block, (off_t)offset);
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
        source->failed = errno;
        source->nreads = MS__SOURCE_READS;
        return;
    }
    source->block_len = (size_t)got;
}

const uint8_t *ms__source_take(ms__source *source, uint64_t offset, size_t n)
{
    if (source->data) {
        return offset <= source->n && n <= source->n - offset ? source->data + offset : NULL;
    }
    bool at_hand = offset >= source->block_at && offset - source->block_at <= source->block_len &&
                   n <= source->block_len - (offset - source->block_at);
    if (!at_hand) {
        refill(source, offset);
    }
    at_hand = offset == source->block_at ? n <= source->block_len : at_hand;
    return at_hand ? source->block + (offset - source->block_at) : NULL;
}

bool ms__source_step(ms__source *source)
{
    return source->nsteps++ < MS__SOURCE_STEPS;
}

/* PNG (ISO/IEC 15948) 11.2.2: IHDR comes first. */
static void probe_png(ms__source *source, ms_image_probe *probe)
{
    const uint8_t *p = ms__source_take(source, 12, 12);
    if (p && memcmp(p, "IHDR", 4) == 0) {
        probe->width = ms__be32(p + 4);
        probe->height = ms__be32(p + 8);
    }
}

/* GIF89a, section 18: the logical screen. */
static void probe_gif(ms__source *source, ms_image_probe *probe)
{
    const uint8_t *p = ms__source_take(source, 6, 4);
    if (p) {
        probe->width = ms__le16(p);
        probe->height = ms__le16(p + 2);
    }
}

/* Widths of 16 bits in the oldest header; a negative height means that the rows run downward. */
static void probe_bmp(ms__source *source, ms_image_probe *probe)
{
    const uint8_t *p = ms__source_take(source, 14, 12);
    if (p && ms__le32(p) == 12) {
        probe->width = ms__le16(p + 4);
        probe->height = ms__le16(p + 6);
    } else if (p) {
        uint32_t height = ms__le32(p + 8);
        probe->width = ms__le32(p + 4);
        probe->height = height > INT32_MAX ? 0U - height : height;
    }
}

/* RFC 9649 (VP8L, VP8X) and RFC 6386, 9.1 (VP8: frame tag, start code, 14 bits each). */
static void probe_webp(ms__source *source, ms_image_probe *probe)
{
    const uint8_t *p = ms__source_take(source, 12, 18);
    if (!p) {
        return;
    }
    if (memcmp(p, "VP8X", 4) == 0) {
        probe->width = 1 + (ms__le32(p + 12) & 0xFFFFFF);
        probe->height = 1 + (ms__le16(p + 15) | (uint32_t)p[17] << 16);
    } else if (memcmp(p, "VP8L", 4) == 0 && p[8] == 0x2F) {
        uint32_t bits = ms__le32(p + 9);
        probe->width = 1 + (bits & 0x3FFF);
        probe->height = 1 + (bits >> 14 & 0x3FFF);
    } else if (memcmp(p, "VP8 ", 4) == 0 && memcmp(p + 11, "\x9D\x01\x2A", 3) == 0) {
        probe->width = ms__le16(p + 14) & 0x3FFF;
        probe->height = ms__le16(p + 16) & 0x3FFF;
    }
}

static void nothing(ms__source *source, ms_image_probe *probe)
{
    (void)source;
    (void)probe;
}

static void probe_source(ms__source *source, ms_image_probe *probe)
{
    static void (*const sizes[MS_IMAGE_FORMAT_COUNT])(ms__source *, ms_image_probe *) = {
        [MS_IMAGE_NONE] = nothing,        [MS_IMAGE_JPEG] = ms__probe_jpeg, [MS_IMAGE_PNG] = probe_png,
        [MS_IMAGE_TIFF] = ms__probe_tiff, [MS_IMAGE_WEBP] = probe_webp,     [MS_IMAGE_GIF] = probe_gif,
        [MS_IMAGE_BMP] = probe_bmp,       [MS_IMAGE_PPM] = ms__probe_pnm,   [MS_IMAGE_HEIF] = ms__probe_heif,
        [MS_IMAGE_AVIF] = ms__probe_heif, [MS_IMAGE_JP2] = ms__probe_jp2,   [MS_IMAGE_JXL] = ms__probe_jxl};
    size_t n = HEAD_MAX;
    const uint8_t *head = ms__source_take(source, 0, n);
    while (!head && n > 0) { /* a short file */
        n = source->data ? (source->n < n ? source->n : n - 1) : source->block_len;
        head = n > 0 ? ms__source_take(source, 0, n) : NULL;
    }
    probe->format = head ? ms_image_format_of(head, n) : MS_IMAGE_NONE;
    sizes[probe->format](source, probe);
    if (probe->width == 0 || probe->height == 0) {
        probe->width = 0;
        probe->height = 0;
    }
}

void ms_image_probe_bytes(ms_image_probe *probe, const uint8_t *data, size_t n)
{
    *probe = (ms_image_probe){0};
    if (n > 0) {
        ms__source source = {.data = data, .n = n};
        probe_source(&source, probe);
    }
}

ms_code ms_image_probe_file(ms_image_probe *probe, int fd, ms_err *err)
{
    *probe = (ms_image_probe){0};
    ms__source source = {.fd = fd};
    probe_source(&source, probe);
    if (source.failed != 0) {
        *probe = (ms_image_probe){0};
        return ms_err_set(err, MS_IO, source.failed, "cannot read the header");
    }
    return MS_OK;
}

/* What a pixel costs and how many a byte of the file makes on average, one worker on one core, 10 bytes of
 * log a nanosecond: a lossless JPEG took 6 ns, a PNG in and out 60, a JPEG decoded and encoded 14, the others
 * are between these and three times a PNG by what is known of their codecs. It is only to give the ranks
 * about equal shares. */
static const struct {
    uint32_t cost;   /* of a pixel */
    uint32_t pixels; /* of ten bytes */
    bool many;       /* may hold several pages or frames, of which the header tells nothing */
} weights[MS_IMAGE_FORMAT_COUNT] = {
    [MS_IMAGE_NONE] = {0, 0, false},     [MS_IMAGE_JPEG] = {140, 30, false},
    [MS_IMAGE_PNG] = {600, 6, false},    [MS_IMAGE_TIFF] = {300, 3, true},
    [MS_IMAGE_WEBP] = {800, 80, true},   [MS_IMAGE_GIF] = {1500, 20, true},
    [MS_IMAGE_BMP] = {600, 3, false},    [MS_IMAGE_PPM] = {100, 3, false},
    [MS_IMAGE_HEIF] = {900, 100, false}, [MS_IMAGE_AVIF] = {900, 150, false},
    [MS_IMAGE_JP2] = {1800, 40, false},  [MS_IMAGE_JXL] = {1500, 60, false},
};

enum {
    LOSSLESS_COST = 60,          /* a pixel */
    FILE_COST = 512 * 1024,      /* for opening, asking the worker, renaming: about 50 us */
    PIXELS_A_BYTE_MAX = 8 * 1032 /* of bitmaps at deflate's best; more is a claim, not a size */
};

static uint64_t times(uint64_t a, uint64_t b)
{
    return b > 0 && a > UINT64_MAX / b ? UINT64_MAX : a * b;
}

uint64_t ms_image_cost(const ms_image_probe *probe, uint64_t file_size)
{
    uint64_t pixels = (uint64_t)probe->width * probe->height;
    uint64_t guess = times(file_size, weights[probe->format].pixels) / 10;
    uint64_t most = times(file_size, PIXELS_A_BYTE_MAX);
    if (pixels == 0 || (weights[probe->format].many && guess > pixels)) {
        pixels = guess;
    }
    pixels = pixels < most ? pixels : most;
    uint64_t cost = times(pixels, probe->lossless_way ? LOSSLESS_COST : weights[probe->format].cost);
    return cost < UINT64_MAX - FILE_COST ? cost + FILE_COST : UINT64_MAX;
}
