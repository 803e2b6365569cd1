/* Suite of logs/archive/zip.c, zip_record.c, zip_contents.c and zip_end.c: what comes out of archives made by
 * hand, however their bytes are cut into reads; of each form of a member; of what is cut off or damaged. */
#include "archive_reading.h"
#include "logs_fixture.h"
#include "logs_pack.h"
#include "unit.h"
#include "zip_image.h"

#include <stdlib.h>
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

static const uint16_t methods[] = {0, 8, 12, 14, 93, 95};

/* Each method, with the sizes in each place, as zip64 and not; empty, too. */
TEST_EACH(forms_of_members, methods)
{
    for (unsigned form = 0; form < 8; form++) {
        zip_item items[] = {
            {.name = "a", .text = "first\n"}, {.name = "dir/b", .text = "second\n"},
            {.name = "dir/", .text = ""},     {.name = "c", .text = "third third third third third\n"},
            {.name = "d", .text = ""},
        };
        ms_bytes image = {0};
        for (size_t i = 0; i < 5; i++) {
            items[i].method = i == 2 ? 0 : methods[_i];
            items[i].sizes = (zip_sizes)(form / 2);
            items[i].wide = form % 2 == 1;
            items[i].flags = methods[_i] == 14 ? 2 : 0; /* an end marker */
        }
        zip_archive(&image, items, 5, 0);
        ms_bytes got = run_result(&image, 100, 100, true);
        bool all = strcmp((char *)got.data,
                          "a=first\n;dir/b=second\n;dir/=;c=third third third third third\n;d=;.") == 0;
        bool some =
            strcmp((char *)got.data, "a=first\n;dir/b=second\n;c=third third third third third\n;d=;.") == 0;
        bool most =
            strcmp((char *)got.data, "a=first\n;dir/b=second\n;c=third third third third third\n;.") == 0;
        ck_assert_msg(all || some || most, "form %u: %s", form, got.data);
        expect(&image, (char *)got.data);
        ms_bytes_fini(&got);
        got = run_result(&image, 1000, 0, true); /* not read */
        ck_assert_msg(got.data[got.len - 1] == '.', "form %u: %s", form, got.data);
        ms_bytes_fini(&got);
        got = run_result(&image, 1000, 2, false); /* read in part */
        ck_assert_msg(got.data[got.len - 1] == '.', "form %u: %s", form, got.data);
        ms_bytes_fini(&got);
        ms_bytes_fini(&image);
    }
}

/* A member that is larger than all buffers, of unknown length, with what looks like the end in it. */
TEST_EACH(large_members, methods)
{
    enum { N = 300000 };
    char *text = malloc(N + 1);
    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < N; i++) {
        text[i] = "PK\7\10PK\3\4PK\1\2 and\n"[(i * 7 + i / 1000) % 17];
    }
    text[N] = 0;
    for (int sizes = 0; sizes < 4; sizes++) {
        zip_item items[] = {{.name = "a", .text = text}, {.name = "b", .text = "x"}};
        ms_bytes image = {0};
        ms_bytes want = {0};
        items[0].method = items[1].method = methods[_i];
        items[0].flags = items[1].flags = methods[_i] == 14 ? 2 : 0;
        items[0].sizes = items[1].sizes = (zip_sizes)sizes;
        zip_archive(&image, items, 2, 0);
        ms_bytes_append(&want, "a=", 2);
        ms_bytes_append(&want, text, N);
        ms_bytes_append(&want, ";b=x;.", 7);
        for (size_t cap = 1 << 10; cap <= 1 << 19; cap *= 8) {
            ms_bytes got = run_result(&image, cap / 3, cap, true);
            ck_assert_str_eq((char *)got.data, (char *)want.data);
            ms_bytes_fini(&got);
        }
        ms_bytes_fini(&want);
        ms_bytes_fini(&image);
    }
    free(text);
}

#define AGAINST "!zip archive: central directory against local headers: "
#define STOPS(what, at) "!zip archive: " what " at byte " #at

TEST(methods_that_are_not_decoded)
{
    zip_item items[] = {
        {.name = "a", .text = "x"},
        {.name = "b", .text = "secret", .flags = 1},
        {.name = "c", .text = "secret", .flags = 1, .sizes = ZIP_DESCRIPTOR},
        {.name = "d", .text = "secret", .flags = 1, .sizes = ZIP_DESCRIPTOR_ALONE},
        {.name = "e", .text = "secret", .method = 99},
        {.name = "f", .text = "other", .method = 9},
        {.name = "g", .text = "other", .method = 9, .sizes = ZIP_DESCRIPTOR},
        {.name = "h", .text = "other", .method = 98},
        {.name = "i", .text = "y"},
        {.name = "j", .text = "other", .method = 55},
        {.name = "k", .text = "z"},
    };
    ms_bytes image = {0};
    zip_archive(&image, items, sizeof items / sizeof items[0], 0);
    expect(&image, "a=x;"
                   "b!zip archive: the member is encrypted;c!zip archive: the member is encrypted;"
                   "d!zip archive: the member is encrypted;e!zip archive: the member is encrypted;"
                   "f!zip archive: data of method 9 (deflate64) are not searched;"
                   "g!zip archive: data of method 9 (deflate64) are not searched;"
                   "h!zip archive: data of method 98 (PPMd) are not searched;i=y;"
                   "j!zip archive: data of method 55 (unknown) are not searched;k=z;.");
    ms_bytes_fini(&image);
}

/* Directories whose flags say that a descriptor follows, but none does. */
TEST(directories_without_descriptor)
{
    zip_item items[] = {{.name = "d/", .text = "", .flags = 8},
                        {.name = "d/a", .text = "first\n", .sizes = ZIP_DESCRIPTOR},
                        {.name = "d/e/", .text = "", .sizes = ZIP_DESCRIPTOR},
                        {.name = "b", .text = "second\n"}};
    ms_bytes image = {0};
    zip_archive(&image, items, 4, 0);
    expect(&image, "d/a=first\n;b=second\n;.");
    ms_bytes_fini(&image);
}

/* Any bytes; the longest; twice the same. */
TEST(names)
{
    static char longest[65536];
    memset(longest, 'n', sizeof longest - 1);
    zip_item items[] = {
        {.name = "../../etc/passwd", .text = "a"},
        {.name = "/abs\\olute", .text = "b"},
        {.name = "\xFF\0\n!", .nname = 4, .text = "c"},
        {.name = "a", .text = "d"},
        {.name = "a", .text = "e"},
        {.name = longest, .text = "f"},
    };
    ms_bytes image = {0};
    zip_archive(&image, items, 6, 0);
    ms_bytes got = run_result(&image, 1000, 100, true);
    ck_assert_mem_eq(got.data, "../../etc/passwd=a;/abs\\olute=b;\xFF\0\n!=c;a=d;a=e;nnn", 50);
    ck_assert_str_eq((char *)got.data + got.len - 6, "nn=f;.");
    ms_bytes_fini(&got);
    ms_bytes_fini(&image);
}

/* What is damaged in a member fails that member, and no other. */
TEST(damaged_members)
{
    static const struct {
        size_t at;
        const char *want;
    } cases[] = {
        {32, "a=\1irst\n!zip archive: the member has a wrong checksum;b=second\n;c=third\n;."},
        {14, "a=first\n!zip archive: the member has a wrong checksum;b=second\n;c=third\n;" AGAINST
             "other checksums"},
        {22,
         "a=first\n!zip archive: the member has 6 bytes, not 1;b=second\n;c=third\n;" AGAINST "other sizes"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        zip_item items[3];
        ms_bytes image = {0};
        zip_three(&image, items);
        zip_patch(&image, cases[i].at - (i == 0 ? 1 : 0), 1, 1);
        ms_bytes got = run_result(&image, 1000, 100, true);
        ck_assert_msg(strncmp((char *)got.data, cases[i].want, strlen(cases[i].want)) == 0, "%s", got.data);
        ms_bytes_fini(&got);
        ms_bytes_fini(&image);
    }
}

/* After corrupt data of unknown length, the next record is searched for. */
TEST(corrupt_member_of_unknown_length)
{
    zip_item items[] = {
        {.name = "a",
         .text = "xxxxxxxxxxxxxx",
         .method = 8,
         .sizes = ZIP_DESCRIPTOR,
         .packed = (const uint8_t *)"\xFF\xFF\xFF",
         .npacked = 3},
        {.name = "b", .text = "second\n", .method = 8},
    };
    ms_bytes image = {0};
    zip_archive(&image, items, 2, 0);
    expect(&image,
           "a=!zip archive: the deflate data are corrupt at byte 31: an invalid block;b=second\n;" STOPS(
               "a member of unknown length is corrupt", 31));
    ms_bytes got = run_result(&image, 1000, 100, true);
    ms_bytes_fini(&got);
    ms_bytes_fini(&image);
}

TEST(data_after_compressed_data)
{
    ms_bytes packed = {0};
    ms_bytes image = {0};
    logs_pack(MS_CODEC_DEFLATE, "first\n", 6, &packed);
    ms_bytes_append(&packed, "hidden", 6);
    zip_item items[] = {
        {.name = "a", .text = "first\n", .method = 8, .packed = packed.data, .npacked = packed.len},
        {.name = "b", .text = "second\n"},
    };
    zip_archive(&image, items, 2, 0);
    expect(&image, "a=first\n!zip archive: other data follow the compressed data of the member;b=second\n;.");
    ms_bytes_fini(&packed);
    ms_bytes_fini(&image);
}

/* A stored member of unknown length that holds a whole archive. */
TEST(archive_in_a_stored_member)
{
    zip_item inner[3];
    zip_item items[] = {{.name = "i", .sizes = ZIP_DESCRIPTOR}, {.name = "z", .text = "last"}};
    ms_bytes within = {0};
    ms_bytes image = {0};
    zip_three(&within, inner);
    items[0].text = (const char *)within.data;
    items[0].ntext = within.len;
    for (int sizes = 0; sizes < 4; sizes++) {
        items[0].sizes = (zip_sizes)sizes;
        ms_bytes_clear(&image);
        zip_archive(&image, items, 2, 0);
        ms_bytes got = run_result(&image, 1000, 100, true);
        ck_assert_uint_eq(got.len, 2 + within.len + strlen(";z=last;."));
        ck_assert_mem_eq(got.data + 2, within.data, within.len);
        ck_assert_str_eq((char *)got.data + 2 + within.len, ";z=last;.");
        ms_bytes_fini(&got);
    }
    ms_bytes_fini(&within);
    ms_bytes_fini(&image);
}

/* Cut off after any byte: what is whole comes out, and the cut is reported. */
TEST(cut_off_anywhere)
{
    zip_item items[3];
    ms_bytes image = {0};
    zip_three(&image, items);
    size_t last = 0;
    for (size_t n = 0; n <= image.len; n++) {
        ms_bytes cut = {.data = image.data, .len = n};
        ms_bytes got = run_result(&cut, 100, 100, true);
        size_t nsame = 0;
        while (nsame < got.len && nsame < strlen(ZIP_THREE) && got.data[nsame] == (uint8_t)ZIP_THREE[nsame]) {
            nsame++;
        }
        ck_assert_uint_ge(nsame, last);
        last = nsame;
        ck_assert_int_eq(strcmp((char *)got.data, ZIP_THREE ".") == 0, n == image.len);
        ck_assert(n == image.len || strchr((char *)got.data, '!'));
        ms_bytes_fini(&got);
    }
    ms_bytes_fini(&image);
}

/* Damaged by chance: an end, no crash, and the same whatever the reads. A changed byte never passes. */
TEST(flipped)
{
    chance c = {.state = 42};
    for (unsigned round = 0; round < 5000; round++) {
        zip_item items[3];
        ms_bytes image = {0};
        zip_three(&image, items);
        image.data[chance_below(&c, image.len)] ^= (uint8_t)(1U << chance_below(&c, 8));
        ms_bytes one = run_result(&image, 97, 33, true);
        ms_bytes other = run_result(&image, 4096, 1 << 16, true);
        ck_assert_uint_eq(one.len, other.len);
        ck_assert_mem_eq(one.data, other.data, one.len);
        ms_bytes_fini(&one);
        ms_bytes_fini(&other);
        ms_bytes_fini(&image);
    }
}

/* A limit over all members. */
TEST(limit)
{
    zip_item items[3];
    ms_bytes image = {0};
    uint64_t ndecoded = 0;
    zip_three(&image, items);
    for (uint64_t limit = 12; limit <= 13; limit++) {
        archive_pieces pieces = {.image = &image, .step = 1000};
        const ms_archive_input input = {.source = archive_source(&pieces), .format = MS_ARCHIVE_ZIP};
        const ms_members_options options = {.limits = {.max_decompressed = limit}, .ndecoded = &ndecoded};
        ndecoded = 0;
        ms_bytes got = archive_read_with(&input, &options, 100, true);
        ck_assert_msg((strcmp((char *)got.data, ZIP_THREE ".") == 0) == (limit == 13), "%s", got.data);
        ck_assert(
            limit == 13 ||
            strstr((char *)got.data, "c=third!holds more than 12 bytes of zip data (--max-decompressed)") ||
            strstr((char *)got.data, ";!holds more than 12 bytes of zip data (--max-decompressed)"));
        ms_bytes_fini(&got);
    }
    ms_bytes_fini(&image);
}

TEST(first_bytes)
{
    static const struct {
        const char *head;
        size_t n;
        bool is;
    } cases[] = {
        {"PK\3\4\24\0", 6, true},
        {"PK\3\4 text that goes on and on and on", 38, false},
        {"PK\3\4\24\0\0\0\10\0text that goes on and on and on", 42, true},
        {"PK00PK\3\4\24\0", 10, true},
        {"PK\7\10PK\3\4\24\0", 10, true},
        {"PK\7\10 text", 9, false},
        {"PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 22, true},
        {"PK\5\6 and this is some text", 26, false},
        {"PK\6\6\x2C\0\0\0\0\0\0\0", 12, true},
        {"PK\1\2", 4, false},
        {"PK", 2, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ms_archive_format format = ms_archive_format_of((const uint8_t *)cases[i].head, cases[i].n);
        ck_assert_msg(format == (cases[i].is ? MS_ARCHIVE_ZIP : MS_ARCHIVE_NONE), "case %zu", i);
    }
}
