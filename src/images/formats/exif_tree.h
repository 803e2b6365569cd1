/* EXIF tree: the directories of EXIF copied from one TIFF structure into another, value by value: from a TIFF
 * file into a block of its own, and from a block into a TIFF file. (Between formats that carry blocks, blocks
 * stay whole: see exif_block.h.) libvips 8.14 neither reads nor writes EXIF in TIFF. */
#ifndef MS_IMAGES_FORMATS_EXIF_TREE_H
#define MS_IMAGES_FORMATS_EXIF_TREE_H

#include "base/bytes.h"

/* Appends a block with what the first directory of the TIFF file behind fd says of camera, author, time and
 * orientation, and its Exif and GPS directories; nothing when there is no such tag, or the file is a BigTIFF.
 * Makers' notes are left out, as they point by offsets that are now others. MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms_exif_from_tiff(int fd, ms_bytes *block);
/* Puts the same into a one-page TIFF file in memory, written by libtiff on this host; tags that it has stay
 * as they are. A BigTIFF is left alone. MS_NOMEM: the file is as it was. Local. */
MS_MUST_CHECK ms_code ms_exif_into_tiff(ms_bytes *file, const ms_bytes *block);

#endif
