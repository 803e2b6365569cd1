/* Suite of logs/compile/compile.c: which form the keywords are compiled in, and what a failure says. */
#include "logs/compile/compile.h"

#include "logs_fixture.h"
#include "unit.h"

#include <stdio.h>
#include <string.h>

/* Compiles either kind, for blocks. */
static ms_code compile(ms_compiled *compiled, const ms_keywords *keywords, ms_err *err)
{
    if (keywords->regex) {
        return ms_compile_regexes(compiled, keywords, MS_PATTERN_EXACT, HS_MODE_BLOCK, err);
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
    unsigned traits[2];
    bool every_line, lines_if_cr;
} form;

#define EVERYWHERE (MS_TRAIT_EXACT | MS_TRAIT_BYTEWISE)
#define LOCAL (MS_TRAIT_WITHIN_LINE | EVERYWHERE)

static const form forms[] = {
    {{"unauthorized access"}, 0, 1, {0}, false, false},
    {{"unauthorized access"}, IGNORE_CASE | WORD, 1, {0}, false, false},
    {{"unauthorized access", "x"}, 0, 2, {0}, false, false},
    {{"xyz", "XYZ"}, IGNORE_CASE, 1, {0}, false, false}, /* two keywords, one literal */
    {{"\xC3\xA4", "x"}, 0, 2, {0}, false, false},
    {{"\xC3\xA4", "x"}, IGNORE_CASE, 3, {0}, false, false},
    {{"a*", "a$"}, 0, 2, {0}, false, false},
    {{"unauthorized access"}, REGEX, 0, {LOCAL}, false, false},
    {{"unauthorized access"}, REGEX | WORD, 0, {MS_TRAIT_EXACT}, false, false},
    {{"a$", "x"}, REGEX, 0, {EVERYWHERE, LOCAL}, false, true},
    {{"x", "a*"}, REGEX, 0, {LOCAL, EVERYWHERE}, true, false},
    {{"x", "\\Aa"}, REGEX, 0, {LOCAL, EVERYWHERE}, true, false},
    {{"x", "a(?=b)"}, REGEX, 0, {LOCAL, 0}, false, false},
    {{"x", "a\\Kb"}, REGEX, 0, {LOCAL, MS_TRAIT_UNKNOWN}, true, false},
    {{"x", "."}, REGEX, 0, {LOCAL, MS_TRAIT_WITHIN_LINE | MS_TRAIT_EXACT}, false, false},
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
        ck_assert_uint_eq(compiled.traits[i], f->traits[i]);
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
    ck_assert_ptr_null(compiled.traits);
    ck_assert_ptr_null(compiled.literals.uses);
    ms_keywords_fini(&keywords);
}

/* Compiling it takes seconds, but only after the library has accepted it. */
#define SLOW "x.{1,5000}y.{1,5000}z"

static const failure slow_ones[] = {
    {{SLOW}, REGEX, {"keyword 1, 'x.{1,5000}y", "takes too long to compile", "over 0.3 s"}},
    {{"a+b", SLOW}, REGEX, {"keyword 2, 'x.{1,5000}y", "takes too long to compile", "over 0.3 s"}},
    {{SLOW, "c"}, REGEX | IGNORE_CASE | WORD, {"keyword 1, 'x.{1,5000}y", "too long", "0.3 s"}},
    {{"a",
      "((((((((((((((((((((((((((((((((((((((((b)*)*)*)*)*)*)*)*)*)*)*)*)*)*)*)*)*)*)*)*)*)*)*)*)*)*)*)*)*"
      ")*)*)*)*)*)*)*)*)*)*)*)*"},
     REGEX,
     {"keyword 2, '((((", "takes too long to compile", "over 0.3 s"}},
};

TEST_EACH(slow, slow_ones)
{
    const failure *f = &slow_ones[_i];
    ms_keywords keywords = logs_keywords(f->list, f->flags);
    keywords.compile_seconds = 0.3;
    ms_compiled compiled = {0};
    ms_err err = {0};
    ck_assert_int_eq(compile(&compiled, &keywords, &err), MS_USAGE);
    for (size_t i = 0; i < 3; i++) {
        ck_assert_msg(strstr(err.text, f->says[i]), "'%s' is not in: %s", f->says[i], err.text);
    }
    ms_keywords_fini(&keywords);
}

/* None of them is slow, all together are: about a second. */
TEST(slow_together)
{
    ms_keywords keywords = {.regex = true, .compile_seconds = 0.03};
    ms_compiled compiled = {0};
    ms_err err = {0};
    for (unsigned i = 0; i < 400; i++) {
        char text[120];
        int n = snprintf(text, sizeof text, "a%03ub.*c%03ud.*e%03uf.*g%03uh.*%03ui[a-z]{1,40}x", i,
                         i * 7 % 1000, i * 13 % 1000, i * 17 % 1000, i * 29 % 1000);
        ck_assert_int_eq(ms_keywords_add(&keywords, text, (size_t)n, &err), MS_OK);
    }
    ck_assert_int_eq(compile(&compiled, &keywords, &err), MS_USAGE);
    ck_assert_msg(strstr(err.text, "the 400 keywords together take too long to compile (over 0.15 s"), "%s",
                  err.text);
    ms_keywords_fini(&keywords);
}
