/* Suite of logs/input/pace.c. */
#include "logs/input/pace.h"

#include "suites.h"

Suite *pace_suite(void);

enum { EVERY = 1000, PIECE = 100 };

/* Goes `nbytes` in pieces, at what each way costs a byte; the bytes that were viewed. */
static uint64_t go(ms_pace *pace, uint64_t nbytes, double read, double view)
{
    uint64_t viewed = 0;
    for (uint64_t at = 0; at < nbytes; at += PIECE) {
        bool views = ms_pace_views(pace);
        viewed += views ? PIECE : 0;
        ms_pace_took(pace, views ? MS_WAY_VIEW : MS_WAY_READ, PIECE, (double)PIECE * (views ? view : read));
    }
    return viewed;
}

START_TEST(the_quicker_way_is_gone)
{
    ms_pace pace = {.every = EVERY};
    uint64_t viewed = go(&pace, 11000, 2, 1);
    ck_assert_msg(viewed >= 9000 && viewed < 10900, "%llu", (unsigned long long)viewed);
    ck_assert(ms_pace_prefers_views(&pace));
    pace = (ms_pace){.every = EVERY};
    viewed = go(&pace, 11000, 1, 2);
    ck_assert_msg(viewed > 100 && viewed <= 2000, "%llu", (unsigned long long)viewed);
    ck_assert(!ms_pace_prefers_views(&pace));
}
END_TEST

START_TEST(what_changes_is_noticed)
{
    ms_pace pace = {.every = EVERY};
    (void)go(&pace, 11000, 2, 1);
    uint64_t viewed = go(&pace, 22000, 1, 2);
    ck_assert_msg(viewed < 6000, "%llu", (unsigned long long)viewed);
    viewed = go(&pace, 22000, 2, 1);
    ck_assert_msg(viewed > 16000, "%llu", (unsigned long long)viewed);
}
END_TEST

/* One piece that was held up does not send all that follow the other way. */
START_TEST(a_disturbance_is_not_believed)
{
    ms_pace pace = {.every = EVERY};
    (void)go(&pace, 1500, 2, 1);
    ms_pace_took(&pace, MS_WAY_VIEW, PIECE, (double)PIECE * 1000);
    ck_assert(ms_pace_views(&pace));
}
END_TEST

/* Views that pass nothing: what they cost is all in vain. */
START_TEST(views_in_vain_are_given_up)
{
    ms_pace pace = {.every = EVERY};
    (void)go(&pace, 5000, 2, 1);
    for (int i = 0; i < 20 && ms_pace_views(&pace); i++) {
        ms_pace_took(&pace, MS_WAY_VIEW, 1, PIECE);
    }
    ck_assert(!ms_pace_views(&pace));
}
END_TEST

START_TEST(a_way_that_is_given_is_gone)
{
    ms_pace pace = {.every = EVERY, .way = MS_WAY_READ};
    ck_assert_uint_eq(go(&pace, 5000, 2, 1), 0);
    pace.way = MS_WAY_VIEW;
    ck_assert_uint_eq(go(&pace, 5000, 1, 2), 5000);
}
END_TEST

Suite *pace_suite(void)
{
    Suite *suite = suite_create("pace");
    TCase *tc = tcase_create("all");
    tcase_add_test(tc, the_quicker_way_is_gone);
    tcase_add_test(tc, what_changes_is_noticed);
    tcase_add_test(tc, a_disturbance_is_not_believed);
    tcase_add_test(tc, views_in_vain_are_given_up);
    tcase_add_test(tc, a_way_that_is_given_is_gone);
    suite_add_tcase(suite, tc);
    return suite;
}
