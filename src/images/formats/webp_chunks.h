/* WebP box: the RIFF container around WebP's picture data (RFC 9649, 2): which coding it holds, and EXIF and
 * XMP put into one that was just written. */
#ifndef MS_IMAGES_FORMATS_WEBP_CHUNKS_H
#define MS_IMAGES_FORMATS_WEBP_CHUNKS_H

#include "base/bytes.h"

/* Is the file's (first) picture coded without loss? Nonsense gives false. Local. */
bool ms_webp_is_lossless(int fd);
/* Pixels of a frame by the file's head; 0 when it does not tell. libvips makes room for them before it says.
 * Local. */
uint64_t ms_webp_pixels(int fd);
/* Takes all metadata out of a whole file in memory, as written by libwebp, and puts an EXIF block and XMP in
 * (either may be empty). MS_FORMAT when it is none, MS_LIMIT, MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms_webp_attach_metadata(ms_bytes *file, const ms_bytes *exif, const ms_bytes *xmp,
                                              ms_err *err);

#endif
