/* Picture: an image opened by libvips, by the one loader that its first bytes call for, and made gray.
 * Nothing is decoded before its size was held against the limit; most formats are then decoded row by row as
 * the saver asks. */
#ifndef MS_IMAGES_VIPS_PICTURE_H
#define MS_IMAGES_VIPS_PICTURE_H

#include "images/vips/luma.h"

typedef struct ms_picture {
    VipsImage *image; /* owned: the gray image; pages of an animation or of a TIFF one above the other */
    VipsImage *plain; /* owned: what was opened */
    ms_luma luma;
    ms_image_format from;
    bool lossless; /* the input was coded without loss */
    bool palette;  /* few values: a palette or fewer than 8 bits */
    bool bilevel;  /* black and white, 1 bit a pixel */
} ms_picture;

/* Opens the image behind `in`; of a TIFF the given page alone, 0 first, of other formats all pages and
 * frames. Fills reply's width, height and pages, and takes the pixels off *budget. MS_FORMAT, MS_LIMIT,
 * MS_IO, MS_NOMEM; a failure leaves {0}. Local. */
MS_MUST_CHECK ms_code ms_picture_open(ms_picture *picture, int in, uint32_t page,
                                      const ms_gray_request *request, uint64_t *budget, ms_gray_reply *reply,
                                      ms_err *err);
/* Idempotent, accepts {0}. Local. */
void ms_picture_close(ms_picture *picture);
/* Fills err from what libvips has to say, and clears that; `what` goes in front. Returns its code. Local. */
MS_MUST_CHECK ms_code ms_picture_error(ms_err *err, const char *what);

#endif
