/* Suite of logs/archive/zip_directory.c and zip_prefix.c: the central directory against the local headers;
 * data that are in no member; archives after others, and after programs. */
#include "archive_reading.h"
#include "unit.h"
#include "zip_image.h"

#include <string.h>

static void expect(const ms_bytes *image, const char *want)
{
    archive_expect(MS_ARCHIVE_ZIP, image, want);
}

static ms_bytes run_result(const ms_bytes *image, size_t step, size_t cap, bool all)
{
    const archive_pieces pieces = {.image = image, .step = step};
    return archive_read(MS_ARCHIVE_ZIP, &pieces, cap, all);
}

#define STOPS(what, at) "!zip archive: " what " at byte " #at

TEST(empty_archive)
{
    ms_bytes image = {0};
    zip_end(&image, 0, 0, 0, false);
    expect(&image, ".");
    ms_bytes_clear(&image);
    zip_end(&image, 0, 0, 0, true);
    expect(&image, ".");
    ms_bytes_fini(&image);
}

/* Text that is in no member is not searched, so the archive fails. */
TEST(other_data)
{
    static const struct {
        size_t where; /* member, or 3: before the directory, 4: before the end record, 5: after all */
        const char *text;
        const char *want;
    } cases[] = {
        {0, "text PK\3\4 text", STOPS("other data before the first member", 0)},
        {1, "text", STOPS("other data between the members", 37)},
        {2, "PK\7\10", STOPS("other data between the members", 77)},
        {3, "PK", STOPS("other data between the members", 132)},
        {4, "text", STOPS("other data after the central directory", 294)},
        {5, "text", STOPS("other data after the end record", 319)},
        {5, "PK", STOPS("other data after the end record", 319)},
        {5, "\0\0\0", "."},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        zip_item items[3];
        ms_bytes plain = {0};
        ms_bytes image = {0};
        size_t begin = zip_three(&plain, items);
        size_t places[] = {0, items[1].at, items[2].at, begin, plain.len - 25, plain.len};
        size_t n = i == 7 ? 3 : strlen(cases[i].text);
        ms_bytes_append(&image, plain.data, places[cases[i].where]);
        ms_bytes_append(&image, cases[i].text, n);
        ms_bytes_append(&image, plain.data + places[cases[i].where], plain.len - places[cases[i].where]);
        ms_bytes got = run_result(&image, 10, 100, true);
        ck_assert_mem_eq(got.data, ZIP_THREE, strlen(ZIP_THREE));
        ck_assert_str_eq((char *)got.data + strlen(ZIP_THREE), cases[i].want);
        expect(&image, (char *)got.data);
        ms_bytes_fini(&got);
        ms_bytes_fini(&image);
        ms_bytes_fini(&plain);
    }
}

#define AGAINST "!zip archive: central directory against local headers: "

/* One field of the directory is another. */
TEST(directory_against_headers)
{
    static const struct {
        size_t at; /* in the directory header of "b" */
        uint64_t value;
        size_t n;
        const char *want;
    } cases[] = {
        {10, 0, 2, AGAINST "other methods"}, {16, 1, 4, AGAINST "other checksums"},
        {20, 99, 4, AGAINST "other sizes"},  {24, 99, 4, AGAINST "other sizes"},
        {42, 1, 4, AGAINST "other offsets"}, {46, 'x', 1, AGAINST "other names"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        zip_item items[3];
        ms_bytes image = {0};
        size_t begin = zip_three(&image, items);
        zip_patch(&image, begin + 54 + cases[i].at, cases[i].value, cases[i].n);
        ms_bytes got = run_result(&image, 1000, 100, true);
        ck_assert_mem_eq(got.data, ZIP_THREE, strlen(ZIP_THREE));
        ck_assert_msg(strstr((char *)got.data, cases[i].want) != NULL, "case %zu: %s", i, got.data);
        ms_bytes_fini(&got);
        ms_bytes_fini(&image);
    }
}

/* The directory lacks a member, has one more, one twice, or another order, which is right. */
TEST(members_of_the_directory)
{
    static const struct {
        size_t order[4];
        size_t n;
        const char *want;
    } cases[] = {
        {{0, 1}, 2, AGAINST "it lacks members"},
        {{0, 1, 2, 0}, 4, AGAINST "it has members that are not there"},
        {{0, 1, 1}, 3, AGAINST "other names"},
        {{2, 0, 1}, 3, ";."},
        {{0}, 0, AGAINST "it lacks members"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        zip_item items[3];
        ms_bytes image = {0};
        size_t begin = zip_three(&image, items);
        image.len = begin;
        for (size_t k = 0; k < cases[i].n; k++) {
            zip_central(&image, &items[cases[i].order[k]], 0);
        }
        zip_end(&image, cases[i].n, begin, 0, false);
        ms_bytes got = run_result(&image, 1000, 100, true);
        ck_assert_mem_eq(got.data, ZIP_THREE, strlen(ZIP_THREE));
        ck_assert_msg(strstr((char *)got.data, cases[i].want) != NULL, "case %zu: %s", i, got.data);
        ms_bytes_fini(&got);
        ms_bytes_fini(&image);
    }
}

TEST(end_records)
{
    static const struct {
        size_t at; /* in the end record */
        uint64_t value;
        size_t n;
        const char *want;
    } cases[] = {
        {4, 1, 2, "split into several files"},         {6, 2, 2, "split into several files"},
        {10, 4, 2, "differ in the number of members"}, {12, 9, 4, "differ in its size"},
        {16, 9, 4, "not where the end record says"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        zip_item items[3];
        ms_bytes image = {0};
        zip_three(&image, items);
        zip_patch(&image, image.len - 25 + cases[i].at, cases[i].value, cases[i].n);
        ms_bytes got = run_result(&image, 1000, 100, true);
        ck_assert_mem_eq(got.data, ZIP_THREE, strlen(ZIP_THREE));
        ck_assert_msg(strstr((char *)got.data, cases[i].want) != NULL, "case %zu: %s", i, got.data);
        ms_bytes_fini(&got);
        ms_bytes_fini(&image);
    }
}

static ms_code pread_memory(void *self, uint64_t offset, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    const ms_bytes *image = self;
    (void)err;
    *n = offset < image->len ? image->len - (size_t)offset : 0;
    *n = *n < cap ? *n : cap;
    memcpy(buf, image->data + offset, *n);
    return MS_OK;
}

/* After a program, with offsets from the file's first byte or the archive's; the program is a member. */
TEST(self_extracting)
{
    static const char *const programs[] = {"#!/bin/sh\nexec unzip\n", "\177ELF and so on", "MZ and so on"};
    for (unsigned i = 0; i < 12; i++) {
        const char *program = programs[i % 3];
        size_t n = strlen(program);
        zip_item items[] = {{.name = "a", .text = "first\n"}, {.name = "b", .text = "second\n", .method = 8}};
        ms_bytes image = {0};
        ms_bytes want = {0};
        uint64_t prefix = 0;
        ms_bytes_append(&image, program, n);
        items[0].wide = i >= 6;
        zip_archive(&image, items, 2, i % 2 == 0 ? n : 0);
        ck_assert(ms_archive_after_prefix(pread_memory, &image, image.len, &prefix));
        ck_assert_uint_eq(prefix, n);
        archive_pieces pieces = {.image = &image, .step = 100};
        const ms_archive_input input = {
            .source = archive_source(&pieces), .format = MS_ARCHIVE_ZIP, .prefix = prefix};
        const ms_members_options options = {0};
        ms_bytes got = archive_read_with(&input, &options, 100, true);
        ms_bytes_append(&want, "(data before the archive)=", 26);
        ms_bytes_append(&want, program, n);
        ms_bytes_append(&want, ";a=first\n;b=second\n;.", 22);
        ck_assert_str_eq((char *)got.data, (char *)want.data);
        for (size_t cut = 0; cut < image.len - 3; cut++) { /* before the comment */
            bool found = ms_archive_after_prefix(pread_memory, &image, cut, &prefix);
            ck_assert(!found && !ms_archive_ends_so(image.data, cut));
        }
        ms_bytes_append(&image, "other data", 10);
        ck_assert(ms_archive_after_prefix(pread_memory, &image, image.len, &prefix) && prefix == n);
        ck_assert(ms_archive_ends_so(image.data, image.len));
        ms_bytes_fini(&got);
        ms_bytes_fini(&want);
        ms_bytes_fini(&image);
    }
}

/* The last part of an archive that is split, which begins within a member or within the directory. */
TEST(last_part)
{
    zip_item items[3];
    ms_bytes image = {0};
    size_t begin = zip_three(&image, items);
    for (size_t from = items[1].at + 1; from < image.len - 25; from++) {
        ms_bytes part = {0};
        uint64_t prefix = 0;
        ms_bytes_append(&part, image.data + from, image.len - from);
        bool found = ms_archive_after_prefix(pread_memory, &part, part.len, &prefix);
        ck_assert_msg(found, "%zu", from);
        ck_assert_uint_eq(prefix, from <= begin ? begin - from : image.len - 25 - from);
        archive_pieces pieces = {.image = &part, .step = 100};
        const ms_archive_input input = {
            .source = archive_source(&pieces), .format = MS_ARCHIVE_ZIP, .prefix = prefix};
        const ms_members_options options = {0};
        ms_bytes got = archive_read_with(&input, &options, 100, true);
        ck_assert_ptr_nonnull(memmem(got.data, got.len, "!zip archive: ", 14));
        ms_bytes_fini(&got);
        ms_bytes_fini(&part);
    }
    ms_bytes_fini(&image);
}

/* Two archives, one after the other, which may count from the first byte of all; with other data before. */
TEST(concatenated)
{
    for (int counts_from_first = 0; counts_from_first < 2; counts_from_first++) {
        zip_item items[3];
        zip_item more[] = {{.name = "d", .text = "x"}};
        ms_bytes image = {0};
        zip_three(&image, items);
        zip_archive(&image, more, 1, counts_from_first ? 0 : image.len);
        expect(&image, ZIP_THREE "d=x;.");
        ms_bytes_fini(&image);
    }
}

/* The block of Android between the members and the directory. */
TEST(signing_block)
{
    zip_item items[3];
    ms_bytes image = {0};
    size_t block = zip_three(&image, items);
    image.len = block;
    ms_bytes_append(&image, "\x20\0\0\0\0\0\0\0pairspai\x20\0\0\0\0\0\0\0APK Sig Block 42", 40);
    uint64_t begin = image.len;
    for (size_t i = 0; i < 3; i++) {
        zip_central(&image, &items[i], 0);
    }
    zip_end(&image, 3, begin, 0, false);
    expect(&image, ZIP_THREE ".");
    image.data[block + 16]++; /* the second length is not examined; the magic number is */
    image.data[block + 39]++;
    ms_bytes got = run_result(&image, 1000, 100, true);
    ck_assert_ptr_nonnull(strstr((char *)got.data, STOPS("other data between the members", 132)));
    ms_bytes_fini(&got);
    ms_bytes_fini(&image);
}

/* Headers without a name and contents fill gaps; the directory may have them or not. */
TEST(fillers)
{
    for (size_t listed = 2; listed <= 3; listed++) {
        zip_item items[] = {{.name = "a", .text = "x"}, {.name = "b", .text = "y"}, {.name = "", .text = ""}};
        ms_bytes image = {0};
        for (size_t i = 0; i < 3; i++) {
            zip_local(&image, &items[i]);
        }
        uint64_t begin = image.len;
        for (size_t i = 0; i < listed; i++) {
            zip_central(&image, &items[i], 0);
        }
        zip_end(&image, listed, begin, 0, false);
        expect(&image, "a=x;b=y;.");
        ms_bytes_fini(&image);
    }
}
