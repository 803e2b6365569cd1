/* A list of names as bytes: refused, or the same bytes when it is written again. */
#include "base/str_list.h"
#include "fuzz.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ms_str_list names = {0};
    ms_bytes again = {0};
    ms_reader reader = ms_reader_over(data, size);
    if (ms_str_list_decode(&names, &reader) == MS_OK) {
        for (size_t i = 0; i < names.count; i++) {
            ms_str name = ms_str_list_at(&names, i);
            FUZZ_CHECK(name.data[name.len] == 0);
            FUZZ_CHECK(ms_str_compare(name, name) == 0);
        }
        FUZZ_CHECK(ms_str_list_encode(&names, &again) == MS_OK);
        FUZZ_CHECK(again.len == reader.at && memcmp(again.data, data, again.len) == 0);
    } else {
        FUZZ_CHECK(!names.ends && !names.blob.data && names.count == 0);
    }
    ms_bytes_fini(&again);
    ms_str_list_fini(&names);
    return 0;
}
