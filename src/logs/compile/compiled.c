#include "logs/compile/compiled.h"

#include <stdlib.h>
#include <string.h>

enum { MAGIC = 0x6264686D, VERSION = 3, EVERY_LINE = 1, LINES_IF_CR = 2, ALL_FLAGS = 3 };

void ms_compiled_fini(ms_compiled *compiled)
{
    (void)hs_free_database(compiled->db);
    ms_qgram_filter_fini(&compiled->qgram_filter);
    ms_prefilter_literals_fini(&compiled->literals);
    free(compiled->traits);
    *compiled = (ms_compiled){0};
}

static void put_literals(const ms_prefilter_literals *literals, ms_bytes *to)
{
    ms_bytes_put_u32(to, literals->stride);
    ms_bytes_put_u64(to, literals->count);
    for (size_t i = 0; i < literals->count; i++) {
        ms_bytes_put_u32(to, literals->at[i].len);
        ms_bytes_put_u32(to, literals->at[i + 1].uses - literals->at[i].uses);
    }
    ms_bytes_put_u64(to, literals->nuses);
    for (size_t i = 0; i < literals->nuses; i++) {
        ms_bytes_put_u32(to, literals->uses[i].id);
        ms_bytes_put_u32(to, literals->uses[i].from);
        ms_bytes_put_u32(to, literals->uses[i].to);
    }
}

ms_code ms_compiled_encode(const ms_compiled *compiled, ms_bytes *to, ms_err *err)
{
    char *raw = NULL;
    size_t nraw = 0;
    hs_error_t rc = compiled->db ? hs_serialize_database(compiled->db, &raw, &nraw) : HS_SUCCESS;
    if (rc != HS_SUCCESS) {
        return ms_err_set(err, rc == HS_NOMEM ? MS_NOMEM : MS_INTERNAL, 0,
                          "cannot serialize the compiled keywords: Hyperscan error %d", rc);
    }
    unsigned flags = (compiled->every_line ? EVERY_LINE : 0U) | (compiled->lines_if_cr ? LINES_IF_CR : 0U);
    ms_bytes_put_u32(to, MAGIC);
    ms_bytes_put_u32(to, VERSION);
    ms_bytes_put_u8(to, (uint8_t)flags);
    put_literals(&compiled->literals, to);
    ms_bytes_put_blob(to, compiled->traits, compiled->ntraits);
    ms_bytes_put_blob(to, raw, nraw);
    free(raw);
    return ms_bytes_check(to) == MS_OK
               ? MS_OK
               : ms_err_set(err, MS_NOMEM, 0, "out of memory for the compiled keywords");
}

/* `count` items of `size` bytes each; NULL, and reader->failed when the remaining bytes cannot encode
 * them. */
static void *alloc_items(ms_reader *reader, uint64_t count, size_t nbytes_each, size_t size)
{
    if (count > ms_reader_left(reader) / nbytes_each) {
        reader->failed = true;
        return NULL;
    }
    return calloc((size_t)count + 1, size);
}

static bool is_valid_use(const ms_literal_use *use, const ms_keywords *keywords,
                         const ms_case_variants *variants)
{
    if (use->id >= keywords->list.count || use->from >= use->to || !variants) {
        return false;
    }
    return use->to <= ms_case_length(&variants[use->id], ms_str_list_at(&keywords->list, use->id));
}

static bool read_literals(ms_prefilter_literals *literals, const ms_keywords *keywords,
                          const ms_case_variants *variants, ms_reader *reader)
{
    literals->stride = ms_reader_u32(reader);
    uint64_t count = ms_reader_u64(reader);
    uint64_t sum = 0;
    literals->at = alloc_items(reader, count, 8, sizeof *literals->at);
    bool good = literals->at;
    for (size_t i = 0; i < count && good; i++) {
        literals->at[i].len = ms_reader_u32(reader);
        literals->at[i].uses = (uint32_t)sum;
        sum += ms_reader_u32(reader);
        good = literals->at[i].len > 0 && literals->at[i].len <= MS_LITERAL_BYTES &&
               sum > literals->at[i].uses && sum <= UINT32_MAX;
    }
    uint64_t nuses = good ? ms_reader_u64(reader) : 0;
    literals->uses = good && nuses == sum ? alloc_items(reader, nuses, 12, sizeof *literals->uses) : NULL;
    good = good && literals->uses;
    for (size_t i = 0; i < nuses && good; i++) {
        ms_literal_use *use = &literals->uses[i];
        use->id = ms_reader_u32(reader);
        use->from = ms_reader_u32(reader);
        use->to = ms_reader_u32(reader);
        good = is_valid_use(use, keywords, variants);
    }
    if (good) {
        literals->at[count].uses = (uint32_t)sum;
        literals->count = (size_t)count;
        literals->nuses = (size_t)nuses;
    }
    return good && !reader->failed;
}

void ms_compiled_sum_traits(ms_compiled *compiled)
{
    compiled->any = 0;
    compiled->all = MS_TRAITS_ALL;
    for (size_t i = 0; i < compiled->ntraits; i++) {
        compiled->any |= compiled->traits[i];
        compiled->all &= compiled->traits[i];
    }
}

static bool read_traits(ms_compiled *compiled, const ms_keywords *keywords, ms_reader *reader)
{
    const uint8_t *traits = ms_reader_blob(reader, &compiled->ntraits);
    size_t want = keywords->regex ? keywords->list.count : 0;
    if (reader->failed || compiled->ntraits != want) {
        return false;
    }
    compiled->traits = calloc(want + 1, 1);
    if (!compiled->traits) {
        return false;
    }
    memcpy(compiled->traits, traits, want);
    ms_compiled_sum_traits(compiled);
    return compiled->any <= MS_TRAITS_ALL;
}

static ms_code read_database(ms_compiled *compiled, const uint8_t *raw, size_t n, ms_err *err)
{
    hs_error_t rc = hs_deserialize_database((const char *)raw, n, &compiled->db);
    if (rc == HS_SUCCESS) {
        return MS_OK;
    }
    compiled->db = NULL;
    bool other = rc == HS_DB_PLATFORM_ERROR || rc == HS_DB_VERSION_ERROR || rc == HS_DB_MODE_ERROR;
    return ms_err_set(err,
                      rc == HS_NOMEM ? MS_NOMEM
                      : other        ? MS_LIMIT
                                     : MS_FORMAT,
                      0, "cannot load the compiled keywords: Hyperscan error %d", rc);
}

ms_code ms_compiled_decode(ms_compiled *compiled, const ms_keywords *keywords,
                           const ms_case_variants *variants, const void *data, size_t n, ms_err *err)
{
    ms_reader reader = ms_reader_over(data, n);
    const ms_prefilter_literals *literals = &compiled->literals;
    bool good = ms_reader_u32(&reader) == MAGIC && ms_reader_u32(&reader) == VERSION;
    unsigned flags = ms_reader_u8(&reader);
    good = good && flags <= ALL_FLAGS && read_literals(&compiled->literals, keywords, variants, &reader) &&
           read_traits(compiled, keywords, &reader);
    size_t nraw = 0;
    const uint8_t *raw = good ? ms_reader_blob(&reader, &nraw) : NULL;
    bool no_database = keywords->regex ? compiled->all == MS_TRAIT_UNKNOWN : literals->stride > 0;
    good = good && !reader.failed && ms_reader_left(&reader) == 0 && (nraw == 0) == no_database &&
           (literals->count > 0) == !keywords->regex;
    compiled->every_line = (flags & EVERY_LINE) != 0;
    compiled->lines_if_cr = (flags & LINES_IF_CR) != 0;
    ms_code code = good ? MS_OK : ms_err_set(err, MS_FORMAT, 0, "the compiled keywords are damaged");
    if (code == MS_OK) {
        code = literals->stride > 0
                   ? ms_qgram_filter_init(&compiled->qgram_filter, literals, keywords, variants, err)
               : nraw > 0 ? read_database(compiled, raw, nraw, err)
                          : MS_OK;
    }
    if (code != MS_OK) {
        ms_compiled_fini(compiled);
    }
    return code;
}
