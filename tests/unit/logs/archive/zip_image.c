#include "zip_image.h"

#include "logs_pack.h"

#include <check.h>
#include <isa-l/crc.h>
#include <lzma.h>
#include <string.h>

static void put(ms_bytes *to, uint64_t value, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        ms_bytes_put_u8(to, (uint8_t)(value >> 8 * i));
    }
}

void zip_patch(ms_bytes *to, size_t at, uint64_t value, size_t n)
{
    ck_assert_uint_le(at + n, to->len);
    for (size_t i = 0; i < n; i++) {
        to->data[at + i] = (uint8_t)(value >> 8 * i);
    }
}

static size_t nname_of(const zip_item *item)
{
    return item->nname > 0 ? item->nname : strlen(item->name);
}

static uint64_t ntext_of(const zip_item *item)
{
    return item->ntext > 0 ? item->ntext : strlen(item->text);
}

/* A version, the size of the properties, and a .lzma file without the size in its header. */
static void pack_lzma(const void *text, size_t n, ms_bytes *to)
{
    ms_bytes alone = {0};
    logs_pack(MS_CODEC_LZMA, text, n, &alone);
    ms_bytes_append(to, "\x09\x14\5\0", 4);
    ms_bytes_append(to, alone.data, 5);
    ms_bytes_append(to, alone.data + 13, alone.len - 13);
    ms_bytes_fini(&alone);
}

static void pack(const zip_item *item, ms_bytes *to)
{
    static const struct {
        uint16_t method;
        ms_codec codec;
    } codecs[] = {{0, MS_CODEC_NONE},
                  {8, MS_CODEC_DEFLATE},
                  {12, MS_CODEC_BZIP2},
                  {93, MS_CODEC_ZSTD},
                  {95, MS_CODEC_XZ}};
    for (size_t i = 0; i < sizeof codecs / sizeof codecs[0]; i++) {
        if (item->packed) {
            ms_bytes_append(to, item->packed, item->npacked);
            return;
        }
        if (codecs[i].method == item->method) {
            logs_pack(codecs[i].codec, item->text, (size_t)ntext_of(item), to);
            return;
        }
    }
    if (item->method == 14) {
        pack_lzma(item->text, (size_t)ntext_of(item), to);
        return;
    }
    ms_bytes_append(to, item->text, (size_t)ntext_of(item));
}

static bool has_descriptor(const zip_item *item)
{
    return item->sizes != ZIP_IN_HEADER;
}

static uint16_t flags_of(const zip_item *item)
{
    return (uint16_t)(item->flags | (has_descriptor(item) ? 8 : 0));
}

static void put_descriptor(ms_bytes *to, const zip_item *item)
{
    put(to, 0x08074B50, item->sizes == ZIP_DESCRIPTOR_ALONE ? 0 : 4);
    put(to, item->crc, 4);
    put(to, item->stored, item->wide ? 8 : 4);
    put(to, ntext_of(item), item->wide ? 8 : 4);
}

void zip_local(ms_bytes *to, zip_item *item)
{
    ms_bytes packed = {0};
    bool known = item->sizes == ZIP_IN_HEADER || item->sizes == ZIP_DESCRIPTOR_AND_HEADER;
    pack(item, &packed);
    item->at = to->len;
    item->stored = packed.len;
    item->crc = crc32_gzip_refl(0, (const uint8_t *)item->text, (uint64_t)ntext_of(item));
    put(to, 0x04034B50, 4);
    put(to, item->wide ? 45 : 20, 2);
    put(to, flags_of(item), 2);
    put(to, item->method, 2);
    put(to, 0, 4);
    put(to, known ? item->crc : 0, 4);
    put(to, item->wide ? UINT32_MAX : known ? item->stored : 0, 4);
    put(to, item->wide ? UINT32_MAX : known ? ntext_of(item) : 0, 4);
    put(to, nname_of(item), 2);
    put(to, item->wide ? 20 : 0, 2);
    ms_bytes_append(to, item->name, nname_of(item));
    if (item->wide) {
        put(to, 1, 2);
        put(to, 16, 2);
        put(to, known ? ntext_of(item) : 0, 8);
        put(to, known ? item->stored : 0, 8);
    }
    ms_bytes_append(to, packed.data, packed.len);
    if (has_descriptor(item)) {
        put_descriptor(to, item);
    }
    ms_bytes_fini(&packed);
}

void zip_central(ms_bytes *to, const zip_item *item, uint64_t base)
{
    put(to, 0x02014B50, 4);
    put(to, 45, 2);
    put(to, item->wide ? 45 : 20, 2);
    put(to, flags_of(item), 2);
    put(to, item->method, 2);
    put(to, 0, 4);
    put(to, item->crc, 4);
    put(to, item->wide ? UINT32_MAX : item->stored, 4);
    put(to, item->wide ? UINT32_MAX : ntext_of(item), 4);
    put(to, nname_of(item), 2);
    put(to, item->wide ? 28 : 0, 2);
    put(to, 7, 2); /* comment */
    put(to, 0, 8);
    put(to, item->wide ? UINT32_MAX : item->at - base, 4);
    ms_bytes_append(to, item->name, nname_of(item));
    if (item->wide) {
        put(to, 1, 2);
        put(to, 24, 2);
        put(to, ntext_of(item), 8);
        put(to, item->stored, 8);
        put(to, item->at - base, 8);
    }
    ms_bytes_append(to, "comment", 7);
}

void zip_end(ms_bytes *to, size_t count, uint64_t begin, uint64_t base, bool wide)
{
    size_t at = to->len;
    if (wide) {
        put(to, 0x06064B50, 4);
        put(to, 44, 8);
        put(to, 45, 2);
        put(to, 45, 2);
        put(to, 0, 8);
        put(to, count, 8);
        put(to, count, 8);
        put(to, at - begin, 8);
        put(to, begin - base, 8);
        put(to, 0x07064B50, 4);
        put(to, 0, 4);
        put(to, at - base, 8);
        put(to, 1, 4);
    }
    put(to, 0x06054B50, 4);
    put(to, 0, 4);
    put(to, wide ? UINT16_MAX : count, 2);
    put(to, wide ? UINT16_MAX : count, 2);
    put(to, wide ? UINT32_MAX : at - begin, 4);
    put(to, wide ? UINT32_MAX : begin - base, 4);
    put(to, 3, 2);
    ms_bytes_append(to, "end", 3);
}

uint64_t zip_archive(ms_bytes *to, zip_item *items, size_t n, uint64_t base)
{
    bool wide = false;
    for (size_t i = 0; i < n; i++) {
        zip_local(to, &items[i]);
        wide = wide || items[i].wide;
    }
    uint64_t begin = to->len;
    for (size_t i = 0; i < n; i++) {
        zip_central(to, &items[i], base);
    }
    zip_end(to, n, begin, base, wide);
    return begin;
}

size_t zip_three(ms_bytes *to, zip_item items[3])
{
    items[0] = (zip_item){.name = "a", .text = "first\n"};
    items[1] = (zip_item){.name = "b", .text = "second\n", .method = 8};
    items[2] = (zip_item){.name = "c", .text = "third\n", .method = 8, .sizes = ZIP_DESCRIPTOR};
    return (size_t)zip_archive(to, items, 3, 0);
}
