/* EXIF in TIFF: copies EXIF's directories, value by value, from a TIFF file into a block of its own, and from
 * a block into a TIFF file. libvips 8.14 neither reads nor writes EXIF in TIFF. (Between formats that hold
 * blocks, blocks are edited in place: exif_block.h.) */
#ifndef MS_IMAGES_FORMATS_EXIF_TIFF_H
#define MS_IMAGES_FORMATS_EXIF_TIFF_H

#include "base/bytes.h"

/* Appends a block with the tags of the TIFF file's first directory on camera, author, time and orientation,
 * and with its Exif and GPS directories; nothing without such tags or for a BigTIFF. Maker notes are dropped,
 * as their offsets become invalid. MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms_exif_from_tiff(int fd, ms_bytes *block);
/* Adds the same to a one-page TIFF file in memory, written by libtiff on this host; its own tags have
 * precedence. A BigTIFF is left unchanged. MS_NOMEM: the file is unchanged. Local. */
MS_MUST_CHECK ms_code ms_exif_into_tiff(ms_bytes *file, const ms_bytes *block);

#endif
