#include "logs/archive/cpio_header.h"

#include <string.h>

enum {
    MAX_NAME = 32 << 10,
    MAX_BINARY_NAME = 2048,
    NEWC = 110,
    ODC = 76,
    AFIO = 116,
    BINARY = 26,
    TYPE = 0170000, /* of a mode */
    FILE_TYPE = 0100000,
};

static int digit_of(uint8_t c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

/* The number of n <= 16 digits; a pad, which some writers leave, is none. */
static bool take_digits(const uint8_t **at, size_t n, unsigned radix, uint64_t *value)
{
    *value = 0;
    for (size_t i = 0; i < n; i++) {
        int digit = digit_of((*at)[i]);
        if (digit >= (int)radix) {
            return false;
        }
        *value = *value * radix + (uint64_t)digit;
    }
    *at += n;
    return true;
}

/* A file that an archive can hold; 0 is of the trailer. */
static bool is_mode(uint64_t mode)
{
    uint64_t type = mode & TYPE;
    return mode <= 0177777 &&
           (type == 0 || type == 0010000 || type == 0020000 || type == 0040000 || type == 0060000 ||
            type == 0100000 || type == 0110000 || type == 0120000 || type == 0140000);
}

/* Bytes up to a multiple of `align`. */
static size_t padding_of(uint64_t n, size_t align)
{
    return (size_t)((align - n % align) % align);
}

static bool parse_newc(const uint8_t *head, ms_cpio_header *header)
{
    enum { INO, MODE, UID, GID, NLINK, MTIME, FILESIZE, MAJOR, MINOR, RMAJOR, RMINOR, NAMESIZE, CHECK, N };
    const uint8_t *at = head + 6;
    uint64_t fields[N];
    for (size_t i = 0; i < N; i++) {
        if (!take_digits(&at, 8, 16, &fields[i])) {
            return false;
        }
    }
    *header = (ms_cpio_header){.size = NEWC,
                               .nname = (size_t)fields[NAMESIZE],
                               .name_padding = padding_of(NEWC + fields[NAMESIZE], 4),
                               .contents = fields[FILESIZE],
                               .padding = padding_of(fields[FILESIZE], 4),
                               .is_file = (fields[MODE] & TYPE) == FILE_TYPE,
                               .is_link = fields[NLINK] > 1,
                               .has_sum = head[5] == '2',
                               .sum = (uint32_t)fields[CHECK]};
    return is_mode(fields[MODE]);
}

static bool parse_odc(const uint8_t *head, ms_cpio_header *header)
{
    static const uint8_t widths[] = {6, 6, 6, 6, 6, 6, 6, 11, 6, 11};
    enum { DEV, INO, MODE, UID, GID, NLINK, RDEV, MTIME, NAMESIZE, FILESIZE, N };
    const uint8_t *at = head + 6;
    uint64_t fields[N];
    for (size_t i = 0; i < N; i++) {
        if (!take_digits(&at, widths[i], 8, &fields[i])) {
            return false;
        }
    }
    *header = (ms_cpio_header){.size = ODC,
                               .nname = (size_t)fields[NAMESIZE],
                               .contents = fields[FILESIZE],
                               .is_file = (fields[MODE] & TYPE) == FILE_TYPE};
    return is_mode(fields[MODE]);
}

/* afio's format for large files: as odc, but with hexadecimal numbers, and letters between some. Source:
 * struct LARGE_ASCII of afio 2.5. */
static bool parse_afio(const uint8_t *head, ms_cpio_header *header)
{
    static const struct {
        uint8_t width, radix, mark; /* the mark follows, or 0 */
    } forms[] = {{8, 16, 0}, {16, 16, 'm'}, {6, 8, 0},  {8, 16, 0}, {8, 16, 0},   {8, 16, 0},
                 {8, 16, 0}, {16, 16, 'n'}, {4, 16, 0}, {4, 16, 0}, {4, 16, 's'}, {16, 16, ':'}};
    enum { DEV, INO, MODE, UID, GID, NLINK, RDEV, MTIME, NAMESIZE, FLAG, XSIZE, FILESIZE, N };
    const uint8_t *at = head + 6;
    uint64_t fields[N];
    for (size_t i = 0; i < N; i++) {
        if (!take_digits(&at, forms[i].width, forms[i].radix, &fields[i]) ||
            (forms[i].mark != 0 && *at++ != forms[i].mark)) {
            return false;
        }
    }
    *header = (ms_cpio_header){.size = AFIO,
                               .nname = (size_t)fields[NAMESIZE],
                               .contents = fields[FILESIZE],
                               .is_file = (fields[MODE] & TYPE) == FILE_TYPE};
    return is_mode(fields[MODE]) && fields[FILESIZE] <= INT64_MAX;
}

static uint32_t half(const uint8_t *head, size_t i, bool big_endian)
{
    const uint8_t *at = head + 2 * i;
    return big_endian ? (uint32_t)(at[0] << 8 | at[1]) : (uint32_t)(at[1] << 8 | at[0]);
}

/* Numbers of 32 bits have their upper half first, whatever the byte order. In text, where no byte is less
 * than 9, the length of the name would be larger than it may be. */
static bool parse_binary(const uint8_t *head, bool big_endian, ms_cpio_header *header)
{
    enum { MAGIC, DEV, INO, MODE, UID, GID, NLINK, RDEV, MTIME, MTIME2, NAMESIZE, FILESIZE, FILESIZE2 };
    uint32_t mode = half(head, MODE, big_endian);
    uint32_t nname = half(head, NAMESIZE, big_endian);
    uint32_t size = half(head, FILESIZE, big_endian) << 16 | half(head, FILESIZE2, big_endian);
    *header = (ms_cpio_header){.size = BINARY,
                               .nname = nname,
                               .name_padding = padding_of(nname, 2),
                               .contents = size,
                               .padding = padding_of(size, 2),
                               .is_file = (mode & TYPE) == FILE_TYPE};
    return is_mode(mode) && nname <= MAX_BINARY_NAME;
}

static bool parse(const uint8_t *head, size_t n, ms_cpio_header *header)
{
    bool newc = n >= 6 && (memcmp(head, "070701", 6) == 0 || memcmp(head, "070702", 6) == 0);
    if (newc) {
        return n >= NEWC && parse_newc(head, header);
    }
    if (n >= 6 && memcmp(head, "070707", 6) == 0) {
        return n >= ODC && parse_odc(head, header);
    }
    if (n >= 6 && memcmp(head, "070727", 6) == 0) {
        return n >= AFIO && parse_afio(head, header);
    }
    bool little = n >= BINARY && head[0] == 0xC7 && head[1] == 0x71;
    bool big = n >= BINARY && head[0] == 0x71 && head[1] == 0xC7;
    return (little || big) && parse_binary(head, big, header);
}

bool ms_cpio_parse(const uint8_t *head, size_t n, ms_cpio_header *header)
{
    return parse(head, n, header) && header->nname > 0 && header->nname <= MAX_NAME;
}

bool ms_cpio_is_name(const uint8_t *name, size_t n)
{
    return memchr(name, 0, n) == name + n - 1;
}

/* All that there is, of an archive that is cut off in its first header: half of one at least. The rest is as
 * if it were digits. */
static bool is_cut(const uint8_t *head, size_t n)
{
    uint8_t whole[NEWC];
    ms_cpio_header header;
    if (n < ODC / 2 || n >= NEWC) {
        return false;
    }
    memset(whole, '0', sizeof whole);
    memcpy(whole, head, n);
    return parse(whole, sizeof whole, &header) && header.size > n && header.size != BINARY;
}

/* Of a long name there may be only the beginning, which has no NUL. */
bool ms_cpio_looks_like(const uint8_t *head, size_t n)
{
    ms_cpio_header header;
    if (!ms_cpio_parse(head, n, &header)) {
        return is_cut(head, n);
    }
    const uint8_t *name = head + header.size;
    size_t here = n - header.size;
    return header.nname <= here ? ms_cpio_is_name(name, header.nname)
                                : (here > 0 || n > BINARY) && memchr(name, 0, here) == NULL;
}
