/* Suite of logs/keywords/pattern.c: what is known of a keyword, and the expression made of it for Hyperscan.
 */
#include "logs/keywords/pattern.h"
#include "logs/match/matcher.h"

#include "logs_fixture.h"
#include "unit.h"

#include <string.h>

static const struct {
    const char *keyword;
    unsigned flags;
    const char *expression; /* exact; NULL: none is, so Hyperscan finds candidates */
    bool bytewise;
} expressions[] = {
    {"a|b", 0, "a|b", true},
    {"a.*b", 0, "a.*b", true},
    {"a.b", 0, "a.b", false},
    {"a|b", WORD, "(?:^|\\W)(?:a|b)(?:\\W|$)", false},
    {"a|b", WHOLE_LINE, "^(?:a|b)$", true},
    {"\\Qa", WORD, "(?:^|\\W)(?:\\Qa\\E)(?:\\W|$)", false},
    {"(?x)a#", WORD, "(?:^|\\W)(?:(?x)a#\n)(?:\\W|$)", false},
    {"a\\$", WORD, "(?:^|\\W)(?:a\\$)(?:\\W|$)", false},
    {"^a", WORD, NULL, false},
    {"a$", WHOLE_LINE, NULL, false},
    {"\\Aa", WORD, NULL, false},
    {"a(?=b)", 0, NULL, false},
    {"(a)\\1", 0, NULL, false},
    {"a*^b", 0, NULL, false},
    {"\xC3\xA4?b", 0, "(?:\xC3\xA4)?b", true},
    {"a", IGNORE_CASE, "a", true},
    {"k", IGNORE_CASE, "k", false},
    {"\xC5\xBF", IGNORE_CASE, NULL, false}, /* matches s */
    {"\xC3\xA4", IGNORE_CASE, "(?:\xC3\xA4)", false},
    {"\xE4.", 0, "\xE4.", true}, /* bytes */
};

TEST_EACH(expression_of, expressions)
{
    const char *list[] = {"x", expressions[_i].keyword, NULL};
    ms_keywords keywords = logs_keywords(list, REGEX | expressions[_i].flags);
    ms_pattern pattern = {0};
    ms_err err = {0};
    ck_assert_msg(ms_pattern_make(&pattern, &keywords, 1, MS_PATTERN_EXACT, &err) == MS_OK, "%s", err.text);
    ck_assert_msg(pattern.exact == (expressions[_i].expression != NULL), "%s", expressions[_i].keyword);
    if (pattern.exact) {
        ck_assert_str_eq((const char *)pattern.expression.data, expressions[_i].expression);
    }
    ck_assert_msg(pattern.bytewise == expressions[_i].bytewise, "%s", expressions[_i].keyword);
    ms_pattern_fini(&pattern);
    ms_pattern_fini(&pattern);
    ms_keywords_fini(&keywords);
}

/* With -w: the lines that match, each followed by its newline, as grep -P -w has them. */
static const struct {
    const char *keyword;
    const char *lines;
    const char *want;
} words[] = {
    {"^(a|b)", "a\nab\nb a\nxb\n a\n", "a\nb a\n"},
    {"(a|b)$", "a\nab\nb a\nxb\n b\nb \n", "a\nb a\n b\n"},
    {"^a$|b", "a\na a\nb a\nbb\na b\n", "a\nb a\na b\n"},
    {"^a|b$|x", "a b b\nax\nxb\n-x-\n-b\nb-\nab\na-\n", "a b b\n-x-\n-b\na-\n"},
    {"^a|^ab|b", "ab c\nab\nabc\n ab\n b\n", "ab c\nab\n b\n"},
    {"^[|]a|b\\|$", "|a\n-|a\n|ab\nb|\nab|\n", "|a\nb|\n"},
    {"\\Qa|b", "a|b\na\na|bc\n a|b.\n", "a|b\n a|b.\n"},
};

typedef struct collected {
    const char *lines;
    char text[64];
} collected;

static ms_code collect(void *user, const ms_match *match)
{
    collected *to = user;
    (void)strncat(to->text, to->lines + match->start, match->next - match->start);
    return MS_OK;
}

TEST_EACH(literals_of_alternatives, words)
{
    const char *list[] = {words[_i].keyword, NULL};
    collected got = {.lines = words[_i].lines};
    ms_keywords keywords = logs_keywords(list, REGEX | WORD);
    ms_matcher *matcher = NULL;
    ms_err err = {0};
    ck_assert_msg(ms_matcher_new(&matcher, &keywords, NULL, &err) == MS_OK, "%s", err.text);
    ms_code code =
        ms_matcher_block(matcher, (const uint8_t *)got.lines, strlen(got.lines), collect, &got, &err);
    ck_assert_msg(code == MS_OK, "%s", err.text);
    ck_assert_str_eq(got.text, words[_i].want);
    ms_matcher_free(matcher);
    ms_keywords_fini(&keywords);
}

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

TEST_EACH(known_of_a_regular_expression, regexes)
{
    const known *k = &regexes[_i];
    const char *list[] = {k->keyword, NULL};
    ms_keywords keywords = logs_keywords(list, REGEX);
    ms_pattern pattern = {0};
    ms_err err = {0};
    ck_assert_msg(ms_pattern_make(&pattern, &keywords, 0, MS_PATTERN_EXACT, &err) == MS_OK, "%s: %s",
                  k->keyword, err.text);
    ck_assert_msg(pattern.allow_empty == k->allow_empty, "%s: allow_empty", k->keyword);
    ck_assert_msg(pattern.line_bound == k->line_bound, "%s: line_bound", k->keyword);
    ck_assert_msg(pattern.end_bound == k->end_bound, "%s: end_bound", k->keyword);
    ms_pattern_fini(&pattern);
    ms_keywords_fini(&keywords);
}

/* What needs no confirming: no anchors, nothing that a newline or a line's end could be part of. */
static const struct {
    const char *keyword;
    unsigned flags;
    bool within_line;
} tame[] = {
    {"abc", 0, true},           {"a.*b", 0, true},
    {"a.*b", WORD, false},      {"a|(b|(?:c))d+", 0, true},
    {"(?i)ab", 0, true},        {"(?i:ab)c{2,3}", 0, true},
    {"\\ba\\d\\w\\.", 0, true}, {"[a-z0-9_.-]+@x", 0, true},
    {"a[\\d\\]-]", 0, true},    {"\xC3\xA4", 0, true},
    {"a*", 0, false},           {"^a", 0, false},
    {"a$", 0, false},           {"a\\s", 0, false},
    {"a\\D", 0, false},         {"a\\W", 0, false},
    {"a\\x0a", 0, false},       {"a\\n", 0, false},
    {"\\Aab", 0, false},        {"a[^b]", 0, false},
    {"a[\\s]", 0, false},       {"a[\\x0a]", 0, false},
    {"a[\t-\r]", 0, false},     {"a[[:space:]]", 0, false},
    {"(?s)a.b", 0, false},      {"(?s:a.)b", 0, false},
    {"a(?-i)b", 0, false},      {"\\Qa.\\E", 0, false},
    {"a(?#x)b", 0, false},      {"a\\\\", 0, true},
};

TEST_EACH(expressions_that_need_no_confirmation, tame)
{
    const char *list[] = {tame[_i].keyword, NULL};
    ms_keywords keywords = logs_keywords(list, REGEX | tame[_i].flags);
    ms_pattern pattern = {0};
    ms_err err = {0};
    ck_assert_msg(ms_pattern_make(&pattern, &keywords, 0, MS_PATTERN_EXACT, &err) == MS_OK, "%s", err.text);
    ck_assert(pattern.within_line == tame[_i].within_line);
    ms_pattern_fini(&pattern);
    ms_keywords_fini(&keywords);
}
