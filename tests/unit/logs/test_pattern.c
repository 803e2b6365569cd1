/* Suite of logs/pattern.c: what is known of a keyword, the expression made of it, and what is refused with
 * which words. */
#include "logs/pattern.h"

#include "logs_fixture.h"
#include "suites.h"

#include <string.h>

Suite *pattern_suite(void);

typedef struct made {
    const char *keyword;
    unsigned flags;
    bool word_inside;
    const char *expression;
    size_t nliteral;
} made;

static const made expressions[] = {
    {"ab", 0, false, "\\x61\\x62", 2},
    {"ab", WORD, false, "\\x61\\x62", 2},
    {"ab", WORD, true, "(?:^|\\W)(?:\\x61\\x62)(?:\\W|$)", 0},
    {"ab", 0, true, "\\x61\\x62", 2},
    {"\1.*", IGNORE_CASE, false, "\\x00\\x2e\\x2a", 3},
    {"\xC3\xA4", 0, false, "\\xc3\\xa4", 2},
    {"a\xC3\xA4", IGNORE_CASE, false, "\\x61(?:\\xc3\\xa4|\\xc3\\x84)", 0},
    {"\xC3\x9F", IGNORE_CASE, false, "(?:\\xc3\\x9f)", 0},
    {"\xF0\x90\x90\x80", IGNORE_CASE, false, "(?:\\xf0\\x90\\x90\\x80|\\xf0\\x90\\x90\\xa8)", 0},
    {"\xC3", IGNORE_CASE, false, "\\xc3", 0},
    {"\xC3\xA4", IGNORE_CASE | WORD, false, "(?:^|\\W)(?:(?:\\xc3\\xa4|\\xc3\\x84))(?:\\W|$)", 0},
    {"a|b", REGEX, false, "a|b", 0},
    {"a|b", REGEX | WORD, false, "(?:^|\\W)(?:a|b)(?:\\W|$)", 0},
    {"^a", REGEX | WORD, false, "(?:^a)(?:\\W|$)", 0},
    {"a$", REGEX | WORD, false, "(?:^|\\W)(?:a$)", 0},
    {"^a$", REGEX | WORD, true, "(?:^a$)", 0},
    {"a\\$", REGEX | WORD, false, "(?:^|\\W)(?:a\\$)(?:\\W|$)", 0},
    {"a\\\\$", REGEX | WORD, false, "(?:^|\\W)(?:a\\\\$)", 0},
    {"\\Qa$", REGEX | WORD, false, "(?:^|\\W)(?:\\Qa$)(?:\\W|$)", 0},
    {"a#$", REGEX | WORD, false, "(?:^|\\W)(?:a#$)(?:\\W|$)", 0},
    {"^a|b$", REGEX | WORD, false, "(?:^|\\W)(?:^a|b$)(?:\\W|$)", 0},
};

START_TEST(expression_of)
{
    const made *e = &expressions[_i];
    const char *list[] = {"x", e->keyword, NULL};
    ms_keywords keywords = logs_keywords(list, e->flags);
    ms_pattern pattern = {0};
    ms_err err = {0};
    ck_assert_msg(ms_pattern_make(&pattern, &keywords, 1, e->word_inside, &err) == MS_OK, "%s", err.text);
    ck_assert_str_eq((const char *)pattern.expression.data, e->expression);
    ck_assert_uint_eq(pattern.nliteral, e->nliteral);
    ms_pattern_fini(&pattern);
    ms_pattern_fini(&pattern);
    ms_keywords_fini(&keywords);
}
END_TEST

typedef struct known {
    const char *keyword;
    bool allow_empty, line_bound, end_bound;
} known;

static const known regexes[] = {
    {"abc", false, false, false},     {"a*", true, false, false},      {"^$", true, false, true},
    {"a|b*", true, false, false},     {"^", true, false, false},       {"\\b", true, false, false},
    {"a$", false, false, true},       {"a\\$", false, false, false},   {"a\\\\$", false, false, true},
    {"[$]", false, false, true}, /* more careful than it need be */
    {"\\Aa", false, true, false},     {"a\\z", false, true, false},    {"a\\Z", false, true, false},
    {"\\\\A", false, false, false},   {"(?m)a", false, true, false},   {"(?i)a", false, false, false},
    {"(?s-m)a", false, true, false},  {"(?-m:a)", false, true, false}, {"(?:ma)", false, false, false},
    {"a(?im:b)", false, true, false}, {"\\Qa\\E", false, false, true},
};

START_TEST(known_of_a_regular_expression)
{
    const known *k = &regexes[_i];
    const char *list[] = {k->keyword, NULL};
    ms_keywords keywords = logs_keywords(list, REGEX);
    ms_pattern pattern = {0};
    ms_err err = {0};
    ck_assert_msg(ms_pattern_make(&pattern, &keywords, 0, false, &err) == MS_OK, "%s: %s", k->keyword,
                  err.text);
    ck_assert_msg(pattern.allow_empty == k->allow_empty, "%s: allow_empty", k->keyword);
    ck_assert_msg(pattern.line_bound == k->line_bound, "%s: line_bound", k->keyword);
    ck_assert_msg(pattern.end_bound == k->end_bound, "%s: end_bound", k->keyword);
    ms_pattern_fini(&pattern);
    ms_keywords_fini(&keywords);
}
END_TEST

typedef struct refused {
    const char *keyword;
    const char *reason;
    const char *position;
} refused;

static const refused refusals[] = {
    {"foo(", "Missing close parenthesis", "index 3"},
    {"foo)", "Unmatched parentheses", "index 3"},
    {"a**", "Invalid repeat", "index 2"},
    {"*", "Invalid repeat", "index 0"},
    {"ab[c", "Unterminated character class", "index 2"},
    {"(a)\\1", "unsupported", "index 4"},
    {"a(?=b)", "not supported", "index 5"},
    {"a(?<!b)", "not supported", "index 6"},
    {"a{3,2}", "Invalid repeat", "index 1"},
    {"[z-a]", "Range out of order", "index 3"},
    {"ab\1c", "\\x00", "index 2"},
    {"(*UTF8)a", "not allowed", "index 0"},
    {"a\\", "", "index"},
};

START_TEST(refused_with_its_position)
{
    const refused *r = &refusals[_i];
    const char *list[] = {"fine", r->keyword, NULL};
    for (unsigned flags = REGEX; flags < 8; flags++) {
        ms_keywords keywords = logs_keywords(list, flags);
        ms_pattern pattern = {0};
        ms_err err = {0};
        ck_assert_msg(ms_pattern_make(&pattern, &keywords, 1, false, &err) == MS_USAGE, "%s is taken",
                      r->keyword);
        ck_assert_msg(strstr(err.text, "keyword 2") && strstr(err.text, r->reason) &&
                          strstr(err.text, r->position),
                      "%s: %s", r->keyword, err.text);
        ck_assert_ptr_null(pattern.expression.data);
        ms_keywords_fini(&keywords);
    }
}
END_TEST

START_TEST(plain_literals)
{
    static const char *const list[] = {"abc", "\xC3\xA4", "\1\x7F", NULL};
    ms_keywords keywords = logs_keywords(list, 0);
    ck_assert(ms_pattern_plain_literal(&keywords, 0) && ms_pattern_plain_literal(&keywords, 1));
    keywords.ignore_case = true;
    ck_assert(ms_pattern_plain_literal(&keywords, 0) && !ms_pattern_plain_literal(&keywords, 1));
    ck_assert(ms_pattern_plain_literal(&keywords, 2));
    keywords.regex = true;
    ck_assert(!ms_pattern_plain_literal(&keywords, 0));
    ms_keywords_fini(&keywords);
}
END_TEST

START_TEST(word_bytes)
{
    static const char word[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
    size_t n = 0;
    for (unsigned byte = 0; byte < 256; byte++) {
        bool expected = byte != 0 && strchr(word, (int)byte);
        n += ms_pattern_is_word_byte((uint8_t)byte) == expected;
    }
    ck_assert_uint_eq(n, 256);
}
END_TEST

Suite *pattern_suite(void)
{
    Suite *suite = suite_create("pattern");
    TCase *tc = tcase_create("all");
    tcase_add_loop_test(tc, expression_of, 0, sizeof expressions / sizeof expressions[0]);
    tcase_add_loop_test(tc, known_of_a_regular_expression, 0, sizeof regexes / sizeof regexes[0]);
    tcase_add_loop_test(tc, refused_with_its_position, 0, sizeof refusals / sizeof refusals[0]);
    tcase_add_test(tc, plain_literals);
    tcase_add_test(tc, word_bytes);
    suite_add_tcase(suite, tc);
    return suite;
}
