/* The hashes of payloads, from their published definitions, and little-endian integers. */
#include "logs/journald/journald_internal.h"

#include <string.h>

uint32_t ms__journald_u32(const uint8_t *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

uint64_t ms__journald_u64(const uint8_t *at)
{
    return ms__journald_u32(at) | (uint64_t)ms__journald_u32(at + 4) << 32;
}

static uint32_t rotate32(uint32_t x, unsigned k)
{
    return x << k | x >> (32 - k);
}

static uint64_t rotate64(uint64_t x, unsigned k)
{
    return x << k | x >> (64 - k);
}

typedef struct lanes {
    uint32_t a, b, c;
} lanes;

static void mix(lanes *x)
{
    x->a = (x->a - x->c) ^ rotate32(x->c, 4);
    x->c += x->b;
    x->b = (x->b - x->a) ^ rotate32(x->a, 6);
    x->a += x->c;
    x->c = (x->c - x->b) ^ rotate32(x->b, 8);
    x->b += x->a;
    x->a = (x->a - x->c) ^ rotate32(x->c, 16);
    x->c += x->b;
    x->b = (x->b - x->a) ^ rotate32(x->a, 19);
    x->a += x->c;
    x->c = (x->c - x->b) ^ rotate32(x->b, 4);
    x->b += x->a;
}

static void finish(lanes *x)
{
    x->c = (x->c ^ x->b) - rotate32(x->b, 14);
    x->a = (x->a ^ x->c) - rotate32(x->c, 11);
    x->b = (x->b ^ x->a) - rotate32(x->a, 25);
    x->c = (x->c ^ x->b) - rotate32(x->b, 16);
    x->a = (x->a ^ x->c) - rotate32(x->c, 4);
    x->b = (x->b ^ x->a) - rotate32(x->a, 14);
    x->c = (x->c ^ x->b) - rotate32(x->b, 24);
}

static void add_block(lanes *x, const uint8_t *block)
{
    x->a += ms__journald_u32(block);
    x->b += ms__journald_u32(block + 4);
    x->c += ms__journald_u32(block + 8);
}

uint64_t ms__journald_jenkins(const uint8_t *data, size_t n)
{
    uint32_t begin = 0xDEADBEEF + (uint32_t)n;
    lanes x = {begin, begin, begin};
    uint8_t tail[12] = {0};
    while (n > 12) {
        add_block(&x, data);
        mix(&x);
        data += 12;
        n -= 12;
    }
    if (n > 0) {
        memcpy(tail, data, n);
        add_block(&x, tail);
        finish(&x);
    }
    return (uint64_t)x.c << 32 | x.b;
}

static void rounds(uint64_t v[4], int n)
{
    for (int i = 0; i < n; i++) {
        v[0] += v[1];
        v[1] = rotate64(v[1], 13) ^ v[0];
        v[0] = rotate64(v[0], 32);
        v[2] += v[3];
        v[3] = rotate64(v[3], 16) ^ v[2];
        v[0] += v[3];
        v[3] = rotate64(v[3], 21) ^ v[0];
        v[2] += v[1];
        v[1] = rotate64(v[1], 17) ^ v[2];
        v[2] = rotate64(v[2], 32);
    }
}

static void compress_word(uint64_t v[4], uint64_t word)
{
    v[3] ^= word;
    rounds(v, 2);
    v[0] ^= word;
}

uint64_t ms__journald_siphash(const uint8_t *data, size_t n, const uint8_t key[16])
{
    uint64_t k0 = ms__journald_u64(key);
    uint64_t k1 = ms__journald_u64(key + 8);
    uint64_t v[4] = {k0 ^ UINT64_C(0x736F6D6570736575), k1 ^ UINT64_C(0x646F72616E646F6D),
                     k0 ^ UINT64_C(0x6C7967656E657261), k1 ^ UINT64_C(0x7465646279746573)};
    uint8_t tail[8] = {0};
    size_t left = n;
    for (; left >= 8; left -= 8, data += 8) {
        compress_word(v, ms__journald_u64(data));
    }
    if (left > 0) {
        memcpy(tail, data, left);
    }
    tail[7] = (uint8_t)n;
    compress_word(v, ms__journald_u64(tail));
    v[2] ^= 0xFF;
    rounds(v, 4);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}
