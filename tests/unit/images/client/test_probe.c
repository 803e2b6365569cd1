/* Suite of images/client/probe.c: real headers, cut and spoilt ones, how much is read, and the cost. */
#include "image_heads.h"
#include "probe_build.h"

#include "suites.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

Suite *probe_suite(void);

START_TEST(real_headers)
{
    for (size_t i = 0; i < nimage_heads; i++) {
        ms_image_probe got = probed(image_heads[i].data, image_heads[i].n);
        const ms_image_probe *right = &image_heads[i].expected;
        ck_assert_msg(got.format == right->format && got.width == right->width &&
                          got.height == right->height && got.lossless_way == right->lossless_way,
                      "%s: %u x %u, %d", image_heads[i].name, got.width, got.height, got.lossless_way);
    }
}
END_TEST

/* A file that ends too early has the size it would have, or none: never another one. */
START_TEST(every_cut)
{
    for (size_t i = 0; i < nimage_heads; i++) {
        const ms_image_probe *right = &image_heads[i].expected;
        for (size_t n = 0; n < image_heads[i].n; n++) {
            uint8_t *exact = malloc(n + 1); /* so that a sanitizer sees a read behind the end */
            ck_assert_ptr_nonnull(exact);
            memcpy(exact + 1, image_heads[i].data, n);
            ms_image_probe got = probed(exact + 1, n);
            bool none = got.width == 0 && got.height == 0;
            if (!none && (got.width != right->width || got.height != right->height)) {
                ck_abort_msg("%s cut to %zu: %u x %u", image_heads[i].name, n, got.width, got.height);
            }
            free(exact);
        }
    }
}
END_TEST

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* Nothing is promised but that it ends, in memory and in the file alike. */
START_TEST(spoilt_bytes_do_no_harm)
{
    uint64_t state = 42 + (uint64_t)_i;
    const image_head *head = &image_heads[_i];
    for (int round = 0; round < 600; round++) {
        size_t n = head->n + next_random(&state) % 64;
        uint8_t *spoilt = malloc(n);
        ck_assert_ptr_nonnull(spoilt);
        memset(spoilt, 0, n);
        memcpy(spoilt, head->data, head->n);
        for (uint64_t left = 1 + next_random(&state) % 4; left > 0; left--) {
            spoilt[next_random(&state) % n] = (uint8_t)next_random(&state);
        }
        ms_image_probe got = probed(spoilt, n);
        if ((got.width == 0) != (got.height == 0) || got.format >= MS_IMAGE_FORMAT_COUNT ||
            (got.lossless_way && got.format != MS_IMAGE_JPEG)) {
            ck_abort_msg("%s: %u x %u", head->name, got.width, got.height);
        }
        (void)ms_image_cost(&got, n);
        free(spoilt);
    }
}
END_TEST

START_TEST(one_side_of_nothing_is_no_size)
{
    ms_bytes bytes = {0};
    ADD(&bytes, "GIF89a\x05\0\0\0\0\0\0");
    expect_probe(&bytes, MS_IMAGE_GIF, 0, 0, false);
    expect_probe(&bytes, MS_IMAGE_NONE, 0, 0, false); /* an empty file */
}
END_TEST

START_TEST(a_bitmap_that_runs_downward)
{
    ms_bytes bytes = {0};
    ADD(&bytes, "BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0");
    add_le(&bytes, 640, 4);
    add_le(&bytes, 0xFFFFFFFF - 479, 4); /* -480 */
    ADD(&bytes, "\1\0\x18\0\0\0\0\0");
    expect_probe(&bytes, MS_IMAGE_BMP, 640, 480, false);
}
END_TEST

START_TEST(webp_sizes_use_all_their_bits)
{
    ms_bytes bytes = {0};
    ADD(&bytes, "RIFF\0\0\0\0WEBPVP8X\x0A\0\0\0\0\0\0\0\x01\x02\x03\x04\x05\x06");
    expect_probe(&bytes, MS_IMAGE_WEBP, 0x030202, 0x060505, false);
    ADD(&bytes, "RIFF\0\0\0\0WEBPVP8L\x0A\0\0\0\x2F\xFF\xFF\xFF\xFF\0\0\0\0\0");
    expect_probe(&bytes, MS_IMAGE_WEBP, 16384, 16384, false);
    ADD(&bytes, "RIFF\0\0\0\0WEBPVP8L\x0A\0\0\0\x2F\x24\x80\x05\x10\0\0\0\0\0"); /* an alpha bit above them */
    expect_probe(&bytes, MS_IMAGE_WEBP, 37, 23, false);
    ADD(&bytes, "RIFF\0\0\0\0WEBPVP8 \x0A\0\0\0\0\0\0\x9D\x01\x2A\xFF\xFF\x01\x40\0\0");
    expect_probe(&bytes, MS_IMAGE_WEBP, 16383, 1, false); /* the two upper bits are a scale */
    ADD(&bytes, "RIFF\0\0\0\0WEBPVP8 \x0A\0\0\0\0\0\0\x9D\x01\x2B\xFF\xFF\x01\x40\0\0");
    expect_probe(&bytes, MS_IMAGE_WEBP, 0, 0, false);
}
END_TEST

START_TEST(a_file_that_cannot_be_read)
{
    ms_image_probe probe = {.width = 9};
    ms_err err = {0};
    ck_assert_int_eq(ms_image_probe_file(&probe, -1, &err), MS_IO);
    ck_assert(err.code == MS_IO && err.sys_errno == EBADF && probe.width == 0);
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(ms_image_probe_file(&probe, ends[0], &err), MS_IO);
    ck_assert_int_eq(err.sys_errno, ESPIPE);
}
END_TEST

/* Bytes that this process has read so far: of rchar in /proc/self/io. */
static uint64_t bytes_read(void)
{
    FILE *file = fopen("/proc/self/io", "r");
    unsigned long long count = 0;
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(fscanf(file, "rchar: %llu", &count), 1);
    (void)fclose(file);
    return count;
}

/* A JPEG of nothing but small segments, one every `gap` bytes, and boxes likewise: however long the file is.
 */
START_TEST(reading_is_bounded)
{
    ms_bytes bytes = {0};
    bool jpeg = _i % 2 == 0;
    uint32_t gap = _i < 2 ? 60000 : 6;
    if (jpeg) {
        ADD(&bytes, "\xFF\xD8");
    } else {
        ADD(&bytes, "\0\0\0\x18"
                    "ftypheic\0\0\0\0mif1heic");
    }
    ms_bytes filler = {0};
    ck_assert_int_eq(ms_bytes_reserve(&filler, gap), MS_OK);
    memset(filler.data, 0, gap);
    while (bytes.len < (_i < 2 ? 4000000 : 200000)) {
        if (jpeg) {
            ADD(&bytes, "\xFF\xE1");
            add_be(&bytes, gap + 2, 2);
        } else {
            add_be(&bytes, gap + 8, 4);
            ADD(&bytes, "free");
        }
        add(&bytes, filler.data, gap);
    }
    int fd = memfd_create("probe", MFD_CLOEXEC);
    ck_assert_int_eq(write(fd, bytes.data, bytes.len), (ssize_t)bytes.len);
    ms_image_probe probe;
    uint64_t before = bytes_read();
    ck_assert_int_eq(ms_image_probe_file(&probe, fd, NULL), MS_OK);
    uint64_t after = bytes_read();
    ck_assert_uint_le(after - before, 48 * 1024 + 4096); /* what reading rchar itself takes */
    ck_assert(probe.format == (jpeg ? MS_IMAGE_JPEG : MS_IMAGE_HEIF) && probe.width == 0);
    ms_image_probe_bytes(&probe, bytes.data, bytes.len); /* ends too */
    (void)close(fd);
    ms_bytes_fini(&filler);
    ms_bytes_fini(&bytes);
}
END_TEST

START_TEST(a_frame_header_behind_a_megabyte_of_metadata)
{
    ms_bytes bytes = {0};
    ADD(&bytes, "\xFF\xD8");
    static const uint8_t zeros[65533];
    for (int i = 0; i < 16; i++) {
        ADD(&bytes, "\xFF\xE2\xFF\xFF");
        add(&bytes, zeros, sizeof zeros);
    }
    ADD(&bytes, "\xFF\xC2\0\x11\x08\x12\x34\x56\x78\x03\x01\x22\0\x02\x11\1\x03\x11\1");
    expect_probe(&bytes, MS_IMAGE_JPEG, 0x5678, 0x1234, true);
}
END_TEST

static uint64_t cost(ms_image_format format, uint32_t width, uint32_t height, bool lossless, uint64_t size)
{
    ms_image_probe probe = {format, width, height, lossless};
    return ms_image_cost(&probe, size);
}

START_TEST(the_cost_weighs_pixels_and_way)
{
    uint64_t lossless = cost(MS_IMAGE_JPEG, 3000, 2000, true, 2000000);
    uint64_t general = cost(MS_IMAGE_JPEG, 3000, 2000, false, 2000000);
    uint64_t png = cost(MS_IMAGE_PNG, 3000, 2000, false, 10000000);
    ck_assert_uint_gt(general, lossless * 3 / 2);
    ck_assert_uint_gt(png, general * 2);
    ck_assert_uint_gt(cost(MS_IMAGE_PNG, 6000, 4000, false, 10000000), 3 * png);
    ck_assert_uint_gt(lossless, 100 * cost(MS_IMAGE_JPEG, 30, 20, true, 500));
    /* a size that the header does not tell is guessed from the file's */
    ck_assert_uint_gt(cost(MS_IMAGE_PNG, 0, 0, false, 10000000), png / 4);
    ck_assert_uint_lt(cost(MS_IMAGE_PNG, 0, 0, false, 10000000), png * 4);
    /* frames are seen by the file's size only */
    ck_assert_uint_gt(cost(MS_IMAGE_GIF, 100, 100, false, 10000000),
                      100 * cost(MS_IMAGE_GIF, 100, 100, false, 1000));
    ck_assert_uint_gt(cost(MS_IMAGE_NONE, 0, 0, false, 100), 0);
}
END_TEST

START_TEST(the_cost_of_a_lie_is_bounded)
{
    uint64_t lie = cost(MS_IMAGE_PNG, UINT32_MAX, UINT32_MAX, false, 100);
    ck_assert_uint_lt(lie, cost(MS_IMAGE_PNG, 3000, 2000, false, 10000000));
    ck_assert_uint_eq(cost(MS_IMAGE_PNG, UINT32_MAX, UINT32_MAX, false, UINT64_MAX), UINT64_MAX);
    for (int format = 0; format < MS_IMAGE_FORMAT_COUNT; format++) { /* saturates, never wraps */
        uint64_t small = cost((ms_image_format)format, 0, 0, false, 1000000);
        ck_assert_uint_ge(cost((ms_image_format)format, 0, 0, false, UINT64_MAX), small);
        ck_assert_uint_ge(cost((ms_image_format)format, 0, 0, false, UINT64_MAX / 1000), small);
    }
}
END_TEST

Suite *probe_suite(void)
{
    Suite *suite = suite_create("probe");
    TCase *tc = tcase_create("all");
    tcase_set_timeout(tc, 30);
    tcase_add_test(tc, real_headers);
    tcase_add_test(tc, every_cut);
    tcase_add_loop_test(tc, spoilt_bytes_do_no_harm, 0, (int)nimage_heads);
    tcase_add_test(tc, one_side_of_nothing_is_no_size);
    tcase_add_test(tc, a_bitmap_that_runs_downward);
    tcase_add_test(tc, webp_sizes_use_all_their_bits);
    tcase_add_test(tc, a_file_that_cannot_be_read);
    tcase_add_loop_test(tc, reading_is_bounded, 0, 4);
    tcase_add_test(tc, a_frame_header_behind_a_megabyte_of_metadata);
    tcase_add_test(tc, the_cost_weighs_pixels_and_way);
    tcase_add_test(tc, the_cost_of_a_lie_is_bounded);
    suite_add_tcase(suite, tc);
    return suite;
}
