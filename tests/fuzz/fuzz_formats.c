/* The tables of formats: no read beyond the bytes given, text is never refused, and what is random is. */
#include "base/escape.h"
#include "fuzz.h"
#include "logs/decode/known_formats.h"
#include "logs/text/byte_test.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size + 1); /* of its own size, so that a read beyond it is found */
    bool printable = true;
    FUZZ_CHECK(copy);
    memcpy(copy, data, size);
    const char *format = ms_hidden_format(copy, size);
    ms_codec codec = ms_codec_proved(copy, size);
    (void)ms_is_plain_format(copy, size);
    (void)ms_hidden_after_zeros(copy, size);
    for (size_t i = 0; i < size; i++) {
        printable = printable && ((data[i] >= ' ' && data[i] < 0x7F) || data[i] == '\n');
    }
    if (printable && size > 16) {
        FUZZ_CHECK(codec == MS_CODEC_NONE);
        FUZZ_CHECK(!ms_bytes_are_binary(data, size) && !ms_bytes_are_random(data, size));
        FUZZ_CHECK(!format || memcmp(data, "07070", 5) == 0 || memcmp(data, "!<arch>\ndebian-b", 16) == 0 ||
                   memcmp(data, "ANDROID BACKUP\n", 15) == 0);
    }
    FUZZ_CHECK(!ms_bytes_are_random(data, size) || ms_bytes_are_binary(data, size));
    free(copy);
    return 0;
}
