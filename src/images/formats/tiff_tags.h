/* TIFF tags: what libvips does not tell of a TIFF file: single numbers, and whether all of its pages are
 * there. */
#ifndef MS_IMAGES_FORMATS_TIFF_TAGS_H
#define MS_IMAGES_FORMATS_TIFF_TAGS_H

#include <stdint.h>

enum { MS_TIFF_BITS_PER_SAMPLE = 258 };

/* The first value of a SHORT or LONG tag; `otherwise` when it is missing, or the file is a BigTIFF or
 * nonsense. Local. */
uint32_t ms_tiff_tag(int fd, uint32_t tag, uint32_t otherwise);

/* Directories in the file's chain, BigTIFF too; 0 when it is cut off, or never ends: libtiff takes what it
 * finds until then for the whole. Local. */
uint32_t ms_tiff_pages(int fd);

#endif
