/* TIFF join: TIFF files of one page each, as libtiff just wrote them into memory, become one file of many
 * pages. libvips by itself writes only pages that are all of one size. */
#ifndef MS_IMAGES_FORMATS_TIFF_JOIN_H
#define MS_IMAGES_FORMATS_TIFF_JOIN_H

#include "images/formats/gray_output.h"

typedef struct ms_tiff_join {
    ms_gray_output *output; /* borrowed */
    ms_bytes last; /* owned: the page that is not written yet, as its link to the next one is not known */
    uint64_t base; /* where it will stand in the file */
    size_t link;   /* of its link, within it */
} ms_tiff_join;

/* Adds a page: takes over the file's bytes, whatever the run_result, and leaves {0} there. A lone page is
 * written as it is, a BigTIFF too. MS_LIMIT when the whole exceeds 4 GiB, MS_FORMAT, MS_IO. Local. */
MS_MUST_CHECK ms_code ms_tiff_join_add(ms_tiff_join *join, ms_bytes *take_file, ms_err *err);
/* Writes what is left. Local. */
MS_MUST_CHECK ms_code ms_tiff_join_end(ms_tiff_join *join, ms_err *err);
/* Idempotent, accepts {0}. Local. */
void ms_tiff_join_fini(ms_tiff_join *join);

#endif
