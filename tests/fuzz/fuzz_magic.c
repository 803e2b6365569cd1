/* The format of a file by its first bytes, which must not depend on how many were read beyond 32; and whether
 * it is one. */
#include "fuzz.h"
#include "images/protocol/image_proof.h"

#include <string.h>

enum { HEAD = 32 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t n = size < HEAD ? size : HEAD;
    uint8_t *copy = malloc(n + 1); /* of its own size, so that a read beyond it is found */
    FUZZ_CHECK(copy);
    if (n > 0) {
        memcpy(copy, data, n);
    }
    ms_image_format format = ms_image_format_of(copy, n);
    FUZZ_CHECK(format < MS_IMAGE_FORMAT_COUNT);
    FUZZ_CHECK(format == ms_image_format_of(data, size));
    FUZZ_CHECK(format == MS_IMAGE_NONE || !ms_image_is_svg(data, size));
    free(copy);
    copy = malloc(size + 1);
    FUZZ_CHECK(copy);
    if (size > 0) {
        memcpy(copy, data, size);
    }
    bool sound = ms_image_is_sound(format, copy, size);
    FUZZ_CHECK(!sound || format != MS_IMAGE_NONE);
    free(copy);
    return 0;
}
