/* What the suites of probe share: headers put together piece by piece, and probing them in memory and as a
 * file, which must say the same. */
#ifndef TESTS_UNIT_IMAGES_PROBE_BUILD_H
#define TESTS_UNIT_IMAGES_PROBE_BUILD_H

#include "images/client/probe.h"

/* Appends; the test fails when there is no memory. */
void add(ms_bytes *to, const void *data, size_t n);
void add_be(ms_bytes *to, uint64_t value, size_t nbytes);
void add_le(ms_bytes *to, uint64_t value, size_t nbytes);
#define ADD(to, literal) add((to), (literal), sizeof(literal) - 1)

/* Both ways at once. */
ms_image_probe probed(const void *data, size_t n);
/* Fails unless that is what is found; frees the bytes. */
void expect_probe(ms_bytes *bytes, ms_image_format format, uint32_t width, uint32_t height,
                  bool lossless_way);

#endif
