#include "logs/prefilter/qgram_filter.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

/* Of wyhash; with Knuth's multiplier twice as many strings of logs collide. */
#define HASH_FACTOR 0xA0761D6478BD642FU
#define EACH_BYTE 0x0101010101010101U

/* The slots are read at random: 512 KiB still fit into the L2 cache of many processors. */
enum { MIN_BITS = 15, MAX_BITS = 19, SLOTS_PER_LITERAL = 256, UNROLL = 8, TABLE_FACTOR = 2 };

void ms_qgram_filter_fini(ms_qgram_filter *filter)
{
    free(filter->slots);
    free(filter->literals);
    free(filter->table);
    *filter = (ms_qgram_filter){0};
}

static unsigned bits_for(size_t nliterals)
{
    unsigned bits = MIN_BITS;
    while (bits < MAX_BITS && (size_t)1 << bits < SLOTS_PER_LITERAL * nliterals) {
        bits++;
    }
    return bits;
}

double ms_qgram_filter_false_positives(size_t nliterals)
{
    return (double)nliterals / (double)((size_t)1 << bits_for(nliterals));
}

/* Eight bytes, the first in the lowest bits. */
static inline uint64_t load(const uint8_t *data)
{
    uint64_t bytes;
    memcpy(&bytes, data, sizeof bytes);
    return le64toh(bytes);
}

/* The same for n bytes, fewer than eight padded with zeros. */
static uint64_t load_part(const uint8_t *data, size_t n)
{
    uint8_t bytes[sizeof(uint64_t)] = {0};
    if (n >= sizeof bytes) {
        return load(data);
    }
    memcpy(bytes, data, n);
    return load(bytes);
}

/* ASCII lower case of all eight bytes. */
static uint64_t lower(uint64_t bytes)
{
    uint64_t low = bytes & 0x7F * EACH_BYTE;
    uint64_t from_a = low + (0x80 - 'A') * EACH_BYTE;
    uint64_t after_z = low + (0x7F - 'Z') * EACH_BYTE;
    return bytes | ((from_a & ~after_z & ~bytes & 0x80 * EACH_BYTE) >> 2);
}

/* The highest bits are the slot, the three below them the bit in it. A filter's factor is shifted
 * (ms_qgram_filter_init) so that bytes after the first `width` do not count. */
static inline uint64_t hash(uint64_t bytes, uint64_t case_mask, uint64_t factor)
{
    return (bytes | case_mask) * factor;
}

/* Makes upper and lower case equal, and some other bytes, which find_literal() distinguishes. */
static inline uint64_t case_mask_of(const ms_qgram_filter *filter)
{
    return filter->fold ? 0x20 * EACH_BYTE : 0;
}

static uint8_t bit_of(const ms_qgram_filter *filter, uint64_t hashed)
{
    return (uint8_t)(1U << (hashed >> (61 - filter->bits) & 7));
}

/* By the highest bits, the only ones that depend on all bytes of the literal. */
static size_t home_slot(const ms_qgram_filter *filter, uint64_t literal)
{
    return (size_t)((literal * HASH_FACTOR) >> (64 - filter->table_bits));
}

static size_t next_slot(const ms_qgram_filter *filter, size_t at)
{
    return (at + 1) & (((size_t)1 << filter->table_bits) - 1);
}

static void add(ms_qgram_filter *filter, size_t id, uint64_t literal)
{
    uint64_t hashed = hash(literal, case_mask_of(filter), filter->factor);
    size_t at = home_slot(filter, literal);
    while (filter->table[at] != 0) {
        at = next_slot(filter, at);
    }
    filter->literals[id] = literal;
    filter->table[at] = (uint32_t)id + 1;
    filter->slots[hashed >> (64 - filter->bits)] |= bit_of(filter, hashed);
}

/* The literal's bytes, in lower case when case is ignored; false when they are not `width` characters of one
 * byte each. */
static bool read_literal(const ms_literal_use *use, const ms_qgram_filter *filter,
                         const ms_keywords *keywords, const ms_case_variants *variants, uint64_t *literal)
{
    const ms_case_variants *list = &variants[use->id];
    ms_str keyword = ms_str_list_at(&keywords->list, use->id);
    uint8_t bytes[MS_LITERAL_BYTES] = {0};
    bool good = use->to - use->from == filter->width;
    for (size_t i = 0; i < filter->width && good; i++) {
        size_t at = use->from + i;
        const ms_case_variant *variant = list->count > 0 ? &list->list[at] : NULL;
        good = !variant || (variant->nforms == 1 && variant->len[0] == 1);
        bytes[i] = variant ? variant->bytes[0][0] : (uint8_t)keyword.data[at];
    }
    *literal = filter->fold ? lower(load(bytes)) : load(bytes);
    return good;
}

static ms_code add_all(ms_qgram_filter *filter, const ms_prefilter_literals *literals,
                       const ms_keywords *keywords, const ms_case_variants *variants)
{
    for (size_t i = 0; i < literals->count; i++) {
        uint64_t literal = 0;
        if (literals->at[i].len != filter->width) {
            return MS_FORMAT;
        }
        for (uint32_t u = literals->at[i].uses; u < literals->at[i + 1].uses; u++) {
            uint64_t before = literal;
            bool good = read_literal(&literals->uses[u], filter, keywords, variants, &literal);
            if (!good || (u > literals->at[i].uses && literal != before)) {
                return MS_FORMAT;
            }
        }
        add(filter, i, literal);
    }
    return MS_OK;
}

ms_code ms_qgram_filter_init(ms_qgram_filter *filter, const ms_prefilter_literals *literals,
                             const ms_keywords *keywords, const ms_case_variants *variants, ms_err *err)
{
    size_t n = literals->count;
    *filter =
        (ms_qgram_filter){.stride = literals->stride, .fold = keywords->ignore_case, .bits = bits_for(n)};
    filter->width = n > 0 ? literals->at[0].len : 0;
    if (filter->width < 1 || filter->width > MS_LITERAL_BYTES || filter->stride < 1 ||
        filter->stride > MS_MAX_STRIDE) {
        *filter = (ms_qgram_filter){0};
        return ms_err_set(err, MS_FORMAT, 0, "the compiled keywords are damaged");
    }
    filter->factor = HASH_FACTOR << (64 - 8 * filter->width);
    filter->table_bits = 1;
    while ((size_t)1 << filter->table_bits < TABLE_FACTOR * n) {
        filter->table_bits++;
    }
    filter->slots = calloc((size_t)1 << filter->bits, 1);
    filter->literals = calloc(n, sizeof *filter->literals);
    filter->table = calloc((size_t)1 << filter->table_bits, sizeof *filter->table);
    ms_code code = filter->slots && filter->literals && filter->table ? MS_OK : MS_NOMEM;
    if (code == MS_OK) {
        code = add_all(filter, literals, keywords, variants);
    }
    if (code != MS_OK) {
        ms_qgram_filter_fini(filter);
        return ms_err_set(err, code, 0,
                          code == MS_NOMEM ? "out of memory for the keywords"
                                           : "the compiled keywords are damaged");
    }
    return MS_OK;
}

/* The literal of these bytes, whose slot is set. False: none. */
static bool find_literal(const ms_qgram_filter *filter, uint64_t bytes, uint64_t *nsteps, uint32_t *id)
{
    unsigned drop = (unsigned)(64 - 8 * filter->width);
    uint64_t literal = (filter->fold ? lower(bytes) : bytes) << drop >> drop;
    ++*nsteps;
    for (size_t at = home_slot(filter, literal); filter->table[at] != 0; at = next_slot(filter, at)) {
        ++*nsteps;
        *id = filter->table[at] - 1;
        if (filter->literals[*id] == literal) {
            return true;
        }
    }
    return false;
}

/* Skips UNROLL positions at a time while their slots are empty; returns the first position that may have a
 * literal, or from which fewer are left. With a constant stride the compiler needs half as many
 * instructions. */
static inline __attribute__((always_inline)) size_t
skip_empty_by(size_t stride, const ms_qgram_filter *filter, const uint8_t *data, size_t at, size_t n)
{
    const uint8_t *slots = filter->slots;
    const uint64_t case_mask = case_mask_of(filter);
    const uint64_t factor = filter->factor;
    const unsigned shift = 64 - filter->bits;
    const size_t reach = (UNROLL - 1) * stride + sizeof(uint64_t);
    for (; n - at >= reach; at += UNROLL * stride) {
        unsigned any = 0;
#pragma GCC unroll 8
        for (size_t i = 0; i < UNROLL; i++) {
            any |= slots[hash(load(data + at + i * stride), case_mask, factor) >> shift];
        }
        if (any != 0) {
            break;
        }
    }
    return at;
}

static size_t skip_empty(const ms_qgram_filter *filter, const uint8_t *data, size_t at, size_t n)
{
    switch (filter->stride) {
    case 2:
        return skip_empty_by(2, filter, data, at, n);
    case 3:
        return skip_empty_by(3, filter, data, at, n);
    case 4:
        return skip_empty_by(4, filter, data, at, n);
    case 5:
        return skip_empty_by(5, filter, data, at, n);
    case 6:
        return skip_empty_by(6, filter, data, at, n);
    case 7:
        return skip_empty_by(7, filter, data, at, n);
    case 8:
        return skip_empty_by(8, filter, data, at, n);
    default:
        return skip_empty_by(filter->stride, filter, data, at, n);
    }
}

bool ms_qgram_filter_scan(const ms_qgram_filter *filter, const uint8_t *data, size_t n,
                          ms_qgram_filter_tally *tally, ms_qgram_filter_fn fn, void *user)
{
    const uint64_t case_mask = case_mask_of(filter);
    size_t at = 0;
    bool ended = false;
    while (at + filter->width <= n && !ended) {
        at = skip_empty(filter, data, at, n);
        for (size_t i = 0; i < UNROLL && at + filter->width <= n && !ended; i++, at += filter->stride) {
            uint64_t bytes = load_part(data + at, n - at);
            uint64_t hashed = hash(bytes, case_mask, filter->factor);
            uint32_t id = 0;
            ended = (filter->slots[hashed >> (64 - filter->bits)] & bit_of(filter, hashed)) != 0 &&
                    find_literal(filter, bytes, &tally->nsteps, &id) &&
                    fn(id, 0, at + filter->width, 0, user) != 0;
        }
    }
    tally->nbytes += at;
    return ended;
}
