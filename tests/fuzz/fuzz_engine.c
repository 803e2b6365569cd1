/* Compiled keywords as received from rank 0: the first byte chooses the keywords that they are said to be of.
 * What lies in front of the library's own bytes is hostile; those are protected by its checks alone, so an
 * input that passes for whole is not searched with. A qgram_filter is made anew from what lies in front: with
 * that one searches. */
#include "fuzz.h"
#include "logs/match/engine.h"

#include <string.h>

typedef struct matches {
    const ms_prefilter_literals *literals;
    size_t n;
} matches;

static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *user)
{
    const matches *h = user;
    FUZZ_CHECK(id < h->literals->count && from == 0 && flags == 0);
    FUZZ_CHECK(to >= h->literals->at[id].len && to <= h->n);
    return 0;
}

static void decode(const ms_keywords *keywords, const uint8_t *data, size_t size)
{
    ms_engine engine = {0};
    ms_err err = {0};
    ms_code code = ms_engine_decode(&engine, keywords, data, size, &err);
    const ms_prefilter_literals *literals = &engine.block.literals;
    bool there = engine.block.db || engine.block.qgram_filter.slots || engine.block.traits;
    FUZZ_CHECK((code == MS_OK) == there && (code == MS_OK || err.text[0] != 0));
    FUZZ_CHECK(code == MS_OK ||
               (!literals->at && !literals->uses && !engine.block.traits && !engine.confirm.db));
    size_t nsought = keywords->regex ? engine.required.list.count : keywords->list.count;
    for (size_t i = 0; i < literals->count; i++) {
        for (uint32_t u = literals->at[i].uses; u < literals->at[i + 1].uses; u++) {
            const ms_literal_use *use = &literals->uses[u];
            FUZZ_CHECK(u < literals->nuses && use->id < nsought && use->from < use->to);
        }
    }
    if (literals->stride > 0) {
        static const uint8_t text[] = "foofo ofoo unauthorized accessfo";
        ms_qgram_filter_tally tally = {0};
        matches in_text = {literals, sizeof text};
        matches in_data = {literals, size};
        FUZZ_CHECK(
            !ms_qgram_filter_scan(&engine.block.qgram_filter, text, sizeof text, &tally, on_match, &in_text));
        FUZZ_CHECK(!ms_qgram_filter_scan(&engine.block.qgram_filter, data, size, &tally, on_match, &in_data));
    }
    ms_engine_fini(&engine);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const list[] = {"foo", "B\xC3\xA4r", "unauthorized access"};
    uint8_t flags = fuzz_take(&data, &size);
    ms_keywords keywords = {
        .regex = (flags & 1) != 0, .ignore_case = (flags & 2) != 0, .word = (flags & 4) != 0};
    for (size_t i = 0; i < 1U + (flags >> 3) % 3; i++) {
        ms_str_list_push(&keywords.list, list[i], strlen(list[i]));
        FUZZ_CHECK(ms_str_list_check(&keywords.list) == MS_OK);
    }
    decode(&keywords, data, size);
    ms_keywords_fini(&keywords);
    return 0;
}
