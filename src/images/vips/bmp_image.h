/* BMP image: BMP files as libvips images. libvips itself reads them by ImageMagick, which is not for hostile
 * files. Rows are read and expanded on demand, so that a large file takes little memory. */
#ifndef MS_IMAGES_VIPS_BMP_IMAGE_H
#define MS_IMAGES_VIPS_BMP_IMAGE_H

#include "base/err.h"

#include <stdint.h>
#include <vips/vips.h>

/* Opens the file as an 8-bit RGB or RGBA image of at most max_pixels; fd is borrowed until the image is
 * freed. *palette: it has one. MS_FORMAT, MS_LIMIT, MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms_bmp_open(VipsImage **image, int fd, uint64_t max_pixels, bool *palette, ms_err *err);

#endif
