/* Suite of base/bytes.c and base/str_list.c: what is written is read back, and damaged bytes are refused. */
#include "base/str_list.h"

#include "unit.h"

#include <string.h>

TEST(numbers_round_trip)
{
    ms_bytes bytes = {0};
    ms_bytes_put_u8(&bytes, 200);
    ms_bytes_put_u32(&bytes, 0x01020304);
    ms_bytes_put_u64(&bytes, UINT64_MAX - 1);
    ms_bytes_put_f64(&bytes, -0.125);
    ms_bytes_put_blob(&bytes, "ab\0c", 4);
    ck_assert_int_eq(ms_bytes_check(&bytes), MS_OK);
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

TEST(a_length_beyond_the_end_is_refused)
{
    ms_bytes bytes = {0};
    ms_bytes_put_u64(&bytes, UINT64_MAX);
    ms_reader reader = ms_reader_over(bytes.data, bytes.len);
    size_t n = 9;
    ck_assert_ptr_null(ms_reader_blob(&reader, &n));
    ck_assert_uint_eq(n, 0);
    ck_assert(reader.failed);
    ms_bytes_fini(&bytes);
}

static void put_any(ms_bytes *to, int which)
{
    if (which == 0) {
        ms_bytes_put_u8(to, 1);
    } else if (which == 1) {
        ms_bytes_put_u32(to, 1);
    } else if (which == 2) {
        ms_bytes_put_u64(to, 1);
    } else if (which == 3) {
        ms_bytes_put_f64(to, 1);
    } else if (which == 4) {
        ms_bytes_put_blob(to, "ab", 2);
    } else {
        ms_bytes_append(to, "ab", 2);
    }
}

/* Both ways to fail, then every put. */
TEST(a_writer_remembers_its_failure)
{
    for (int i = 0; i < 2 * 6; i++) {
        ms_bytes bytes = {0};
        ms_bytes_append(&bytes, "before", 6);
        if (i % 2 == 0) {
            ms_bytes_append(&bytes, "x", SIZE_MAX);
        } else {
            ms_bytes_put_blob(&bytes, "x", SIZE_MAX);
        }
        ck_assert_int_eq(ms_bytes_check(&bytes), MS_NOMEM);
        put_any(&bytes, i / 2);
        ck_assert_int_eq(ms_bytes_check(&bytes), MS_NOMEM);
        ck_assert_int_eq(ms_bytes_reserve(&bytes, 1), MS_NOMEM);
        ms_bytes_set_u64(&bytes, 1000000, 1); /* where its field would be */
        ck_assert_uint_eq(bytes.len, 6);
        ck_assert_mem_eq(bytes.data, "before", 6);
        ms_bytes_fini(&bytes);
        ck_assert_int_eq(ms_bytes_check(&bytes), MS_OK);
    }
}

TEST(a_writer_begins_again)
{
    ms_bytes bytes = {0};
    ms_bytes_append(&bytes, "ab", 2);
    ck_assert_int_eq(ms_bytes_reserve(&bytes, SIZE_MAX), MS_NOMEM);
    ck_assert_int_eq(ms_bytes_check(&bytes), MS_OK); /* no room is not a failed put */
    ms_bytes_append(&bytes, "x", SIZE_MAX);
    ms_bytes_cut(&bytes, 1);
    ms_bytes_append(&bytes, "c", 1);
    ck_assert_int_eq(ms_bytes_check(&bytes), MS_OK);
    ck_assert_uint_eq(bytes.len, 2);
    ck_assert_mem_eq(bytes.data, "ac", 2);
    ms_bytes_append(&bytes, "x", SIZE_MAX);
    ms_bytes_clear(&bytes);
    ms_bytes_put_u8(&bytes, 7);
    ck_assert_int_eq(ms_bytes_check(&bytes), MS_OK);
    ck_assert_uint_eq(bytes.len, 1);
    ms_bytes_fini(&bytes);
}

TEST(a_list_remembers_its_failure)
{
    static const size_t sizes[] = {SIZE_MAX, SIZE_MAX - 1};
    for (int i = 0; i < 2; i++) {
        ms_str_list names = {0};
        ms_bytes bytes = {0};
        ck_assert_int_eq(ms_str_list_check(&names), MS_OK);
        ms_str_list_push(&names, "x", sizes[i]);
        ck_assert_int_eq(ms_str_list_check(&names), MS_NOMEM);
        ms_str_list_push(&names, "x", 1);
        ck_assert_int_eq(ms_str_list_check(&names), MS_NOMEM);
        ck_assert_uint_eq(names.count, 0);
        ck_assert_int_eq(ms_str_list_encode(&names, &bytes), MS_NOMEM);
        ck_assert_uint_eq(bytes.len, 0);
        ms_str_list_fini(&names);
        ck_assert_int_eq(ms_str_list_check(&names), MS_OK);
    }
}

TEST(names_round_trip)
{
    ms_str_list names = {0};
    for (int i = 0; i < 100; i++) {
        ms_str_list_push(&names, "x\0yzzzzzzzzzzzzz", (size_t)(i % 16));
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

TEST(names_compare_by_bytes)
{
    ms_str a = {"a", 1}, ab = {"ab", 2}, high = {"\xff", 1}, empty = {"", 0};
    ck_assert_int_lt(ms_str_compare(a, ab), 0);
    ck_assert_int_gt(ms_str_compare(high, ab), 0);
    ck_assert_int_lt(ms_str_compare(empty, a), 0);
}

/* Of any length, with its NUL, beside what was pushed. */
TEST(a_list_takes_printed_strings)
{
    ms_str_list list = {0};
    ms_str_list_printf(&list, "%s and %d", "one", 2);
    ms_str_list_printf(&list, "%5000s", "x");
    ck_assert_int_eq(ms_str_list_check(&list), MS_OK);
    ck_assert_uint_eq(list.count, 2);
    ck_assert_str_eq(ms_str_list_at(&list, 0).data, "one and 2");
    ck_assert_uint_eq(ms_str_list_at(&list, 1).len, 5000);
    ck_assert_int_eq(ms_str_list_at(&list, 1).data[4999], 'x');
    ms_str_list_fini(&list);
    list.blob.failed = true;
    ms_str_list_printf(&list, "lost");
    ck_assert_int_eq(ms_str_list_check(&list), MS_NOMEM);
    ck_assert_uint_eq(list.count, 0);
    ms_str_list_fini(&list);
}
