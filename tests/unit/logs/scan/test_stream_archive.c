/* Suite of logs/stream/stream.c: archives, and zeros that may hide one. */
#include "logs/stream/stream.h"

#include "archive_reading.h"
#include "logs_fixture.h"
#include "logs_pack.h"
#include "tar_image.h"
#include "unit.h"
#include "zip_image.h"

#include <stdlib.h>
#include <string.h>

/* Whatever the buffer: reported, and all its bytes can be had; a range of it is a fault. */
TEST_RANGE(an_archive, 0, 2)
{
    scratch directory = scratch_open();
    ms_bytes image = {0};
    tar_member(&image, _i == 0 ? USTAR : VERSION_7, '0', "a.log", "foo\n");
    tar_zeros(&image, 1024);
    file_write(directory.file, image.data, image.len);
    for (size_t cap = 16; cap < 2000; cap += 151) {
        ms_stream *stream = NULL;
        ms_err err = {0};
        ms_stream_split part;
        bool decoded = true;
        uint8_t buf[4096];
        size_t n = 1;
        ck_assert_int_eq(ms_stream_open(&stream, NULL, directory.file, image.len, &err), MS_OK);
        ck_assert_int_eq(ms_stream_read(stream, buf, cap, &n, &err), MS_ARCHIVE);
        ck_assert_uint_eq(n, 0);
        ms_source source = ms_stream_archive(stream).source;
        size_t all = 0;
        for (n = 1; n > 0; all += n) {
            ck_assert_int_eq(source.read(source.self, buf + all, sizeof buf - all, &n, &err), MS_OK);
        }
        ck_assert_uint_eq(all, image.len);
        ck_assert_mem_eq(buf, image.data, all);
        ms_stream_close(stream);
        ck_assert_int_eq(ms_stream_open(&stream, NULL, directory.file, image.len, &err), MS_OK);
        ck_assert(!ms_stream_can_split(stream, &decoded));
        ms_stream_close(stream);
        ck_assert_int_eq(ms_stream_open(&stream, NULL, directory.file, image.len, &err), MS_OK);
        ck_assert_int_eq(ms_stream_select(stream, 0, 600, &part, &err), MS_OK);
        ck_assert_int_eq(ms_stream_read(stream, buf, cap, &n, &err), MS_FORMAT);
        ck_assert_ptr_nonnull(strstr(err.text, "has become a tar archive"));
        ms_stream_close(stream);
    }
    ms_bytes_fini(&image);
    scratch_close(&directory);
}

/* Does the stream give n zeros, and then this code? */
static void expect_zeros(ms_stream *stream, size_t cap, size_t nzeros, ms_code wanted, ms_err *err)
{
    uint8_t *buf = malloc(cap);
    ms_code code = MS_OK;
    size_t all = 0;
    ck_assert_ptr_nonnull(buf);
    for (size_t n = 1; code == MS_OK && n > 0; all += n) {
        code = ms_stream_read(stream, buf, cap, &n, err);
        ck_assert(n == 0 || (buf[0] == 0 && memcmp(buf, buf + 1, n - 1) == 0));
    }
    ck_assert_msg(code == wanted, "%d, not %d", code, wanted);
    ck_assert_uint_eq(all, nzeros);
    free(buf);
}

static const size_t zeros_in_front[] = {512, 1024, 65536 - 512, 65536, 65536 + 512, 300 * 512, 20 << 20};
enum { NZEROS = sizeof zeros_in_front / sizeof zeros_in_front[0] };

/* GNU tar reads over them with --ignore-zeros. The archive's bytes are those of the file, zeros and all. */
TEST_RANGE(archive_after_zeros, 0, 2 * NZEROS)
{
    scratch directory = scratch_open();
    ms_bytes image = {0};
    size_t nzeros = zeros_in_front[_i % NZEROS];
    tar_zeros(&image, nzeros);
    tar_member(&image, _i < NZEROS ? USTAR : VERSION_7, '0', "a.log", "foo\n");
    tar_zeros(&image, 1024);
    file_write(directory.file, image.data, image.len);
    uint8_t *buf = malloc(image.len + 1);
    ck_assert_ptr_nonnull(buf);
    for (size_t cap = nzeros > 1 << 20 ? 5000 : 16; cap < 300000; cap = 7 * cap + 3) {
        ms_stream *stream = NULL;
        ms_err err = {0};
        ms_stream_split part;
        bool decoded = true;
        ck_assert_int_eq(ms_stream_open(&stream, NULL, directory.file, image.len, &err), MS_OK);
        expect_zeros(stream, cap, nzeros, MS_ARCHIVE, &err);
        ms_source source = ms_stream_archive(stream).source;
        size_t all = 0;
        for (size_t n = 1; n > 0; all += n) {
            ck_assert_int_eq(source.read(source.self, buf + all, image.len + 1 - all, &n, &err), MS_OK);
        }
        ck_assert_uint_eq(all, image.len);
        ck_assert_mem_eq(buf, image.data, all);
        ms_stream_close(stream);
        ck_assert_int_eq(ms_stream_open(&stream, NULL, directory.file, image.len, &err), MS_OK);
        ck_assert(!ms_stream_can_split(stream, &decoded));
        ms_stream_close(stream);
        ck_assert_int_eq(ms_stream_open(&stream, NULL, directory.file, image.len, &err), MS_OK);
        ck_assert_int_eq(ms_stream_select(stream, 0, 600, &part, &err), MS_OK);
        expect_zeros(stream, cap, nzeros, MS_FORMAT, &err);
        ck_assert_ptr_nonnull(strstr(err.text, "has become a tar archive"));
        ms_stream_close(stream);
    }
    free(buf);
    ms_bytes_fini(&image);
    scratch_close(&directory);
}

/* Zeros alone, zeros and text, and an archive that does not begin at a block: text. */
TEST_RANGE(zeros_that_are_text, 0, NZEROS)
{
    static const char *const following[] = {"", "x", "ustar\nfoo\n", "\xFF\xFE", "\x1F\x8B\x07"};
    scratch directory = scratch_open();
    for (size_t i = 0; i <= sizeof following / sizeof following[0]; i++) {
        ms_bytes image = {0};
        size_t nzeros = zeros_in_front[_i];
        bool askew = i == sizeof following / sizeof following[0];
        tar_zeros(&image, nzeros + (askew ? 7 : 0));
        if (askew) {
            tar_member(&image, USTAR, '0', "a.log", "foo\n");
        } else {
            ms_bytes_append(&image, following[i], strlen(following[i]));
        }
        file_write(directory.file, image.data, image.len);
        for (size_t cap = nzeros > 1 << 20 ? 5000 : 16; cap < 300000; cap = 7 * cap + 3) {
            ms_bytes got = {0};
            ms_err err = {0};
            uint64_t start = 1;
            ck_assert_int_eq(logs_read_all(directory.file, image.len, cap, &got, &start, &err), MS_OK);
            ck_assert_uint_eq(start, 0);
            ck_assert_uint_eq(got.len, image.len);
            ck_assert_mem_eq(got.data, image.data, got.len);
            ms_bytes_fini(&got);
        }
        ms_stream *stream = NULL;
        ms_err err = {0};
        bool decoded = true;
        ck_assert_int_eq(ms_stream_open(&stream, NULL, directory.file, image.len, &err), MS_OK);
        ck_assert(ms_stream_can_split(stream, &decoded) == (i > 0 && nzeros <= 16 << 20));
        ms_stream_close(stream);
        ms_bytes_fini(&image);
    }
    scratch_close(&directory);
}

/* No tool reads on there, so it cannot be text either. */
TEST(compressed_data_after_zeros)
{
    scratch directory = scratch_open();
    for (size_t nzeros = 1; nzeros < 200000; nzeros = 3 * nzeros + 1) {
        ms_bytes file = {0};
        ms_bytes got = {0};
        ms_err err = {0};
        uint64_t start = 0;
        tar_zeros(&file, nzeros);
        logs_pack(MS_CODEC_GZIP, "hello, hello", 12, &file);
        file_write(directory.file, file.data, file.len);
        ck_assert_int_eq(logs_read_all(directory.file, file.len, 1000, &got, &start, &err), MS_FORMAT);
        ck_assert_str_eq(err.text, "gzip data after zeros are not searched");
        ms_bytes_fini(&got);
        ms_bytes_fini(&file);
    }
    scratch_close(&directory);
}

/* After a program, a script or other binary data; after text, if the name says so. It is not split in any
 * case.
 */
TEST(zip_archive_at_the_end)
{
    static const struct {
        const char *before, *named;
        bool archive;
    } cases[] = {
        {"\177ELF\2\1\1", NULL, true},  {"MZ\x90 and so on \1\2\3", NULL, true}, {"#!/bin/sh\n", NULL, true},
        {"@echo off\r\n", "zip", true}, {"@echo off\r\n", NULL, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        scratch directory = scratch_open();
        zip_item items[3];
        ms_bytes image = {0};
        ms_stream *stream = NULL;
        ms_err err = {0};
        bool decoded = true;
        uint8_t buf[4096];
        size_t n = 0;
        for (size_t k = 0; k < 60; k++) {
            ms_bytes_append(&image, cases[i].before, strlen(cases[i].before));
        }
        size_t nbefore = image.len;
        zip_three(&image, items);
        file_write(directory.file, image.data, image.len);
        ck_assert_int_eq(ms_stream_open(&stream, NULL, directory.file, image.len, &err), MS_OK);
        ms_stream_set_named(stream, cases[i].named);
        ms_code code = ms_stream_read(stream, buf, sizeof buf, &n, &err);
        ck_assert_msg(code == (cases[i].archive ? MS_ARCHIVE : MS_OK), "%zu: %s", i, err.text);
        ck_assert_uint_eq(ms_stream_archive(stream).prefix, cases[i].archive ? nbefore : 0);
        ms_stream_close(stream);
        ck_assert_int_eq(ms_stream_open(&stream, NULL, directory.file, image.len, &err), MS_OK);
        ck_assert(!ms_stream_can_split(stream, &decoded));
        ms_stream_close(stream);
        ms_bytes_fini(&image);
        scratch_close(&directory);
    }
}

/* In a pipe, in an archive, or decoded, it is not known where it begins: reported at the end. */
TEST(zip_archive_at_the_end_of_a_pipe)
{
    static const char *const before[] = {"\177ELF\2\1\1", "#!/bin/sh\n", "text\n"};
    for (size_t i = 0; i < 12; i++) {
        zip_item items[3];
        ms_bytes image = {0};
        ms_stream *stream = NULL;
        ms_err err = {0};
        bool as_text = i >= 3 && i < 6;
        uint8_t buf[30000];
        size_t n = 1;
        size_t all = 0;
        while (image.len < (i < 6 ? 600 : 400000)) {
            ms_bytes_append(&image, before[i % 3], strlen(before[i % 3]));
        }
        zip_three(&image, items);
        archive_pieces pieces = {.image = &image, .step = i < 9 ? 50 : 100000};
        ck_assert_int_eq(ms_stream_over(&stream, archive_source(&pieces), &err), MS_OK);
        ms_stream_set_text(stream, as_text);
        ms_code code = MS_OK;
        while (code == MS_OK && n > 0) {
            code = ms_stream_read(stream, buf, i % 2 == 0 ? 100 : sizeof buf, &n, &err);
            all += n;
        }
        ck_assert_uint_eq(all, image.len);
        ck_assert_msg(code == (i % 3 == 2 || as_text ? MS_OK : MS_FORMAT), "%zu: %s", i, err.text);
        ms_stream_close(stream);
        ms_bytes_fini(&image);
    }
}
