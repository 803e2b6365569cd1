/* Keyword lists: as received from rank 0, as in a keyword file, as typed. The first byte chooses which. */
#include "fuzz.h"
#include "logs/keywords/keywords.h"

#include <string.h>

static void decode(const uint8_t *data, size_t size)
{
    ms_keywords keywords = {0};
    ms_bytes again = {0};
    if (ms_keywords_decode(&keywords, data, size) == MS_OK) {
        FUZZ_CHECK(ms_keywords_encode(&keywords, &again) == MS_OK);
        FUZZ_CHECK(again.len == size && memcmp(again.data, data, size) == 0);
    } else {
        FUZZ_CHECK(!keywords.list.blob.data && !keywords.list.ends && keywords.list.count == 0);
    }
    ms_bytes_fini(&again);
    ms_keywords_fini(&keywords);
}

/* Nothing in the list may be empty, hold a newline, or, when `unique`, be there before. */
static void check(const ms_keywords *keywords, bool unique)
{
    for (size_t i = 0; i < keywords->list.count; i++) {
        ms_str name = ms_str_list_at(&keywords->list, i);
        FUZZ_CHECK(name.len > 0 && !memchr(name.data, '\n', name.len));
        for (size_t j = 0; j < i && unique; j++) {
            FUZZ_CHECK(ms_str_compare(name, ms_str_list_at(&keywords->list, j)) != 0);
        }
    }
}

static void collect(const uint8_t *data, size_t size, bool typed)
{
    ms_keywords keywords = {0};
    ms_err err = {0};
    ms_code code =
        typed ? ms_keywords_add(&keywords, data, size, &err) : ms_keywords_add_lines(&keywords, data, size);
    FUZZ_CHECK(code == MS_OK || (typed && code == MS_USAGE && err.code == MS_USAGE));
    check(&keywords, false);
    size_t before = keywords.list.count;
    FUZZ_CHECK(ms_keywords_unique(&keywords) == MS_OK);
    FUZZ_CHECK(keywords.list.count <= before && (keywords.list.count > 0) == (before > 0));
    check(&keywords, keywords.list.count < 500);
    ms_keywords_fini(&keywords);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t which = fuzz_take(&data, &size);
    if (which % 3 == 0) {
        decode(data, size);
    } else {
        collect(data, size, which % 3 == 1);
    }
    return 0;
}
