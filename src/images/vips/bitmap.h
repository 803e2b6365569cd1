/* Bitmap: BMP files, which libvips reads only by way of ImageMagick; that is not for hostile files. Rows are
 * read and expanded when they are asked for, so that a big file takes little memory. */
#ifndef MS_IMAGES_VIPS_BITMAP_H
#define MS_IMAGES_VIPS_BITMAP_H

#include "base/err.h"

#include <stdint.h>
#include <vips/vips.h>

/* Opens the file behind fd, borrowed until the image is gone, as an 8-bit RGB or RGBA image of at most
 * max_pixels; *palette says whether it has one. MS_FORMAT, MS_LIMIT, MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms_bitmap_open(VipsImage **image, int fd, uint64_t max_pixels, bool *palette,
                                     ms_err *err);

#endif
