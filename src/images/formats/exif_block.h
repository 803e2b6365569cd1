/* EXIF block: the TIFF structure inside an EXIF segment (CIPA DC-008, 4.5; TIFF 6.0, section 2), edited in
 * place so that everything that stays, maker notes too, keeps its offsets. The block is hostile: no offset in
 * it is trusted. */
#ifndef MS_IMAGES_FORMATS_EXIF_BLOCK_H
#define MS_IMAGES_FORMATS_EXIF_BLOCK_H

#include "base/err.h"

#include <stdint.h>

enum { MS_EXIF_MINIMAL_SIZE = 26 };

/* Drops the thumbnail: unlinks IFD1 and those behind it, blanks the picture's bytes, and cuts them off when
 * they are the block's end. Gives the new length; 0 when the bytes are no TIFF structure and are better left
 * out. Local. */
size_t ms_exif_drop_thumbnail(uint8_t *block, size_t n);
/* 1 to 8; 1 when there is none, or nonsense. Local. */
unsigned ms_exif_orientation(const uint8_t *block, size_t n);
/* Sets the orientation where the block has one. Local. */
void ms_exif_set_orientation(uint8_t *block, size_t n, unsigned orientation);
/* A block that says nothing but the orientation. Local. */
void ms_exif_minimal(uint8_t block[MS_EXIF_MINIMAL_SIZE], unsigned orientation);

#endif
