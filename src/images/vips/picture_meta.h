/* Picture meta: what a picture on the general way says besides its pixels, and what of it stays on the gray
 * one. */
#ifndef MS_IMAGES_VIPS_PICTURE_META_H
#define MS_IMAGES_VIPS_PICTURE_META_H

#include "images/vips/picture.h"

typedef struct ms_picture_meta {
    ms_bytes exif; /* owned: a TIFF structure without the "Exif" in front; empty when there is none */
    ms_bytes xmp;  /* owned */
} ms_picture_meta;

/* Takes EXIF and XMP off the picture's gray image, and off it too what may not stay: color profiles,
 * thumbnails, Photoshop's and IPTC's records, with strip everything. The orientation stays right: as a tag
 * where the gray file has the format of the input, so that the same readers obey it; otherwise, and with
 * strip, the pixels are turned. Local. */
MS_MUST_CHECK ms_code ms_picture_meta_take(ms_picture_meta *meta, ms_picture *picture, int in,
                                           const ms_gray_request *request, const ms_gray_reply *reply,
                                           ms_err *err);
/* Idempotent, accepts {0}. Local. */
void ms_picture_meta_fini(ms_picture_meta *meta);

#endif
