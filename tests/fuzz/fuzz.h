/* What every fuzz target has: the entry that libFuzzer and the replay driver call, and a check that ends the
 * process. */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FUZZ_CHECK(condition)                                                                                \
    do {                                                                                                     \
        if (!(condition)) {                                                                                  \
            (void)fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                    \
            abort();                                                                                         \
        }                                                                                                    \
    } while (0)

/* The front of an input, byte by byte; 0 after its end. */
static inline uint8_t fuzz_take(const uint8_t **data, size_t *size)
{
    if (*size == 0) {
        return 0;
    }
    --*size;
    return *(*data)++;
}

#endif
