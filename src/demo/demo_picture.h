/* One synthetic photo: its pixels, and its encoding as JPEG or PNG. */
#ifndef MS_DEMO_DEMO_PICTURE_H
#define MS_DEMO_DEMO_PICTURE_H

#include "base/bytes.h"

typedef struct ms__picture {
    uint32_t width, height;
    uint8_t *rgb; /* owned; 3 * width * height, rows downward */
} ms__picture;

typedef enum ms__sampling { MS__SAMPLING_420, MS__SAMPLING_422, MS__SAMPLING_444 } ms__sampling;

/* The size of picture `index` (0-based): at least npixels, in one of a few shapes. Local. */
void ms__picture_size(uint64_t index, uint64_t npixels, uint32_t *width, uint32_t *height);
/* Paints picture `index` of `seed` at a size of at least 16 x 16. MS_NOMEM; then *picture is {0}. Local. */
MS_MUST_CHECK ms_code ms__picture_init(ms__picture *picture, uint64_t seed, uint64_t index, uint32_t width,
                                       uint32_t height);
/* Idempotent, accepts {0}. Local. */
void ms__picture_fini(ms__picture *picture);

/* Replaces the contents of *to. MS_NOMEM, or MS_LIMIT with the encoder's reason. Local. */
MS_MUST_CHECK ms_code ms__picture_jpeg(const ms__picture *picture, ms__sampling sampling, ms_bytes *to,
                                       ms_err *err);
MS_MUST_CHECK ms_code ms__picture_png(const ms__picture *picture, ms_bytes *to, ms_err *err);

#endif
