/* UTF-16 to UTF-8, in pieces of any size. */
#ifndef MS_LOGS_DECODE_UTF16_H
#define MS_LOGS_DECODE_UTF16_H

#include "base/err.h"

#include <stdint.h>

typedef struct ms_utf16 {
    bool big_endian;
    bool has_odd; /* a first byte of a unit is waiting for its second */
    uint8_t odd;
    uint16_t high; /* a high surrogate waiting for its partner, or 0 */
} ms_utf16;

/* Decodes from in[0 .. *nin) into out[0 .. *nout); sets both to what was used. An unpaired surrogate becomes
 * U+FFFD. Uses all input unless out gets too full (cap < 6 left). RFC 2781. Local. */
void ms_utf16_decode(ms_utf16 *state, const uint8_t *in, size_t *nin, uint8_t *out, size_t *nout);
/* At the end of the input: U+FFFD (up to 6 bytes) for a half unit or an unpaired surrogate; the bytes
 * written. */
size_t ms_utf16_finish(ms_utf16 *state, uint8_t out[6]);

#endif
