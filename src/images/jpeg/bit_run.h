/* Bit run: reading and appending bits, the highest of a byte first, 64 at a time. No bounds are checked here:
 * the callers know how long a block can get. */
#ifndef MS_IMAGES_JPEG_BIT_RUN_H
#define MS_IMAGES_JPEG_BIT_RUN_H

#include <endian.h>
#include <stdint.h>
#include <string.h>

/* The bits from bit `at`, left-aligned; 57 of them are right. Eight bytes from at / 8 must be readable. */
static inline uint64_t ms_bits_peek(const uint8_t *data, uint64_t at)
{
    uint64_t word = 0;
    memcpy(&word, data + (at >> 3), sizeof word);
    return be64toh(word) << (at & 7);
}

/* Bits behind each other in memory. */
typedef struct ms_bit_run {
    uint8_t *data; /* owned by whoever made it; 8 bytes more than the bits need */
    size_t nbytes; /* whole words that were stored */
    uint64_t last; /* the bits behind them, left-aligned */
    unsigned nlast;
} ms_bit_run;

/* Appends the first n (at most 64) bits of `word`, whose other bits must be 0. */
static inline void ms_bits_put(ms_bit_run *run, uint64_t word, unsigned n)
{
    run->last |= word >> run->nlast;
    run->nlast += n;
    if (run->nlast >= 64) {
        uint64_t stored = htobe64(run->last);
        memcpy(run->data + run->nbytes, &stored, sizeof stored);
        run->nbytes += sizeof stored;
        run->nlast -= 64;
        run->last = run->nlast > 0 ? word << (n - run->nlast) : 0;
    }
}

/* Appends the bits [at, end) of data. */
static inline void ms_bits_copy(ms_bit_run *run, const uint8_t *data, uint64_t at, uint64_t end)
{
    for (; at < end; at += 56) {
        unsigned n = end - at < 56 ? (unsigned)(end - at) : 56;
        ms_bits_put(run, ms_bits_peek(data, at) & ~(UINT64_MAX >> n), n);
    }
}

#endif
