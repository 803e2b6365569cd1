/* Suite of logs/archive/tar_header.c: what is taken for a header, its numbers and names.
 */
#include "logs/archive/tar_header.h"

#include "tar_image.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#define FIELD(text) text, sizeof(text) - 1

static const struct {
    const char *field;
    size_t n;
    bool sound;
    uint64_t value;
} numbers[] = {
    {FIELD("00000000017\0"), true, 15},
    {FIELD("777777777777"), true, 0xFFFFFFFFF}, /* a field without an end */
    {FIELD("   17 \0\0\0\0\0\0"), true, 15},
    {FIELD("\0\0\0\0\0\0\0\0"), true, 0},
    {FIELD("        "), true, 0},
    {FIELD("0000018\0"), false, 0},
    {FIELD("17x\0\0\0\0\0"), false, 0},
    {FIELD("-1\0\0\0\0\0\0"), false, 0},
    {FIELD("\x80\0\0\0\0\0\0\0\0\0\1\2"), true, 258},
    {FIELD("\x80\0\0\0\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF"), true, INT64_MAX},
    {FIELD("\x80\0\0\0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"), true, UINT64_MAX},
    {FIELD("\x80\0\0\1\0\0\0\0\0\0\0\0"), false, 0},
    {FIELD("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"), false, 0},
};

TEST_EACH(numbers_of_fields, numbers)
{
    uint64_t value = 0;
    bool sound = ms_tar_number((const uint8_t *)numbers[_i].field, numbers[_i].n, &value);
    ck_assert_int_eq(sound, numbers[_i].sound);
    if (sound) {
        ck_assert_uint_eq(value, numbers[_i].value);
    }
}

TEST(sizes)
{
    ms_bytes image = {0};
    uint64_t size = 0;
    tar_header(&image, USTAR, '0', "a", 077777777777);
    ck_assert(ms_tar_size(image.data, &size) && size == 077777777777);
    memcpy(image.data + 124, "\x80\0\0\0\x80\0\0\0\0\0\0", 12); /* 2^63 */
    ck_assert(!ms_tar_size(image.data, &size));
    ms_bytes_fini(&image);
}

TEST(checksums)
{
    ms_bytes image = {0};
    tar_header(&image, USTAR, '0', "\xE4\xFF", 5);
    ck_assert(ms_tar_is_header(image.data));
    for (size_t i = 0; i < 512; i++) { /* every byte counts */
        image.data[i] ^= 1;
        bool behind_number = i >= 148 + 7 && i < 148 + 8;
        ck_assert(behind_number || !ms_tar_is_header(image.data));
        image.data[i] ^= 1;
    }
    tar_sum(&image, 0, true);
    ck_assert(ms_tar_is_header(image.data));
    memset(image.data, 0, 512);
    ck_assert(!ms_tar_is_header(image.data));
    ck_assert(ms_tar_is_zero(image.data, 512));
    image.data[511] = 1;
    ck_assert(!ms_tar_is_zero(image.data, 512));
    ck_assert(ms_tar_is_zero(image.data, 511) && ms_tar_is_zero(image.data, 0));
    ck_assert(ms_tar_is_zero(image.data, 1) && !ms_tar_is_zero(image.data + 511, 1));
    ms_bytes_fini(&image);
}

TEST(beginnings)
{
    static const char *const magics[] = {USTAR, GNU_TAR, VERSION_7};
    for (size_t i = 0; i < 3; i++) {
        ms_bytes image = {0};
        tar_header(&image, magics[i], '0', "a", 5);
        ck_assert(ms_tar_looks_like(image.data, 512));
        ck_assert(!ms_tar_looks_like(image.data, 511));
        image.data[0]++; /* a wrong checksum: only the magic shows it */
        ck_assert_int_eq(ms_tar_looks_like(image.data, 512), i < 2);
        ms_bytes_fini(&image);
    }
}

/* What GNU tar begins a volume with, without a magic number: its label, what is continued, a directory. */
TEST(beginnings_of_volumes)
{
    static const char types[] = "VMD01 ";
    for (size_t i = 0; i < strlen(types); i++) {
        ms_bytes image = {0};
        tar_header(&image, VERSION_7, types[i], "backup", 0);
        ck_assert(ms_tar_looks_like(image.data, 512));
        image.data[0]++;
        ck_assert(!ms_tar_looks_like(image.data, 512));
        ms_bytes_fini(&image);
    }
}

TEST(no_beginnings)
{
    uint8_t text[512];
    ms_bytes image = {0};
    memset(text, 'x', sizeof text);
    memcpy(text + 257, "ustar ", 6); /* a log line that speaks of it */
    ck_assert(!ms_tar_looks_like(text, 512));
    text[256] = 0;
    ck_assert(ms_tar_looks_like(text, 512));
    text[262] = 'x';
    ck_assert(!ms_tar_looks_like(text, 512));
    memset(text, 0, sizeof text);
    ck_assert(!ms_tar_looks_like(text, 512));
    tar_header(&image, VERSION_7, '8', "a", 5); /* no type of version 7 */
    ck_assert(!ms_tar_looks_like(image.data, 512));
    image.len = 0;
    tar_header(&image, VERSION_7, '0', "", 5);
    ck_assert(!ms_tar_looks_like(image.data, 512));
    image.len = 0;
    tar_header(&image, VERSION_7, '0', "a", 5);
    image.data[110] = 'x'; /* the owner */
    tar_sum(&image, 0, false);
    ck_assert(ms_tar_is_header(image.data) && !ms_tar_looks_like(image.data, 512));
    ms_bytes_fini(&image);
}

static void check_name(const ms_bytes *image, const char *want)
{
    ms_bytes name = {0};
    ms_tar_name(image->data, &name);
    ck_assert_uint_eq(name.len, strlen(want));
    ck_assert_mem_eq(name.data, want, name.len);
    ms_bytes_fini(&name);
}

TEST(names)
{
    char want[257] = {0};
    ms_bytes image = {0};
    tar_header(&image, USTAR, '0', "b", 5);
    check_name(&image, "b");
    memcpy(image.data + 345, "dir", 3);
    check_name(&image, "dir/b");
    memset(image.data, 'n', 100); /* both full: no NUL after them */
    memset(image.data + 345, 'p', 155);
    memset(want, 'p', 155);
    want[155] = '/';
    memset(want + 156, 'n', 100);
    check_name(&image, want);
    memcpy(image.data + 257, GNU_TAR, 8); /* times are there */
    check_name(&image, want + 156);
    ms_bytes_fini(&image);
}
