/* Picture metadata: what of it the gray image keeps, for the general method. */
#ifndef MS_IMAGES_VIPS_PICTURE_META_H
#define MS_IMAGES_VIPS_PICTURE_META_H

#include "images/vips/picture.h"

typedef struct ms_picture_meta {
    ms_bytes exif; /* owned: a TIFF structure without the leading "Exif"; may be empty */
    ms_bytes xmp;  /* owned; may be empty */
} ms_picture_meta;

/* Takes EXIF and XMP from the picture's gray image, and removes from it color profiles, thumbnails,
 * Photoshop's and IPTC's records, with strip everything. The orientation is kept as a tag if the output has
 * the format of the input, so that the same readers apply it; otherwise, and with strip, the pixels are
 * rotated. MS_FORMAT, MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms_picture_meta_take(ms_picture_meta *meta, ms_picture *picture, int in,
                                           const ms_gray_request *request, const ms_gray_reply *reply,
                                           ms_err *err);
/* Idempotent, accepts {0}. Local. */
void ms_picture_meta_fini(ms_picture_meta *meta);

#endif
