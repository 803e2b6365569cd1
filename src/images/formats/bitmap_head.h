/* Bitmap head: what a BMP file says of itself, checked against its length, and its run-length coded pixels.
 */
#ifndef MS_IMAGES_FORMATS_BITMAP_HEAD_H
#define MS_IMAGES_FORMATS_BITMAP_HEAD_H

#include "base/err.h"

#include <stdint.h>

enum { MS_BITMAP_RLE8 = 1, MS_BITMAP_RLE4 = 2 };

typedef struct ms_bitmap_head {
    uint32_t width, height;
    bool top_down;        /* rows stand as they are seen; otherwise the last comes first */
    uint32_t bits;        /* a pixel: 1, 2, 4, 8, 16, 24 or 32 */
    uint32_t compression; /* MS_BITMAP_RLE8, MS_BITMAP_RLE4, or 0 for none */
    uint64_t pixels_at;   /* in the file */
    uint64_t nbytes;      /* from there to its end */
    uint32_t masks[4];    /* of R, G, B, A in a pixel of 16 or 32 bits; A may be 0 */
    uint8_t palette[256][3];
} ms_bitmap_head;

/* Reads and checks. Pixels that are not run-length coded are all there. MS_FORMAT. Local. */
MS_MUST_CHECK ms_code ms_bitmap_head_read(ms_bitmap_head *head, int fd, ms_err *err);
/* Bytes of a row in the file, padding included. */
uint64_t ms_bitmap_stride(const ms_bitmap_head *head);
/* Decodes nbytes of run-length coded pixels into width * height palette indices, rows in the file's order.
 * MS_FORMAT when they end before their end mark. Local. */
MS_MUST_CHECK ms_code ms_bitmap_unrun(const ms_bitmap_head *head, const uint8_t *data, uint8_t *to,
                                      ms_err *err);

#endif
