/* Tests that register themselves: TEST(name) { ... } in a file test_SUITE.c is the whole of it. Each runs in
 * a process of its own, in which libcheck's assertions hold; runner.c collects them from the linker section
 * that the macros fill. */
#ifndef TESTS_UNIT_SUPPORT_UNIT_H
#define TESTS_UNIT_SUPPORT_UNIT_H

#include <check.h>

/* libcheck reports each assertion that holds to the parent process, so that it can name the last one before a
 * crash. That is more than half of the time of tests with millions of assertions; one that fails is reported
 * anyway. */
#define _mark_point(file_, line_) ((void)0)

typedef struct unit_test {
    const TTest *test;
    int first;
    int end;
} unit_test;

typedef struct unit_fixture {
    const char *file;
    SFun setup;
    SFun teardown;
} unit_fixture;

#define UNIT_SECTION(name) __attribute__((used, section(#name)))

/* A test that runs with each _i in [first_, end_), constant expressions. */
#define TEST_RANGE(name_, first_, end_)                                                                      \
    static void name_##_fn(int _i);                                                                          \
    static const TTest name_##_ttest = {#name_, name_##_fn, __FILE__, __LINE__};                             \
    static const unit_test name_##_unit = {&name_##_ttest, (int)(first_), (int)(end_)};                      \
    static const unit_test *const name_##_entry UNIT_SECTION(unit_tests) = &name_##_unit;                    \
    static void name_##_fn(int _i __attribute__((unused)))
/* A test that runs with _i as each index of an array. */
#define TEST_EACH(name_, array_) TEST_RANGE(name_, 0, sizeof(array_) / sizeof((array_)[0]))
#define TEST(name_) TEST_RANGE(name_, 0, 1)

/* Before and after each test of this file, in the test's process; at most once in a file. */
#define TEST_FIXTURE(setup_, teardown_)                                                                      \
    static const unit_fixture unit_fixture_of_file = {__FILE__, setup_, teardown_};                          \
    static const unit_fixture *const unit_fixture_entry UNIT_SECTION(unit_fixtures) = &unit_fixture_of_file

#endif
