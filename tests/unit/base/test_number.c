/* Suite of base/number.c. */
#include "base/number.h"

#include "unit.h"

#include <limits.h>

static const struct {
    const char *text;
    bool ok;
    uint64_t value;
} sizes[] = {
    {"0", true, 0},
    {"1", true, 1},
    {"4K", true, 4096},
    {"4k", true, 4096},
    {"4KiB", true, 4096},
    {"4KB", true, 4096},
    {"7B", true, 7},
    {"1T", true, 1ULL << 40},
    {"", false, 0},
    {"K", false, 0},
    {"-1", false, 0},
    {"+1", false, 0},
    {" 1", false, 0},
    {"1 ", false, 0},
    {"1KK", false, 0},
    {"1X", false, 0},
    {"7iB", false, 0},
    {"16777216T", false, 0},
    {"0x10", false, 0},
    {"16777215T", true, 16777215ULL << 40},
    {"18446744073709551615", true, UINT64_MAX},
    {"18446744073709551616", false, 0},
};

TEST_EACH(size_table, sizes)
{
    uint64_t value = 99;
    ms_code code = ms_number_parse_size(sizes[_i].text, 0, UINT64_MAX, &value);
    ck_assert_int_eq(code, sizes[_i].ok ? MS_OK : MS_USAGE);
    ck_assert_uint_eq(value, sizes[_i].ok ? sizes[_i].value : 99);
}

TEST(u64_limits)
{
    uint64_t value = 99;
    ck_assert_int_eq(ms_number_parse_u64("5", 1, 10, &value), MS_OK);
    ck_assert_uint_eq(value, 5);
    ck_assert_int_eq(ms_number_parse_u64("0", 1, 10, &value), MS_USAGE);
    ck_assert_int_eq(ms_number_parse_u64("11", 1, 10, &value), MS_USAGE);
    ck_assert_int_eq(ms_number_parse_u64("5K", 1, 10000, &value), MS_USAGE);
    ck_assert_uint_eq(value, 5);
}

TEST(fractions)
{
    double value = 0;
    ck_assert_int_eq(ms_number_parse_f64("0.25", 0, 1, &value), MS_OK);
    ck_assert(value > 0.2499 && value < 0.2501);
    ck_assert_int_eq(ms_number_parse_f64("1.5", 0, 1, &value), MS_USAGE);
    ck_assert_int_eq(ms_number_parse_f64("nan", 0, 1, &value), MS_USAGE);
    ck_assert_int_eq(ms_number_parse_f64("1e9", 0, 1e10, &value), MS_USAGE);
    ck_assert_int_eq(ms_number_parse_f64(".", 0, 1, &value), MS_USAGE);
    ck_assert_int_eq(ms_number_parse_f64("", 0, 1, &value), MS_USAGE);
}

TEST(narrowing)
{
    int narrow = 7;
    ck_assert_int_eq(ms_number_to_int(INT_MAX, &narrow), MS_OK);
    ck_assert_int_eq(narrow, INT_MAX);
    ck_assert_int_eq(ms_number_to_int((uint64_t)INT_MAX + 1, &narrow), MS_LIMIT);
    ck_assert_int_eq(narrow, INT_MAX);
}
