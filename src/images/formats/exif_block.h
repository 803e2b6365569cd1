/* EXIF block: the TIFF structure in an EXIF segment (CIPA DC-008, 4.5; TIFF 6.0, section 2), edited in place
 * so that all that is kept, maker notes too, keeps its offsets. The block is hostile: no offset in it is
 * trusted. */
#ifndef MS_IMAGES_FORMATS_EXIF_BLOCK_H
#define MS_IMAGES_FORMATS_EXIF_BLOCK_H

#include "base/err.h"

#include <stdint.h>

enum { MS_EXIF_MINIMAL_SIZE = 26 };

/* Drops the thumbnail: unlinks IFD1 and its successors, zeroes the thumbnail's bytes, and truncates the block
 * if they are at its end. Returns the new length; 0 when the bytes are not a TIFF structure. Local. */
size_t ms_exif_drop_thumbnail(uint8_t *block, size_t n);
/* 1 to 8; 1 when it is missing or invalid. Local. */
unsigned ms_exif_orientation(const uint8_t *block, size_t n);
/* Changes the orientation if the block has one. Local. */
void ms_exif_set_orientation(uint8_t *block, size_t n, unsigned orientation);
/* Makes a block with the orientation only. Local. */
void ms_exif_minimal(uint8_t block[MS_EXIF_MINIMAL_SIZE], unsigned orientation);

#endif
