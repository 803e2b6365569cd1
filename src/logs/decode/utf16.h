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

/* Decodes in[0 .. *nin) into out[0 .. *nout); sets both to the bytes used. An unpaired surrogate becomes
 * U+FFFD. Uses all input unless fewer than 6 bytes of output are left. RFC 2781. Local. */
void ms_utf16_decode(ms_utf16 *state, const uint8_t *in, size_t *nin, uint8_t *out, size_t *nout);
/* At the end of the input: writes U+FFFD for half a unit or an unpaired surrogate; returns the bytes written.
 * Local. */
size_t ms_utf16_finish(ms_utf16 *state, uint8_t out[6]);

#endif
