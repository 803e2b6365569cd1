#include "logs/archive/tar_header.h"

#include <string.h>

enum {
    NAME = 0,
    NNAME = 100,
    SIZE = 124,
    NSIZE = 12,
    SUM = 148,
    NSUM = 8,
    MAGIC = 257,
    PREFIX = 345,
    NPREFIX = 155
};

static bool is_pad(uint8_t byte)
{
    return byte == ' ' || byte == 0;
}

/* Base 256: two's complement, big-endian, in all bits but the first; an extension of GNU and star. */
static bool base_256(const uint8_t *field, size_t n, uint64_t *value)
{
    *value = field[0] & 0x7F;
    if ((field[0] & 0x40) != 0) {
        return false; /* negative */
    }
    for (size_t i = 1; i < n; i++) {
        if (*value >> 56 != 0) {
            return false;
        }
        *value = *value << 8 | field[i];
    }
    return true;
}

bool ms_tar_number(const uint8_t *field, size_t n, uint64_t *value)
{
    size_t at = 0;
    *value = 0;
    if ((field[0] & 0x80) != 0) {
        return base_256(field, n, value);
    }
    while (at < n && is_pad(field[at])) {
        at++;
    }
    while (at < n && field[at] >= '0' && field[at] <= '7') {
        *value = *value << 3 | (uint64_t)(field[at] - '0'); /* at most 12 digits */
        at++;
    }
    return at == n || is_pad(field[at]);
}

bool ms_tar_size(const uint8_t block[MS_TAR_BLOCK], uint64_t *size)
{
    return ms_tar_number(block + SIZE, NSIZE, size) && *size <= INT64_MAX;
}

bool ms_tar_is_header(const uint8_t block[MS_TAR_BLOCK])
{
    uint64_t stored = 0;
    int64_t plain = 0;
    int64_t with_sign = 0; /* signed sum, as of some old programs */
    for (size_t i = 0; i < MS_TAR_BLOCK; i++) {
        uint8_t byte = i >= SUM && i < SUM + NSUM ? ' ' : block[i];
        plain += byte;
        with_sign += byte < 0x80 ? byte : byte - 0x100;
    }
    return ms_tar_number(block + SUM, NSUM, &stored) && stored <= INT64_MAX && stored > 0 &&
           ((int64_t)stored == plain || (int64_t)stored == with_sign);
}

bool ms_tar_is_zero(const uint8_t *data, size_t n)
{
    return n == 0 || (data[0] == 0 && memcmp(data, data + 1, n - 1) == 0);
}

static bool has_magic(const uint8_t *head)
{
    return memcmp(head + MAGIC, "ustar", 5) == 0 && is_pad(head[MAGIC + 5]);
}

/* Types of version 7 and, in headers that GNU tar writes without a magic, of its own: V is a volume label, M
 * is continued from another volume. */
static bool is_type(uint8_t type)
{
    return is_pad(type) || (type >= '0' && type <= '7') || (type >= 'A' && type <= 'Z');
}

/* Fields that a header of version 7 has besides its checksum: mode, owner, group, size, time. */
static bool is_version_7(const uint8_t *head)
{
    static const struct {
        size_t at, n;
    } fields[] = {{100, 8}, {108, 8}, {116, 8}, {SIZE, NSIZE}, {136, 12}};
    uint64_t value = 0;
    bool sound = head[NAME] != 0 && is_type(head[MS_TAR_TYPE]);
    for (size_t i = 0; i < sizeof fields / sizeof fields[0] && sound; i++) {
        sound = ms_tar_number(head + fields[i].at, fields[i].n, &value);
    }
    return sound && ms_tar_is_header(head);
}

/* A text with the magic at that offset has no NUL before it. */
bool ms_tar_looks_like(const uint8_t *head, size_t n)
{
    return n >= MS_TAR_BLOCK && memchr(head, 0, MAGIC) != NULL && (has_magic(head) || is_version_7(head));
}

/* GNU's own format, whose magic ends in blanks, has other fields in place of ustar's prefix. */
void ms_tar_name(const uint8_t block[MS_TAR_BLOCK], ms_bytes *to)
{
    if (memcmp(block + MAGIC, "ustar", 6) == 0 && block[PREFIX] != 0) {
        ms_bytes_append(to, block + PREFIX, strnlen((const char *)block + PREFIX, NPREFIX));
        ms_bytes_append(to, "/", 1);
    }
    ms_bytes_append(to, block + NAME, strnlen((const char *)block + NAME, NNAME));
}
