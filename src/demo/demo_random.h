/* The random numbers of the demo sets: xoshiro256** seeded by splitmix64. Integers only, so that every
 * machine and compiler draws the same. Not for cryptography. Sources: D. Blackman, S.
 * Vigna, "Scrambled Linear Pseudorandom Number Generators", ACM TOMS 47(4), 2021, and their public-domain
 * code at https://prng.di.unimi.it/; G. Steele, D. Lea, C. Flood, "Fast Splittable Pseudorandom Number
 * Generators", OOPSLA 2014. */
#ifndef MS_DEMO_DEMO_RANDOM_H
#define MS_DEMO_DEMO_RANDOM_H

#include <stdint.h>

typedef struct ms__random {
    uint64_t s[4]; /* not all zero */
} ms__random;

/* Streams of different purposes or indices are independent. */
typedef enum ms__random_purpose {
    MS__RANDOM_TEXT,  /* the lines of file `index` */
    MS__RANDOM_ALERT, /* its alert line */
    MS__RANDOM_FILES, /* which files get one (index 0) */
    MS__RANDOM_SCENE, /* what picture `index` shows */
    MS__RANDOM_GRAIN, /* its noise */
} ms__random_purpose;

/* The next number of splitmix64, whose state is *x. */
static inline uint64_t ms__splitmix64_next(uint64_t *x)
{
    *x += 0x9E3779B97F4A7C15U;
    uint64_t z = *x;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
}

/* The stream of (seed, purpose, index). Local. */
static inline ms__random ms__random_init(uint64_t seed, ms__random_purpose purpose, uint64_t index)
{
    uint64_t x = seed;
    x = ms__splitmix64_next(&x) ^ index;
    x = ms__splitmix64_next(&x) ^ (uint64_t)purpose;
    ms__random random;
    for (int i = 0; i < 4; i++) {
        random.s[i] = ms__splitmix64_next(&x); /* a bijection of x: four in a row are never all zero */
    }
    return random;
}

static inline uint64_t ms__random_rotl(uint64_t x, int k)
{
    return x << k | x >> (64 - k);
}

/* 64 random bits. */
static inline uint64_t ms__random_next(ms__random *random)
{
    uint64_t *s = random->s;
    uint64_t result = ms__random_rotl(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = ms__random_rotl(s[3], 45);
    return result;
}

/* 0 .. bound-1, by multiplication (D. Lemire, "Fast Random Integer Generation in an Interval", ACM TOMACS
 * 29(1), 2019); without the rejection step: a number's probability is off by at most 2^-32. */
static inline uint32_t ms__random_below(ms__random *random, uint32_t bound)
{
    return (uint32_t)((ms__random_next(random) >> 32) * bound >> 32);
}

/* The same for bounds beyond 32 bits (bound > 0): slower; off by at most bound / 2^64. */
static inline uint64_t ms__random_below_u64(ms__random *random, uint64_t bound)
{
    return ms__random_next(random) % bound;
}

#endif
