/* WebP chunks: the RIFF container of WebP (RFC 9649, 2): which coding it holds, and attaching EXIF and XMP to
 * an encoded file. */
#ifndef MS_IMAGES_FORMATS_WEBP_CHUNKS_H
#define MS_IMAGES_FORMATS_WEBP_CHUNKS_H

#include "base/bytes.h"

/* Whether the (first) frame is lossless; false for an invalid file. Local. */
bool ms_webp_is_lossless(int fd);
/* Pixels of a frame by the file's header; 0 when unknown. (libvips allocates a frame before it reports its
 * size.) Local. */
uint64_t ms_webp_pixels(int fd);
/* Removes all metadata from a file in memory, as written by libwebp, and attaches an EXIF block and XMP
 * (either may be empty). MS_FORMAT when it is not WebP, MS_LIMIT, MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms_webp_attach_metadata(ms_bytes *file, const ms_bytes *exif, const ms_bytes *xmp,
                                              ms_err *err);

#endif
