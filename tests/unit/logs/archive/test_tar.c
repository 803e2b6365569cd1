/* Suite of logs/archive/tar.c: what comes out of archives made by hand, however their bytes are cut into
 * reads; what of one that is cut off at any byte, or damaged. */
#include "archive_reading.h"
#include "logs_fixture.h"
#include "tar_image.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void add(ms_bytes *to, const void *data, size_t n)
{
    ms_bytes_append(to, data, n);
}

static ms_bytes run_result(const ms_bytes *image, size_t step, size_t cap, bool all, bool fails)
{
    const archive_pieces pieces = {.image = image, .step = step, .fails = fails};
    return archive_read(MS_ARCHIVE_TAR, &pieces, cap, all);
}

static void expect(const ms_bytes *image, const char *want)
{
    archive_expect(MS_ARCHIVE_TAR, image, want);
}

static void build_plain(ms_bytes *to)
{
    tar_member(to, USTAR, '5', "dir/", "");
    tar_member(to, USTAR, '0', "dir/a", "first\n");
    tar_member(to, USTAR, '2', "link", "");
    tar_member(to, USTAR, '0', "empty", "");
    tar_member(to, GNU_TAR, '0', "b", "second\n");
    tar_member(to, VERSION_7, '\0', "c", "third\n");
    tar_member(to, USTAR, '7', "contiguous", "4");
    tar_member(to, USTAR, 'Z', "unknown", "5");
    tar_zeros(to, 1024);
}

static void build_lone_zero_block(ms_bytes *to)
{
    tar_member(to, USTAR, '0', "a", "x");
    tar_zeros(to, 512);
}

static void build_no_end(ms_bytes *to)
{
    tar_member(to, USTAR, '0', "a", "x");
}

static void build_concatenated(ms_bytes *to)
{
    build_plain(to);
    tar_zeros(to, 512 * 17);
    build_lone_zero_block(to);
}

static void build_other_data(ms_bytes *to)
{
    build_lone_zero_block(to);
    tar_body(to, "other", 5);
}

static void build_few_other_bytes(ms_bytes *to)
{
    build_lone_zero_block(to);
    add(to, "other", 5);
}

static void build_few_zeros(ms_bytes *to)
{
    build_lone_zero_block(to);
    tar_zeros(to, 100);
}

static void build_damaged(ms_bytes *to)
{
    tar_member(to, USTAR, '0', "a", "x");
    tar_member(to, USTAR, '0', "b", "y");
    to->data[1024] = 'c';
    tar_zeros(to, 1024);
}

static void build_damaged_between(ms_bytes *to)
{
    tar_member(to, USTAR, '0', "a", "x");
    tar_member(to, USTAR, '0', "b", "y");
    to->data[1024] = 'c';
    tar_member(to, USTAR, '0', "c", "z");
    tar_zeros(to, 1024);
}

static void build_garbage_between(ms_bytes *to)
{
    tar_member(to, USTAR, '0', "a", "x");
    tar_body(to, "garbage", 7);
    tar_zeros(to, 512);
    tar_member(to, USTAR, '0', "b", "y");
    tar_zeros(to, 1024);
}

static void build_bad_size(ms_bytes *to)
{
    tar_member(to, USTAR, '0', "a", "x");
    memset(to->data + 124, 0xFF, 12); /* -1 */
    tar_sum(to, 0, false);
}

/* A size far beyond the archive. */
static void build_huge(ms_bytes *to)
{
    tar_member(to, USTAR, '0', "a", "x");
    memcpy(to->data + 124, "\x80\0\0\0\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 12);
    tar_sum(to, 0, false);
}

static void build_long_names(ms_bytes *to)
{
    tar_header(to, GNU_TAR, 'K', "././@LongLink", 9);
    tar_body(to, "far away", 9);
    tar_header(to, GNU_TAR, 'L', "././@LongLink", 11);
    tar_body(to, "very/long\0?", 11);
    tar_member(to, GNU_TAR, '0', "very", "x");
    tar_member(to, GNU_TAR, '0', "short", "y");
    tar_zeros(to, 1024);
}

static void build_huge_name(ms_bytes *to)
{
    tar_member(to, USTAR, '0', "a", "x");
    tar_header(to, GNU_TAR, 'L', "././@LongLink", UINT64_C(1) << 32);
}

/* A pax header of this type before a member. */
static void pax(ms_bytes *to, char type, const char *records)
{
    tar_member(to, USTAR, type, "PaxHeader", records);
}

static void build_pax(ms_bytes *to)
{
    pax(to, 'x', "15 path=long/a\n11 mtime=1\n9 size=1\n");
    tar_header(to, USTAR, '0', "short", 0);
    tar_body(to, "x", 1);
    tar_member(to, USTAR, '0', "b", "y"); /* the next one is itself again */
    pax(to, 'g', "14 path=for/all\n");
    tar_zeros(to, 1024);
}

static void build_global(ms_bytes *to)
{
    pax(to, 'g', "12 path=all\n20 comment=12345678\n");
    tar_member(to, USTAR, '0', "a", "x");
    pax(to, 'x', "12 path=own\n");
    tar_member(to, USTAR, '0', "a", "y");
    tar_member(to, USTAR, '0', "a", "z");
    pax(to, 'g', "8 path=\n");
    tar_member(to, USTAR, '0', "a", "w");
    tar_zeros(to, 1024);
}

static void build_bad_pax(ms_bytes *to)
{
    tar_member(to, USTAR, '0', "a", "x");
    pax(to, 'x', "12 path=own\n99 path=x\n");
    tar_member(to, USTAR, '0', "b", "y");
}

static void build_bad_pax_size(ms_bytes *to)
{
    pax(to, 'x', "28 size=9223372036854775808\n");
    tar_member(to, USTAR, '0', "b", "y");
}

/* Sizes of what has no contents: believed when contents follow. */
static void build_sizes(ms_bytes *to)
{
    tar_header(to, USTAR, '5', "dir/", 4096);
    tar_header(to, USTAR, '1', "hard", 2);
    tar_member(to, VERSION_7, '\0', "a", "x");
    tar_member(to, USTAR, '1', "hard", "of pax");
    tar_header(to, VERSION_7, '\0', "old_dir/", 4096);
    tar_member(to, VERSION_7, '\0', "strange/", "s");
    tar_member(to, GNU_TAR, 'D', "names", "Ya\0Yb\0");
    tar_header(to, USTAR, '2', "soft", 7);
    tar_zeros(to, 1024);
}

static void build_sparse(ms_bytes *to)
{
    size_t at = to->len;
    tar_header(to, GNU_TAR, 'S', "old", 3);
    to->data[at + 482] = 1; /* two more blocks of the map */
    tar_sum(to, at, false);
    tar_zeros(to, 1024);
    to->data[at + 512 + 504] = 1;
    tar_body(to, "abc", 3);
    pax(to, 'x',
        "22 GNU.sparse.major=1\n22 GNU.sparse.minor=0\n24 GNU.sparse.name=real\n18 path=made/up/x\n");
    tar_member(to, USTAR, '0', "x", "0\n");
    tar_member(to, USTAR, '0', "y", "z");
    tar_zeros(to, 1024);
}

#define STOPS(what, at) "!tar archive: " what " at byte " #at

#define BAD_MAP "tar archive: the map of a sparse file is invalid"

static const struct {
    void (*build)(ms_bytes *to);
    const char *want;
} cases[] = {
    {build_plain, "dir/a=first\n;empty=;b=second\n;c=third\n;contiguous=4;unknown=5;."},
    {build_lone_zero_block, "a=x;."},
    {build_no_end, "a=x;" STOPS("no end mark (it may be cut off)", 1024)},
    {build_concatenated, "dir/a=first\n;empty=;b=second\n;c=third\n;contiguous=4;unknown=5;a=x;."},
    {build_other_data, "a=x;" STOPS("other data after the end mark", 1536)},
    {build_few_other_bytes, "a=x;" STOPS("other data after the end mark", 1536)},
    {build_few_zeros, "a=x;."},
    {build_damaged, "a=x;" STOPS("invalid header", 1024)},
    {build_damaged_between, "a=x;c=z;" STOPS("invalid header", 1024)},
    {build_garbage_between, "a=x;b=y;" STOPS("invalid header", 1024)},
    {build_bad_size, STOPS("invalid header", 0)},
    {build_long_names, "very/long=x;short=y;."},
    {build_huge_name, "a=x;" STOPS("cut off in a header", 1536)},
    {build_pax, "long/a=x;b=y;" STOPS("invalid pax header", 3584)},
    {build_global, "all=x;own=y;all=z;a=w;."},
    {build_bad_pax, "a=x;own=y;" STOPS("invalid pax header", 1548)},
    {build_bad_pax_size, "b=y;" STOPS("invalid pax header", 512)},
    {build_sizes, "a=x;hard=of pax;strange/=s;."},
    {build_sparse, "old!" BAD_MAP ";real=;y=z;."},
};

TEST_EACH(members, cases)
{
    ms_bytes image = {0};
    cases[_i].build(&image);
    expect(&image, cases[_i].want);
    ms_bytes_fini(&image);
}

TEST(a_size_beyond_the_archive)
{
    ms_bytes image = {0};
    build_huge(&image);
    ms_bytes got = run_result(&image, 1000, 1 << 16, true, false);
    ck_assert_uint_ge(got.len, 515);
    ck_assert_mem_eq(got.data, "a=x\0\0", 5);
    ck_assert_str_eq((char *)got.data + 2 + 512, ";" STOPS("cut off in a member", 1024));
    ms_bytes_fini(&got);
    got = run_result(&image, 1000, 0, true, false); /* passed over */
    ck_assert_str_eq((char *)got.data, "a=;" STOPS("cut off in a member", 1024));
    ms_bytes_fini(&got);
    ms_bytes_fini(&image);
}

TEST(what_is_not_read_is_passed_over)
{
    ms_bytes image = {0};
    build_concatenated(&image);
    for (size_t step = 1; step < 2000; step += 333) {
        ms_bytes got = run_result(&image, step, 0, true, false);
        ck_assert_str_eq((char *)got.data, "dir/a=;empty=;b=;c=;contiguous=;unknown=;a=;.");
        ms_bytes_fini(&got);
        got = run_result(&image, step, 2, false, false);
        ck_assert_mem_eq(got.data, "dir/a=f", 7);
        ck_assert_ptr_nonnull(strstr((char *)got.data, ";unknown=5;a=x;."));
        ms_bytes_fini(&got);
    }
    ms_bytes_fini(&image);
}

/* Cut off after any byte: what is whole comes out, and the cut is reported; only what is cut in the end mark
 * is whole. */
TEST(cut_off_anywhere)
{
    enum { END = 512 * 8 };
    static const char *const whole = "dir/a=first\n;b=second\n;c=third\n;";
    ms_bytes image = {0};
    tar_member(&image, USTAR, '0', "dir/a", "first\n");
    pax(&image, 'x', "9 path=b\n");
    tar_member(&image, USTAR, '0', "x", "second\n");
    tar_member(&image, VERSION_7, '0', "c", "third\n");
    ck_assert_uint_eq(image.len, END);
    tar_zeros(&image, 1024);
    size_t last = 0;
    for (size_t n = 0; n <= END + 1024; n++) {
        ms_bytes cut = {.data = image.data, .len = n};
        ms_bytes got = run_result(&cut, 100, 100, true, false);
        size_t nsame = 0;
        while (nsame < got.len && nsame < strlen(whole) && got.data[nsame] == (uint8_t)whole[nsame]) {
            nsame++;
        }
        ck_assert_uint_ge(nsame, last); /* never less with more bytes */
        last = nsame;
        const char *rest = (const char *)got.data + nsame;
        ck_assert_int_eq(strcmp(rest, ".") == 0, n >= END + 512);
        if (n < END + 512) {
            const char *error = strchr(rest, '!');
            ck_assert_ptr_nonnull(error);
            ck_assert(strstr(error, "cut off"));
        }
        ms_bytes_fini(&got);
    }
    ck_assert_uint_eq(last, strlen(whole));
    ms_bytes_fini(&image);
}

TEST(an_error_of_the_source)
{
    ms_bytes image = {0};
    build_plain(&image);
    for (size_t n = 0; n < image.len; n += 100) {
        ms_bytes cut = {.data = image.data, .len = n};
        ms_bytes got = run_result(&cut, 100, 100, true, true);
        ck_assert_ptr_nonnull(strstr((char *)got.data, "!the disk is gone"));
        ms_bytes_fini(&got);
    }
    ms_bytes_fini(&image);
}

/* Damaged by chance: an end, no crash, and the same whatever the reads. */
TEST(flipped)
{
    chance c = {.state = 42};
    for (unsigned round = 0; round < 3000; round++) {
        ms_bytes image = {0};
        cases[chance_below(&c, sizeof cases / sizeof cases[0])].build(&image);
        for (size_t i = chance_below(&c, 4) + 1; i > 0; i--) {
            image.data[chance_below(&c, image.len)] ^= (uint8_t)(1U << chance_below(&c, 8));
        }
        if (chance_below(&c, 2) == 0) { /* past the checksum */
            tar_sum(&image, chance_below(&c, image.len / 512) * 512, false);
        }
        ms_bytes one = run_result(&image, 97, 33, true, false);
        ms_bytes other = run_result(&image, 4096, 1 << 16, true, false);
        ck_assert_uint_eq(one.len, other.len);
        ck_assert_mem_eq(one.data, other.data, one.len);
        ms_bytes_fini(&one);
        ms_bytes_fini(&other);
        ms_bytes_fini(&image);
    }
}

TEST(contents_larger_than_the_buffer)
{
    enum { N = 300001 };
    char *text = malloc(N + 1);
    ms_bytes image = {0};
    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < N; i++) {
        text[i] = (char)('a' + i % 23);
    }
    text[N] = 0;
    tar_member(&image, USTAR, '0', "a", text);
    tar_member(&image, USTAR, '0', "b", "x");
    tar_zeros(&image, 1024);
    ms_bytes want = {0};
    add(&want, "a=", 2);
    add(&want, text, N);
    add(&want, ";b=x;.", 7);
    for (size_t cap = 1 << 13; cap <= 1 << 19; cap *= 4) {
        ms_bytes got = run_result(&image, 1 << 18, cap, true, false);
        ck_assert_str_eq((char *)got.data, (char *)want.data);
        ms_bytes_fini(&got);
    }
    ms_bytes_fini(&want);
    ms_bytes_fini(&image);
    free(text);
}
