/* Suite of logs/archive/ar.c: archives made by hand, however their bytes are cut into reads; cut off,
 * damaged. */
#include "archive_reading.h"
#include "logs_fixture.h"
#include "unit.h"

#include <stdio.h>
#include <string.h>

static void member(ms_bytes *to, const char *name, const char *contents)
{
    char head[100];
    (void)snprintf(head, sizeof head, "%-16s%-12d%-6d%-6d%-8o%-10zu`\n", name, 0, 0, 0, 0100644U,
                   strlen(contents));
    ms_bytes_append(to, head, 60);
    ms_bytes_append(to, contents, strlen(contents));
    ms_bytes_append(to, "\n", strlen(contents) % 2);
}

static void build(ms_bytes *to)
{
    ms_bytes_append(to, "!<arch>\n", 8);
    member(to, "/", "symbols");
    member(to, "//", "a_very_long_name.o/\nanother_long_name.o/\n");
    member(to, "debian-binary", "2.0\n");
    member(to, "name with blank/", "x");
    member(to, "/0", "first\n");
    member(to, "/20", "second\n");
    member(to, "empty", "");
}

#define ALL                                                                                                  \
    "/=symbols;debian-binary=2.0\n;name with "                                                               \
    "blank=x;a_very_long_name.o=first\n;another_long_name.o=second\n;empty=;"

static void put_bsd(ms_bytes *to)
{
    char head[100];
    (void)snprintf(head, sizeof head, "%-16s%-12d%-6d%-6d%-8o%-10d`\n", "#1/20", 0, 0, 0, 0100644U, 26);
    ms_bytes_append(to, head, 60);
    ms_bytes_append(to, "a_name_of_bsd\0\0\0\0\0\0\0third\n", 26);
}

TEST(members)
{
    ms_bytes image = {0};
    build(&image);
    put_bsd(&image);
    ck_assert_int_eq(ms_archive_format_of(image.data, image.len), MS_ARCHIVE_AR);
    archive_expect(MS_ARCHIVE_AR, &image, ALL "a_name_of_bsd=third\n;.");
    ms_bytes_fini(&image);
}

TEST(damaged_header)
{
    ms_bytes image = {0};
    build(&image);
    put_bsd(&image);
    uint8_t *at = memmem(image.data, image.len, "/20   ", 6);
    at[58] = '?';
    archive_expect(MS_ARCHIVE_AR, &image,
                   "/=symbols;debian-binary=2.0\n;name with "
                   "blank=x;a_very_long_name.o=first\n;empty=;a_name_of_bsd=third\n;"
                   "!ar archive: invalid header at byte 370");
    ms_bytes_fini(&image);
}

TEST(cut_off_anywhere)
{
    ms_bytes image = {0};
    build(&image);
    for (size_t n = 8; n < image.len; n++) {
        ms_bytes cut = {.data = image.data, .len = n};
        const archive_pieces pieces = {.image = &cut, .step = 100};
        ms_bytes got = archive_read(MS_ARCHIVE_AR, &pieces, 100, true);
        bool between = got.len < 2 || strcmp((char *)got.data + got.len - 2, ";.") == 0;
        ck_assert(between || strstr((char *)got.data, "cut off"));
        ms_bytes_fini(&got);
    }
    ms_bytes_fini(&image);
}

TEST(flipped)
{
    chance c = {.state = 42};
    for (unsigned round = 0; round < 3000; round++) {
        ms_bytes image = {0};
        build(&image);
        for (size_t i = chance_below(&c, 4) + 1; i > 0; i--) {
            image.data[chance_below(&c, image.len)] ^= (uint8_t)(1U << chance_below(&c, 8));
        }
        const archive_pieces small = {.image = &image, .step = 97};
        const archive_pieces large = {.image = &image, .step = 4096};
        ms_bytes one = archive_read(MS_ARCHIVE_AR, &small, 33, true);
        ms_bytes other = archive_read(MS_ARCHIVE_AR, &large, 1 << 16, true);
        ck_assert_uint_eq(one.len, other.len);
        ck_assert_mem_eq(one.data, other.data, one.len);
        ms_bytes_fini(&one);
        ms_bytes_fini(&other);
        ms_bytes_fini(&image);
    }
}

/* Text, and an archive without members, which has none. */
TEST(first_bytes)
{
    static const char *const texts[] = {
        "!<arch>\n", "!<arch>\nis how an archive of ar(1) begins, and this is a text of it\n"};
    for (size_t i = 0; i < 2; i++) {
        ck_assert_int_eq(ms_archive_format_of((const uint8_t *)texts[i], strlen(texts[i])), MS_ARCHIVE_NONE);
    }
}
