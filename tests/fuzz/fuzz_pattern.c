/* One hostile keyword made ready for the library: the first byte gives the options. Nothing is compiled, as a
 * short expression may cost minutes. */
#include "fuzz.h"
#include "logs/keywords/pattern.h"

#include <string.h>

enum { MOST_BYTES = 200 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t flags = fuzz_take(&data, &size);
    ms_keywords keywords = {.regex = true, .ignore_case = (flags & 2) != 0, .word = (flags & 4) != 0};
    ms_pattern pattern = {0};
    ms_err err = {0};
    if (size == 0 || size > MOST_BYTES) {
        return 0;
    }
    ms_str_list_push(&keywords.list, data, size);
    FUZZ_CHECK(ms_str_list_check(&keywords.list) == MS_OK);
    ms_code code = ms_pattern_make(&pattern, &keywords, 0, &err);
    if (code == MS_OK) {
        FUZZ_CHECK(pattern.expression.data && pattern.expression.len > 1);
        FUZZ_CHECK(memchr(pattern.expression.data, 0, pattern.expression.len) ==
                   pattern.expression.data + pattern.expression.len - 1);
        FUZZ_CHECK(!pattern.within_line || !(pattern.allow_empty || pattern.line_bound || pattern.end_bound));
    } else {
        FUZZ_CHECK(code == MS_USAGE && !pattern.expression.data);
        FUZZ_CHECK(strstr(err.text, "keyword 1") && strstr(err.text, "index"));
    }
    ms_pattern_fini(&pattern);
    ms_keywords_fini(&keywords);
    return 0;
}
