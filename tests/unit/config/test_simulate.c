/* Suite of config/simulate.c: what --simulate says for a rank. */
#include "config/settings.h"

#include "suites.h"

Suite *simulate_suite(void);

static const struct {
    const char *text;
    uint32_t rank;
    double nsec;
} cases[] = {
    {"5", 0, 5},
    {"5", 4000000, 5},
    {"0.25", 0, 0.25},
    {"5,1:10", 0, 5},
    {"5,1:10", 1, 50},
    {"5,1:10,3:0", 3, 0},
    {"5,1:10,1:2", 1, 10},
    {"2,0:0.5,11:3", 11, 6},
    {"2,0:0.5,11:3", 1, 2},
    {"0,1:1000000", 1, 0},
    {"1,4294967295:2", 4294967295, 2},
};

START_TEST(nanoseconds_of_a_rank)
{
    double nsec = -1;
    ck_assert_int_eq(ms_settings_simulated(cases[_i].text, cases[_i].rank, &nsec), MS_OK);
    ck_assert_double_eq_tol(nsec, cases[_i].nsec, 1e-12);
}
END_TEST

static const char *const refused[] = {"",
                                      ",",
                                      "x",
                                      "1,",
                                      "1,2",
                                      "1,:2",
                                      "1,2:",
                                      "1,2:x",
                                      "1,2:3,",
                                      "1 ",
                                      "-1",
                                      "1,-2:3",
                                      "1,4294967296:2",
                                      "2000000000",
                                      "1,1:2000000",
                                      "inf",
                                      "nan"};

START_TEST(nonsense_is_refused)
{
    double nsec = 0;
    ck_assert_int_eq(ms_settings_simulated(refused[_i], 1, &nsec), MS_USAGE);
}
END_TEST

Suite *simulate_suite(void)
{
    Suite *suite = suite_create("simulate");
    TCase *tc = tcase_create("all");
    tcase_add_loop_test(tc, nanoseconds_of_a_rank, 0, (int)(sizeof cases / sizeof cases[0]));
    tcase_add_loop_test(tc, nonsense_is_refused, 0, (int)(sizeof refused / sizeof refused[0]));
    suite_add_tcase(suite, tc);
    return suite;
}
