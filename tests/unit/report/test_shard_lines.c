/* Suite of report/shard_lines.c: every line whole, wherever it lies in the buffer; what is cut off is told.
 */
#include "report/shard_lines.h"

#include "report_fixture.h"
#include "suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

Suite *shard_lines_suite(void);

/* The bytes of line i: its number, then as many letters as make lines end all around a buffer's end. */
static size_t line_of(char *to, unsigned i)
{
    size_t n = (size_t)sprintf(to, "%u", i);
    size_t letters = i % 7 == 3 ? 65530 + i % 20 : i * 37 % 300;
    memset(to + n, 'a' + (int)(i % 26), letters);
    return n + letters;
}

START_TEST(lines_come_whole_and_in_order)
{
    enum { COUNT = 400 };
    static char text[70000];
    fixture fx;
    ms_err err = {0};
    ms__lines lines;
    ms_bytes last = {0};
    const char *data = NULL;
    size_t n = 0;
    fx_begin(&fx);
    FILE *out = fopen(fx.output, "wb");
    ck_assert_ptr_nonnull(out);
    for (unsigned i = 0; i < COUNT; i++) {
        ck_assert_uint_gt(fwrite(text, 1, line_of(text, i), out), 0);
        ck_assert_int_eq(fputc('\n', out), '\n');
    }
    ck_assert_int_eq(fclose(out), 0);
    ck_assert_int_eq(ms__lines_open(&lines, fx.output, &err), MS_OK);
    for (unsigned i = 0; i < COUNT; i++) {
        ck_assert_int_eq(ms__lines_next(&lines, &data, &n, &err), MS_OK);
        ck_assert_ptr_nonnull(data);
        ck_assert_uint_eq(lines.line_no, i + 1);
        ck_assert_uint_eq(n, line_of(text, i));
        ck_assert(memcmp(data, text, n) == 0);
        if (i % 100 == 0) { /* the last line may be looked at in between */
            ms_bytes_clear(&last);
            ck_assert_int_eq(ms__lines_last(&lines, &last, &err), MS_OK);
            ck_assert_uint_eq(last.len, line_of(text, COUNT - 1));
            ck_assert(memcmp(last.data, text, last.len) == 0);
        }
    }
    ck_assert_int_eq(ms__lines_next(&lines, &data, &n, &err), MS_OK);
    ck_assert_ptr_null(data);
    ms_bytes_fini(&last);
    ms__lines_close(&lines);
    ms__lines_close(&lines);
    fx_end(&fx);
}
END_TEST

static const struct {
    const char *text;
    ms_code next, last; /* what the calls return at the end */
    const char *last_line;
} ends[] = {
    {"", MS_OK, MS_FORMAT, NULL},         {"\n", MS_OK, MS_OK, ""},        {"a\n", MS_OK, MS_OK, "a"},
    {"a\n\n", MS_OK, MS_OK, ""},          {"a\nbc\n", MS_OK, MS_OK, "bc"}, {"a", MS_FORMAT, MS_FORMAT, NULL},
    {"a\nb", MS_FORMAT, MS_FORMAT, NULL},
};

START_TEST(ends_of_files)
{
    fixture fx;
    ms_err err = {0};
    ms__lines lines;
    ms_bytes last = {0};
    const char *data = NULL;
    size_t n = 0;
    fx_begin(&fx);
    FILE *out = fopen(fx.output, "wb");
    ck_assert_ptr_nonnull(out);
    ck_assert_int_ge(fputs(ends[_i].text, out), 0);
    ck_assert_int_eq(fclose(out), 0);
    ck_assert_int_eq(ms__lines_open(&lines, fx.output, &err), MS_OK);
    ck_assert_int_eq(ms__lines_last(&lines, &last, &err), ends[_i].last);
    ck_assert(!ends[_i].last_line || (last.len == strlen(ends[_i].last_line) &&
                                      memcmp(last.data, ends[_i].last_line, last.len) == 0));
    ms_code code = MS_OK;
    do {
        code = ms__lines_next(&lines, &data, &n, &err);
    } while (code == MS_OK && data);
    ck_assert_int_eq(code, ends[_i].next);
    ms_bytes_fini(&last);
    ms__lines_close(&lines);
    fx_end(&fx);
}
END_TEST

/* A sparse file of zeros: one line that never ends. */
START_TEST(an_endless_line_is_refused)
{
    fixture fx;
    ms_err err = {0};
    ms__lines lines;
    ms_bytes last = {0};
    const char *data = NULL;
    size_t n = 0;
    fx_begin(&fx);
    FILE *out = fopen(fx.output, "wb");
    ck_assert_ptr_nonnull(out);
    ck_assert_int_eq(fseeko(out, (off_t)8 * MS__SHARD_LINE_LIMIT, SEEK_SET), 0);
    ck_assert_int_eq(fputc('\n', out), '\n');
    ck_assert_int_eq(fclose(out), 0);
    ck_assert_int_eq(ms__lines_open(&lines, fx.output, &err), MS_OK);
    ck_assert_int_eq(ms__lines_next(&lines, &data, &n, &err), MS_FORMAT);
    ck_assert_uint_lt(lines.buffer.cap, (size_t)3 * MS__SHARD_LINE_LIMIT);
    ck_assert_int_eq(ms__lines_last(&lines, &last, &err), MS_FORMAT);
    ck_assert_uint_lt(last.cap, (size_t)6 * MS__SHARD_LINE_LIMIT);
    ms_bytes_fini(&last);
    ms__lines_close(&lines);
    fx_end(&fx);
}
END_TEST

START_TEST(only_regular_files)
{
    fixture fx;
    ms_err err = {0};
    ms__lines lines;
    fx_begin(&fx);
    ck_assert_int_eq(ms__lines_open(&lines, fx.directory, &err), MS_USAGE);
    ck_assert_int_eq(ms__lines_open(&lines, fx.output, &err), MS_USAGE); /* not there */
    ck_assert_int_eq(mkfifo(fx.output, 0600), 0);
    ck_assert_int_eq(ms__lines_open(&lines, fx.output, &err), MS_USAGE); /* and does not wait for a writer */
    ck_assert_int_eq(lines.fd, -1);
    fx_end(&fx);
}
END_TEST

Suite *shard_lines_suite(void)
{
    Suite *suite = suite_create("shard_lines");
    TCase *tc = tcase_create("all");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, lines_come_whole_and_in_order);
    tcase_add_loop_test(tc, ends_of_files, 0, (int)(sizeof ends / sizeof ends[0]));
    tcase_add_test(tc, an_endless_line_is_refused);
    tcase_add_test(tc, only_regular_files);
    suite_add_tcase(suite, tc);
    return suite;
}
