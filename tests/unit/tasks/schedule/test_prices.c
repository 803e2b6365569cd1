/* Suite of tasks/schedule/prices.c: kinds of tasks, and what they cost by what was seen. */
#include "tasks/schedule/prices.h"

#include "suites.h"

#include <math.h>

Suite *prices_suite(void);

static ms_task log_of(uint64_t nbytes, uint64_t weight)
{
    ms_task task = {.size = nbytes, .end = nbytes, .kind = MS_TASK_LOG};
    task.cost = weight == 0 ? ms_plan_cost_of(nbytes) : (nbytes + 1) * weight + 65536;
    return task;
}

static bool near(double x, double y)
{
    return fabs(x - y) < 0.02 * fabs(y);
}

START_TEST(kinds_by_weight)
{
    ms_prices prices = {0};
    ms_task image = {.size = 1000, .end = 1000, .cost = 77, .kind = MS_TASK_IMAGE};
    ms_task small = log_of(10, 0);
    ms_task large = log_of(1 << 30, 0);
    ms_task packed = log_of(10, 35);
    ms_task range = log_of(1 << 30, 35);
    range.begin = 1 << 20; /* its share, and opening it */
    range.cost = (range.end - range.begin) * 35 + 65536;
    ms_task short_range = {.size = 1 << 30, .begin = 5, .end = 205, .cost = 199 * 35 + 65536};
    ms_task hostile = {.size = UINT64_MAX, .end = UINT64_MAX, .cost = 5};
    ck_assert_uint_eq(ms_prices_kind(&prices, &small), ms_prices_kind(&prices, &large));
    ck_assert_uint_eq(ms_prices_kind(&prices, &packed), ms_prices_kind(&prices, &range));
    ck_assert_uint_eq(ms_prices_kind(&prices, &packed), ms_prices_kind(&prices, &short_range));
    ck_assert_uint_eq(ms_prices_kind(&prices, &small), ms_prices_kind(&prices, &hostile));
    ck_assert_uint_ne(ms_prices_kind(&prices, &small), ms_prices_kind(&prices, &packed));
    ck_assert_uint_ne(ms_prices_kind(&prices, &small), ms_prices_kind(&prices, &image));
    ck_assert_uint_eq(prices.count, 3);
    for (uint64_t weight = 100; weight < 200; weight++) {
        ms_task other = log_of(1000, weight);
        ck_assert_uint_lt(ms_prices_kind(&prices, &other), MS_PRICE_KINDS);
    }
    ck_assert_uint_eq(prices.count, MS_PRICE_KINDS);
    ck_assert_uint_eq(ms_prices_kind(&prices, &image), 2);
}
END_TEST

START_TEST(prices_by_what_was_seen)
{
    ms_prices prices = {0};
    ms_task plain = log_of(1 << 30, 0);
    ms_task packed = log_of(1 << 24, 35);
    ms_task never = log_of(1 << 24, 1450);
    size_t p = ms_prices_kind(&prices, &plain);
    size_t q = ms_prices_kind(&prices, &packed);
    size_t n = ms_prices_kind(&prices, &never);
    ck_assert(near(ms_prices_of(&prices, p), 1) && near(ms_prices_of(&prices, n), 1));
    for (int i = 0; i < 4; i++) {
        ms_prices_saw(&prices, &plain, 2e-10 * (double)plain.cost);
        ms_prices_saw(&prices, &packed, 9e-10 * (double)packed.cost);
    }
    ck_assert(near(ms_prices_of(&prices, p), 2e-10));
    ck_assert(near(ms_prices_of(&prices, q), 9e-10));
    double usual =
        (2e-10 * (double)plain.cost + 9e-10 * (double)packed.cost) / (double)(plain.cost + packed.cost);
    ck_assert(near(ms_prices_of(&prices, n), usual));
    ms_task tiny = log_of(10, 1450); /* seen, but next to nothing of it */
    ms_prices_saw(&prices, &tiny, 1e-3);
    ck_assert(ms_prices_of(&prices, n) < 2 * usual);
}
END_TEST

Suite *prices_suite(void)
{
    Suite *suite = suite_create("prices");
    TCase *tc = tcase_create("all");
    tcase_add_test(tc, kinds_by_weight);
    tcase_add_test(tc, prices_by_what_was_seen);
    suite_add_tcase(suite, tc);
    return suite;
}
