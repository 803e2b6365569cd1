/* TIFF tags: what libvips does not report of a TIFF file: single tags, and whether all pages are present. */
#ifndef MS_IMAGES_FORMATS_TIFF_TAGS_H
#define MS_IMAGES_FORMATS_TIFF_TAGS_H

#include <stdint.h>

enum { MS_TIFF_BITS_PER_SAMPLE = 258 };

/* The value of a SHORT or LONG tag of the first directory; `otherwise` when it is missing, or the file is a
 * BigTIFF or invalid. Local. */
uint32_t ms_tiff_tag(int fd, uint32_t tag, uint32_t otherwise);

/* Directories in the file's chain, BigTIFF too; 0 when the chain is truncated or endless, which libtiff
 * accepts. Local. */
uint32_t ms_tiff_pages(int fd);

#endif
