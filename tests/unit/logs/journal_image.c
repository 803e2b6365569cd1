#include "journal_image.h"

#include "logs/journald/journald_internal.h"
#include "unit.h"

#include <lz4.h>
#include <lzma.h>
#include <string.h>
#include <zstd.h>

static const uint8_t file_id[16] = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3};

uint64_t journal_get(const journal_image *image, uint64_t at)
{
    return ms__journald_u64(image->bytes.data + at);
}

void journal_set(journal_image *image, uint64_t at, uint64_t value)
{
    ms_bytes_set_u64(&image->bytes, at, value);
}

static void put_zeros(ms_bytes *to, uint64_t n)
{
    for (uint64_t i = 0; i < n; i++) {
        ms_bytes_put_u8(to, 0);
    }
    ck_assert_int_eq(ms_bytes_check(to), MS_OK);
}

journal_image journal_begin(bool compact, bool keyed, uint8_t compression, uint64_t version)
{
    journal_image image = {
        .compact = compact, .keyed = keyed, .compression = compression, .header_size = version};
    uint32_t flags =
        (keyed ? 4 : 0) | (compact ? 16 : 0) | (compression == JOURNAL_ZSTD ? 8U : (uint32_t)compression);
    put_zeros(&image.bytes, version);
    uint8_t *h = image.bytes.data;
    memcpy(h, "LPKSHHRH", 8);
    h[12] = (uint8_t)flags;
    memcpy(h + 24, file_id, sizeof file_id);
    journal_set(&image, 88, version);
    uint64_t table = journal_object(&image, 4, 16 + 16 * 4);
    journal_set(&image, 104, table + 16);
    journal_set(&image, 112, 64);
    table = journal_object(&image, 5, 16 + 16 * 4);
    journal_set(&image, 120, table + 16);
    journal_set(&image, 128, 64);
    return image;
}

uint64_t journal_object(journal_image *image, uint8_t type, uint64_t size)
{
    put_zeros(&image->bytes, (8 - image->bytes.len % 8) % 8);
    uint64_t offset = image->bytes.len;
    put_zeros(&image->bytes, size);
    image->bytes.data[offset] = type;
    journal_set(image, offset + 8, size);
    image->nobjects++;
    image->tail = offset;
    return offset;
}

/* Appends the payload as it is stored; the flag of how. */
static uint8_t put_payload(const journal_image *image, ms_bytes *to, const void *payload, size_t n)
{
    size_t room = n + n / 2 + 1024;
    size_t used = 0;
    if (image->compression == 0 || n < 16) {
        ms_bytes_append(to, payload, n);
        return 0;
    }
    if (image->compression == JOURNAL_LZ4) {
        ms_bytes_put_u64(to, n);
    }
    ck_assert_int_eq(ms_bytes_reserve(to, room), MS_OK);
    uint8_t *out = to->data + to->len;
    if (image->compression == JOURNAL_XZ) {
        ck_assert_int_eq(lzma_easy_buffer_encode(1, LZMA_CHECK_NONE, NULL, payload, n, out, &used, room),
                         LZMA_OK);
    } else if (image->compression == JOURNAL_LZ4) {
        used = (size_t)LZ4_compress_default(payload, (char *)out, (int)n, (int)room);
    } else {
        used = ZSTD_compress(out, room, payload, n, 1);
    }
    to->len += used;
    return image->compression;
}

/* An object with this hash and stored payload, or 0. */
static uint64_t find_data(const journal_image *image, uint64_t hash, const ms_bytes *stored, size_t head)
{
    uint64_t at = image->header_size;
    while (at + 16 <= image->bytes.len) {
        uint64_t size = journal_get(image, at + 8);
        if (image->bytes.data[at] == MS__JDATA && journal_get(image, at + 16) == hash &&
            size == head + stored->len &&
            memcmp(image->bytes.data + at + head, stored->data, stored->len) == 0) {
            return at;
        }
        at += (size + 7) / 8 * 8;
    }
    return 0;
}

uint64_t journal_data(journal_image *image, const void *payload, size_t n)
{
    ms_bytes stored = {0};
    size_t head = image->compact ? 72 : 64;
    uint64_t hash =
        image->keyed ? ms__journald_siphash(payload, n, file_id) : ms__journald_jenkins(payload, n);
    uint8_t flags = put_payload(image, &stored, payload, n);
    uint64_t offset = find_data(image, hash, &stored, head);
    if (offset == 0) {
        offset = journal_object(image, MS__JDATA, head + stored.len);
        image->bytes.data[offset + 1] = flags;
        journal_set(image, offset + 16, hash);
        if (stored.len > 0) {
            memcpy(image->bytes.data + offset + head, stored.data, stored.len);
        }
    }
    ms_bytes_fini(&stored);
    return offset;
}

static void put_item(journal_image *image, uint64_t at, uint64_t value)
{
    if (image->compact) {
        uint8_t le[4] = {(uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16),
                         (uint8_t)(value >> 24)};
        memcpy(image->bytes.data + at, le, sizeof le);
    } else {
        journal_set(image, at, value);
    }
}

/* Lists an entry. Each array is twice as large as the one before. */
static void list(journal_image *image, uint64_t entry)
{
    size_t size = image->compact ? 4 : 8;
    if (image->item == image->nitems) {
        uint64_t before = image->array;
        image->nitems = image->nitems > 0 ? 2 * image->nitems : 4;
        image->item = 0;
        image->array = journal_object(image, MS__JARRAY, 24 + image->nitems * size);
        journal_set(image, before > 0 ? before + 16 : 176, image->array);
    }
    put_item(image, image->array + 24 + image->item++ * size, entry);
    image->nentries++;
}

uint64_t journal_entry(journal_image *image, uint64_t realtime, const uint64_t *items, size_t nitems)
{
    size_t size = image->compact ? 4 : 16;
    uint64_t offset = journal_object(image, MS__JENTRY, 64 + nitems * size);
    journal_set(image, offset + 16, image->nentries + 1);
    journal_set(image, offset + 24, realtime);
    journal_set(image, offset + 32, 1 + image->nentries);
    for (size_t i = 0; i < nitems; i++) {
        put_item(image, offset + 64 + i * size, items[i]);
        if (!image->compact) {
            journal_set(image, offset + 72 + i * size, journal_get(image, items[i] + 16));
        }
    }
    list(image, offset);
    for (size_t i = 0; i < nitems; i++) {
        uint64_t n = journal_get(image, items[i] + 56);
        journal_set(image, items[i] + 56, n + 1);
        if (n == 0) {
            journal_set(image, items[i] + 40, offset);
        }
    }
    return offset;
}

void journal_add(journal_image *image, uint64_t realtime, const char *const *fields)
{
    uint64_t items[64];
    size_t n = 0;
    for (; fields[n]; n++) {
        ck_assert_uint_lt(n, 64);
        items[n] = journal_data(image, fields[n], strlen(fields[n]));
    }
    (void)journal_entry(image, realtime, items, n);
}

void journal_end(journal_image *image)
{
    put_zeros(&image->bytes, (8 - image->bytes.len % 8) % 8);
    journal_set(image, 96, image->bytes.len - image->header_size);
    journal_set(image, 136, image->tail);
    journal_set(image, 144, image->nobjects);
    journal_set(image, 152, image->nentries);
    journal_set(image, 160, image->nentries);
    journal_set(image, 168, 1);
}
