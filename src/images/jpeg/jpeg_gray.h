/* JPEG gray: a YCbCr or gray JPEG to a gray one without loss: the coefficients of Y are kept, those of the
 * colors dropped. Progressive stays progressive. Not for RGB, CMYK and YCCK. */
#ifndef MS_IMAGES_JPEG_JPEG_GRAY_H
#define MS_IMAGES_JPEG_JPEG_GRAY_H

#include "images/formats/gray_output.h"

/* Reads `in` from its beginning. Fills reply's width, height, pages and method. *done is false, nothing is
 * written and MS_OK returned for a JPEG that needs the general method. by_library: only by libjpeg, for tests
 * that compare it to the faster scan copy. MS_FORMAT, MS_LIMIT, MS_IO, MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms_jpeg_gray(int in, ms_gray_output *output, const ms_gray_request *request,
                                   bool by_library, ms_gray_reply *reply, bool *done, ms_err *err);

#endif
