#include "base/bytes.h"

#include <stdlib.h>
#include <string.h>

void ms_bytes_fini(ms_bytes *bytes)
{
    free(bytes->data);
    *bytes = (ms_bytes){0};
}

void ms_bytes_clear(ms_bytes *bytes)
{
    bytes->len = 0;
    bytes->failed = false;
}

ms_code ms_bytes_reserve(ms_bytes *bytes, size_t extra)
{
    if (bytes->failed) {
        return MS_NOMEM;
    }
    if (extra <= bytes->cap - bytes->len) {
        return MS_OK;
    }
    if (extra > SIZE_MAX / 2 || bytes->len > SIZE_MAX / 2 - extra) {
        return MS_NOMEM;
    }
    size_t need = bytes->len + extra;
    size_t cap = bytes->cap < 64 ? 64 : bytes->cap + bytes->cap / 2;
    if (cap < need) {
        cap = need;
    }
    uint8_t *data = realloc(bytes->data, cap);
    if (!data) {
        return MS_NOMEM;
    }
    bytes->data = data;
    bytes->cap = cap;
    return MS_OK;
}

void ms_bytes_cut(ms_bytes *bytes, size_t len)
{
    bytes->len = len;
    bytes->failed = false;
}

ms_code ms_bytes_check(const ms_bytes *bytes)
{
    return bytes->failed ? MS_NOMEM : MS_OK;
}

void ms_bytes_append(ms_bytes *bytes, const void *data, size_t n)
{
    if (n == 0) {
        return;
    }
    if (ms_bytes_reserve(bytes, n) != MS_OK) {
        bytes->failed = true;
        return;
    }
    memcpy(bytes->data + bytes->len, data, n);
    bytes->len += n;
}

static void store_le(uint8_t *to, uint64_t value, size_t nbytes)
{
    for (size_t i = 0; i < nbytes; i++) {
        to[i] = (uint8_t)(value >> (8 * i));
    }
}

static uint64_t load_le(const uint8_t *from, size_t nbytes)
{
    uint64_t value = 0;
    for (size_t i = 0; i < nbytes; i++) {
        value |= (uint64_t)from[i] << (8 * i);
    }
    return value;
}

void ms_bytes_put_u8(ms_bytes *bytes, uint8_t value)
{
    ms_bytes_append(bytes, &value, 1);
}

void ms_bytes_put_u32(ms_bytes *bytes, uint32_t value)
{
    uint8_t raw[4];
    store_le(raw, value, sizeof raw);
    ms_bytes_append(bytes, raw, sizeof raw);
}

void ms_bytes_put_u64(ms_bytes *bytes, uint64_t value)
{
    uint8_t raw[8];
    store_le(raw, value, sizeof raw);
    ms_bytes_append(bytes, raw, sizeof raw);
}

void ms_bytes_put_f64(ms_bytes *bytes, double value)
{
    uint64_t bits = 0;
    memcpy(&bits, &value, sizeof bits);
    ms_bytes_put_u64(bytes, bits);
}

void ms_bytes_put_blob(ms_bytes *bytes, const void *data, size_t n)
{
    if (n > SIZE_MAX / 4 || ms_bytes_reserve(bytes, n + 8) != MS_OK) {
        bytes->failed = true;
        return;
    }
    store_le(bytes->data + bytes->len, n, 8);
    bytes->len += 8;
    ms_bytes_append(bytes, data, n);
}

void ms_bytes_set_u64(ms_bytes *bytes, size_t at, uint64_t value)
{
    if (!bytes->failed) {
        store_le(bytes->data + at, value, 8);
    }
}

ms_reader ms_reader_over(const void *data, size_t len)
{
    return (ms_reader){.data = data, .len = len};
}

const uint8_t *ms_reader_take(ms_reader *reader, uint64_t n)
{
    if (reader->failed || n > reader->len - reader->at) {
        reader->failed = true;
        return NULL;
    }
    const uint8_t *start = reader->data + reader->at;
    reader->at += (size_t)n;
    return start;
}

uint8_t ms_reader_u8(ms_reader *reader)
{
    const uint8_t *raw = ms_reader_take(reader, 1);
    return raw ? raw[0] : 0;
}

uint32_t ms_reader_u32(ms_reader *reader)
{
    const uint8_t *raw = ms_reader_take(reader, 4);
    return raw ? (uint32_t)load_le(raw, 4) : 0;
}

uint64_t ms_reader_u64(ms_reader *reader)
{
    const uint8_t *raw = ms_reader_take(reader, 8);
    return raw ? load_le(raw, 8) : 0;
}

double ms_reader_f64(ms_reader *reader)
{
    uint64_t bits = ms_reader_u64(reader);
    double value = 0;
    memcpy(&value, &bits, sizeof value);
    return value;
}

const uint8_t *ms_reader_blob(ms_reader *reader, size_t *n)
{
    uint64_t len = ms_reader_u64(reader);
    const uint8_t *start = ms_reader_take(reader, len);
    *n = start ? (size_t)len : 0;
    return start;
}

size_t ms_reader_left(const ms_reader *reader)
{
    return reader->failed ? 0 : reader->len - reader->at;
}

/* FNV-1a, folded. */
uint32_t ms_hash(const void *data, size_t n)
{
    const uint8_t *p = data;
    uint64_t hash = 0xcbf29ce484222325U;
    for (size_t i = 0; i < n; i++) {
        hash = (hash ^ p[i]) * 0x100000001b3U;
    }
    return (uint32_t)(hash ^ hash >> 32);
}
