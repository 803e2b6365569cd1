/* Suite of logs/match/char_match.c: lines by their characters, and the limits. */
#include "logs/match/char_match.h"

#include "logs_fixture.h"
#include "unit.h"

#include <string.h>

typedef struct fixture {
    ms_keywords keywords;
    ms_char_matcher matcher;
} fixture;

static void set_up(fixture *f, const char *first, const char *second)
{
    const char *list[] = {first, second, NULL};
    ms_err err = {0};
    f->keywords = logs_keywords(list, REGEX | PERL);
    f->matcher = (ms_char_matcher){0};
    ck_assert_int_eq(ms_char_matcher_init(&f->matcher, &f->keywords, &err), MS_OK);
}

static void tear_down(fixture *f)
{
    ms_char_matcher_fini(&f->matcher);
    ms_char_matcher_fini(&f->matcher);
    ms_keywords_fini(&f->keywords);
}

static bool matches(fixture *f, uint32_t id, const void *line, size_t n)
{
    bool matched = false;
    ms_err err = {0};
    ms_code code = ms_char_matcher_match(&f->matcher, id, line, n, ms_text_kind_of(line, n), &matched, &err);
    ck_assert_msg(code == MS_OK, "%s", err.text);
    return matched;
}

TEST(kinds_of_text)
{
    ck_assert_int_eq(ms_text_kind_of((const uint8_t *)"abc", 3), MS_TEXT_ASCII);
    ck_assert_int_eq(ms_text_kind_of((const uint8_t *)"", 0), MS_TEXT_ASCII);
    ck_assert_int_eq(ms_text_kind_of((const uint8_t *)"a\xC3\xA4", 3), MS_TEXT_UTF8);
    ck_assert_int_eq(ms_text_kind_of((const uint8_t *)"a\xC3", 2), MS_TEXT_OTHER);
    ck_assert_int_eq(ms_text_kind_of((const uint8_t *)"\xED\xA0\x80", 3), MS_TEXT_OTHER);
}

TEST(invalid_bytes_are_characters_but_no_letters)
{
    fixture f;
    set_up(&f, "a..b", "\\wb");
    ms_char_matcher_begin(&f.matcher);
    ck_assert(matches(&f, 0,
                      "a\xFF\xC3"
                      "b",
                      4));
    ck_assert(!matches(&f, 1,
                       "a\xFF\xC3"
                       "b",
                       4));
    ms_char_matcher_begin(&f.matcher);
    ck_assert(!matches(&f, 0,
                       "a\xFF"
                       "b",
                       3));
    ms_char_matcher_begin(&f.matcher);
    ck_assert(matches(&f, 0,
                      "a\xC3\xA4\xFF"
                      "b",
                      5));
    tear_down(&f);
}

TEST(a_keyword_that_is_not_utf8_is_bytes)
{
    fixture f;
    set_up(&f, "a\xE4.", "x");
    ms_char_matcher_begin(&f.matcher);
    ck_assert(matches(&f, 0,
                      "a\xE4"
                      "b",
                      3));
    ms_char_matcher_begin(&f.matcher);
    ck_assert(!matches(&f, 0,
                       "a\xC3\xA4"
                       "b",
                       4));
    tear_down(&f);
}

/* (x+x+)+$ would take years; the other algorithm takes no time, but has no back-references. */
TEST(a_limit_is_a_fault)
{
    fixture f;
    ms_err fault = {0};
    char line[40];
    memset(line, 'x', sizeof line);
    line[sizeof line - 1] = '!';
    set_up(&f, "^(x+x+)+$", "^(x+x+)+(z?)\\2$");
    ms_char_matcher_begin(&f.matcher);
    ck_assert(!matches(&f, 0, line, sizeof line));
    ms_char_matcher_take_fault(&f.matcher, &fault);
    ck_assert_int_eq(fault.code, MS_OK);
    ck_assert(!matches(&f, 1, line, sizeof line));
    ms_char_matcher_take_fault(&f.matcher, &fault);
    ck_assert_int_eq(fault.code, MS_LIMIT);
    ck_assert_ptr_nonnull(strstr(fault.text, "keyword 2, '^(x+x+)+(z?)"));
    fault = (ms_err){0};
    ms_char_matcher_take_fault(&f.matcher, &fault);
    ck_assert_int_eq(fault.code, MS_OK);
    tear_down(&f);
}

/* A long line is no candidate for the other algorithm; after a hundred of them none is tried. */
TEST(hopeless_keywords_are_given_up_until_the_fault_is_taken)
{
    enum { LONG = 70000, TRIED = 100 };
    static char line[LONG];
    fixture f;
    ms_err fault = {0};
    memset(line, 'x', sizeof line);
    line[sizeof line - 1] = '!';
    set_up(&f, "^(x+x+)+$", "x");
    f.matcher.nlimits[0] = TRIED - 1;
    ck_assert(!matches(&f, 0, line, sizeof line));
    ck_assert_uint_eq(f.matcher.nlimits[0], TRIED);
    ck_assert(!matches(&f, 0, "xx", 2));
    ms_char_matcher_take_fault(&f.matcher, &fault);
    ck_assert_int_eq(fault.code, MS_LIMIT);
    ck_assert(matches(&f, 0, "xx", 2));
    tear_down(&f);
}

TEST(check_names_the_keyword)
{
    const char *list[] = {"a", "b(", NULL};
    ms_err err = {0};
    ms_keywords keywords = logs_keywords(list, REGEX);
    ck_assert_int_eq(ms_char_matcher_check(&keywords, &err), MS_USAGE);
    ck_assert_ptr_nonnull(strstr(err.text, "keyword 2, 'b('"));
    ms_keywords_fini(&keywords);
}
