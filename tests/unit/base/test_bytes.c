/* Suite of base/bytes.c and base/str_list.c: what is written is read back, and damaged bytes are refused. */
#include "base/str_list.h"

#include "suites.h"

#include <string.h>

Suite *bytes_suite(void);

START_TEST(numbers_round_trip)
{
    ms_bytes bytes = {0};
    ck_assert_int_eq(ms_bytes_put_u8(&bytes, 200), MS_OK);
    ck_assert_int_eq(ms_bytes_put_u32(&bytes, 0x01020304), MS_OK);
    ck_assert_int_eq(ms_bytes_put_u64(&bytes, UINT64_MAX - 1), MS_OK);
    ck_assert_int_eq(ms_bytes_put_f64(&bytes, -0.125), MS_OK);
    ck_assert_int_eq(ms_bytes_put_blob(&bytes, "ab\0c", 4), MS_OK);
    ck_assert_int_eq(bytes.data[1], 4); /* little-endian */
    ms_reader reader = ms_reader_over(bytes.data, bytes.len);
    ck_assert_uint_eq(ms_reader_u8(&reader), 200);
    ck_assert_uint_eq(ms_reader_u32(&reader), 0x01020304);
    ck_assert_uint_eq(ms_reader_u64(&reader), UINT64_MAX - 1);
    ck_assert(ms_reader_f64(&reader) < -0.12 && !reader.failed);
    size_t n = 0;
    const uint8_t *blob = ms_reader_blob(&reader, &n);
    ck_assert_uint_eq(n, 4);
    ck_assert_mem_eq(blob, "ab\0c", 4);
    ck_assert_uint_eq(ms_reader_left(&reader), 0);
    ck_assert(!reader.failed);
    ck_assert_uint_eq(ms_reader_u8(&reader), 0);
    ck_assert(reader.failed);
    ms_bytes_fini(&bytes);
    ms_bytes_fini(&bytes);
}
END_TEST

START_TEST(a_length_beyond_the_end_is_refused)
{
    ms_bytes bytes = {0};
    ck_assert_int_eq(ms_bytes_put_u64(&bytes, UINT64_MAX), MS_OK);
    ms_reader reader = ms_reader_over(bytes.data, bytes.len);
    size_t n = 9;
    ck_assert_ptr_null(ms_reader_blob(&reader, &n));
    ck_assert_uint_eq(n, 0);
    ck_assert(reader.failed);
    ms_bytes_fini(&bytes);
}
END_TEST

START_TEST(names_round_trip)
{
    ms_str_list names = {0};
    for (int i = 0; i < 100; i++) {
        ck_assert_int_eq(ms_str_list_push(&names, "x\0yzzzzzzzzzzzzz", (size_t)(i % 16)), MS_OK);
    }
    ms_bytes bytes = {0};
    ck_assert_int_eq(ms_str_list_encode(&names, &bytes), MS_OK);
    for (size_t cut = 0; cut < bytes.len; cut++) { /* every truncation is refused */
        ms_str_list bad = {0};
        ms_reader reader = ms_reader_over(bytes.data, cut);
        ck_assert_int_eq(ms_str_list_decode(&bad, &reader), MS_FORMAT);
        ck_assert_ptr_null(bad.ends);
    }
    ms_str_list back = {0};
    ms_reader reader = ms_reader_over(bytes.data, bytes.len);
    ck_assert_int_eq(ms_str_list_decode(&back, &reader), MS_OK);
    ck_assert_uint_eq(back.count, 100);
    for (size_t i = 0; i < 100; i++) {
        ms_str name = ms_str_list_at(&back, i);
        ck_assert_uint_eq(name.len, i % 16);
        ck_assert_int_eq(name.data[name.len], 0);
        ck_assert_int_eq(ms_str_compare(name, ms_str_list_at(&names, i)), 0);
    }
    ms_bytes_fini(&bytes);
    ms_str_list_fini(&names);
    ms_str_list_fini(&back);
}
END_TEST

START_TEST(names_compare_by_bytes)
{
    ms_str a = {"a", 1}, ab = {"ab", 2}, high = {"\xff", 1}, empty = {"", 0};
    ck_assert_int_lt(ms_str_compare(a, ab), 0);
    ck_assert_int_gt(ms_str_compare(high, ab), 0);
    ck_assert_int_lt(ms_str_compare(empty, a), 0);
}
END_TEST

Suite *bytes_suite(void)
{
    Suite *suite = suite_create("bytes");
    TCase *tc = tcase_create("all");
    tcase_add_test(tc, numbers_round_trip);
    tcase_add_test(tc, a_length_beyond_the_end_is_refused);
    tcase_add_test(tc, names_round_trip);
    tcase_add_test(tc, names_compare_by_bytes);
    suite_add_tcase(suite, tc);
    return suite;
}
