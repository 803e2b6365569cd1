/* Sieve: see sieve.h. */
#include "logs/prefilter/qgram_filter.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#define HASH_FACTOR 0xA0761D6478BD642FU /* of wyhash; with Knuth's twice as many strings of logs collide */
#define EACH_BYTE 0x0101010101010101U

/* A slot is a byte: the slots are read at random, and up to half a megabyte lies in the second cache of many
 * processors. */
enum { LEAST_BITS = 15, MOST_BITS = 19, SLOTS_A_NEEDLE = 256, AT_ONCE = 8, ROOM = 2 };

void ms_sieve_fini(ms_sieve *sieve)
{
    free(sieve->slots);
    free(sieve->needles);
    free(sieve->table);
    *sieve = (ms_sieve){0};
}

static unsigned bits_for(size_t nneedles)
{
    unsigned bits = LEAST_BITS;
    while (bits < MOST_BITS && (size_t)1 << bits < SLOTS_A_NEEDLE * nneedles) {
        bits++;
    }
    return bits;
}

double ms_sieve_mistaken(size_t nneedles)
{
    return (double)nneedles / (double)((size_t)1 << bits_for(nneedles));
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

/* The hash's highest bits are the slot, three bits below them the bit in it. A sieve's factor is shifted
 * (ms_sieve_init) so that the bytes behind the first `width` do not count. */
static inline uint64_t hash(uint64_t bytes, uint64_t blur, uint64_t factor)
{
    return (bytes | blur) * factor;
}

/* Makes the cases of a letter equal, and some other bytes, which are told apart later. */
static inline uint64_t blur_of(const ms_sieve *sieve)
{
    return sieve->fold ? 0x20 * EACH_BYTE : 0;
}

static uint8_t bit_of(const ms_sieve *sieve, uint64_t hashed)
{
    return (uint8_t)(1U << (hashed >> (61 - sieve->bits) & 7));
}

/* By the highest bits, the only ones that all bytes of the needle reach. */
static size_t home_of(const ms_sieve *sieve, uint64_t needle)
{
    return (size_t)((needle * HASH_FACTOR) >> (64 - sieve->table_bits));
}

static size_t behind(const ms_sieve *sieve, size_t at)
{
    return (at + 1) & (((size_t)1 << sieve->table_bits) - 1);
}

static void add(ms_sieve *sieve, size_t id, uint64_t needle)
{
    uint64_t hashed = hash(needle, blur_of(sieve), sieve->factor);
    size_t at = home_of(sieve, needle);
    while (sieve->table[at] != 0) {
        at = behind(sieve, at);
    }
    sieve->needles[id] = needle;
    sieve->table[at] = (uint32_t)id + 1;
    sieve->slots[hashed >> (64 - sieve->bits)] |= bit_of(sieve, hashed);
}

/* The bytes of the needle, in lower case if that is the same; false when they are not `width` single bytes.
 */
static bool read_needle(const ms_needle_use *use, const ms_sieve *sieve, const ms_keywords *keywords,
                        const ms_letters *letters, uint64_t *needle)
{
    const ms_letters *list = &letters[use->id];
    ms_name name = ms_names_at(&keywords->list, use->id);
    uint8_t bytes[MS_NEEDLE_BYTES] = {0};
    bool good = use->to - use->from == sieve->width;
    for (size_t i = 0; i < sieve->width && good; i++) {
        size_t at = use->from + i;
        const ms_letter *letter = list->count > 0 ? &list->list[at] : NULL;
        good = !letter || (letter->nforms == 1 && letter->len[0] == 1);
        bytes[i] = letter ? letter->bytes[0][0] : (uint8_t)name.data[at];
    }
    *needle = sieve->fold ? lower(load(bytes)) : load(bytes);
    return good;
}

static ms_code add_all(ms_sieve *sieve, const ms_needles *needles, const ms_keywords *keywords,
                       const ms_letters *letters)
{
    for (size_t i = 0; i < needles->count; i++) {
        uint64_t needle = 0;
        if (needles->at[i].len != sieve->width) {
            return MS_FORMAT;
        }
        for (uint32_t u = needles->at[i].uses; u < needles->at[i + 1].uses; u++) {
            uint64_t before = needle;
            bool good = read_needle(&needles->uses[u], sieve, keywords, letters, &needle);
            if (!good || (u > needles->at[i].uses && needle != before)) {
                return MS_FORMAT;
            }
        }
        add(sieve, i, needle);
    }
    return MS_OK;
}

ms_code ms_sieve_init(ms_sieve *sieve, const ms_needles *needles, const ms_keywords *keywords,
                      const ms_letters *letters, ms_err *err)
{
    size_t n = needles->count;
    *sieve = (ms_sieve){.stride = needles->stride, .fold = keywords->ignore_case, .bits = bits_for(n)};
    sieve->width = n > 0 ? needles->at[0].len : 0;
    if (sieve->width < 1 || sieve->width > MS_NEEDLE_BYTES || sieve->stride < 1 ||
        sieve->stride > MS_MOST_STRIDE) {
        *sieve = (ms_sieve){0};
        return ms_err_set(err, MS_FORMAT, 0, "the compiled keywords are damaged");
    }
    sieve->factor = HASH_FACTOR << (64 - 8 * sieve->width);
    sieve->table_bits = 1;
    while ((size_t)1 << sieve->table_bits < ROOM * n) {
        sieve->table_bits++;
    }
    sieve->slots = calloc((size_t)1 << sieve->bits, 1);
    sieve->needles = calloc(n, sizeof *sieve->needles);
    sieve->table = calloc((size_t)1 << sieve->table_bits, sizeof *sieve->table);
    ms_code code = sieve->slots && sieve->needles && sieve->table ? MS_OK : MS_NOMEM;
    code = code == MS_OK ? add_all(sieve, needles, keywords, letters) : code;
    if (code != MS_OK) {
        ms_sieve_fini(sieve);
        return ms_err_set(err, code, 0,
                          code == MS_NOMEM ? "no memory for the keywords"
                                           : "the compiled keywords are damaged");
    }
    return MS_OK;
}

/* Which needle are these bytes, whose slot is not empty? False: none. */
static bool look_up(const ms_sieve *sieve, uint64_t bytes, uint64_t *nsteps, uint32_t *id)
{
    unsigned drop = (unsigned)(64 - 8 * sieve->width);
    uint64_t needle = (sieve->fold ? lower(bytes) : bytes) << drop >> drop;
    ++*nsteps;
    for (size_t at = home_of(sieve, needle); sieve->table[at] != 0; at = behind(sieve, at)) {
        ++*nsteps;
        *id = sieve->table[at] - 1;
        if (sieve->needles[*id] == needle) {
            return true;
        }
    }
    return false;
}

/* From `at` on AT_ONCE places at a time where nothing is; to where something may be, or less than so many are
 * left. With the stride as a constant the compiler makes half as many instructions of it. */
static inline __attribute__((always_inline)) size_t pass_by(size_t stride, const ms_sieve *sieve,
                                                            const uint8_t *data, size_t at, size_t n)
{
    const uint8_t *slots = sieve->slots;
    const uint64_t blur = blur_of(sieve);
    const uint64_t factor = sieve->factor;
    const unsigned shift = 64 - sieve->bits;
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

static size_t pass(const ms_sieve *sieve, const uint8_t *data, size_t at, size_t n)
{
    switch (sieve->stride) {
    case 2:
        return pass_by(2, sieve, data, at, n);
    case 3:
        return pass_by(3, sieve, data, at, n);
    case 4:
        return pass_by(4, sieve, data, at, n);
    case 5:
        return pass_by(5, sieve, data, at, n);
    case 6:
        return pass_by(6, sieve, data, at, n);
    case 7:
        return pass_by(7, sieve, data, at, n);
    case 8:
        return pass_by(8, sieve, data, at, n);
    default:
        return pass_by(sieve->stride, sieve, data, at, n);
    }
}

bool ms_sieve_scan(const ms_sieve *sieve, const uint8_t *data, size_t n, ms_sieve_tally *tally,
                   ms_sieve_fn fn, void *user)
{
    const uint64_t blur = blur_of(sieve);
    size_t at = 0;
    bool ended = false;
    while (at + sieve->width <= n && !ended) {
        at = pass(sieve, data, at, n);
        for (size_t i = 0; i < AT_ONCE && at + sieve->width <= n && !ended; i++, at += sieve->stride) {
            uint64_t bytes = load_part(data + at, n - at);
            uint64_t hashed = hash(bytes, blur, sieve->factor);
            uint32_t id = 0;
            ended = (sieve->slots[hashed >> (64 - sieve->bits)] & bit_of(sieve, hashed)) != 0 &&
                    look_up(sieve, bytes, &tally->nsteps, &id) && fn(id, 0, at + sieve->width, 0, user) != 0;
        }
    }
    tally->nbytes += at;
    return ended;
}
