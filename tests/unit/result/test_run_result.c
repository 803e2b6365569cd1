/* Suite of result/run_result.c: everything is freed (a leak checker sees it), once. */
#include "result/run_result.h"

#include "samples.h"
#include "suites.h"

#include <stdlib.h>

Suite *run_result_suite(void);

START_TEST(fini_frees_and_forgets)
{
    ms_outcome outcome = {.nranks = 2, .ranks = calloc(2, sizeof *outcome.ranks), .nfiltered = 4};
    ms_bytes part = {0};
    sample_paths(&outcome.paths, 1);
    sample_keywords(&outcome.keywords);
    sample_append(&part, 1, 0);
    ck_assert_int_eq(ms_merge(&outcome.merged, &part, 1, &outcome.paths, &outcome.keywords, false, NULL),
                     MS_OK);
    ms_outcome_fini(&outcome);
    ck_assert_ptr_null(outcome.ranks);
    ck_assert_ptr_null(outcome.paths.ends);
    ck_assert_ptr_null(outcome.keywords.ends);
    ck_assert_ptr_null(outcome.merged.parts);
    ck_assert_uint_eq(outcome.nranks + outcome.nfiltered, 0);
    ms_outcome_fini(&outcome);
}
END_TEST

Suite *run_result_suite(void)
{
    Suite *suite = suite_create("outcome");
    TCase *tc = tcase_create("all");
    tcase_add_test(tc, fini_frees_and_forgets);
    suite_add_tcase(suite, tc);
    return suite;
}
