/* Suite of config/text_writer.c. */
#include "config/config_internal.h"

#include "suites.h"

#include <string.h>

Suite *text_writer_suite(void);

static void check_text(ms__text_writer *sheet, const char *text)
{
    ck_assert_int_eq(sheet->code, MS_OK);
    ms_bytes_put_u8(sheet->to, 0);
    ck_assert_str_eq((const char *)sheet->to->data, text);
    ms_bytes_fini(sheet->to);
}

static const struct {
    const char *text;
    const char *roff;
} roffs[] = {
    {"plain text", "plain text"},
    {"--max-line", "\\-\\-max\\-line"},
    {"a\\b", "a\\eb"},
    {".SH", "\\&.SH"},
    {"a.b\n.c\n'd", "a.b\n\\&.c\n\\(aqd"},
    {"\"q\"", "\\(dqq\\(dq"},
    {"`^~'", "\\(ga\\(ha\\(ti\\(aq"},
    {"", ""},
};

START_TEST(roff_table)
{
    ms_bytes to = {0};
    ms__text_writer sheet = {.to = &to};
    ms__text_writer_roff(&sheet, roffs[_i].text);
    check_text(&sheet, roffs[_i].roff);
}
END_TEST

static const struct {
    uint64_t nbytes;
    const char *text;
} sizes[] = {
    {0, "0"},
    {1, "1"},
    {64, "64"},
    {1023, "1023"},
    {1024, "1K"},
    {1025, "1025"},
    {512 << 10, "512K"},
    {64 << 20, "64M"},
    {1ULL << 30, "1G"},
    {5ULL << 40, "5T"},
    {1ULL << 50, "1024T"},
    {UINT64_MAX, "18446744073709551615"},
};

START_TEST(size_table)
{
    char text[32];
    ck_assert_str_eq(ms__size_text(text, sizes[_i].nbytes), sizes[_i].text);
}
END_TEST

#define TEN "123456789 "

START_TEST(wraps_at_column_79)
{
    ms_bytes to = {0};
    ms__text_writer sheet = {.to = &to};
    ms__text_writer_wrap(&sheet, TEN TEN TEN TEN TEN TEN TEN "123456789 x", 0, 0);
    check_text(&sheet, TEN TEN TEN TEN TEN TEN TEN "123456789\nx\n");
    sheet = (ms__text_writer){.to = &to};
    ms__text_writer_wrap(&sheet, TEN TEN TEN TEN TEN TEN TEN "1234567890", 0, 0);
    check_text(&sheet, TEN TEN TEN TEN TEN TEN "123456789\n1234567890\n");
}
END_TEST

START_TEST(wraps_behind_an_indent)
{
    ms_bytes to = {0};
    ms__text_writer sheet = {.to = &to};
    ms__text_writer_text(&sheet, "ab");
    ms__text_writer_wrap(&sheet, "one two", 4, 2);
    ms__text_writer_wrap(&sheet, TEN TEN TEN TEN TEN TEN TEN "12345 123 x", 4, 0);
    check_text(&sheet, "ab  one two\n    " TEN TEN TEN TEN TEN TEN TEN "12345\n    123 x\n");
}
END_TEST

START_TEST(wraps_from_behind_the_indent)
{
    ms_bytes to = {0};
    ms__text_writer sheet = {.to = &to};
    ms__text_writer_text(&sheet, "abcdef");
    ms__text_writer_wrap(&sheet, "one " TEN TEN TEN TEN TEN TEN "12345678 x", 4, 6);
    check_text(&sheet, "abcdef one " TEN TEN TEN TEN TEN TEN "12345678\n    x\n");
}
END_TEST

START_TEST(lists_choices)
{
    static const char *const one[] = {"a", NULL};
    static const char *const three[] = {"a", "b", "c", NULL};
    ms_bytes to = {0};
    ms__text_writer sheet = {.to = &to};
    ms__text_writer_choices(&sheet, one);
    ms__text_writer_text(&sheet, "; ");
    ms__text_writer_choices(&sheet, three);
    check_text(&sheet, "a; a, b or c");
}
END_TEST

START_TEST(failure_stays)
{
    ms_bytes to = {0};
    ms__text_writer sheet = {.to = &to, .code = MS_NOMEM};
    ms__text_writer_text(&sheet, "x");
    ms__text_writer_roff(&sheet, "x-");
    ms__text_writer_format(&sheet, "%d", 1);
    ck_assert_int_eq(sheet.code, MS_NOMEM);
    ck_assert_uint_eq(to.len, 0);
    char big[400];
    memset(big, 'x', sizeof big - 1);
    big[sizeof big - 1] = 0;
    sheet.code = MS_OK;
    ms__text_writer_format(&sheet, "%s", big);
    ck_assert_int_eq(sheet.code, MS_INTERNAL);
    ck_assert_uint_eq(to.len, 0);
}
END_TEST

Suite *text_writer_suite(void)
{
    Suite *suite = suite_create("sheet");
    TCase *tc = tcase_create("all");
    tcase_add_loop_test(tc, roff_table, 0, (int)(sizeof roffs / sizeof roffs[0]));
    tcase_add_loop_test(tc, size_table, 0, (int)(sizeof sizes / sizeof sizes[0]));
    tcase_add_test(tc, wraps_at_column_79);
    tcase_add_test(tc, wraps_behind_an_indent);
    tcase_add_test(tc, wraps_from_behind_the_indent);
    tcase_add_test(tc, lists_choices);
    tcase_add_test(tc, failure_stays);
    suite_add_tcase(suite, tc);
    return suite;
}
