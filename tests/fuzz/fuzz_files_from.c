/* The --files-from list; the first byte says whether NUL or newline separates. */
#include "fuzz.h"
#include "tasks/enumerate/enumerate.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bool null_separated = fuzz_take(&data, &size) % 2 != 0;
    int separator = null_separated ? 0 : '\n';
    ms_str_list roots = {0};
    FUZZ_CHECK(ms_files_from_split(&roots, data, size, null_separated) == MS_OK);
    size_t at = 0; /* the names are the runs of other bytes, in order */
    for (size_t i = 0; i < roots.count; i++) {
        ms_str name = ms_str_list_at(&roots, i);
        while (at < size && data[at] == separator) {
            at++;
        }
        if (name.len == 3 && memcmp(name.data, "./-", 3) == 0 && data[at] == '-') {
            name = (ms_str){.data = "-", .len = 1}; /* a file of that name, not standard input */
        }
        FUZZ_CHECK(name.len > 0 && name.len <= size - at && memcmp(name.data, data + at, name.len) == 0);
        at += name.len;
        FUZZ_CHECK(at == size || data[at] == separator);
    }
    while (at < size && data[at] == separator) {
        at++;
    }
    FUZZ_CHECK(at == size);
    ms_str_list_fini(&roots);
    return 0;
}
