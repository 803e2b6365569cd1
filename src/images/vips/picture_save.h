/* Picture save: writes the gray picture in its target format, pulling rows from the decoder on demand. */
#ifndef MS_IMAGES_VIPS_PICTURE_SAVE_H
#define MS_IMAGES_VIPS_PICTURE_SAVE_H

#include "images/formats/gray_output.h"
#include "images/vips/picture_meta.h"

/* Writes picture as reply->to. JPEG: quality 92; WebP: lossless if the input was, else quality 90; PNG and
 * PNM: 16 bit kept, PNG alpha too; TIFF: deflate, 1 bit as fax. Formats without alpha get a white background.
 * The bytes depend on the input and the request only. A page of a TIFF goes to *memory, all else to the
 * output. MS_FORMAT, MS_LIMIT, MS_IO, MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms_picture_save(ms_picture *picture, const ms_picture_meta *meta,
                                      const ms_gray_reply *reply, ms_gray_output *output, ms_bytes *memory,
                                      ms_err *err);

#endif
