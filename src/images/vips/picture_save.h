/* Picture save: the gray picture written in its target format, rows pulled from the decoder as they are
 * needed. */
#ifndef MS_IMAGES_VIPS_PICTURE_SAVE_H
#define MS_IMAGES_VIPS_PICTURE_SAVE_H

#include "images/formats/gray_output.h"
#include "images/vips/picture_meta.h"

/* Writes picture as reply->to. JPEG: quality 92; WebP: lossless when the input was, else quality 90; PNG and
 * PNM: 16 bit kept, PNG alpha too; TIFF: deflated, fax-coded when it had 1 bit. Where alpha does not fit,
 * white is put behind. The bytes depend on nothing but the input and the request. A TIFF, a page of it, goes
 * into *memory, all else to the output. MS_FORMAT, MS_LIMIT, MS_IO, MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms_picture_save(ms_picture *picture, const ms_picture_meta *meta,
                                      const ms_gray_reply *reply, ms_gray_output *output, ms_bytes *memory,
                                      ms_err *err);

#endif
