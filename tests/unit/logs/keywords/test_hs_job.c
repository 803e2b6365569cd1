/* Suite of logs/keywords/hs_job.c: a compilation that takes long is given up, and does no harm. */
#include "logs/keywords/hs_job.h"

#include "unit.h"

#include <stdlib.h>
#include <string.h>

/* `depth` groups that repeat, each within the next: the time to read them doubles with each. */
static char *nested(size_t depth)
{
    char *text = calloc(5 * depth + 2, 1);
    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < depth; i++) {
        memcpy(text + 3 * i, "(?:", 3);
        memcpy(text + 3 * depth + 1 + 2 * i, ")*", 2);
    }
    text[3 * depth] = 'a';
    return text;
}

TEST(info_is_the_librarys)
{
    ms_hs_result result = {0};
    ck_assert_int_eq(ms_hs_info(&result, "ab?", 0, 60), MS_OK);
    ck_assert_int_eq(result.rc, HS_SUCCESS);
    ck_assert_uint_eq(result.info->min_width, 1);
    ms_hs_result_fini(&result);
    ck_assert_int_eq(ms_hs_info(&result, "(", 0, 60), MS_OK);
    ck_assert_int_eq(result.rc, HS_COMPILER_ERROR);
    ck_assert_ptr_nonnull(strstr(result.error->message, "parenthesis"));
    ms_hs_result_fini(&result);
    ms_hs_result_fini(&result);
}

TEST(input_is_copied)
{
    char first[] = "abc";
    char second[] = "x\0y";
    const char *expressions[] = {first, second};
    size_t lens[] = {3, 3};
    unsigned ids[] = {7, 8};
    ms_hs_input input = {.call = MS_HS_LITERALS, .expressions = expressions, .lens = lens, .ids = ids};
    input.n = 2;
    input.mode = HS_MODE_BLOCK;
    ms_hs_job *job = NULL;
    ck_assert_int_eq(ms_hs_job_start(&job, &input), MS_OK);
    memset(first, '!', 3);
    memset(second, '!', 3);
    memset(lens, 0, sizeof lens);
    ck_assert(ms_hs_job_wait(job, 60));
    ck_assert(ms_hs_job_wait(job, 0));
    ms_hs_result result = ms_hs_job_take(job);
    ms_hs_job_end(job);
    ck_assert_int_eq(result.rc, HS_SUCCESS);
    ck_assert_ptr_nonnull(result.db);
    ms_hs_result_fini(&result);
    ms_hs_job_end(NULL);
}

/* The thread is left behind; that this process then ends well is part of the test. */
TEST(one_without_end_is_given_up)
{
    char *text = nested(60);
    ms_hs_result result = {0};
    ck_assert_int_eq(ms_hs_info(&result, text, HS_FLAG_ALLOWEMPTY, 0.05), MS_LIMIT);
    ck_assert(!result.info && !result.error);
    free(text);
}

/* It takes about half a second, so it ends after it was given up, and frees itself. */
TEST(one_left_behind_ends)
{
    char *text = nested(23);
    const char *expressions[] = {text};
    ms_hs_input input = {.call = MS_HS_REGEXES, .expressions = expressions, .n = 1, .mode = HS_MODE_BLOCK};
    unsigned flags[] = {HS_FLAG_ALLOWEMPTY};
    input.flags = flags;
    ms_hs_job *job = NULL;
    ms_hs_job *same = NULL;
    ck_assert_int_eq(ms_hs_job_start(&job, &input), MS_OK);
    ck_assert_int_eq(ms_hs_job_start(&same, &input), MS_OK);
    ck_assert(!ms_hs_job_wait(job, 0));
    ms_hs_job_end(job);
    ck_assert(ms_hs_job_wait(same, 60));
    ck_assert(ms_hs_job_seconds(same) > 0);
    ms_hs_job_end(same);
    free(text);
}
