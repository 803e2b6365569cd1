/* Suite of config/text_writer.c. */
#include "config/config_internal.h"

#include "unit.h"

static void check_text(ms_bytes *to, const char *text)
{
    ck_assert_int_eq(ms_bytes_check(to), MS_OK);
    ms_bytes_put_u8(to, 0);
    ck_assert_str_eq((const char *)to->data, text);
    ms_bytes_fini(to);
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

TEST_EACH(roff_table, roffs)
{
    ms_bytes to = {0};
    ms__put_roff(&to, roffs[_i].text);
    check_text(&to, roffs[_i].roff);
}

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

TEST_EACH(size_table, sizes)
{
    char text[32];
    ck_assert_str_eq(ms__size_text(text, sizes[_i].nbytes), sizes[_i].text);
}

#define TEN "123456789 "

TEST(wraps_at_column_79)
{
    ms_bytes to = {0};
    ms__put_wrapped(&to, TEN TEN TEN TEN TEN TEN TEN "123456789 x", 0, 0);
    check_text(&to, TEN TEN TEN TEN TEN TEN TEN "123456789\nx\n");
    ms__put_wrapped(&to, TEN TEN TEN TEN TEN TEN TEN "1234567890", 0, 0);
    check_text(&to, TEN TEN TEN TEN TEN TEN "123456789\n1234567890\n");
}

TEST(wraps_after_an_indent)
{
    ms_bytes to = {0};
    ms__put_text(&to, "ab");
    ms__put_wrapped(&to, "one two", 4, 2);
    ms__put_wrapped(&to, TEN TEN TEN TEN TEN TEN TEN "12345 123 x", 4, 0);
    check_text(&to, "ab  one two\n    " TEN TEN TEN TEN TEN TEN TEN "12345\n    123 x\n");
}

TEST(wraps_from_after_the_indent)
{
    ms_bytes to = {0};
    ms__put_text(&to, "abcdef");
    ms__put_wrapped(&to, "one " TEN TEN TEN TEN TEN TEN "12345678 x", 4, 6);
    check_text(&to, "abcdef one " TEN TEN TEN TEN TEN TEN "12345678\n    x\n");
}

TEST(lists_choices)
{
    static const char *const one[] = {"a", NULL};
    static const char *const three[] = {"a", "b", "c", NULL};
    ms_bytes to = {0};
    ms__put_choices(&to, &(ms__option){.choices = one});
    ms__put_choices(&to, &(ms__option){.choices = three, .initial = "b"});
    ms__put_choices(&to, &(ms__option){.initial = "5"});
    check_text(&to, ": a: a, b or c (default b) (default 5)");
}
