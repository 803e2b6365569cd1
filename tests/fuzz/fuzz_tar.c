/* tar archives (fuzz_members.h). The first byte of the input says how large the pieces are, and whether
 * damaged headers get a right checksum, so that more of them is looked at. */
#include "fuzz_members.h"

static void repair(uint8_t *data, size_t size)
{
    for (size_t at = 0; at + 512 <= size; at += 512) {
        unsigned sum = 8 * ' ';
        for (size_t i = 0; i < 512; i++) {
            sum += i >= 148 && i < 156 ? 0 : data[at + i];
        }
        for (size_t i = 0; memcmp(data + at + 257, "ustar", 5) == 0 && i < 6; i++) {
            data[at + 148 + i] = (uint8_t)('0' + (sum >> (3 * (5 - i)) & 7));
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t how = fuzz_take(&data, &size);
    size_t step = (size_t)(how & 0x7F) * 16 + 1;
    ms_bytes image = {0};
    add(&image, data, size);
    if ((how & 0x80) != 0) {
        repair(image.data, image.len);
    }
    fuzz_members(MS_ARCHIVE_TAR, 0, &image, step);
    ms_bytes_fini(&image);
    return 0;
}
