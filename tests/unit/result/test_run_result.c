/* Suite of result/run_result.c: everything is freed (a leak checker sees it), once. */
#include "result/run_result.h"

#include "samples.h"
#include "unit.h"

#include <stdlib.h>

TEST(fini_frees_and_forgets)
{
    ms_run_result run_result = {.nranks = 2, .ranks = calloc(2, sizeof *run_result.ranks), .nfiltered = 4};
    ms_bytes part = {0};
    sample_paths(&run_result.paths, 1);
    sample_keywords(&run_result.keywords);
    sample_append(&part, 1, 0);
    ck_assert_int_eq(
        ms_merge(&run_result.merged, &part, 1, &run_result.paths, &run_result.keywords, false, NULL), MS_OK);
    ms_run_result_fini(&run_result);
    ck_assert_ptr_null(run_result.ranks);
    ck_assert_ptr_null(run_result.paths.ends);
    ck_assert_ptr_null(run_result.keywords.ends);
    ck_assert_ptr_null(run_result.merged.parts);
    ck_assert_uint_eq(run_result.nranks + run_result.nfiltered, 0);
    ms_run_result_fini(&run_result);
}
