/* Q-gram filter: see qgram_filter.h. */
#include "logs/prefilter/qgram_filter.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#define HASH_FACTOR 0xA0761D6478BD642FU /* of wyhash; with Knuth's twice as many strings of logs collide */
#define EACH_BYTE 0x0101010101010101U

/* A slot is a byte: the slots are read at random, and up to half a megabyte lies in the second cache of many
 * processors. */
enum { LEAST_BITS = 15, MOST_BITS = 19, SLOTS_A_LITERAL = 256, AT_ONCE = 8, ROOM = 2 };

void ms_qgram_filter_fini(ms_qgram_filter *qgram_filter)
{
    free(qgram_filter->slots);
    free(qgram_filter->literals);
    free(qgram_filter->table);
    *qgram_filter = (ms_qgram_filter){0};
}

static unsigned bits_for(size_t nliterals)
{
    unsigned bits = LEAST_BITS;
    while (bits < MOST_BITS && (size_t)1 << bits < SLOTS_A_LITERAL * nliterals) {
        bits++;
    }
    return bits;
}

double ms_qgram_filter_mistaken(size_t nliterals)
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

/* The same of what may be less than eight bytes. */
static uint64_t load_part(const uint8_t *data, size_t n)
{
    uint8_t bytes[sizeof(uint64_t)] = {0};
    if (n >= sizeof bytes) {
        return load(data);
    }
    memcpy(bytes, data, n);
    return load(bytes);
}

/* A to Z become a to z in all eight bytes. */
static uint64_t lower(uint64_t bytes)
{
    uint64_t low = bytes & 0x7F * EACH_BYTE;
    uint64_t from_a = low + (0x80 - 'A') * EACH_BYTE;
    uint64_t behind_z = low + (0x7F - 'Z') * EACH_BYTE;
    return bytes | ((from_a & ~behind_z & ~bytes & 0x80 * EACH_BYTE) >> 2);
}

/* The hash's highest bits are the slot, three bits below them the bit in it. A qgram_filter's factor is
 * shifted (ms_qgram_filter_init) so that the bytes behind the first `width` do not count. */
static inline uint64_t hash(uint64_t bytes, uint64_t blur, uint64_t factor)
{
    return (bytes | blur) * factor;
}

/* Makes the cases of a letter equal, and some other bytes, which are told apart later. */
static inline uint64_t blur_of(const ms_qgram_filter *qgram_filter)
{
    return qgram_filter->fold ? 0x20 * EACH_BYTE : 0;
}

static uint8_t bit_of(const ms_qgram_filter *qgram_filter, uint64_t hashed)
{
    return (uint8_t)(1U << (hashed >> (61 - qgram_filter->bits) & 7));
}

/* By the highest bits, the only ones that all bytes of the literal reach. */
static size_t home_of(const ms_qgram_filter *qgram_filter, uint64_t literal)
{
    return (size_t)((literal * HASH_FACTOR) >> (64 - qgram_filter->table_bits));
}

static size_t behind(const ms_qgram_filter *qgram_filter, size_t at)
{
    return (at + 1) & (((size_t)1 << qgram_filter->table_bits) - 1);
}

static void add(ms_qgram_filter *qgram_filter, size_t id, uint64_t literal)
{
    uint64_t hashed = hash(literal, blur_of(qgram_filter), qgram_filter->factor);
    size_t at = home_of(qgram_filter, literal);
    while (qgram_filter->table[at] != 0) {
        at = behind(qgram_filter, at);
    }
    qgram_filter->literals[id] = literal;
    qgram_filter->table[at] = (uint32_t)id + 1;
    qgram_filter->slots[hashed >> (64 - qgram_filter->bits)] |= bit_of(qgram_filter, hashed);
}

/* The bytes of the literal, in lower case if that is the same; false when they are not `width` single bytes.
 */
static bool read_literal(const ms_literal_use *use, const ms_qgram_filter *qgram_filter,
                         const ms_keywords *keywords, const ms_case_variants *letters, uint64_t *literal)
{
    const ms_case_variants *list = &letters[use->id];
    ms_str name = ms_str_list_at(&keywords->list, use->id);
    uint8_t bytes[MS_LITERAL_BYTES] = {0};
    bool good = use->to - use->from == qgram_filter->width;
    for (size_t i = 0; i < qgram_filter->width && good; i++) {
        size_t at = use->from + i;
        const ms_case_variant *letter = list->count > 0 ? &list->list[at] : NULL;
        good = !letter || (letter->nforms == 1 && letter->len[0] == 1);
        bytes[i] = letter ? letter->bytes[0][0] : (uint8_t)name.data[at];
    }
    *literal = qgram_filter->fold ? lower(load(bytes)) : load(bytes);
    return good;
}

static ms_code add_all(ms_qgram_filter *qgram_filter, const ms_prefilter_literals *literals,
                       const ms_keywords *keywords, const ms_case_variants *letters)
{
    for (size_t i = 0; i < literals->count; i++) {
        uint64_t literal = 0;
        if (literals->at[i].len != qgram_filter->width) {
            return MS_FORMAT;
        }
        for (uint32_t u = literals->at[i].uses; u < literals->at[i + 1].uses; u++) {
            uint64_t before = literal;
            bool good = read_literal(&literals->uses[u], qgram_filter, keywords, letters, &literal);
            if (!good || (u > literals->at[i].uses && literal != before)) {
                return MS_FORMAT;
            }
        }
        add(qgram_filter, i, literal);
    }
    return MS_OK;
}

ms_code ms_qgram_filter_init(ms_qgram_filter *qgram_filter, const ms_prefilter_literals *literals,
                             const ms_keywords *keywords, const ms_case_variants *letters, ms_err *err)
{
    size_t n = literals->count;
    *qgram_filter =
        (ms_qgram_filter){.stride = literals->stride, .fold = keywords->ignore_case, .bits = bits_for(n)};
    qgram_filter->width = n > 0 ? literals->at[0].len : 0;
    if (qgram_filter->width < 1 || qgram_filter->width > MS_LITERAL_BYTES || qgram_filter->stride < 1 ||
        qgram_filter->stride > MS_MOST_STRIDE) {
        *qgram_filter = (ms_qgram_filter){0};
        return ms_err_set(err, MS_FORMAT, 0, "the compiled keywords are damaged");
    }
    qgram_filter->factor = HASH_FACTOR << (64 - 8 * qgram_filter->width);
    qgram_filter->table_bits = 1;
    while ((size_t)1 << qgram_filter->table_bits < ROOM * n) {
        qgram_filter->table_bits++;
    }
    qgram_filter->slots = calloc((size_t)1 << qgram_filter->bits, 1);
    qgram_filter->literals = calloc(n, sizeof *qgram_filter->literals);
    qgram_filter->table = calloc((size_t)1 << qgram_filter->table_bits, sizeof *qgram_filter->table);
    ms_code code = qgram_filter->slots && qgram_filter->literals && qgram_filter->table ? MS_OK : MS_NOMEM;
    if (code == MS_OK) {
        code = add_all(qgram_filter, literals, keywords, letters);
    }
    if (code != MS_OK) {
        ms_qgram_filter_fini(qgram_filter);
        return ms_err_set(err, code, 0,
                          code == MS_NOMEM ? "no memory for the keywords"
                                           : "the compiled keywords are damaged");
    }
    return MS_OK;
}

/* Which literal are these bytes, whose slot is not empty? False: none. */
static bool look_up(const ms_qgram_filter *qgram_filter, uint64_t bytes, uint64_t *nsteps, uint32_t *id)
{
    unsigned drop = (unsigned)(64 - 8 * qgram_filter->width);
    uint64_t literal = (qgram_filter->fold ? lower(bytes) : bytes) << drop >> drop;
    ++*nsteps;
    for (size_t at = home_of(qgram_filter, literal); qgram_filter->table[at] != 0;
         at = behind(qgram_filter, at)) {
        ++*nsteps;
        *id = qgram_filter->table[at] - 1;
        if (qgram_filter->literals[*id] == literal) {
            return true;
        }
    }
    return false;
}

/* From `at` on AT_ONCE places at a time where nothing is; to where something may be, or less than so many are
 * left. With the stride as a constant the compiler makes half as many instructions of it. */
static inline __attribute__((always_inline)) size_t
pass_by(size_t stride, const ms_qgram_filter *qgram_filter, const uint8_t *data, size_t at, size_t n)
{
    const uint8_t *slots = qgram_filter->slots;
    const uint64_t blur = blur_of(qgram_filter);
    const uint64_t factor = qgram_filter->factor;
    const unsigned shift = 64 - qgram_filter->bits;
    const size_t reach = (AT_ONCE - 1) * stride + sizeof(uint64_t);
    for (; n - at >= reach; at += AT_ONCE * stride) {
        unsigned any = 0;
#pragma GCC unroll 8
        for (size_t i = 0; i < AT_ONCE; i++) {
            any |= slots[hash(load(data + at + i * stride), blur, factor) >> shift];
        }
        if (any != 0) {
            break;
        }
    }
    return at;
}

static size_t pass(const ms_qgram_filter *qgram_filter, const uint8_t *data, size_t at, size_t n)
{
    switch (qgram_filter->stride) {
    case 2:
        return pass_by(2, qgram_filter, data, at, n);
    case 3:
        return pass_by(3, qgram_filter, data, at, n);
    case 4:
        return pass_by(4, qgram_filter, data, at, n);
    case 5:
        return pass_by(5, qgram_filter, data, at, n);
    case 6:
        return pass_by(6, qgram_filter, data, at, n);
    case 7:
        return pass_by(7, qgram_filter, data, at, n);
    case 8:
        return pass_by(8, qgram_filter, data, at, n);
    default:
        return pass_by(qgram_filter->stride, qgram_filter, data, at, n);
    }
}

bool ms_qgram_filter_scan(const ms_qgram_filter *qgram_filter, const uint8_t *data, size_t n,
                          ms_qgram_filter_tally *tally, ms_qgram_filter_fn fn, void *user)
{
    const uint64_t blur = blur_of(qgram_filter);
    size_t at = 0;
    bool ended = false;
    while (at + qgram_filter->width <= n && !ended) {
        at = pass(qgram_filter, data, at, n);
        for (size_t i = 0; i < AT_ONCE && at + qgram_filter->width <= n && !ended;
             i++, at += qgram_filter->stride) {
            uint64_t bytes = load_part(data + at, n - at);
            uint64_t hashed = hash(bytes, blur, qgram_filter->factor);
            uint32_t id = 0;
            ended = (qgram_filter->slots[hashed >> (64 - qgram_filter->bits)] &
                     bit_of(qgram_filter, hashed)) != 0 &&
                    look_up(qgram_filter, bytes, &tally->nsteps, &id) &&
                    fn(id, 0, at + qgram_filter->width, 0, user) != 0;
        }
    }
    tally->nbytes += at;
    return ended;
}
