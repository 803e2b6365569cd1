/* One hostile expression translated from POSIX: nothing is lost of a plain one, and nothing grows without
 * bound. */
#include "fuzz.h"
#include "logs/keywords/posix_ere.h"

#include <ctype.h>
#include <string.h>

enum { MOST_BYTES = 2000, MOST_GROWTH = 8 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ms_str_list list = {0};
    ms_bytes to = {0};
    bool plain = true;
    if (size == 0 || size > MOST_BYTES) {
        return 0;
    }
    ms_str_list_push(&list, data, size);
    FUZZ_CHECK(ms_str_list_check(&list) == MS_OK);
    for (size_t i = 0; i < size; i++) {
        plain = plain && (isalnum(data[i]) || data[i] == ' ' || data[i] >= 0x80);
    }
    ms_posix_ere_translate(&to, ms_str_list_at(&list, 0));
    FUZZ_CHECK(ms_bytes_check(&to) == MS_OK);
    FUZZ_CHECK(to.len <= size * MOST_GROWTH + MOST_GROWTH);
    FUZZ_CHECK(to.len > 0);
    FUZZ_CHECK(!plain || (to.len == size && memcmp(to.data, data, size) == 0));
    ms_bytes_fini(&to);
    ms_str_list_fini(&list);
    return 0;
}
