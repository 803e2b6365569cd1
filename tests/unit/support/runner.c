/* Runs the tests of a program: all, or those of the directory of tests/unit that is given, as logs/match. One
 * suite for each file, in the order of their names; the tests of a file in its order. */
#include "unit.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const unit_test *const __start_unit_tests[], *const __stop_unit_tests[];
extern const unit_fixture *const __start_unit_fixtures[] __attribute__((weak));
extern const unit_fixture *const __stop_unit_fixtures[] __attribute__((weak));

/* libcheck's four seconds are too few on a loaded machine; a test that hangs still ends before ctest's own
 * limit. */
#define TIME_LIMIT_SECONDS "300"

static int by_place(const void *a, const void *b)
{
    const TTest *left = (*(const unit_test *const *)a)->test;
    const TTest *right = (*(const unit_test *const *)b)->test;
    int files = strcmp(left->file, right->file);
    return files != 0 ? files : left->line - right->line;
}

/* The directory of a file of tests/unit, and whether it is `wanted`. */
static bool within(const char *file, const char *wanted)
{
    char middle[256];
    (void)snprintf(middle, sizeof middle, "/unit/%s/test_", wanted);
    return strstr(file, middle) != NULL;
}

static TCase *add_suite(SRunner *runner, const char *file)
{
    const char *name = strrchr(file, '/') + 1;
    Suite *suite = suite_create(name);
    TCase *tc = tcase_create(name);
    size_t n = (size_t)(__stop_unit_fixtures - __start_unit_fixtures);
    for (size_t i = 0; i < n; i++) {
        const unit_fixture *fixture = __start_unit_fixtures[i];
        if (strcmp(fixture->file, file) == 0) {
            tcase_add_checked_fixture(tc, fixture->setup, fixture->teardown);
        }
    }
    suite_add_tcase(suite, tc);
    srunner_add_suite(runner, suite);
    return tc;
}

static void add_tests(SRunner *runner, const char *directory)
{
    size_t n = (size_t)(__stop_unit_tests - __start_unit_tests);
    const unit_test **tests = malloc(n * sizeof *tests);
    if (!tests) {
        abort();
    }
    memcpy(tests, __start_unit_tests, n * sizeof *tests);
    qsort(tests, n, sizeof *tests, by_place);
    const char *file = "";
    TCase *tc = NULL;
    for (size_t i = 0; i < n; i++) {
        const TTest *test = tests[i]->test;
        if (directory && !within(test->file, directory)) {
            continue;
        }
        tc = strcmp(file, test->file) == 0 ? tc : add_suite(runner, test->file);
        file = test->file;
        tcase_add_loop_test(tc, test, tests[i]->first, tests[i]->end);
    }
    free(tests);
}

int main(int argc, char **argv)
{
    SRunner *runner = srunner_create(NULL);
    (void)setenv("CK_DEFAULT_TIMEOUT", TIME_LIMIT_SECONDS, 0);
    add_tests(runner, argc > 1 ? argv[1] : NULL);
    srunner_set_fork_status(runner, CK_FORK);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    int run = srunner_ntests_run(runner);
    srunner_free(runner);
    return failed == 0 && run > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
