/* The source is hostile and of either byte order; what is not inside it is skipped. The copy is
 * little-endian; big-endian files (libtiff writes in the host's order) are left unchanged. Source: TIFF 6.0,
 * section 2; CIPA DC-008, 4.6. */
#include "images/formats/exif_tiff.h"

#include <string.h>
#include <unistd.h>

enum {
    HEAD = 8,
    ENTRY = 12,
    MAX_ENTRIES = 256, /* of a directory */
    MAX_VALUE = 64 * 1024,
    TAG_EXIF = 34665,
    TAG_GPS = 34853,
    TAG_INTEROPERABILITY = 40965,
    TAG_MAKER_NOTE = 37500,
    LONG = 4,
};

typedef struct source {
    int fd; /* -1: memory */
    const uint8_t *data;
    size_t n;
    bool big; /* byte order MM */
} source;

/* Entries of a new directory, ready to be written, sorted by tag. */
typedef struct entries {
    uint8_t data[MAX_ENTRIES][ENTRY];
    size_t count;
} entries;

static bool read_at(const source *from, uint64_t at, void *to, size_t n)
{
    if (from->fd >= 0) {
        return at <= INT32_MAX && pread(from->fd, to, n, (off_t)at) == (ssize_t)n;
    }
    if (at > from->n || n > from->n - at) {
        return false;
    }
    memcpy(to, from->data + at, n);
    return true;
}

static uint32_t get(const uint8_t *p, size_t size, bool big)
{
    uint32_t value = 0;
    for (size_t i = 0; i < size; i++) {
        value |= (uint32_t)p[i] << (8 * (big ? size - 1 - i : i));
    }
    return value;
}

static void put(uint8_t *p, size_t size, uint32_t value)
{
    for (size_t i = 0; i < size; i++) {
        p[i] = (uint8_t)(value >> (8 * i));
    }
}

/* Bytes of one value, and of its parts for byte order. */
static bool sizes_of(uint32_t type, size_t *size, size_t *unit)
{
    static const uint8_t sizes[] = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4};
    static const uint8_t units[] = {0, 1, 1, 2, 4, 4, 1, 1, 2, 4, 4, 4, 8, 4};
    if (type == 0 || type >= sizeof sizes) {
        return false;
    }
    *size = sizes[type];
    *unit = units[type];
    return true;
}

static bool is_wanted(uint32_t tag, bool top)
{
    static const uint16_t of_main[] = {270, 271, 272, 274, 305, 306, 315, 316, 33432, TAG_EXIF, TAG_GPS};
    if (!top) {
        return tag != TAG_MAKER_NOTE && tag != TAG_INTEROPERABILITY;
    }
    for (size_t i = 0; i < sizeof of_main / sizeof *of_main; i++) {
        if (of_main[i] == tag) {
            return true;
        }
    }
    return false;
}

static bool has(const entries *list, uint32_t tag)
{
    for (size_t i = 0; i < list->count; i++) {
        if (get(list->data[i], 2, false) == tag) {
            return true;
        }
    }
    return false;
}

/* Keeps the list sorted by tag, as the format requires. The list is not full. */
static void insert(entries *list, const uint8_t entry[ENTRY])
{
    size_t at = list->count++;
    while (at > 0 && get(list->data[at - 1], 2, false) > get(entry, 2, false)) {
        memcpy(list->data[at], list->data[at - 1], ENTRY);
        at--;
    }
    memcpy(list->data[at], entry, ENTRY);
}

static void pad(ms_bytes *to)
{
    if (to->len % 2 != 0) {
        ms_bytes_put_u8(to, 0);
    }
}

/* Appends a directory at an even offset, returned in *at. */
static ms_code write_directory(ms_bytes *to, const entries *list, uint32_t link, uint32_t *at)
{
    uint8_t count[2];
    put(count, sizeof count, (uint32_t)list->count);
    pad(to);
    *at = (uint32_t)to->len;
    ms_bytes_append(to, count, sizeof count);
    ms_bytes_append(to, list->data, list->count * ENTRY);
    ms_bytes_put_u32(to, link);
    return ms_bytes_check(to);
}

/* Copies one entry's value, in the byte order of the copy, into the entry or to the end of `to`. *copied is
 * false for a skipped entry. */
static ms_code copy_value(const source *from, const uint8_t raw[ENTRY], ms_bytes *to, uint8_t entry[ENTRY],
                          bool *copied)
{
    uint8_t value[MAX_VALUE];
    size_t size = 0;
    size_t unit = 0;
    uint32_t type = get(raw + 2, 2, from->big);
    size_t count = get(raw + 4, 4, from->big);
    *copied = sizes_of(type, &size, &unit) && count > 0 && count <= MAX_VALUE / size;
    size_t n = *copied ? size * count : 0;
    if (*copied && n <= 4) {
        memcpy(value, raw + 8, n);
    } else if (*copied) {
        *copied = read_at(from, get(raw + 8, 4, from->big), value, n);
    }
    if (!*copied) {
        return MS_OK;
    }
    for (size_t at = 0; from->big && at < n; at += unit) {
        for (size_t i = 0; i < unit / 2; i++) {
            uint8_t swapped = value[at + i];
            value[at + i] = value[at + unit - 1 - i];
            value[at + unit - 1 - i] = swapped;
        }
    }
    put(entry, 2, get(raw, 2, from->big));
    put(entry + 2, 2, type);
    put(entry + 4, 4, (uint32_t)count);
    memset(entry + 8, 0, 4);
    if (n <= 4) {
        memcpy(entry + 8, value, n);
        return MS_OK;
    }
    pad(to);
    put(entry + 8, 4, (uint32_t)to->len);
    ms_bytes_append(to, value, n);
    return ms_bytes_check(to);
}

static ms_code copy_directory(const source *from, uint64_t at, ms_bytes *to, entries *list, bool top);

/* Copies the directory that the entry points to; the new entry points to the copy. */
static ms_code copy_subdirectory(const source *from, const uint8_t raw[ENTRY], ms_bytes *to,
                                 uint8_t entry[ENTRY], bool *copied)
{
    entries children = {.count = 0};
    uint32_t at = 0;
    ms_code code = copy_directory(from, get(raw + 8, 4, from->big), to, &children, false);
    *copied = code == MS_OK && children.count > 0;
    if (*copied) {
        code = write_directory(to, &children, 0, &at);
    }
    put(entry, 2, get(raw, 2, from->big));
    put(entry + 2, 2, LONG);
    put(entry + 4, 4, 1);
    put(entry + 8, 4, at);
    return code;
}

/* Adds the wanted entries to the list and appends their values to `to`. top: the main directory. */
static ms_code copy_directory(const source *from, uint64_t at, ms_bytes *to, entries *list, bool top)
{
    uint8_t count[2];
    uint8_t raw[ENTRY];
    if (!read_at(from, at, count, sizeof count)) {
        return MS_OK;
    }
    for (uint32_t i = 0; i < get(count, 2, from->big); i++) {
        uint8_t entry[ENTRY];
        bool copied = false;
        if (!read_at(from, at + 2 + (uint64_t)i * ENTRY, raw, sizeof raw)) {
            break;
        }
        uint32_t tag = get(raw, 2, from->big);
        if (!is_wanted(tag, top) || has(list, tag) || list->count == MAX_ENTRIES) {
            continue;
        }
        MS_TRY(top && (tag == TAG_EXIF || tag == TAG_GPS) ? copy_subdirectory(from, raw, to, entry, &copied)
                                                          : copy_value(from, raw, to, entry, &copied));
        if (copied) {
            insert(list, entry);
        }
    }
    return MS_OK;
}

/* Offset of the main directory; 0 for a BigTIFF or no TIFF. */
static uint32_t main_directory(source *from)
{
    uint8_t head[HEAD];
    if (!read_at(from, 0, head, sizeof head)) {
        return 0;
    }
    from->big = head[0] == 'M';
    return get(head + 2, 2, from->big) == 42 ? get(head + 4, 4, from->big) : 0;
}

ms_code ms_exif_from_tiff(int fd, ms_bytes *block)
{
    static const uint8_t head[HEAD] = {'I', 'I', '*', 0};
    source from = {.fd = fd};
    entries list = {.count = 0};
    uint32_t at = main_directory(&from);
    if (at == 0) {
        return MS_OK;
    }
    ms_bytes_append(block, head, sizeof head);
    ms_code code = copy_directory(&from, at, block, &list, true);
    MS_TRY_OR(clear_block, code);
    MS_TRY_OR(clear_block, write_directory(block, &list, 0, &at));
    if (list.count > 0) {
        put(block->data + 4, 4, at);
        return MS_OK;
    }
clear_block:
    ms_bytes_clear(block);
    return code;
}

ms_code ms_exif_into_tiff(ms_bytes *file, const ms_bytes *block)
{
    source from = {.fd = -1, .data = block->data, .n = block->len};
    source into = {.fd = -1, .data = file->data, .n = file->len};
    entries list = {.count = 0};
    uint8_t count[2] = {0};
    uint32_t at = main_directory(&into);
    uint32_t exif_at = main_directory(&from);
    if (at == 0 || exif_at == 0 || into.big || !read_at(&into, at, count, sizeof count) ||
        get(count, 2, false) > MAX_ENTRIES / 2) {
        return MS_OK;
    }
    list.count = get(count, 2, false);
    uint8_t link[4];
    if (!read_at(&into, at + 2, list.data, list.count * ENTRY) ||
        !read_at(&into, at + 2 + list.count * ENTRY, link, sizeof link)) {
        return MS_OK;
    }
    size_t before = file->len;
    ms_code code = copy_directory(&from, exif_at, file, &list, true);
    MS_TRY_OR(cut, code);
    MS_TRY_OR(cut, write_directory(file, &list, get(link, 4, false), &at));
    put(file->data + 4, 4, at);
    return MS_OK;
cut:
    ms_bytes_cut(file, before);
    return code;
}
