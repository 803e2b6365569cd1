/* JPEG gray: a YCbCr or gray JPEG becomes a gray one without loss: the coefficients of Y are kept as they
 * are, those of the colors dropped. Progressive stays progressive. Not for RGB-, CMYK- and YCCK-coded files.
 */
#ifndef MS_IMAGES_JPEG_JPEG_GRAY_H
#define MS_IMAGES_JPEG_JPEG_GRAY_H

#include "images/formats/gray_output.h"

/* Reads `in` from its beginning. *taken is false, nothing is written and MS_OK returned for a JPEG that has
 * to go the general way. Fills reply's width, height, pages and way. With by_library the fast walk from scan
 * to scan is not tried, so that tests can compare the two. MS_FORMAT, MS_LIMIT, MS_IO, MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms_jpeg_gray(int in, ms_gray_output *output, const ms_gray_request *request,
                                   bool by_library, ms_gray_reply *reply, bool *taken, ms_err *err);

#endif
