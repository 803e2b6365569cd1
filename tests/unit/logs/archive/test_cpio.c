/* Suite of logs/archive/cpio.c and cpio_header.c: what comes out of archives made by hand, in each format,
 * however their bytes are cut into reads; what of one that is cut off or damaged. */
#include "archive_reading.h"
#include "logs_fixture.h"
#include "logs_pack.h"
#include "unit.h"

#include <stdio.h>
#include <string.h>

enum { NEWC, CRC, ODC, AFIO, LITTLE, BIG, NFORMATS };
enum { FILE_MODE = 0100644, LINK_MODE = 0120777, DIRECTORY = 0040755 };

static void pad(ms_bytes *to, size_t from, size_t align)
{
    while ((to->len - from) % align != 0) {
        ms_bytes_put_u8(to, 0);
    }
}

static void put_half(ms_bytes *to, bool big, unsigned value)
{
    ms_bytes_put_u8(to, (uint8_t)(big ? value >> 8 : value));
    ms_bytes_put_u8(to, (uint8_t)(big ? value : value >> 8));
}

static void put_text(ms_bytes *to, int format, unsigned mode, unsigned nlink, size_t nname, size_t size,
                     unsigned sum)
{
    char head[160];
    if (format == AFIO) {
        (void)snprintf(head, sizeof head,
                       "070727%08X%016Xm%06o%08X%08X%08X%08X%016Xn%04zX%04X%04Xs%016zX:", 1U, 2U, mode, 0U,
                       0U, nlink, 0U, 0U, nname, 0U, 0U, size);
    } else if (format == ODC) {
        (void)snprintf(head, sizeof head, "070707%06o%06o%06o%06o%06o%06o%06o%011o%06zo%011zo", 1U, 2U, mode,
                       0U, 0U, 1U, 0U, 0U, nname, size);
    } else {
        (void)snprintf(head, sizeof head, "07070%d%08X%08X%08X%08X%08X%08X%08zX%08X%08X%08X%08X%08zX%08X",
                       format == CRC ? 2 : 1, 1U, mode, 0U, 0U, nlink, 0U, size, 8U, 1U, 0U, 0U, nname, sum);
    }
    ms_bytes_append(to, head, strlen(head));
}

static void put_binary(ms_bytes *to, bool big, unsigned mode, size_t nname, size_t size)
{
    const unsigned halves[] = {070707,
                               1,
                               2,
                               mode,
                               0,
                               0,
                               1,
                               0,
                               0,
                               0,
                               (unsigned)nname,
                               (unsigned)(size >> 16),
                               (unsigned)size & 0xFFFF};
    for (size_t i = 0; i < 13; i++) {
        put_half(to, big, halves[i]);
    }
}

static void member(ms_bytes *to, int format, unsigned mode, const char *name, const char *contents)
{
    size_t begin = to->len;
    size_t align = format <= CRC ? 4 : format <= AFIO ? 1 : 2;
    unsigned sum = 0;
    for (const char *at = contents; format == CRC && *at != 0; at++) {
        sum += (uint8_t)*at;
    }
    if (format <= AFIO) {
        put_text(to, format, mode, strncmp(name, "hard", 4) == 0 ? 2 : 1, strlen(name) + 1, strlen(contents),
                 sum);
    } else {
        put_binary(to, format == BIG, mode, strlen(name) + 1, strlen(contents));
    }
    ms_bytes_append(to, name, strlen(name) + 1);
    pad(to, begin, align);
    begin = to->len;
    ms_bytes_append(to, contents, strlen(contents));
    pad(to, begin, align);
}

static void finish(ms_bytes *to, int format)
{
    member(to, format, 0, "TRAILER!!!", "");
    pad(to, 0, 512);
}

static void build(ms_bytes *to, int format)
{
    member(to, format, DIRECTORY, "dir", "");
    member(to, format, FILE_MODE, "dir/a", "first\n");
    member(to, format, LINK_MODE, "link", "dir/a");
    member(to, format, FILE_MODE, "empty", "");
    if (format <= CRC) { /* the others repeat the contents */
        member(to, format, FILE_MODE, "hard", "");
    }
    member(to, format, FILE_MODE, "hard link", "second");
    finish(to, format);
}

#define ALL "dir/a=first\n;empty=;hard link=second;"

static void expect(const ms_bytes *image, const char *want)
{
    archive_expect(MS_ARCHIVE_CPIO, image, want);
}

TEST_RANGE(each_format, 0, NFORMATS)
{
    ms_bytes image = {0};
    build(&image, _i);
    ck_assert_int_eq(ms_archive_format_of(image.data, 512), MS_ARCHIVE_CPIO);
    expect(&image, ALL ".");
    ms_bytes_fini(&image);
}

/* Several archives, each filled up with zeros or not; an initramfs: a compressed archive after one. */
TEST_RANGE(concatenated, 0, NFORMATS)
{
    ms_bytes image = {0};
    ms_bytes want = {0};
    build(&image, _i);
    build(&image, _i);
    member(&image, _i, FILE_MODE, "last", "x");
    member(&image, _i, 0, "TRAILER!!!", "");
    expect(&image, ALL ALL "last=x;.");
    logs_pack(MS_CODEC_GZIP, "packed", 6, &image);
    size_t n = image.len;
    ms_bytes_append(&want, ALL ALL "last=x;(data after the end mark)=", 2 * strlen(ALL) + 33);
    logs_pack(MS_CODEC_GZIP, "packed", 6, &want);
    ms_bytes_append(&want, ";.", 3);
    const archive_pieces pieces = {.image = &image, .step = 100};
    ms_bytes got = archive_read(MS_ARCHIVE_CPIO, &pieces, 100, true);
    ck_assert_uint_eq(got.len + 1, want.len);
    ck_assert_mem_eq(got.data, want.data, want.len);
    ms_bytes_fini(&got);
    image.len = n;
    ms_bytes_fini(&want);
    ms_bytes_fini(&image);
}

#define STOPS(what, at) "!cpio archive: " what " at byte " #at

TEST(other_data_after_the_end)
{
    ms_bytes image = {0};
    build(&image, NEWC);
    size_t n = image.len;
    ck_assert_uint_eq(n, 1024);
    ms_bytes_append(&image, "other\n", 6);
    expect(&image, ALL "(data after the end mark)=other\n;" STOPS("other data after the end mark", 1024));
    ms_bytes_fini(&image);
}

TEST(checksum)
{
    ms_bytes image = {0};
    build(&image, CRC);
    uint8_t *at = memmem(image.data, image.len, "first", 5);
    *at = 'F';
    expect(&image,
           "dir/a=First\n!cpio archive: the contents have a wrong checksum;empty=;hard link=second;.");
    ms_bytes_fini(&image);
}

/* A damaged header: what follows it is found. */
TEST_RANGE(damaged, 0, NFORMATS)
{
    static const size_t at[] = {14, 14, 18, 31, 7, 6}; /* the mode */
    ms_bytes image = {0};
    build(&image, _i);
    const archive_pieces pieces = {.image = &image, .step = 100};
    uint8_t *name = memmem(image.data, image.len, "dir/a", 5);
    size_t head = _i <= CRC ? 110 : _i == ODC ? 76 : _i == AFIO ? 116 : 26;
    (name - head)[at[_i]] ^= 0x70;
    ms_bytes got = archive_read(MS_ARCHIVE_CPIO, &pieces, 100, true);
    ck_assert_mem_eq(got.data, "empty=;hard link=second;!cpio archive: invalid header at byte ", 61);
    ms_bytes_fini(&got);
    build(&image, _i);
    ms_bytes_fini(&image);
}

TEST_RANGE(cut_off_anywhere, 0, NFORMATS)
{
    ms_bytes image = {0};
    build(&image, _i);
    size_t last = 0;
    uint8_t *trailer = memmem(image.data, image.len, "TRAILER!!!", 10);
    size_t end = (size_t)(trailer - image.data) + 11 +
                 (_i <= CRC    ? (4 - (110 + 11) % 4) % 4
                  : _i <= AFIO ? 0
                               : 1);
    for (size_t n = 0; n <= image.len; n++) {
        ms_bytes cut = {.data = image.data, .len = n};
        const archive_pieces pieces = {.image = &cut, .step = 100};
        ms_bytes got = archive_read(MS_ARCHIVE_CPIO, &pieces, 100, true);
        size_t nsame = 0;
        while (nsame < got.len && nsame < strlen(ALL) && got.data[nsame] == (uint8_t)ALL[nsame]) {
            nsame++;
        }
        ck_assert_uint_ge(nsame, last);
        last = nsame;
        ck_assert_msg((strcmp((char *)got.data, ALL ".") == 0) == (n >= end), "%zu of %zu: %s", n, end,
                      got.data);
        ck_assert(n >= end || strstr((char *)got.data, "cut off"));
        ms_bytes_fini(&got);
    }
    ms_bytes_fini(&image);
}

/* Damaged by chance: an end, no crash, and the same whatever the reads. */
TEST_RANGE(flipped, 0, NFORMATS)
{
    chance c = {.state = 42};
    for (unsigned round = 0; round < 1500; round++) {
        ms_bytes image = {0};
        build(&image, _i);
        for (size_t i = chance_below(&c, 4) + 1; i > 0; i--) {
            image.data[chance_below(&c, image.len)] ^= (uint8_t)(1U << chance_below(&c, 8));
        }
        const archive_pieces small = {.image = &image, .step = 97};
        const archive_pieces large = {.image = &image, .step = 4096};
        ms_bytes one = archive_read(MS_ARCHIVE_CPIO, &small, 33, true);
        ms_bytes other = archive_read(MS_ARCHIVE_CPIO, &large, 1 << 16, true);
        ck_assert_uint_eq(one.len, other.len);
        ck_assert_mem_eq(one.data, other.data, one.len);
        ms_bytes_fini(&one);
        ms_bytes_fini(&other);
        ms_bytes_fini(&image);
    }
}

/* Text that begins with the magic number; headers that are too short, or whose name has no end. */
TEST(first_bytes)
{
    static const char *const texts[] = {
        "0707011530001234 foo login\nfoo 2\n",
        "07070100000A1F000081A4000003E8000003E8000000016553F1000000000600000008000000010000000000000000000000"
        "020000"
        "0000 a text of hexadecimal digits",
        "0707070000020000001234561234561234561234561234561234561234561234561234567890",
        "\xC7\x71 text in some code page, and nothing else",
        "070702",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        ck_assert_msg(ms_archive_format_of((const uint8_t *)texts[i], strlen(texts[i])) == MS_ARCHIVE_NONE,
                      "%zu", i);
    }
    static char name[40000];
    memset(name, 'n', 600);
    ms_bytes image = {0};
    member(&image, NEWC, FILE_MODE, name, "x");
    ck_assert_int_eq(ms_archive_format_of(image.data, 512), MS_ARCHIVE_CPIO);
    ms_bytes_clear(&image);
    memset(name, 'n', sizeof name - 1);
    member(&image, NEWC, FILE_MODE, name, "x");
    ck_assert_int_eq(ms_archive_format_of(image.data, 512), MS_ARCHIVE_NONE); /* too long */
    ms_bytes_fini(&image);
}

/* An archive that is cut off in its first header is no text. */
TEST_RANGE(cut_off_in_the_first_header, 0, ODC + 1)
{
    ms_bytes image = {0};
    member(&image, _i, FILE_MODE, "a", "x");
    for (size_t n = 0; n < (_i == ODC ? 76 : 110) + 1; n++) {
        ms_archive_format format = ms_archive_format_of(image.data, n);
        ck_assert_msg(format == (n < 38 ? MS_ARCHIVE_NONE : MS_ARCHIVE_CPIO), "%zu", n);
    }
    ms_bytes_cut(&image, 50);
    expect(&image, "!cpio archive: no end mark (it may be cut off) at byte 0");
    image.data[49] = '\n';
    ck_assert_int_eq(ms_archive_format_of(image.data, 50), MS_ARCHIVE_NONE);
    ms_bytes_fini(&image);
}
