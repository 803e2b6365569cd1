/* Suite of logs/archive/tar_extra.c and tar_sparse.c: pax headers and long names of any length; files without
 * their holes. */
#include "archive_reading.h"
#include "logs_fixture.h"
#include "tar_image.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void expect(const ms_bytes *image, const char *want)
{
    archive_expect(MS_ARCHIVE_TAR, image, want);
}

#define INVALID "!tar archive: invalid pax header at byte "

/* Records before a member "m" with the contents "x". */
static const struct {
    const char *records;
    size_t n;
    const char *want;
} headers[] = {
#define RECORDS(records, want)                                                                               \
    {                                                                                                        \
        records, sizeof(records) - 1, want                                                                   \
    }
    RECORDS("6 a=b\n", "m=x;."),
    RECORDS("9 path=n\n", "n=x;."),
    RECORDS("13 path=n=o!\n6 b=c\n", "n=o!=x;."),
    RECORDS("007 a=\n9 path=n\n", "n=x;."),
    RECORDS("7 =a\nb\n9 path=n\n", "n=x;."),
    RECORDS("9 path=n\n\0\0\0\0", "n=x;."),
    RECORDS("8 path=\n", "m=x;."),
    RECORDS("8 size=\n", "m=x;."),
    RECORDS("06 a=b\n", "m=x;" INVALID "512"), /* its sixth byte is no newline */
    RECORDS("9 path=n\n7 a=b\n", "n=x;" INVALID "521"),
    RECORDS("5 a=b\n", "m=x;" INVALID "512"),
    RECORDS("2 a=b\n", "m=x;" INVALID "512"),
    RECORDS("0 a=b\n", "m=x;" INVALID "512"),
    RECORDS("6 abc\n", "m=x;" INVALID "512"),
    RECORDS("6", "m=x;" INVALID "512"),
    RECORDS("6a=bc\n", "m=x;" INVALID "512"),
    RECORDS(" 6 a=b\n", "m=x;" INVALID "512"),
    RECORDS("-6 a=b\n", "m=x;" INVALID "512"),
    RECORDS("18446744073709551622 a=b\n", "m=x;" INVALID "512"), /* 2^64 + 6 */
    RECORDS("9 size=x\n", "m=x;" INVALID "512"),
    RECORDS("28 size=9223372036854775808\n", "m=x;" INVALID "512"),
    RECORDS("9 path=n\n99 path=o\n", "n=x;" INVALID "521"),
};

TEST_EACH(pax_records, headers)
{
    ms_bytes image = {0};
    tar_header(&image, USTAR, 'x', "PaxHeader", headers[_i].n);
    tar_body(&image, headers[_i].records, headers[_i].n);
    tar_member(&image, USTAR, '0', "m", "x");
    tar_zeros(&image, 1024);
    expect(&image, headers[_i].want);
    ms_bytes_fini(&image);
}

/* Headers of megabytes: the keys of interest are found before and after others; a name is kept in part. */
TEST(long_headers)
{
    enum { N = 3000000 };
    char *text = malloc(N + 64);
    ms_bytes image = {0};
    ck_assert_ptr_nonnull(text);
    static const char *const keys[] = {"SCHILY.xattr.user.x=", "comment=", "path="};
    for (size_t i = 0; i < 3; i++) {
        ms_bytes_clear(&image);
        int n = snprintf(text, 64, "%d %s", N, keys[i]);
        memset(text + n, 'n', (size_t)(N - n));
        memcpy(text + N - 1, "\n11 size=02\n", 12);
        tar_header(&image, USTAR, 'x', "PaxHeader", N + 11);
        tar_body(&image, text, N + 11);
        tar_header(&image, USTAR, '0', "m", 0);
        tar_body(&image, "xy", 2);
        tar_zeros(&image, 1024);
        const archive_pieces pieces = {.image = &image, .step = 5000};
        ms_bytes got = archive_read(MS_ARCHIVE_TAR, &pieces, 100, true);
        ck_assert_str_eq((char *)got.data + (i < 2 ? 0 : 65535), i < 2 ? "m=xy;." : "n=xy;.");
        ms_bytes_fini(&got);
    }
    ms_bytes_clear(&image);
    tar_header(&image, GNU_TAR, 'L', "././@LongLink", N);
    tar_body(&image, text, N);
    tar_member(&image, GNU_TAR, '0', "m", "x");
    tar_zeros(&image, 1024);
    const archive_pieces pieces = {.image = &image, .step = 5000};
    ms_bytes got = archive_read(MS_ARCHIVE_TAR, &pieces, 100, true);
    ck_assert_uint_eq(got.len, 65536 + 4);
    ck_assert_str_eq((char *)got.data + 65535, "n=x;.");
    ms_bytes_fini(&got);
    ms_bytes_fini(&image);
    free(text);
}

/* The file that each format describes: 3 zeros, "abc", 4 zeros, "de", 2 zeros. */
enum { OLD, PAX_0_0, PAX_0_1, PAX_1_0, NSPARSE };

static void put_number(ms_bytes *to, size_t at, unsigned value)
{
    (void)snprintf((char *)to->data + at, 12, "%011o", value);
}

static void old_header(ms_bytes *to)
{
    size_t at = to->len;
    tar_header(to, GNU_TAR, 'S', "s", 5);
    put_number(to, at + 386, 3);
    put_number(to, at + 398, 3);
    put_number(to, at + 410, 10);
    put_number(to, at + 422, 2);
    put_number(to, at + 434, 14);
    put_number(to, at + 446, 0);
    put_number(to, at + 483, 14);
    tar_sum(to, at, false);
    tar_body(to, "abcde", 5);
}

/* Appends a pax header with these fields, "key=value" each, of 6 to 94 bytes. */
static void pax_header(ms_bytes *to, const char *const *fields)
{
    char records[600] = "";
    for (size_t n = 0; *fields; fields++, n = strlen(records)) {
        (void)snprintf(records + n, sizeof records - n, "%zu %s\n", strlen(*fields) + 4, *fields);
    }
    tar_member(to, USTAR, 'x', "PaxHeader", records);
}

#define PAX(to, ...) pax_header(to, (const char *const[]){__VA_ARGS__, NULL})

static void sparse_member(ms_bytes *to, int format)
{
    if (format == OLD) {
        old_header(to);
        return;
    }
    if (format == PAX_0_0) {
        PAX(to, "GNU.sparse.size=14", "GNU.sparse.numblocks=2", "GNU.sparse.offset=3",
            "GNU.sparse.numbytes=3", "GNU.sparse.offset=10", "GNU.sparse.numbytes=2");
    } else if (format == PAX_0_1) {
        PAX(to, "GNU.sparse.size=14", "GNU.sparse.numblocks=2", "GNU.sparse.map=3,3,10,2",
            "GNU.sparse.name=s");
    } else {
        char contents[517] = "2\n3\n3\n10\n2\n";
        memcpy(contents + 512, "abcde", 5);
        PAX(to, "GNU.sparse.major=1", "GNU.sparse.minor=0", "GNU.sparse.name=s", "GNU.sparse.realsize=14");
        tar_header(to, USTAR, '0', "GNUSparseFile.0/s", sizeof contents);
        tar_body(to, contents, sizeof contents);
        return;
    }
    tar_member(to, USTAR, '0', "s", "abcde");
}

TEST_RANGE(sparse_files, 0, NSPARSE)
{
    static const char file[] = "s=\0\0\0abc\0\0\0\0de\0\0;b=x;.";
    ms_bytes image = {0};
    sparse_member(&image, _i);
    tar_member(&image, USTAR, '0', "b", "x");
    tar_zeros(&image, 1024);
    for (size_t cap = 1; cap < 20; cap++) {
        const archive_pieces pieces = {.image = &image, .step = cap * 7};
        ms_bytes got = archive_read(MS_ARCHIVE_TAR, &pieces, cap, true);
        ck_assert_uint_eq(got.len, sizeof file - 1);
        ck_assert_mem_eq(got.data, file, got.len);
        ms_bytes_fini(&got);
    }
    ms_bytes_fini(&image);
}

/* Holes are skipped, or read as zeros up to the limit of decompressed bytes. */
TEST(holes)
{
    ms_bytes image = {0};
    ms_members *members = NULL;
    ms_member member;
    ms_err err = {0};
    bool more = false;
    uint8_t buf[100];
    size_t n = 0;
    size_t total = 0;
    PAX(&image, "GNU.sparse.size=1000000000000000000", "GNU.sparse.numblocks=1",
        "GNU.sparse.map=1000000000000000000,0");
    tar_member(&image, USTAR, '0', "s", "");
    tar_zeros(&image, 1024);
    for (int skips = 0; skips < 2; skips++) {
        archive_pieces pieces = {.image = &image, .step = 100};
        const ms_archive_input input = {.source = archive_source(&pieces), .format = MS_ARCHIVE_TAR};
        const ms_members_options options = {.limits = {.max_decompressed = 1000}};
        ck_assert_int_eq(ms_members_open(&members, &input, &options, &err), MS_OK);
        ck_assert_int_eq(ms_members_next(members, &member, &more, &err), MS_OK);
        ck_assert(more && member.code == MS_OK);
        ms_source source = ms_members_contents(members);
        if (skips) {
            ck_assert_uint_eq(source.skip_zeros(source.self, 3), 999999999999999999);
            ck_assert_uint_eq(source.skip_zeros(source.self, 3), 0);
            ck_assert_int_eq(source.read(source.self, buf, sizeof buf, &n, &err), MS_OK);
            ck_assert_uint_eq(n, 1);
            ck_assert_int_eq(source.read(source.self, buf, sizeof buf, &n, &err), MS_OK);
            ck_assert_uint_eq(n, 0);
        } else {
            while (source.read(source.self, buf, sizeof buf, &n, &err) == MS_OK) {
                total += n;
            }
            ck_assert_uint_eq(total, 1000);
            ck_assert_str_eq(err.text, "holds more than 1000 bytes of holes (--max-decompressed)");
        }
        ck_assert_int_eq(ms_members_next(members, &member, &more, &err), MS_OK);
        ck_assert(!more);
        ms_members_close(members);
    }
    ms_bytes_fini(&image);
}

/* Maps that describe no file of which so much is stored. */
TEST(bad_maps)
{
    static const char *const maps[] = {"3,3,5,2",
                                       "3,3,10,3",
                                       "3,3",
                                       "3,3,10",
                                       "3,,10,2",
                                       "3,x",
                                       "3,3,13,2",
                                       "99999999999999999999,5",
                                       "0,18446744073709551615,1,6"};
    for (size_t i = 0; i < sizeof maps / sizeof maps[0]; i++) {
        ms_bytes image = {0};
        char map[100];
        (void)snprintf(map, sizeof map, "GNU.sparse.map=%s", maps[i]);
        PAX(&image, "GNU.sparse.size=14", map);
        tar_member(&image, USTAR, '0', "s", "abcde");
        tar_member(&image, USTAR, '0', "b", "x");
        tar_zeros(&image, 1024);
        expect(&image, "s!tar archive: the map of a sparse file is invalid;b=x;.");
        ms_bytes_fini(&image);
    }
}
