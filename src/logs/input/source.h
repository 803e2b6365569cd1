/* Source: a reader interface, implemented by files, by decoders over another source, and by members of
 * archives. A random-access one is implemented by files and spools. */
#ifndef MS_LOGS_INPUT_SOURCE_H
#define MS_LOGS_INPUT_SOURCE_H

#include "base/err.h"

#include <stdint.h>

typedef struct ms_source {
    /* Up to cap > 0 bytes into buf; *n == 0 only at the end. An error is final: reading again returns it
     * again. */
    ms_code (*read)(void *self, uint8_t *buf, size_t cap, size_t *n, ms_err *err);
    /* NULL, or skips a multiple of `unit` bytes that are next and known to be zeros; how many. */
    uint64_t (*skip_zeros)(void *self, uint64_t unit);
    void *self; /* borrowed */
} ms_source;

/* Up to cap bytes at `offset` into buf; fewer only at the end. */
typedef ms_code (*ms_pread_fn)(void *self, uint64_t offset, uint8_t *buf, size_t cap, size_t *n, ms_err *err);

#endif
