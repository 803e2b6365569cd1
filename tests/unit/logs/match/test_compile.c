/* Suite of logs/match/compile.c: which form the keywords are compiled in, and what a failure says. */
#include "logs/match/compile.h"

#include "logs_fixture.h"
#include "unit.h"

#include <string.h>

/* Compiles either kind, for blocks. */
static ms_code compile(ms_compiled *compiled, const ms_keywords *keywords, ms_err *err)
{
    if (keywords->regex) {
        return ms_compile_regexes(compiled, keywords, HS_MODE_BLOCK, err);
    }
    ms_verifier verifier = {0};
    ms_code code = ms_verifier_init(&verifier, keywords, err);
    code = code == MS_OK ? ms_compile_literals(compiled, &verifier, true, err) : code;
    ms_verifier_fini(&verifier);
    return code;
}

typedef struct form {
    const char *list[3];
    unsigned flags;
    size_t nliterals; /* 0: expressions */
    uint8_t direct[2];
    bool every_line, lines_if_cr;
} form;

static const form forms[] = {
    {{"unauthorized access"}, 0, 1, {0}, false, false},
    {{"unauthorized access"}, IGNORE_CASE | WORD, 1, {0}, false, false},
    {{"unauthorized access", "x"}, 0, 2, {0}, false, false},
    {{"xyz", "XYZ"}, IGNORE_CASE, 1, {0}, false, false}, /* two keywords, one literal */
    {{"\xC3\xA4", "x"}, 0, 2, {0}, false, false},
    {{"\xC3\xA4", "x"}, IGNORE_CASE, 3, {0}, false, false},
    {{"a*", "a$"}, 0, 2, {0}, false, false},
    {{"unauthorized access"}, REGEX, 0, {1}, false, false},
    {{"unauthorized access"}, REGEX | WORD, 0, {0}, false, false},
    {{"a$", "x"}, REGEX, 0, {0, 1}, false, true},
    {{"x", "a*"}, REGEX, 0, {1, 0}, true, false},
    {{"x", "\\Aa"}, REGEX, 0, {1, 0}, true, false},
};

TEST_EACH(form_of, forms)
{
    const form *f = &forms[_i];
    ms_keywords keywords = logs_keywords(f->list, f->flags);
    ms_compiled compiled = {0};
    ms_err err = {0};
    ck_assert_msg(compile(&compiled, &keywords, &err) == MS_OK, "%s", err.text);
    ck_assert_ptr_nonnull(compiled.db);
    ck_assert(compiled.every_line == f->every_line && compiled.lines_if_cr == f->lines_if_cr);
    ck_assert_uint_eq(compiled.literals.count, f->nliterals);
    for (size_t i = 0; i < keywords.list.count && keywords.regex; i++) {
        ck_assert_uint_eq(compiled.direct[i], f->direct[i]);
    }
    ms_compiled_fini(&compiled);
    ms_compiled_fini(&compiled);
    ms_keywords_fini(&keywords);
}

typedef struct failure {
    const char *list[3];
    unsigned flags;
    const char *says[3];
} failure;

static const failure failures[] = {
    {{"x", "(a"}, REGEX, {"keyword 2, '(a'", "Missing close parenthesis", "index 0"}},
    {{"a\\bb"}, REGEX, {"keyword 1, 'a\\\\bb'", "never match", "index"}},
    {{"x", "a*^b"}, REGEX, {"keyword 2, 'a*^b'", "anchor", "index"}},
    {{"x", "(a|^b)"}, REGEX | WORD, {"keyword 2, '(a|^b)'", "anchor", "index"}},
    {{"(((a{1,999}){1,999}){1,999}){1,999}"}, REGEX, {"keyword 1", "too large", "index"}},
    {{NULL}, 0, {"cannot be compiled", "", ""}},
};

TEST_EACH(failure_of, failures)
{
    const failure *f = &failures[_i];
    ms_keywords keywords = logs_keywords(f->list, f->flags);
    ms_compiled compiled = {0};
    ms_err err = {0};
    ck_assert_int_eq(compile(&compiled, &keywords, &err), MS_USAGE);
    for (size_t i = 0; i < 3; i++) {
        ck_assert_msg(strstr(err.text, f->says[i]), "'%s' is not in: %s", f->says[i], err.text);
    }
    ck_assert_ptr_null(compiled.db);
    ck_assert_ptr_null(compiled.direct);
    ck_assert_ptr_null(compiled.literals.uses);
    ms_keywords_fini(&keywords);
}
