/* Suite of work/ahead.c. */
#include "work/ahead.h"

#include "suites.h"

Suite *ahead_suite(void);

enum { NTASKS = 200 };

static uint64_t idle_disk(void)
{
    return 5;
}

/* Has given more at each look. */
static uint64_t busy_disk(void)
{
    static uint64_t given = 5;
    return given++;
}

/* The largest number of tasks that were asked for before their turn. */
static size_t go(uint64_t (*disk)(void))
{
    ms_task tasks[NTASKS];
    for (size_t i = 0; i < NTASKS; i++) {
        tasks[i] = (ms_task){.path = "", .size = 9};
    }
    ms_ahead ahead = {.nblocks = disk};
    size_t most = 0;
    for (size_t i = 0; i < NTASKS; i++) {
        ms_ahead_look(&ahead, tasks + i, NTASKS - i);
        ck_assert_uint_le(ahead.nasked, NTASKS - i);
        most = ahead.nasked > most ? ahead.nasked : most;
    }
    return most;
}

START_TEST(files_are_asked_for_while_the_disk_is_busy)
{
    ck_assert_uint_eq(go(idle_disk), 0);
    size_t most = go(busy_disk);
    ck_assert(most > 8 && most < NTASKS / 2);
}
END_TEST

Suite *ahead_suite(void)
{
    Suite *suite = suite_create("ahead");
    TCase *tc = tcase_create("all");
    tcase_add_test(tc, files_are_asked_for_while_the_disk_is_busy);
    suite_add_tcase(suite, tc);
    return suite;
}
