#include "base/escape.h"

#include <stdio.h>
#include <string.h>

size_t ms_utf8_decode(const uint8_t *data, size_t n, uint32_t *rune)
{
    static const uint32_t min_rune[] = {0, 0, 0x80, 0x800, 0x10000};
    uint8_t lead = data[0];
    if (lead < 0x80) {
        *rune = lead;
        return 1;
    }
    size_t len = lead >= 0xC2 && lead <= 0xDF   ? 2
                 : (lead & 0xF0) == 0xE0        ? 3
                 : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                : 0;
    if (len == 0 || len > n) {
        return 0;
    }
    uint32_t sum = lead & (0xFFU >> (len + 1));
    for (size_t i = 1; i < len; i++) {
        if ((data[i] & 0xC0) != 0x80) {
            return 0;
        }
        sum = sum << 6 | (data[i] & 0x3FU);
    }
    if (sum < min_rune[len] || sum > 0x10FFFF || (sum >= 0xD800 && sum <= 0xDFFF)) {
        return 0;
    }
    *rune = sum;
    return len;
}

bool ms_utf8_valid(const void *data, size_t n)
{
    const uint8_t *p = data;
    uint32_t rune = 0;
    for (size_t at = 0; at < n;) {
        size_t len = ms_utf8_decode(p + at, n - at, &rune);
        if (len == 0) {
            return false;
        }
        at += len;
    }
    return true;
}

static bool is_unsafe(uint32_t rune)
{
    return rune < 0x20 || (rune >= 0x7F && rune <= 0x9F) || rune == 0x200E || rune == 0x200F ||
           (rune >= 0x2028 && rune <= 0x202E) || (rune >= 0x2066 && rune <= 0x2069);
}

/* Escapes the character at p (n >= 1 bytes left) into out; *used: bytes of input. */
static size_t escape_one(const uint8_t *p, size_t n, bool keep_tab, char out[20], size_t *used)
{
    uint32_t rune = 0;
    size_t len = ms_utf8_decode(p, n, &rune);
    *used = len > 0 ? len : 1;
    if (len == 1 && strchr("\t\n\r", (int)rune) && rune != 0) {
        if (rune == '\t' && keep_tab) {
            out[0] = '\t';
            return 1;
        }
        out[0] = '\\';
        out[1] = rune == '\t' ? 't' : rune == '\n' ? 'n' : 'r';
        return 2;
    }
    if (len > 0 && !is_unsafe(rune)) {
        memcpy(out, p, len);
        return len;
    }
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < *used; i++) {
        char *hex = out + 4 * i;
        hex[0] = '\\';
        hex[1] = 'x';
        hex[2] = digits[p[i] >> 4];
        hex[3] = digits[p[i] & 15];
    }
    return 4 * *used;
}

void ms_escape_append(ms_bytes *to, const void *data, size_t n, bool keep_tab)
{
    const uint8_t *p = data;
    for (size_t at = 0; at < n;) {
        size_t plain = at;
        while (plain < n && p[plain] >= 0x20 && p[plain] < 0x7F) {
            plain++;
        }
        ms_bytes_append(to, p + at, plain - at);
        at = plain;
        if (at < n) {
            char out[20];
            size_t used = 0;
            size_t len = escape_one(p + at, n - at, keep_tab, out, &used);
            ms_bytes_append(to, out, len);
            at += used;
        }
    }
}

const char *ms_escape_to(char *to, size_t size, const void *data, size_t n)
{
    const uint8_t *p = data;
    size_t len = 0;
    for (size_t at = 0; at < n;) {
        char out[20];
        size_t used = 0;
        size_t add = escape_one(p + at, n - at, false, out, &used);
        bool last = at + used == n;
        if (len + add + (last ? 1 : 4) > size) {
            memcpy(to + len, "...", 3);
            len += 3;
            break;
        }
        memcpy(to + len, out, add);
        len += add;
        at += used;
    }
    to[len] = 0;
    return to;
}
