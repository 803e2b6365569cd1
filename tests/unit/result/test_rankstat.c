/* Suite of result/rankstat.c. */
#include "result/rankstat.h"

#include "unit.h"

#include <math.h>
#include <string.h>

static const ms_rankstat sample = {.rank = 0x01020304,
                                   .host = "node-17",
                                   .ncores = 64,
                                   .tasks = 1ULL << 40,
                                   .tasks_stolen = 1ULL << 50,
                                   .tasks_given = 1ULL << 51,
                                   .steal_requests = 12345678901,
                                   .nbytes = UINT64_MAX,
                                   .busy_seconds = 1.25,
                                   .wait_seconds = -0.125,
                                   .stall_seconds = 61.5,
                                   .stall_path = "/data/x.log"};

TEST(round_trip)
{
    ms_bytes bytes = {0};
    ms_rankstat full = sample;
    memset(full.host, 'h', sizeof full.host); /* not even a NUL: cut when written */
    ck_assert_int_eq(ms_rankstat_encode(&sample, &bytes), MS_OK);
    ck_assert_int_eq(ms_rankstat_encode(&full, &bytes), MS_OK);
    ms_reader reader = ms_reader_over(bytes.data, bytes.len);
    ms_rankstat back;
    ck_assert_int_eq(ms_rankstat_decode(&back, &reader), MS_OK);
    ck_assert_uint_eq(back.rank, sample.rank);
    ck_assert_str_eq(back.host, sample.host);
    ck_assert_uint_eq(back.ncores, 64);
    ck_assert_uint_eq(back.tasks, sample.tasks);
    ck_assert_uint_eq(back.tasks_stolen, sample.tasks_stolen);
    ck_assert_uint_eq(back.tasks_given, sample.tasks_given);
    ck_assert_uint_eq(back.steal_requests, sample.steal_requests);
    ck_assert_uint_eq(back.nbytes, UINT64_MAX);
    ck_assert_mem_eq(&back.busy_seconds, &sample.busy_seconds, sizeof(double));
    ck_assert_mem_eq(&back.wait_seconds, &sample.wait_seconds, sizeof(double));
    ck_assert_mem_eq(&back.stall_seconds, &sample.stall_seconds, sizeof(double));
    ck_assert_str_eq(back.stall_path, sample.stall_path);
    ck_assert_int_eq(ms_rankstat_decode(&back, &reader), MS_OK);
    ck_assert_uint_eq(strlen(back.host), sizeof back.host - 1);
    ck_assert_uint_eq(ms_reader_left(&reader), 0);
    ms_bytes_fini(&bytes);
}

TEST(truncations_are_refused)
{
    ms_bytes bytes = {0};
    ck_assert_int_eq(ms_rankstat_encode(&sample, &bytes), MS_OK);
    for (size_t n = 0; n < bytes.len; n++) {
        ms_reader reader = ms_reader_over(bytes.data, n);
        ms_rankstat back;
        ck_assert_int_eq(ms_rankstat_decode(&back, &reader), MS_FORMAT);
        ck_assert_uint_eq(back.rank, 0);
    }
    ms_bytes_fini(&bytes);
}

/* A rankstat written by hand, with a host of nhost bytes. */
static ms_code decode_made(size_t nhost, bool has_nul, double busy, double wait, double stall)
{
    char host[65];
    memset(host, 'h', sizeof host);
    host[5] = has_nul ? 0 : 'h';
    ms_bytes bytes = {0};
    ms_bytes_put_u32(&bytes, 1);
    ms_bytes_put_blob(&bytes, host, nhost);
    ms_bytes_put_u32(&bytes, 1);
    for (int i = 0; i < 5; i++) {
        ms_bytes_put_u64(&bytes, 1);
    }
    ms_bytes_put_f64(&bytes, busy);
    ms_bytes_put_f64(&bytes, wait);
    ms_bytes_put_u8(&bytes, 1);
    ms_bytes_put_f64(&bytes, stall);
    ms_bytes_put_blob(&bytes, host, 4);
    ms_reader reader = ms_reader_over(bytes.data, bytes.len);
    ms_rankstat back;
    ms_code code = ms_rankstat_decode(&back, &reader);
    ms_bytes_fini(&bytes);
    return code;
}

TEST(bad_fields_are_refused)
{
    ck_assert_int_eq(decode_made(63, false, 1, 1, 1), MS_OK);
    ck_assert_int_eq(decode_made(64, false, 1, 1, 1), MS_FORMAT);
    ck_assert_int_eq(decode_made(65, false, 1, 1, 1), MS_FORMAT);
    ck_assert_int_eq(decode_made(63, true, 1, 1, 1), MS_FORMAT);
    ck_assert_int_eq(decode_made(63, false, (double)NAN, 1, 1), MS_FORMAT);
    ck_assert_int_eq(decode_made(63, false, (double)INFINITY, 1, 1), MS_FORMAT);
    ck_assert_int_eq(decode_made(63, false, 1, (double)NAN, 1), MS_FORMAT);
    ck_assert_int_eq(decode_made(63, false, 1, 1, (double)NAN), MS_FORMAT);
}

static const struct {
    size_t n;
    double busy[4];
    double imbalance;
} cases[] = {
    {1, {2}, 0},          {2, {1, 1}, 0},    {2, {3, 1}, 0.5},         {4, {1, 1, 1, 5}, 1.5},
    {4, {4, 0, 0, 0}, 3}, {3, {0, 0, 0}, 0}, {2, {(double)NAN, 1}, 1}, /* counts as not busy */
    {2, {-1, 1}, 1},      {0, {0}, 0},
};

TEST_EACH(imbalance, cases)
{
    ms_rankstat ranks[4] = {{0}};
    for (size_t i = 0; i < cases[_i].n; i++) {
        ranks[i].busy_seconds = cases[_i].busy[i];
    }
    ck_assert_double_eq_tol(ms_rankstat_imbalance(ranks, cases[_i].n), cases[_i].imbalance, 1e-12);
}
