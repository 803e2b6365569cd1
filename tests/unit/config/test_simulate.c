/* Suite of config/simulate.c: what --simulate says for a rank. */
#include "config/settings.h"

#include "unit.h"

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

TEST_EACH(nanoseconds_of_a_rank, cases)
{
    double nsec = -1;
    ck_assert_int_eq(ms_settings_simulated(cases[_i].text, cases[_i].rank, &nsec), MS_OK);
    ck_assert_double_eq_tol(nsec, cases[_i].nsec, 1e-12);
}

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

TEST_EACH(nonsense_is_refused, refused)
{
    double nsec = 0;
    ck_assert_int_eq(ms_settings_simulated(refused[_i], 1, &nsec), MS_USAGE);
}
