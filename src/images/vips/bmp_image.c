/* Plain pixels are read from the file a row at a time; run-length encoded ones are decoded at once, to a byte
 * per pixel. */
#include "images/vips/bmp_image.h"

#include "images/formats/bmp_header.h"
#include "images/vips/region.h"

#include <stdlib.h>
#include <unistd.h>

typedef struct bitmap {
    ms_bmp_header header;
    int fd;
    uint8_t *indices; /* owned: decoded run-length encoding, or NULL */
} bitmap;

static uint8_t channel(uint32_t pixel, uint32_t mask)
{
    if (mask == 0) {
        return 0;
    }
    unsigned shift = (unsigned)__builtin_ctz(mask);
    uint64_t max = mask >> shift;
    uint64_t value = (pixel & mask) >> shift; /* up to 32 bits, times 255 */
    return (uint8_t)(value * 255 / max);
}

static void expand_index(const bitmap *b, uint8_t *to, unsigned index)
{
    for (size_t c = 0; c < 3; c++) {
        to[c] = b->header.palette[index][c];
    }
}

static void expand_masked(const bitmap *b, uint8_t *to, const uint8_t *pixel)
{
    uint32_t value = (uint32_t)pixel[0] | (uint32_t)pixel[1] << 8;
    if (b->header.bits == 32) {
        value |= (uint32_t)pixel[2] << 16 | (uint32_t)pixel[3] << 24;
    }
    for (size_t c = 0; c < (b->header.masks[3] ? 4 : 3); c++) {
        to[c] = channel(value, b->header.masks[c]);
    }
}

/* Pixel x of a row of the file. */
static void expand(const bitmap *b, uint8_t *to, const uint8_t *row, size_t x)
{
    size_t bits = b->header.bits;
    if (bits == 24) {
        to[0] = row[x * 3 + 2];
        to[1] = row[x * 3 + 1];
        to[2] = row[x * 3];
    } else if (bits > 8) {
        expand_masked(b, to, row + x * bits / 8);
    } else {
        size_t per_byte = 8 / bits;
        unsigned shift = (unsigned)((per_byte - 1 - x % per_byte) * bits);
        expand_index(b, to, ((unsigned)row[x / per_byte] >> shift) & ((1U << bits) - 1));
    }
}

static void *start(VipsImage *image, void *user, void *unused)
{
    const bitmap *b = user;
    (void)unused;
    void *row = malloc((size_t)ms_bmp_stride(&b->header));
    if (!row) {
        vips_error("bmp", "out of memory for a row of %d pixels", image->Xsize);
    }
    return row;
}

static int stop(void *row, void *user, void *unused)
{
    (void)user;
    (void)unused;
    free(row);
    return 0;
}

static int generate(VipsRegion *out, void *buffer, void *user, void *unused, gboolean *end)
{
    const bitmap *b = user;
    const VipsRect *area = &out->valid;
    uint64_t stride = ms_bmp_stride(&b->header);
    size_t bands = (size_t)out->im->Bands;
    (void)unused;
    (void)end;
    for (int y = area->top; y < area->top + area->height; y++) {
        uint64_t line = b->header.top_down ? (uint64_t)y : b->header.height - 1 - (uint64_t)y;
        uint8_t *to = ms_region_at(out, area->left, y);
        const uint8_t *row = b->indices ? b->indices + line * b->header.width : buffer;
        off_t at = (off_t)(b->header.pixels_at + line * stride);
        if (!b->indices && pread(b->fd, buffer, (size_t)stride, at) != (ssize_t)stride) {
            vips_error("bmp", "truncated");
            return -1;
        }
        for (size_t i = 0; i < (size_t)area->width; i++) {
            size_t x = (size_t)area->left + i;
            if (b->indices) {
                expand_index(b, to + i * bands, row[x]);
            } else {
                expand(b, to + i * bands, row, x);
            }
        }
    }
    return 0;
}

static ms_code decode_runs(bitmap *b, ms_err *err)
{
    uint8_t *data = malloc((size_t)b->header.nbytes + 1);
    b->indices = calloc(b->header.height, b->header.width);
    ms_code code = MS_OK;
    if (!data || !b->indices) {
        code = ms_err_set(err, MS_NOMEM, 0, "bmp: out of memory");
    } else if (pread(b->fd, data, (size_t)b->header.nbytes, (off_t)b->header.pixels_at) !=
               (ssize_t)b->header.nbytes) {
        code = ms_err_set(err, MS_FORMAT, 0, "bmp: truncated");
    } else {
        code = ms_bmp_decode_rle(&b->header, data, b->indices, err);
    }
    free(data);
    return code;
}

static ms_code make_image(bitmap *b, VipsImage *image, ms_err *err)
{
    int bands = b->header.bits > 8 && b->header.masks[3] ? 4 : 3;
    if (b->header.compression != 0) {
        MS_TRY(decode_runs(b, err));
    }
    vips_image_init_fields(image, (int)b->header.width, (int)b->header.height, bands, VIPS_FORMAT_UCHAR,
                           VIPS_CODING_NONE, VIPS_INTERPRETATION_sRGB, 1.0, 1.0);
    if (vips_image_pipelinev(image, VIPS_DEMAND_STYLE_THINSTRIP, NULL) != 0 ||
        vips_image_generate(image, start, generate, stop, b, NULL) != 0) {
        vips_error_clear();
        return ms_err_set(err, MS_NOMEM, 0, "bmp: out of memory");
    }
    return MS_OK;
}

static void on_close(VipsImage *image, bitmap *b)
{
    (void)image;
    free(b->indices);
    free(b);
}

ms_code ms_bmp_open(VipsImage **image, int fd, uint64_t max_pixels, bool *palette, ms_err *err)
{
    ms_bmp_header header;
    MS_TRY(ms_bmp_header_read(&header, fd, err));
    if ((uint64_t)header.width * header.height > max_pixels) {
        return ms_err_set(err, MS_LIMIT, 0, "%u x %u pixels are more than %llu", header.width, header.height,
                          (unsigned long long)max_pixels);
    }
    *palette = header.bits <= 8;
    bitmap *b = malloc(sizeof *b);
    if (!b) {
        return ms_err_set(err, MS_NOMEM, 0, "bmp: out of memory");
    }
    *b = (bitmap){.header = header, .fd = fd};
    *image = vips_image_new();
    (void)g_signal_connect(*image, "postclose", G_CALLBACK(on_close), b);
    ms_code code = make_image(b, *image, err);
    if (code != MS_OK) {
        g_object_unref(*image);
        *image = NULL;
    }
    return code;
}
