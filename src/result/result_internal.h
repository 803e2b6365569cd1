/* Private to result: little-endian numbers at an address whose bounds the caller has checked (base/bytes.h's
 * checked reader is too slow for records with millions of lines), and the verdict. */
#ifndef MS_RESULT_RESULT_INTERNAL_H
#define MS_RESULT_RESULT_INTERNAL_H

#include "base/bytes.h"
#include "result/compare.h"

#include <string.h>

static inline uint32_t ms__load_u32(const uint8_t *from)
{
    return (uint32_t)from[0] | (uint32_t)from[1] << 8 | (uint32_t)from[2] << 16 | (uint32_t)from[3] << 24;
}

static inline uint64_t ms__load_u64(const uint8_t *from)
{
    return (uint64_t)ms__load_u32(from) | (uint64_t)ms__load_u32(from + 4) << 32;
}

/* The store functions return the address after what they wrote. */
static inline uint8_t *ms__store_u32(uint8_t *to, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++) {
        to[i] = (uint8_t)(value >> (8 * i));
    }
    return to + 4;
}

static inline uint8_t *ms__store_u64(uint8_t *to, uint64_t value)
{
    for (unsigned i = 0; i < 8; i++) {
        to[i] = (uint8_t)(value >> (8 * i));
    }
    return to + 8;
}

static inline uint8_t *ms__store_raw(uint8_t *to, const void *data, size_t n)
{
    if (n > 0) {
        memcpy(to, data, n);
    }
    return to + n;
}

static inline uint8_t *ms__store_blob(uint8_t *to, const void *data, size_t n)
{
    return ms__store_raw(ms__store_u64(to, n), data, n);
}

/* Flags of an encoded line. */
enum { MS__LINE_CONTEXT = 1, MS__LINE_CUT = 2, MS__LINE_OFFSET = 4, MS__LINE_FLAGS = 7 };

static inline uint8_t ms__line_flags(bool context, bool cut, bool offset)
{
    return (uint8_t)((context ? MS__LINE_CONTEXT : 0) | (cut ? MS__LINE_CUT : 0) |
                     (offset ? MS__LINE_OFFSET : 0));
}

/* Writes to->verdict from the figures in *to, which are complete, finite (but karp_flatt, which may be NAN)
 * and not negative. Local. */
void ms__compare_verdict(ms_comparison *to, const ms_setting *setting);

#endif
