/* BMP header: parsed and checked against the file's size; and decoding of run-length encoded pixels. */
#ifndef MS_IMAGES_FORMATS_BMP_HEADER_H
#define MS_IMAGES_FORMATS_BMP_HEADER_H

#include "base/err.h"

#include <stdint.h>

enum { MS_BMP_RLE8 = 1, MS_BMP_RLE4 = 2 };

typedef struct ms_bmp_header {
    uint32_t width, height;
    bool top_down;           /* else the file has the last row first */
    uint32_t bits;           /* per pixel: 1, 2, 4, 8, 16, 24 or 32 */
    uint32_t compression;    /* MS_BMP_RLE8, MS_BMP_RLE4, or 0 for none */
    uint64_t pixels_at;      /* offset in the file */
    uint64_t nbytes;         /* from there to the end of the file */
    uint32_t masks[4];       /* of R, G, B, A in a pixel of 16 or 32 bits; A may be 0 */
    uint8_t palette[256][3]; /* R, G, B */
} ms_bmp_header;

/* MS_FORMAT when the header is invalid or unsupported, or pixels that are not run-length encoded are
 * truncated. Local. */
MS_MUST_CHECK ms_code ms_bmp_header_read(ms_bmp_header *header, int fd, ms_err *err);
/* Bytes of a row in the file, with padding. Local. */
uint64_t ms_bmp_stride(const ms_bmp_header *header);
/* Decodes nbytes of run-length encoded pixels into width * height palette indices, rows in the file's order.
 * MS_FORMAT without an end marker. Local. */
MS_MUST_CHECK ms_code ms_bmp_decode_rle(const ms_bmp_header *header, const uint8_t *data, uint8_t *to,
                                        ms_err *err);

#endif
