/* Seeded synthetic pictures that look like photos: the demo set of `mpiscan images`, and the sets of its
 * benchmarks. The same options give the same bytes with the same versions of the encoding libraries. */
#ifndef MS_DEMO_DEMO_IMAGES_H
#define MS_DEMO_DEMO_IMAGES_H

#include "base/bytes.h"

typedef struct ms_demo_images_options {
    uint64_t count;    /* 1.. */
    double megapixels; /* of each at least; 0.001..200 */
    uint64_t seed;
} ms_demo_images_options;

typedef struct ms_demo_images_summary {
    bool reused;      /* the set exists: the rest is 0 */
    uint64_t nfiles;  /* in the set */
    uint64_t nbytes;  /* of the whole set */
    uint64_t npixels; /* of the whole set */
    uint64_t njpeg;   /* the others are PNG */
} ms_demo_images_summary;

/* Makes directory `dir` (and missing parents) with the pictures photo_0001.jpg.. (as many digits as the count
 * needs, at least 4; every third is a PNG), each written to a temporary file and renamed. With `reuse`, a set
 * made with the same options, by DIR.made, is kept, and MS_USAGE is returned when the directory holds
 * anything but a demo set. Other files of the directory are not touched.
 *
 * They are in color, of several shapes (3:2, 4:3, also upright), and the JPEGs of several chroma
 * subsamplings. A picture depends on its index, the seed and megapixels only. Memory: about 5 bytes per pixel
 * of one picture.
 *
 * MS_USAGE when `options` is out of range, MS_IO names the path, MS_LIMIT when an encoder fails, MS_NOMEM; on
 * failure *summary is {0}, and the files made so far stay. Local. */
MS_MUST_CHECK ms_code ms_demo_images_make(const char *dir, const ms_demo_images_options *options, bool reuse,
                                          ms_demo_images_summary *summary, ms_err *err);

#endif
