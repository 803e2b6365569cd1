/* Suite of demo/demo_images.c: the set of pictures as a whole, and its reuse. */
#include "demo/demo_images.h"

#include "scratch.h"

#include "suites.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

Suite *demo_images_suite(void);

static const ms_demo_images_options seven = {.count = 7, .megapixels = 0.02, .seed = 42};

static ms_demo_images_summary make(const char *dir, const ms_demo_images_options *options, bool reuse)
{
    ms_demo_images_summary sum;
    ms_err err = {0};
    ck_assert_msg(ms_demo_images_make(dir, options, reuse, &sum, &err) == MS_OK, "%s", err.text);
    return sum;
}

START_TEST(every_third_is_a_png)
{
    scratch dir = scratch_open();
    char path[256], name[32];
    ms_demo_images_summary sum = make(dir.root, &seven, true);
    ck_assert(sum.nfiles == 7 && sum.nwritten == 7 && sum.njpeg == 5);
    ck_assert_uint_ge(sum.npixels, 7 * 20000);
    uint64_t nbytes = 0;
    for (int number = 1; number <= 7; number++) {
        bool png = number % 3 == 0;
        (void)snprintf(name, sizeof name, "photo_%04d.%s", number, png ? "png" : "jpg");
        ms_bytes file = file_bytes(scratch_path(&dir, name, path));
        ck_assert_mem_eq(file.data, png ? "\x89PNG" : "\xFF\xD8\xFF\xE0", 4);
        nbytes += file.len;
        ms_bytes_fini(&file);
    }
    ck_assert_uint_eq(sum.nbytes, nbytes);
    ck_assert_uint_eq(directory_count(dir.root), 7);
    scratch_close(&dir);
}
END_TEST

START_TEST(a_files_bytes_do_not_depend_on_the_others)
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
        ms_bytes a = file_bytes(scratch_path(&dir, name, path));
        (void)snprintf(name, sizeof name, "many/photo_%04d.%s", number, number == 3 ? "png" : "jpg");
        ms_bytes b = file_bytes(scratch_path(&dir, name, path));
        ck_assert_uint_eq(a.len, b.len);
        ck_assert_mem_eq(a.data, b.data, a.len);
        ms_bytes_fini(&a);
        ms_bytes_fini(&b);
    }
    scratch_close(&dir);
}
END_TEST

static void spoil_nothing(const char *path)
{
    (void)path;
}
static void spoil_a_byte(const char *path)
{
    struct stat st;
    uint8_t byte = 0;
    int fd = open(path, O_RDWR);
    ck_assert_int_eq(fstat(fd, &st), 0);
    ck_assert_int_eq(pread(fd, &byte, 1, st.st_size - 1), 1);
    byte ^= 1;
    ck_assert_int_eq(pwrite(fd, &byte, 1, st.st_size - 1), 1);
    (void)close(fd);
}
static void cut_a_byte(const char *path)
{
    struct stat st;
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_int_eq(truncate(path, st.st_size - 1), 0);
}
static void add_a_byte(const char *path)
{
    struct stat st;
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_int_eq(truncate(path, st.st_size + 1), 0);
}
static void take_away(const char *path)
{
    ck_assert_int_eq(unlink(path), 0);
}
static void put_a_fifo(const char *path)
{
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(mkfifo(path, 0600), 0);
}

static const struct {
    void (*spoil)(const char *path);
    uint64_t nwritten;
} damages[] = {{spoil_nothing, 0}, {spoil_a_byte, 1}, {cut_a_byte, 1},
               {add_a_byte, 1},    {take_away, 1},    {put_a_fifo, 1}};

START_TEST(reuse_leaves_whole_files_and_repairs_others)
{
    static const char *const names[] = {"photo_0002.jpg", "photo_0003.png"};
    for (size_t i = 0; i < 2; i++) {
        scratch dir = scratch_open();
        char path[256], other[256];
        struct stat before, after;
        ms_demo_images_options options = seven;
        options.megapixels = 0.3; /* a PNG of more than two blocks */
        options.count = 3;
        ms_demo_images_summary first = make(dir.root, &options, true);
        ms_bytes expected = file_bytes(scratch_path(&dir, names[i], path));
        ck_assert_uint_gt(expected.len, i == 1 ? 2 * MS__DEMO_BLOCK_BYTES : 10000);
        ck_assert_int_eq(stat(scratch_path(&dir, "photo_0001.jpg", other), &before), 0);
        damages[_i].spoil(path);
        ms_demo_images_summary second = make(dir.root, &options, true);
        ck_assert_uint_eq(second.nwritten, damages[_i].nwritten);
        ck_assert(second.nfiles == 3 && second.nbytes == first.nbytes && second.npixels == first.npixels);
        ms_bytes found = file_bytes(path);
        ck_assert_uint_eq(found.len, expected.len);
        ck_assert_mem_eq(found.data, expected.data, found.len);
        ck_assert_int_eq(stat(other, &after), 0);
        ck_assert(before.st_ino == after.st_ino && before.st_mtim.tv_nsec == after.st_mtim.tv_nsec);
        ck_assert_uint_eq(directory_count(dir.root), 3);
        ms_bytes_fini(&expected);
        ms_bytes_fini(&found);
        scratch_close(&dir);
    }
}
END_TEST

START_TEST(without_reuse_or_with_another_seed_all_is_new)
{
    scratch dir = scratch_open();
    ms_demo_images_options options = seven;
    (void)make(dir.root, &options, true);
    ck_assert_uint_eq(make(dir.root, &options, false).nwritten, 7);
    options.seed++;
    ck_assert_uint_eq(make(dir.root, &options, true).nwritten, 7);
    options.megapixels = 0.04;
    ck_assert_uint_eq(make(dir.root, &options, true).nwritten, 7);
    ck_assert_uint_eq(make(dir.root, &options, true).nwritten, 0);
    scratch_close(&dir);
}
END_TEST

START_TEST(options_out_of_range_are_refused)
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
        ms_demo_images_summary sum = {9, 9, 9, 9, 9};
        ms_err err = {0};
        ck_assert_int_eq(ms_demo_images_make(scratch_path(&dir, "set", path), &bad[i], true, &sum, &err),
                         MS_USAGE);
        ck_assert(err.text[0] != '\0' && sum.nfiles == 0 && sum.nbytes == 0);
        ck_assert_uint_eq(directory_count(dir.root), 0);
        scratch_close(&dir);
    }
}
END_TEST

START_TEST(a_name_that_cannot_be_replaced)
{
    scratch dir = scratch_open();
    char path[256];
    ms_demo_images_summary sum = {9, 9, 9, 9, 9};
    ms_err err = {0};
    ck_assert_int_eq(mkdir(scratch_path(&dir, "photo_0002.jpg", path), 0700), 0);
    ck_assert_int_eq(ms_demo_images_make(dir.root, &seven, true, &sum, &err), MS_IO);
    ck_assert_msg(strstr(err.text, "photo_0002.jpg"), "%s", err.text);
    ck_assert(sum.nfiles == 0 && sum.nwritten == 0);
    ck_assert_uint_eq(directory_count(dir.root), 2); /* the first picture, and nothing beside */
    scratch_close(&dir);
}
END_TEST

Suite *demo_images_suite(void)
{
    Suite *suite = suite_create("demo_images");
    TCase *tc = tcase_create("all");
    tcase_set_timeout(tc, 30);
    tcase_add_test(tc, every_third_is_a_png);
    tcase_add_test(tc, a_files_bytes_do_not_depend_on_the_others);
    tcase_add_loop_test(tc, reuse_leaves_whole_files_and_repairs_others, 0,
                        (int)(sizeof damages / sizeof damages[0]));
    tcase_add_test(tc, without_reuse_or_with_another_seed_all_is_new);
    tcase_add_test(tc, options_out_of_range_are_refused);
    tcase_add_test(tc, a_name_that_cannot_be_replaced);
    suite_add_tcase(suite, tc);
    return suite;
}
