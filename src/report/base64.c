/* Base64: see base64.h. */
#include "report/base64.h"

#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* The four characters of one group; missing input bytes are zero bits. */
static void encode_group(const uint8_t in[3], uint8_t out[4])
{
    uint32_t bits = (uint32_t)in[0] << 16 | (uint32_t)in[1] << 8 | in[2];
    for (unsigned i = 0; i < 4; i++) {
        out[i] = (uint8_t)alphabet[bits >> (18 - 6 * i) & 63U];
    }
}

ms_code ms_base64_append(ms_bytes *to, const void *data, size_t n)
{
    const uint8_t *p = data;
    ms_code code = ms_bytes_reserve(to, n / 3 * 4 + 4);
    for (size_t at = 0; at < n && code == MS_OK; at += 3) {
        size_t left = n - at;
        uint8_t out[4];
        encode_group((uint8_t[3]){p[at], left > 1 ? p[at + 1] : 0, left > 2 ? p[at + 2] : 0}, out);
        for (size_t i = left + 1; i < 4; i++) {
            out[i] = '=';
        }
        code = ms_bytes_append(to, out, sizeof out);
    }
    return code;
}

/* Four characters -> 24 bits; false when one is none of the alphabet. The last npads must be '='. */
static bool decode_group(const char *in, size_t npads, uint32_t *bits)
{
    *bits = 0;
    for (size_t i = 0; i < 4; i++) {
        const char *found = in[i] != 0 ? strchr(alphabet, in[i]) : NULL;
        bool pad = i >= 4 - npads;
        if (pad ? in[i] != '=' : !found) {
            return false;
        }
        *bits = *bits << 6 | (pad ? 0 : (uint32_t)(found - alphabet));
    }
    return (*bits & ((1U << (8 * npads)) - 1)) == 0;
}

ms_code ms_base64_decode(ms_bytes *to, const char *text, size_t n)
{
    size_t before = to->len;
    ms_code code = n % 4 == 0 ? ms_bytes_reserve(to, n / 4 * 3) : MS_FORMAT;
    for (size_t at = 0; at < n && code == MS_OK; at += 4) {
        uint32_t bits = 0;
        size_t npads = at + 4 < n || text[at + 3] != '=' ? 0 : text[at + 2] == '=' ? 2 : 1;
        if (!decode_group(text + at, npads, &bits)) {
            to->len = before;
            return MS_FORMAT;
        }
        for (size_t i = 0; i < 3 - npads; i++) {
            to->data[to->len++] = (uint8_t)(bits >> (16 - 8 * i));
        }
    }
    return code;
}
