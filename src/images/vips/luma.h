/* Luma: the gray value of a color image's pixels (ms_gray_formula), as a step of a libvips pipeline: rows are
 * converted when the saver requests them. 8 and 16 bit and alpha are kept. */
#ifndef MS_IMAGES_VIPS_LUMA_H
#define MS_IMAGES_VIPS_LUMA_H

#include "images/protocol/worker_protocol.h"

#include <vips/vips.h>

typedef struct ms_luma {
    uint32_t weights[4]; /* of R, G, B, in 65536ths; and what is added before truncation */
    float *light;        /* owned: linear light of each sample value; NULL except with MS_GRAY_LINEAR */
    float *thresholds;   /* owned: linear light from which on the next value is nearer; ascending */
    uint16_t *lower;     /* owned: a value not above that of linear light i / LOWER_SIZE */
    unsigned max;        /* 255 or 65535 */
} ms_luma;

/* Prepares the formula for samples from 0 to max (255 or 65535). MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms_luma_init(ms_luma *luma, ms_gray_formula formula, unsigned max);
/* Idempotent, accepts {0}. Local. */
void ms_luma_fini(ms_luma *luma);
/* Converts n pixels of `bands` samples (3, or more: the fourth is alpha) to one sample per pixel, or two with
 * alpha. Local. */
void ms_luma_row8(const ms_luma *luma, uint8_t *to, const uint8_t *from, size_t n, size_t bands);
void ms_luma_row16(const ms_luma *luma, uint16_t *to, const uint16_t *from, size_t n, size_t bands);
/* A new image, `from` (uchar or ushort, 3 bands or more) as gray; NULL on failure, with libvips' error set.
 * Borrows luma until the image is freed. Local. */
VipsImage *ms_luma_image(const ms_luma *luma, VipsImage *from);

#endif
