/* A glob, and after a newline a name: the glob is refused, or matches itself when it has no special
 * character, and every name the same twice. */
#include "base/glob.h"
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ms_glob glob;
    ms_err err = {0};
    const uint8_t *newline = memchr(data, '\n', size);
    size_t n = newline ? (size_t)(newline - data) : size;
    char *pattern = malloc(n + 1);
    FUZZ_CHECK(pattern);
    memcpy(pattern, data, n);
    pattern[n] = 0;
    if (ms_glob_init(&glob, pattern, &err) == MS_OK) {
        const char *name = newline ? (const char *)newline + 1 : "";
        size_t nname = newline ? size - n - 1 : 0;
        bool matches = ms_glob_matches(&glob, name, nname);
        FUZZ_CHECK(matches == ms_glob_matches(&glob, name, nname));
        bool plain = !strpbrk(pattern, "*?[]{},\\!/") && pattern[0] != '.';
        FUZZ_CHECK(!plain || ms_glob_matches(&glob, pattern, strlen(pattern)));
    } else {
        FUZZ_CHECK(err.text[0] != 0 && !glob.ops && !glob.marks);
    }
    ms_glob_fini(&glob);
    free(pattern);
    return 0;
}
