/* TIFF join: one-page TIFF files in memory, as written by libtiff, become one multi-page file. libvips writes
 * only pages of equal size. */
#ifndef MS_IMAGES_FORMATS_TIFF_JOIN_H
#define MS_IMAGES_FORMATS_TIFF_JOIN_H

#include "images/formats/gray_output.h"

typedef struct ms_tiff_join {
    ms_gray_output *output; /* borrowed */
    ms_bytes last;          /* owned: the page not yet written, as its link to the next one is not known */
    uint64_t base;          /* its offset in the file */
    size_t link;            /* offset of the link in it */
} ms_tiff_join;

/* Adds a page: takes the file's bytes, on failure too, and leaves {0} there. A single page is written
 * unchanged, a BigTIFF too. MS_LIMIT when the whole exceeds 4 GiB, MS_FORMAT, MS_IO, MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms_tiff_join_add(ms_tiff_join *join, ms_bytes *take_file, ms_err *err);
/* Writes the last page. Local. */
MS_MUST_CHECK ms_code ms_tiff_join_end(ms_tiff_join *join, ms_err *err);
/* Idempotent, accepts {0}. Local. */
void ms_tiff_join_fini(ms_tiff_join *join);

#endif
