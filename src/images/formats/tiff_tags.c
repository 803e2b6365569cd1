/* Source: TIFF 6.0, section 2; BigTIFF. */
#include "images/formats/tiff_tags.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

enum {
    HEAD = 8,
    BIG_HEAD = 16,
    ENTRY = 12,
    BIG_ENTRY = 20,
    MAX_ENTRIES = 512,
    MAX_PAGES = 1 << 16,
    SHORT = 3,
    LONG = 4,
    CLASSIC = 42,
    BIG = 43,
};

static uint64_t get(const uint8_t *p, size_t size, bool big_endian)
{
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++) {
        value |= (uint64_t)p[i] << (8 * (big_endian ? size - 1 - i : i));
    }
    return value;
}

static bool read_number(int fd, uint64_t at, size_t size, bool big_endian, uint64_t *value)
{
    uint8_t bytes[8];
    if (at > INT64_MAX || pread(fd, bytes, size, (off_t)at) != (ssize_t)size) {
        return false;
    }
    *value = get(bytes, size, big_endian);
    return true;
}

uint32_t ms_tiff_pages(int fd)
{
    uint8_t head[BIG_HEAD] = {0};
    if (pread(fd, head, sizeof head, 0) < HEAD) {
        return 0;
    }
    bool big_endian = head[0] == 'M';
    bool is_big = get(head + 2, 2, big_endian) == BIG;
    size_t width = is_big ? 8 : 4;
    uint64_t at = get(head + width, width, big_endian);
    uint32_t pages = 0;
    while (at != 0) {
        uint64_t entries = 0;
        if (pages++ == MAX_PAGES || !read_number(fd, at, is_big ? 8 : 2, big_endian, &entries) ||
            entries > UINT16_MAX) {
            return 0;
        }
        at += (is_big ? 8 : 2) + entries * (is_big ? BIG_ENTRY : ENTRY);
        if (!read_number(fd, at, width, big_endian, &at)) {
            return 0;
        }
    }
    return pages;
}

uint32_t ms_tiff_tag(int fd, uint32_t tag, uint32_t otherwise)
{
    uint8_t head[HEAD];
    uint8_t entry[ENTRY];
    if (pread(fd, head, sizeof head, 0) != HEAD) {
        return otherwise;
    }
    bool big_endian = head[0] == 'M';
    off_t at = (off_t)get(head + 4, 4, big_endian);
    if (get(head + 2, 2, big_endian) != CLASSIC || pread(fd, entry, 2, at) != 2) {
        return otherwise;
    }
    uint64_t count = get(entry, 2, big_endian);
    for (uint64_t i = 0; i < count && i < MAX_ENTRIES; i++) {
        if (pread(fd, entry, sizeof entry, at + 2 + (off_t)i * ENTRY) != ENTRY) {
            return otherwise;
        }
        uint64_t type = get(entry + 2, 2, big_endian);
        if (get(entry, 2, big_endian) == tag && (type == SHORT || type == LONG) &&
            get(entry + 4, 4, big_endian) == 1) {
            return (uint32_t)get(entry + 8, type == SHORT ? 2 : 4, big_endian);
        }
    }
    return otherwise;
}
