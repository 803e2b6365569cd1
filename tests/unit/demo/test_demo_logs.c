/* Suite of demo/demo_logs.c: the set as a whole, its names, and how many and which files get the alert. */
#include "demo_text.h"
#include "scratch.h"

#include "unit.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char alert[] = "Alert: unauthorized access detected from IP 192.168.0.";

static ms_demo_logs_summary make(const char *dir, const ms_demo_logs_options *options)
{
    ms_demo_logs_summary sum;
    ms_err err = {0};
    ck_assert_msg(ms_demo_logs_make(dir, options, false, &sum, &err) == MS_OK, "%s", err.text);
    return sum;
}

static ms_bytes log_bytes(const scratch *dir, const char *set, int number)
{
    char name[64], path[256];
    (void)snprintf(name, sizeof name, "%s/log_%04d.log", set, number);
    return file_read(scratch_path(dir, name, path));
}

/* The default set of seed 42 as a second implementation, written from the description of the generators in
 * another language, gives it: which files have the alert, in which line, from which host; and the number of
 * error lines. */
TEST(the_default_set_equals_a_second_implementation)
{
    static const struct {
        int number, line_no, host;
    } alerts[] = {{2, 377, 14},   {5, 157, 60},   {6, 610, 59},   {7, 809, 241},
                  {8, 754, 11},   {21, 181, 63},  {25, 947, 213}, {27, 84, 8},
                  {31, 147, 192}, {37, 501, 151}, {38, 93, 234},  {40, 304, 191}};
    scratch dir = scratch_open();
    char path[256];
    ms_demo_logs_options options = {.files = 40, .lines_a_file = 1000, .inject = 0.3, .seed = 42};
    ms_demo_logs_summary sum = make(scratch_path(&dir, "set", path), &options);
    ck_assert_uint_eq(sum.nfiles, 40);
    ck_assert_uint_eq(sum.ninjected, 12);
    ck_assert_uint_eq(sum.nbytes, 880425);
    size_t next = 0, nerrors = 0;
    for (int number = 1; number <= 40; number++) {
        ms_bytes text = log_bytes(&dir, "set", number);
        ck_assert_uint_eq(lines_with(&text, NULL), 1000);
        nerrors += lines_with(&text, "System error occurred");
        if (next < 12 && alerts[next].number == number) {
            char line[80];
            (void)snprintf(line, sizeof line, "%s%d\n", alert, alerts[next].host);
            const char *at = (const char *)text.data + (size_t)22 * (size_t)(alerts[next].line_no - 1);
            ck_assert_int_eq(strncmp(at, line, strlen(line)), 0);
            next++;
        } else {
            ck_assert_uint_eq(lines_with(&text, "Alert"), 0);
        }
        ms_bytes_fini(&text);
    }
    ck_assert_uint_eq(next, 12);
    ck_assert_uint_eq(nerrors, 421);
    scratch_close(&dir);
}

static const struct {
    uint64_t files;
    double inject;
    uint64_t expected;
} shares[] = {{40, 0.3, 12}, {40, 0, 0},    {40, 1, 40},   {1, 1, 1},     {1, 0.49, 0},     {1, 0.5, 1},
              {10, 0.25, 3}, {10, 0.24, 2}, {3, 0.333, 1}, {40, 1e-9, 0}, {7, 0.9999999, 7}};

TEST_EACH(the_number_of_drawn_files_is_exact, shares)
{
    for (uint64_t seed = 0; seed < 3; seed++) {
        for (int is_syslog = 0; is_syslog < 2; is_syslog++) {
            scratch dir = scratch_open();
            ms_demo_logs_options options = {shares[_i].files, 20, shares[_i].inject, seed, is_syslog != 0};
            ms_demo_logs_summary sum = make(dir.root, &options);
            uint64_t nfound = 0, nbytes = 0;
            for (int number = 1; number <= (int)shares[_i].files; number++) {
                ms_bytes text = log_bytes(&dir, ".", number);
                size_t here = lines_with(&text, alert);
                ck_assert_uint_le(here, 1);
                ck_assert_uint_eq(lines_with(&text, NULL), 20);
                nfound += here;
                nbytes += text.len;
                ms_bytes_fini(&text);
            }
            ck_assert_uint_eq(nfound, shares[_i].expected);
            ck_assert_uint_eq(sum.ninjected, shares[_i].expected);
            ck_assert_uint_eq(sum.nbytes, nbytes);
            scratch_close(&dir);
        }
    }
}

TEST(every_file_is_drawn_by_some_seed)
{
    size_t drawn[10] = {0};
    scratch dir = scratch_open();
    for (uint64_t seed = 0; seed < 100; seed++) {
        ms_demo_logs_options options = {10, 1, 0.3, seed, false};
        ck_assert_uint_eq(make(dir.root, &options).ninjected, 3);
        for (int number = 1; number <= 10; number++) {
            ms_bytes text = log_bytes(&dir, ".", number);
            drawn[number - 1] += lines_with(&text, alert);
            ms_bytes_fini(&text);
        }
    }
    for (size_t i = 0; i < 10; i++) { /* 30 each, give or take five deviations of 4.6 */
        ck_assert_msg(drawn[i] > 7 && drawn[i] < 53, "file %zu: %zu", i + 1, drawn[i]);
    }
    scratch_close(&dir);
}

/* With all or none drawn, the bytes do not depend on the number of files; else only on whether a file was
 * drawn. */
TEST_RANGE(a_files_bytes_do_not_depend_on_the_others, 0, 2)
{
    static const double injects[] = {0, 1};
    for (size_t i = 0; i < 2; i++) {
        scratch dir = scratch_open();
        char path[256];
        ms_demo_logs_options few = {3, 500, injects[i], 9, _i != 0}, many = few;
        many.files = 30;
        (void)make(scratch_path(&dir, "few", path), &few);
        (void)make(scratch_path(&dir, "many", path), &many);
        for (int number = 1; number <= 3; number++) {
            ms_bytes a = log_bytes(&dir, "few", number), b = log_bytes(&dir, "many", number);
            ck_assert_uint_eq(a.len, b.len);
            ck_assert_mem_eq(a.data, b.data, a.len);
            ms_bytes_fini(&a);
            ms_bytes_fini(&b);
        }
        ms_bytes a = log_bytes(&dir, "many", 1), b = log_bytes(&dir, "many", 2);
        ck_assert(a.len != b.len || memcmp(a.data, b.data, a.len) != 0);
        ms_bytes_fini(&a);
        ms_bytes_fini(&b);
        scratch_close(&dir);
    }
}

TEST(names_have_the_digits_the_count_needs)
{
    static const struct {
        uint64_t files, number;
        const char *name;
    } names[] = {{1, 1, "log_0001.log"},
                 {9999, 1, "log_0001.log"},
                 {9999, 9999, "log_9999.log"},
                 {10000, 1, "log_00001.log"},
                 {10000, 10000, "log_10000.log"},
                 {123456, 789, "log_000789.log"},
                 {UINT64_MAX, 1, "log_00000000000000000001.log"},
                 {UINT64_MAX, UINT64_MAX, "log_18446744073709551615.log"}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char name[MS__DEMO_NAME_MAX];
        ms__demo_name(name, "log", names[i].files, names[i].number, "log");
        ck_assert_str_eq(name, names[i].name);
    }
}

TEST(the_directory_holds_the_set_and_nothing_else)
{
    scratch dir = scratch_open();
    ms_demo_logs_options options = {.files = 12, .lines_a_file = 3, .seed = 1};
    ck_assert_uint_eq(make(dir.root, &options).nfiles, 12);
    for (int number = 1; number <= 12; number++) {
        ms_bytes text = log_bytes(&dir, ".", number);
        ck_assert_uint_eq(lines_with(&text, NULL), 3);
        ms_bytes_fini(&text);
    }
    ck_assert_uint_eq(directory_count(dir.root), 12);
    scratch_close(&dir);
}

TEST_RANGE(files_of_no_lines_are_empty, 0, 2)
{
    scratch dir = scratch_open();
    ms_demo_logs_options options = {4, 0, 1, 42, _i != 0};
    ms_demo_logs_summary sum = make(dir.root, &options);
    ck_assert(sum.nfiles == 4 && sum.nbytes == 0 && sum.ninjected == 0);
    ms_bytes text = log_bytes(&dir, ".", 1);
    ck_assert_uint_eq(text.len, 0);
    ms_bytes_fini(&text);
    scratch_close(&dir);
}

TEST(options_out_of_range_are_refused)
{
    static const ms_demo_logs_options bad[] = {{0, 10, 0.3, 42, false},
                                               {4, 10, -0.1, 42, false},
                                               {4, 10, 1.01, 42, false},
                                               {4, 10, (double)NAN, 42, false}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        scratch dir = scratch_open();
        char path[256];
        ms_demo_logs_summary sum = {true, 9, 9, 9};
        ms_err err = {0};
        ck_assert_int_eq(ms_demo_logs_make(scratch_path(&dir, "set", path), &bad[i], true, &sum, &err),
                         MS_USAGE);
        ck_assert_uint_gt(strlen(err.text), 0);
        ck_assert_uint_eq(sum.nfiles, 0);
        ck_assert_uint_eq(directory_count(dir.root), 0);
        scratch_close(&dir);
    }
}

TEST(other_files_of_the_directory_stay)
{
    scratch dir = scratch_open();
    char path[256];
    ms_demo_logs_options options = {5, 3, 0, 1, false};
    (void)make(dir.root, &options);
    file_write(scratch_path(&dir, "mine.txt", path), "x", 1);
    options.files = 2;
    ck_assert_uint_eq(make(dir.root, &options).nfiles, 2);
    ck_assert_uint_eq(directory_count(dir.root), 6);
    scratch_close(&dir);
}
