/* Suite of logs/compile.c: which form the keywords are compiled in, and what a failure says. */
#include "logs/compile.h"

#include "logs_fixture.h"
#include "suites.h"

#include <string.h>

Suite *compile_suite(void);

typedef struct form {
    const char *list[3];
    unsigned flags;
    unsigned mode;
    size_t nliteral[2];
    bool rest; /* a part is left to the caller */
    bool every_line, lines_if_cr;
} form;

static const form forms[] = {
    {{"unauthorized access"}, 0, HS_MODE_BLOCK, {19}, true, false, false},
    {{"unauthorized access"}, IGNORE_CASE | WORD, HS_MODE_BLOCK, {19}, true, false, false},
    {{"unauthorized access"}, 0, HS_MODE_STREAM, {19}, false, false, false},
    {{"unauthorized access"}, WORD, HS_MODE_STREAM, {0}, false, false, false},
    {{"unauthorized access", "x"}, 0, HS_MODE_BLOCK, {19, 1}, false, false, false},
    {{"unauthorized access"}, REGEX, HS_MODE_BLOCK, {0}, false, false, false},
    {{"\xC3\xA4", "x"}, 0, HS_MODE_BLOCK, {2, 1}, false, false, false},
    {{"\xC3\xA4", "x"}, IGNORE_CASE, HS_MODE_BLOCK, {0, 1}, false, false, false},
    {{"a$", "x"}, REGEX, HS_MODE_BLOCK, {0, 0}, false, false, true},
    {{"x", "a*"}, REGEX, HS_MODE_BLOCK, {0, 0}, false, true, false},
    {{"x", "\\Aa"}, REGEX, HS_MODE_BLOCK, {0, 0}, false, true, false},
    {{"a*", "a$"}, 0, HS_MODE_BLOCK, {2, 2}, false, false, false},
};

START_TEST(form_of)
{
    const form *f = &forms[_i];
    ms_keywords keywords = logs_keywords(f->list, f->flags);
    ms_compiled compiled = {0};
    ms_err err = {0};
    ck_assert_msg(ms_compile(&compiled, &keywords, f->mode, &err) == MS_OK, "%s", err.text);
    ck_assert_ptr_nonnull(compiled.db);
    ck_assert(compiled.every_line == f->every_line && compiled.lines_if_cr == f->lines_if_cr);
    ck_assert_uint_eq(compiled.nrest > 0, f->rest);
    for (size_t i = 0; i < keywords.list.count; i++) {
        ck_assert_uint_eq(compiled.nliteral[i], f->nliteral[i]);
    }
    ms_compiled_fini(&compiled);
    ms_compiled_fini(&compiled);
    ms_keywords_fini(&keywords);
}
END_TEST

typedef struct failure {
    const char *list[3];
    unsigned flags;
    const char *says[3];
} failure;

static const failure failures[] = {
    {{"x", "(a"}, REGEX, {"keyword 2, '(a'", "Missing close parenthesis", "index 0"}},
    {{"a\\bb"}, REGEX, {"keyword 1, 'a\\bb'", "never match", "index"}},
    {{"x", "a^b"}, REGEX, {"keyword 2, 'a^b'", "anchor", "index"}},
    {{"x", "(a|^b)"}, REGEX | WORD, {"keyword 2, '(a|^b)'", "anchor", "index"}},
    {{"(((a{1,999}){1,999}){1,999}){1,999}"}, REGEX, {"keyword 1", "too large", "index"}},
    {{NULL}, 0, {"cannot be compiled", "", ""}},
};

START_TEST(failure_of)
{
    const failure *f = &failures[_i];
    ms_keywords keywords = logs_keywords(f->list, f->flags);
    ms_compiled compiled = {0};
    ms_err err = {0};
    ck_assert_int_eq(ms_compile(&compiled, &keywords, HS_MODE_BLOCK, &err), MS_USAGE);
    for (size_t i = 0; i < 3; i++) {
        ck_assert_msg(strstr(err.text, f->says[i]), "'%s' is not in: %s", f->says[i], err.text);
    }
    ck_assert_ptr_null(compiled.db);
    ck_assert_ptr_null(compiled.nliteral);
    ms_keywords_fini(&keywords);
}
END_TEST

Suite *compile_suite(void)
{
    Suite *suite = suite_create("compile");
    TCase *tc = tcase_create("all");
    tcase_set_timeout(tc, 20);
    tcase_add_loop_test(tc, form_of, 0, sizeof forms / sizeof forms[0]);
    tcase_add_loop_test(tc, failure_of, 0, sizeof failures / sizeof failures[0]);
    suite_add_tcase(suite, tc);
    return suite;
}
