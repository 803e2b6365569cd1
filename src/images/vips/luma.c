/* Stored values are weighted in 16.16 fixed point (exact, equal on every machine, as in Pillow); linear light
 * by tables, with exact rounding by a table of thresholds. BT.601 is rounded, as in Pillow and libjpeg;
 * BT.709 is truncated, as in ImageMagick and GraphicsMagick: 200,100,50 has 117.65 and becomes 117. A pixel
 * without color keeps its value in each. */
#include "images/vips/luma.h"

#include "images/vips/region.h"

#include <math.h>
#include <stdlib.h>

enum { LOWER_SIZE = 4096, HALF = 32768 };

static const double bt709[3] = {0.2126, 0.7152, 0.0722};

/* IEC 61966-2-1: sRGB's value to linear light, both in 0..1. */
static double to_linear(double value)
{
    return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4);
}

static ms_code make_tables(ms_luma *luma)
{
    size_t values = (size_t)luma->max + 1;
    luma->light = calloc(values, sizeof *luma->light);
    luma->thresholds = calloc(values, sizeof *luma->thresholds);
    luma->lower = calloc(LOWER_SIZE + 1, sizeof *luma->lower);
    if (!luma->light || !luma->thresholds || !luma->lower) {
        ms_luma_fini(luma);
        return MS_NOMEM;
    }
    for (size_t v = 0; v < values; v++) {
        luma->light[v] = (float)to_linear((double)v / luma->max);
        luma->thresholds[v] = v < luma->max ? (float)to_linear(((double)v + 0.5) / luma->max) : 2.0F;
    }
    unsigned value = 0;
    for (unsigned i = 0; i <= LOWER_SIZE; i++) {
        while (luma->thresholds[value] <= (float)i / (float)LOWER_SIZE) {
            value++;
        }
        luma->lower[i] = (uint16_t)value;
    }
    return MS_OK;
}

ms_code ms_luma_init(ms_luma *luma, ms_gray_formula formula, unsigned max)
{
    *luma = (ms_luma){.max = max, .weights = {19595, 38470, 7471, HALF}}; /* 0.299, 0.587, 0.114 */
    if (formula == MS_GRAY_BT601) {
        return MS_OK;
    }
    luma->weights[0] = 13933; /* 0.2126 */
    luma->weights[1] = 46871; /* 0.7152 */
    luma->weights[2] = 4732;  /* 0.0722 */
    luma->weights[3] = 0;
    return formula == MS_GRAY_LINEAR ? make_tables(luma) : MS_OK;
}

void ms_luma_fini(ms_luma *luma)
{
    free(luma->light);
    free(luma->thresholds);
    free(luma->lower);
    *luma = (ms_luma){0};
}

static unsigned linear(const ms_luma *luma, unsigned r, unsigned g, unsigned b)
{
    float light = (float)(bt709[0] * (double)luma->light[r] + bt709[1] * (double)luma->light[g] +
                          bt709[2] * (double)luma->light[b]);
    unsigned value = luma->lower[(unsigned)(light * (float)LOWER_SIZE)];
    while (luma->thresholds[value] <= light) {
        value++;
    }
    return value;
}

/* At most 65536 * 65535 + 32768: fits 32 bits. */
static inline unsigned weighted(const uint32_t w[4], unsigned r, unsigned g, unsigned b)
{
    return (w[0] * r + w[1] * g + w[2] * b + w[3]) >> 16;
}

static void linear_row8(const ms_luma *luma, uint8_t *to, const uint8_t *from, size_t n, size_t bands)
{
    for (size_t i = 0; i < n; i++) {
        const uint8_t *p = from + i * bands;
        to[i * (bands > 3 ? 2 : 1)] = (uint8_t)linear(luma, p[0], p[1], p[2]);
    }
}

static void linear_row16(const ms_luma *luma, uint16_t *to, const uint16_t *from, size_t n, size_t bands)
{
    for (size_t i = 0; i < n; i++) {
        const uint16_t *p = from + i * bands;
        to[i * (bands > 3 ? 2 : 1)] = (uint16_t)linear(luma, p[0], p[1], p[2]);
    }
}

void ms_luma_row8(const ms_luma *luma, uint8_t *to, const uint8_t *from, size_t n, size_t bands)
{
    const uint32_t w[4] = {luma->weights[0], luma->weights[1], luma->weights[2],
                           luma->weights[3]}; /* a copy: `to` may alias luma */
    if (luma->light) {
        linear_row8(luma, to, from, n, bands);
    } else if (bands == 3) {
        for (size_t i = 0; i < n; i++) {
            to[i] = (uint8_t)weighted(w, from[i * 3], from[i * 3 + 1], from[i * 3 + 2]);
        }
    } else {
        for (size_t i = 0; i < n; i++) {
            to[i * 2] = (uint8_t)weighted(w, from[i * bands], from[i * bands + 1], from[i * bands + 2]);
        }
    }
    for (size_t i = 0; i < n && bands > 3; i++) {
        to[i * 2 + 1] = from[i * bands + 3];
    }
}

void ms_luma_row16(const ms_luma *luma, uint16_t *to, const uint16_t *from, size_t n, size_t bands)
{
    const uint32_t w[4] = {luma->weights[0], luma->weights[1], luma->weights[2], luma->weights[3]};
    size_t step = bands > 3 ? 2 : 1;
    if (luma->light) {
        linear_row16(luma, to, from, n, bands);
    } else {
        for (size_t i = 0; i < n; i++) {
            to[i * step] = (uint16_t)weighted(w, from[i * bands], from[i * bands + 1], from[i * bands + 2]);
        }
    }
    for (size_t i = 0; i < n && bands > 3; i++) {
        to[i * 2 + 1] = from[i * bands + 3];
    }
}

static int generate(VipsRegion *out, void *sequence, void *image, void *user, gboolean *stop)
{
    VipsRegion *in = sequence;
    const ms_luma *luma = user;
    const VipsRect *area = &out->valid;
    size_t n = (size_t)area->width;
    size_t bands = (size_t)in->im->Bands;
    (void)image;
    (void)stop;
    if (vips_region_prepare(in, area) != 0) {
        return -1;
    }
    for (int y = area->top; y < area->top + area->height; y++) {
        void *to = ms_region_at(out, area->left, y);
        const void *from = ms_region_at(in, area->left, y);
        if (luma->max == 255) {
            ms_luma_row8(luma, to, from, n, bands);
        } else {
            ms_luma_row16(luma, to, from, n, bands);
        }
    }
    return 0;
}

VipsImage *ms_luma_image(const ms_luma *luma, VipsImage *from)
{
    VipsImage *to = vips_image_new();
    (void)vips_object_local(to, g_object_ref(from)); /* vips_image_generate borrows it */
    if (vips_image_pipelinev(to, VIPS_DEMAND_STYLE_THINSTRIP, from, NULL) != 0) {
        g_object_unref(to);
        return NULL;
    }
    to->Bands = from->Bands > 3 ? 2 : 1;
    to->Type = luma->max == 255 ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_GREY16;
    if (vips_image_generate(to, vips_start_one, generate, vips_stop_one, from, (void *)(uintptr_t)luma) !=
        0) {
        g_object_unref(to);
        return NULL;
    }
    return to;
}
