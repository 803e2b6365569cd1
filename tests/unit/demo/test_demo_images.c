/* Suite of demo/demo_images.c: the set of pictures as a whole, and its reuse. */
#include "demo/demo_images.h"

#include "demo/demo_internal.h"

#include "scratch.h"

#include "unit.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const ms_demo_images_options seven = {.count = 7, .megapixels = 0.02, .seed = 42};

static ms_demo_images_summary make(const char *dir, const ms_demo_images_options *options, bool reuse)
{
    ms_demo_images_summary sum;
    ms_err err = {0};
    ck_assert_msg(ms_demo_images_make(dir, options, reuse, &sum, &err) == MS_OK, "%s", err.text);
    return sum;
}

TEST(every_third_is_a_png)
{
    scratch dir = scratch_open();
    char path[256], name[32];
    ms_demo_images_summary sum = make(dir.root, &seven, false);
    ck_assert(sum.nfiles == 7 && sum.njpeg == 5);
    ck_assert_uint_ge(sum.npixels, 7 * 20000);
    uint64_t nbytes = 0;
    for (int number = 1; number <= 7; number++) {
        bool png = number % 3 == 0;
        (void)snprintf(name, sizeof name, "photo_%04d.%s", number, png ? "png" : "jpg");
        ms_bytes file = file_read(scratch_path(&dir, name, path));
        ck_assert_mem_eq(file.data, png ? "\x89PNG" : "\xFF\xD8\xFF\xE0", 4);
        nbytes += file.len;
        ms_bytes_fini(&file);
    }
    ck_assert_uint_eq(sum.nbytes, nbytes);
    ck_assert_uint_eq(directory_count(dir.root), 7);
    scratch_close(&dir);
}

TEST(a_files_bytes_do_not_depend_on_the_others)
{
    scratch dir = scratch_open();
    char few[256], many[256], path[256];
    ms_demo_images_options options = seven;
    (void)make(scratch_path(&dir, "many", many), &options, false);
    options.count = 3;
    (void)make(scratch_path(&dir, "few", few), &options, false);
    for (int number = 1; number <= 3; number++) {
        char name[64];
        (void)snprintf(name, sizeof name, "few/photo_%04d.%s", number, number == 3 ? "png" : "jpg");
        ms_bytes a = file_read(scratch_path(&dir, name, path));
        (void)snprintf(name, sizeof name, "many/photo_%04d.%s", number, number == 3 ? "png" : "jpg");
        ms_bytes b = file_read(scratch_path(&dir, name, path));
        ck_assert_uint_eq(a.len, b.len);
        ck_assert_mem_eq(a.data, b.data, a.len);
        ms_bytes_fini(&a);
        ms_bytes_fini(&b);
    }
    scratch_close(&dir);
}

TEST(an_existing_set_is_reused)
{
    scratch dir = scratch_open();
    char set[256];
    ms_demo_images_options options = seven;
    scratch_path(&dir, "set", set);
    ck_assert(!make(set, &options, true).reused);
    ck_assert(make(set, &options, true).reused);
    options.seed++;
    ck_assert_uint_eq(make(set, &options, true).nfiles, 7);
    options.megapixels = 0.04;
    ck_assert(!make(set, &options, true).reused);
    scratch_close(&dir);
}

TEST(options_out_of_range_are_refused)
{
    static const ms_demo_images_options bad[] = {{0, 6, 42},
                                                 {1, 0, 42},
                                                 {1, -1, 42},
                                                 {1, 0.0009, 42},
                                                 {1, 201, 42},
                                                 {1, (double)NAN, 42},
                                                 {1, (double)INFINITY, 42}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        scratch dir = scratch_open();
        char path[256];
        ms_demo_images_summary sum = {true, 9, 9, 9, 9};
        ms_err err = {0};
        ck_assert_int_eq(ms_demo_images_make(scratch_path(&dir, "set", path), &bad[i], true, &sum, &err),
                         MS_USAGE);
        ck_assert(err.text[0] != '\0' && sum.nfiles == 0 && sum.nbytes == 0);
        ck_assert_uint_eq(directory_count(dir.root), 0);
        scratch_close(&dir);
    }
}

TEST(a_name_that_cannot_be_replaced)
{
    scratch dir = scratch_open();
    char path[256];
    ms_demo_images_summary sum = {true, 9, 9, 9, 9};
    ms_err err = {0};
    ck_assert_int_eq(mkdir(scratch_path(&dir, "photo_0002.jpg", path), 0700), 0);
    ck_assert_int_eq(ms_demo_images_make(dir.root, &seven, false, &sum, &err), MS_IO);
    ck_assert_msg(strstr(err.text, "photo_0002.jpg"), "%s", err.text);
    ck_assert(sum.nfiles == 0 && !sum.reused);
    ck_assert_uint_eq(directory_count(dir.root), 2); /* the first picture, and no temporary file */
    scratch_close(&dir);
}
