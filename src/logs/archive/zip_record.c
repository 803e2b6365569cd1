/* Records of zip archives. */
#include "logs/archive/zip_internal.h"

#include <string.h>

uint16_t ms__zip_u16(const uint8_t *at)
{
    return (uint16_t)(at[0] | at[1] << 8);
}

uint32_t ms__zip_u32(const uint8_t *at)
{
    return (uint32_t)ms__zip_u16(at) | (uint32_t)ms__zip_u16(at + 2) << 16;
}

uint64_t ms__zip_u64(const uint8_t *at)
{
    return (uint64_t)ms__zip_u32(at) | (uint64_t)ms__zip_u32(at + 4) << 32;
}

static const struct {
    uint8_t bytes[2]; /* after "PK" */
    ms__zip_signature signature;
} signatures[] = {
    {{3, 4}, MS__ZIP_IS_LOCAL},   {{7, 8}, MS__ZIP_IS_DESCRIPTOR}, {{1, 2}, MS__ZIP_IS_CENTRAL},
    {{5, 6}, MS__ZIP_IS_END},     {{6, 6}, MS__ZIP_IS_END64},      {{6, 7}, MS__ZIP_IS_LOCATOR64},
    {{5, 5}, MS__ZIP_IS_DIGITAL}, {{6, 8}, MS__ZIP_IS_DIGITAL},
};

ms__zip_signature ms__zip_signature_of(const uint8_t *bytes, size_t n)
{
    bool short_of = n < 4 || bytes[0] != 'P' || bytes[1] != 'K';
    for (size_t i = 0; !short_of && i < sizeof signatures / sizeof signatures[0]; i++) {
        if (bytes[2] == signatures[i].bytes[0] && bytes[3] == signatures[i].bytes[1]) {
            return signatures[i].signature;
        }
    }
    return MS__ZIP_IS_OTHER;
}

/* Methods of section 4.4.5, and those of others that are in use. */
static const struct {
    uint16_t method;
    const char *name;
} methods[] = {
    {0, "stored"},
    {1, "shrink"},
    {2, "reduce"},
    {3, "reduce"},
    {4, "reduce"},
    {5, "reduce"},
    {6, "implode"},
    {7, "tokenize"},
    {8, "deflate"},
    {9, "deflate64"},
    {10, "PKWARE implode"},
    {12, "bzip2"},
    {14, "lzma"},
    {16, "IBM CMPSC"},
    {18, "IBM TERSE"},
    {19, "IBM LZ77"},
    {20, "zstd"},
    {93, "zstd"},
    {94, "MP3"},
    {95, "xz"},
    {96, "JPEG"},
    {97, "WavPack"},
    {98, "PPMd"},
    {99, "AES encryption"},
};

const char *ms__zip_method_name(uint16_t method)
{
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        if (methods[i].method == method) {
            return methods[i].name;
        }
    }
    return "unknown";
}

bool ms__zip_parse_local(const uint8_t *bytes, ms__zip_entry *entry)
{
    *entry = (ms__zip_entry){
        .version = ms__zip_u16(bytes + 4),
        .flags = ms__zip_u16(bytes + 6),
        .method = ms__zip_u16(bytes + 8),
        .crc = ms__zip_u32(bytes + 14),
        .stored = ms__zip_u32(bytes + 18),
        .size = ms__zip_u32(bytes + 22),
        .nname = ms__zip_u16(bytes + 26),
        .nextra = ms__zip_u16(bytes + 28),
    };
    return (entry->version & 0xFF) <= 100;
}

bool ms__zip_is_local(const uint8_t *bytes)
{
    ms__zip_entry entry;
    return ms__zip_parse_local(bytes, &entry) && strcmp(ms__zip_method_name(entry.method), "unknown") != 0;
}

void ms__zip_parse_central(const uint8_t *bytes, ms__zip_entry *entry)
{
    *entry = (ms__zip_entry){
        .version = ms__zip_u16(bytes + 6),
        .flags = ms__zip_u16(bytes + 8),
        .method = ms__zip_u16(bytes + 10),
        .crc = ms__zip_u32(bytes + 16),
        .stored = ms__zip_u32(bytes + 20),
        .size = ms__zip_u32(bytes + 24),
        .nname = ms__zip_u16(bytes + 28),
        .nextra = ms__zip_u16(bytes + 30),
        .ncomment = ms__zip_u16(bytes + 32),
        .part = ms__zip_u16(bytes + 34),
        .offset = ms__zip_u32(bytes + 42),
    };
}

static void take_u64(const uint8_t **at, const uint8_t *end, uint64_t *value)
{
    if (*value == UINT32_MAX && end - *at >= 8) {
        *value = ms__zip_u64(*at);
        *at += 8;
    }
}

/* In a local header, both sizes are there if one is. */
void ms__zip_apply_extra(const uint8_t *extra, size_t n, bool central, ms__zip_entry *entry)
{
    for (size_t at = 0; n - at >= 4;) {
        size_t nfield = ms__zip_u16(extra + at + 2);
        const uint8_t *field = extra + at + 4;
        const uint8_t *end = field + nfield;
        if (nfield > n - at - 4) {
            return;
        }
        if (ms__zip_u16(extra + at) == 1 && !entry->zip64) {
            entry->zip64 = true;
            take_u64(&field, end, &entry->size);
            take_u64(&field, end, &entry->stored);
            if (central) {
                take_u64(&field, end, &entry->offset);
            }
        }
        at += 4 + nfield;
    }
}
