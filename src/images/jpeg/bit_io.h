/* Bit I/O: reads and appends bits, the most significant of a byte first, up to 64 at a time. No bounds are
 * checked: the callers know the longest block. */
#ifndef MS_IMAGES_JPEG_BIT_IO_H
#define MS_IMAGES_JPEG_BIT_IO_H

#include <endian.h>
#include <stdint.h>
#include <string.h>

/* The bits from bit `at` on, left-aligned; 57 of them are valid. Eight bytes from at / 8 must be readable. */
static inline uint64_t ms_bits_peek(const uint8_t *data, uint64_t at)
{
    uint64_t word = 0;
    memcpy(&word, data + (at >> 3), sizeof word);
    return be64toh(word) << (at & 7);
}

typedef struct ms_bit_writer {
    uint8_t *data; /* the maker's; 8 bytes more than the bits need */
    size_t nbytes; /* stored, in whole words of 8 */
    uint64_t last; /* the bits after them, left-aligned */
    unsigned nlast;
} ms_bit_writer;

/* Appends the first n (at most 64) bits of `word`, whose other bits must be 0. */
static inline void ms_bits_put(ms_bit_writer *to, uint64_t word, unsigned n)
{
    to->last |= word >> to->nlast;
    to->nlast += n;
    if (to->nlast >= 64) {
        uint64_t stored = htobe64(to->last);
        memcpy(to->data + to->nbytes, &stored, sizeof stored);
        to->nbytes += sizeof stored;
        to->nlast -= 64;
        to->last = to->nlast > 0 ? word << (n - to->nlast) : 0;
    }
}

/* Appends the bits [at, end) of data. */
static inline void ms_bits_copy(ms_bit_writer *to, const uint8_t *data, uint64_t at, uint64_t end)
{
    for (; at < end; at += 56) {
        unsigned n = end - at < 56 ? (unsigned)(end - at) : 56;
        ms_bits_put(to, ms_bits_peek(data, at) & ~(UINT64_MAX >> n), n);
    }
}

#endif
