/* zip archives (fuzz_members.h). The first byte of the input says how large the pieces are. */
#include "fuzz_members.h"

static ms_code read_at(void *self, uint64_t offset, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    const ms_bytes *image = self;
    (void)err;
    *n = offset < image->len ? image->len - (size_t)offset : 0;
    *n = *n < cap ? *n : cap;
    if (*n > 0) {
        memcpy(buf, image->data + offset, *n);
    }
    return MS_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t step = (size_t)fuzz_take(&data, &size) * 8 + 1;
    uint64_t prefix = 0;
    ms_bytes image = {0};
    add(&image, data, size);
    bool found = ms_archive_after_prefix(read_at, &image, image.len, &prefix);
    FUZZ_CHECK(!found || (prefix < image.len && ms_archive_ends_so(image.data, image.len)));
    fuzz_members(MS_ARCHIVE_ZIP, found ? prefix : 0, &image, step);
    (void)ms_archive_format_of(image.data, image.len);
    ms_bytes_fini(&image);
    return 0;
}
