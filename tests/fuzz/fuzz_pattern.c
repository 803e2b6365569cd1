/* One hostile keyword made ready for both libraries: the first byte gives the options. Nothing is compiled
 * for Hyperscan, as a short expression may cost minutes. */
#include "fuzz.h"
#include "logs/keywords/pattern.h"
#include "logs/keywords/pcre.h"

#include <string.h>

enum { MOST_BYTES = 200 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t flags = fuzz_take(&data, &size);
    ms_keywords keywords = {.regex = true,
                            .perl = (flags & 1) != 0,
                            .ignore_case = (flags & 2) != 0,
                            .word = (flags & 4) != 0,
                            .whole_line = (flags & 8) != 0};
    ms_pattern_form form = (flags & 16) != 0 ? MS_PATTERN_CANDIDATES : MS_PATTERN_EXACT;
    pcre2_code *compiled = NULL;
    ms_pattern pattern = {0};
    ms_err err = {0};
    if (size == 0 || size > MOST_BYTES) {
        return 0;
    }
    ms_str_list_push(&keywords.list, data, size);
    FUZZ_CHECK(ms_str_list_check(&keywords.list) == MS_OK);
    ms_code code =
        ms_pcre_compile(&compiled, &keywords, 0, (flags & 32) != 0 ? MS_PCRE_BYTES : MS_PCRE_CHARS, &err);
    if (code == MS_OK) {
        FUZZ_CHECK(ms_pattern_make(&pattern, &keywords, 0, form, &err) == MS_OK);
        size_t n = pattern.expression.len;
        FUZZ_CHECK(n > 0 || (!pattern.exact && !pattern.within_line && !pattern.bytewise));
        FUZZ_CHECK(n == 0 || memchr(pattern.expression.data, 0, n) == pattern.expression.data + n - 1);
        FUZZ_CHECK(!pattern.within_line || !(pattern.allow_empty || pattern.line_bound || pattern.end_bound));
        FUZZ_CHECK(form == MS_PATTERN_EXACT || !pattern.exact);
    } else {
        FUZZ_CHECK(code == MS_USAGE && !compiled);
        FUZZ_CHECK(strstr(err.text, "keyword 1") && strstr(err.text, "index"));
    }
    pcre2_code_free(compiled);
    ms_pattern_fini(&pattern);
    ms_keywords_fini(&keywords);
    return 0;
}
