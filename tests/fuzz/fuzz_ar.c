/* ar archives (fuzz_members.h). The first byte of the input says how large the pieces are. */
#include "fuzz_members.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t step = (size_t)fuzz_take(&data, &size) * 8 + 1;
    ms_bytes image = {0};
    add(&image, data, size);
    fuzz_members(MS_ARCHIVE_AR, 0, &image, step);
    (void)ms_archive_format_of(image.data, image.len);
    ms_bytes_fini(&image);
    return 0;
}
