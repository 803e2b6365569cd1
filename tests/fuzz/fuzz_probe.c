/* Headers of images: format, size, cost. What is found in a part of the bytes may not contradict the whole.
 */
#include "fuzz.h"
#include "images/client/probe.h"

#include <string.h>

static void check(const ms_image_probe *probe, size_t size)
{
    FUZZ_CHECK(probe->format < MS_IMAGE_FORMAT_COUNT);
    FUZZ_CHECK((probe->width == 0) == (probe->height == 0));
    FUZZ_CHECK(!probe->lossless_way || probe->format == MS_IMAGE_JPEG);
    FUZZ_CHECK(probe->format != MS_IMAGE_NONE || probe->width == 0);
    FUZZ_CHECK(ms_image_cost(probe, size) > 0);
    FUZZ_CHECK(ms_image_cost(probe, UINT64_MAX) >= ms_image_cost(probe, size));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ms_image_probe whole, head;
    ms_image_probe_bytes(&whole, data, size);
    check(&whole, size);
    FUZZ_CHECK(whole.format == ms_image_format_of(data, size));
    FUZZ_CHECK(whole.format == ms_image_format_of(data, size < 32 ? size : 32));
    size_t half = size / 2;
    uint8_t *copy = malloc(half + 1); /* of its own, so that a read behind it is seen */
    FUZZ_CHECK(copy);
    if (half > 0) {
        memcpy(copy, data, half);
    }
    ms_image_probe_bytes(&head, copy, half);
    check(&head, half);
    FUZZ_CHECK(half < 32 || head.format == whole.format);
    free(copy);
    return 0;
}
