/* Picture: an image opened by libvips, by the loader of its format, and converted to gray. Nothing is decoded
 * before its size was checked against the limit; most formats are then decoded row by row on demand. */
#ifndef MS_IMAGES_VIPS_PICTURE_H
#define MS_IMAGES_VIPS_PICTURE_H

#include "images/vips/luma.h"

typedef struct ms_picture {
    VipsImage *image;  /* owned: the gray image; pages of an animation or of a TIFF one above the other */
    VipsImage *opened; /* owned: as loaded */
    ms_luma luma;
    ms_image_format from;
    bool lossless; /* the input's coding is lossless */
    bool palette;  /* the input has a palette, or fewer than 8 bits */
    bool bilevel;  /* black and white, 1 bit per pixel */
} ms_picture;

/* Opens the image `in`; of a TIFF only the given page (0-based), of other formats all pages and frames. Fills
 * reply's width, height and pages, and subtracts its pixels from *budget. MS_FORMAT, MS_LIMIT,
 * MS_IO, MS_NOMEM; a failure leaves {0}. Local. */
MS_MUST_CHECK ms_code ms_picture_open(ms_picture *picture, int in, uint32_t page,
                                      const ms_gray_request *request, uint64_t *budget, ms_gray_reply *reply,
                                      ms_err *err);
/* Idempotent, accepts {0}. Local. */
void ms_picture_close(ms_picture *picture);
/* Fills err with `what`, the input's format, and all lines of libvips' error text that fit, and clears that.
 * Returns err->code. Local. */
MS_MUST_CHECK ms_code ms_picture_error(ms_err *err, const char *what);

#endif
