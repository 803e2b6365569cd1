/* Numbers that a seed determines, for random tests: the same on every machine. splitmix64 of G. Steele, D.
 * Lea, C. Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014. */
#ifndef TESTS_UNIT_SUPPORT_CHANCE_H
#define TESTS_UNIT_SUPPORT_CHANCE_H

#include <stddef.h>
#include <stdint.h>

typedef struct chance {
    uint64_t state; /* at first the seed */
} chance;

static inline uint64_t chance_next(chance *c)
{
    uint64_t z = c->state += 0x9E3779B97F4A7C15U;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
}

/* 0 .. n - 1; n > 0 */
static inline size_t chance_below(chance *c, size_t n)
{
    return (size_t)(chance_next(c) % n);
}

#endif
