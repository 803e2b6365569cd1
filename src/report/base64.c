/* Base64 of RFC 4648, section 4. */
#include "report/base64.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* The four characters of one group; missing input bytes are zero bits. */
static void encode_group(const uint8_t in[3], uint8_t out[4])
{
    uint32_t bits = (uint32_t)in[0] << 16 | (uint32_t)in[1] << 8 | in[2];
    for (unsigned i = 0; i < 4; i++) {
        out[i] = (uint8_t)alphabet[bits >> (18 - 6 * i) & 63U];
    }
}

void ms_base64_append(ms_bytes *to, const void *data, size_t n)
{
    const uint8_t *p = data;
    for (size_t at = 0; at < n; at += 3) {
        size_t left = n - at;
        uint8_t out[4];
        encode_group((uint8_t[3]){p[at], left > 1 ? p[at + 1] : 0, left > 2 ? p[at + 2] : 0}, out);
        for (size_t i = left + 1; i < 4; i++) {
            out[i] = '=';
        }
        ms_bytes_append(to, out, sizeof out);
    }
}
