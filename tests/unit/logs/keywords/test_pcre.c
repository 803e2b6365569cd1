/* Suite of logs/keywords/pcre.c: what is refused with which words, and what PCRE2 is given. */
#include "logs/keywords/pcre.h"

#include "logs_fixture.h"
#include "unit.h"

#include <string.h>

typedef struct refused {
    const char *keyword;
    unsigned flags;
    const char *reason;
    const char *position;
} refused;

static const refused refusals[] = {
    {"foo(", 0, "missing closing parenthesis", "index 3"},
    {"ab[c", 0, "missing terminating ]", "index 3"},
    {"a{3,2}", 0, "numbers out of order in {} quantifier", "index 5"},
    {"[z-a]", 0, "range out of order", "index 3"},
    {"ab\1c", 0, "\\x00", "index 2"},
    {"(*UTF8)a", 0, "not allowed", "index 0"},
    {"(*LIMIT_MATCH=9)a", PERL, "not allowed", "index 0"},
    {"a\\", 0, "\\ at end of pattern", "index 1"},
    {"\\Ca", 0, "\\C", "index"},
    {"a)", PERL, "unmatched closing parenthesis", "index 1"},
    {"a**", PERL, "quantifier does not follow", "index 2"},
    {"(?<=a*)b", PERL, "lookbehind assertion is not fixed length", "index"},
};

TEST_EACH(refused_with_its_position, refusals)
{
    const refused *r = &refusals[_i];
    const char *list[] = {"fine", r->keyword, NULL};
    static const unsigned flags[] = {0, IGNORE_CASE, WORD, WHOLE_LINE};
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        ms_keywords keywords = logs_keywords(list, REGEX | r->flags | flags[i]);
        pcre2_code *code = NULL;
        ms_err err = {0};
        ck_assert_msg(ms_pcre_compile(&code, &keywords, 1, MS_PCRE_CHARS, &err) == MS_USAGE, "%s is taken",
                      r->keyword);
        ck_assert_msg(strstr(err.text, "keyword 2") && strstr(err.text, r->reason) &&
                          strstr(err.text, r->position),
                      "%s: %s", r->keyword, err.text);
        ck_assert_ptr_null(code);
        ms_keywords_fini(&keywords);
    }
}

/* Whole words and whole lines, of expressions that end within a quote or a comment. */
static const struct {
    const char *keyword;
    unsigned flags;
    const char *line;
    bool matches;
} lines[] = {
    {"a|b", WORD, "xa b", true},
    {"a|b", WORD, "xa yb", false},
    {"a|b", WHOLE_LINE, "b", true},
    {"a|b", WHOLE_LINE, "ab", false},
    {"\\Qa|b", WORD, "x a|b", true},
    {"\\Qa|b", WHOLE_LINE, "b", false},
    {"(?x)a #b", WORD, "x a", true},
    {"(?x)a #b", WHOLE_LINE, "aa", false},
    {"a", WORD,
     "\xC3\xA4"
     "a",
     false},
    {".", WHOLE_LINE, "\xC3\xA4", true},
    {"[[:upper:]]", IGNORE_CASE, "\xC3\xA4", true},
    {"[^[:lower:]]", IGNORE_CASE, "\xC3\x84", false},
    {"a$", 0, "xa", true},
    {"a.b", 0, "a\rb", true},
    {"^[[:upper:]]", 0, "\xC3\xA4", false},
};

TEST_EACH(lines_match, lines)
{
    const char *list[] = {lines[_i].keyword, NULL};
    ms_keywords keywords = logs_keywords(list, REGEX | lines[_i].flags);
    pcre2_code *code = NULL;
    ms_err err = {0};
    ck_assert_msg(ms_pcre_compile(&code, &keywords, 0, MS_PCRE_CHARS, &err) == MS_OK, "%s", err.text);
    pcre2_match_data *result = pcre2_match_data_create(1, NULL);
    PCRE2_SPTR line = (PCRE2_SPTR)lines[_i].line;
    int rc = pcre2_match(code, line, strlen(lines[_i].line), 0, 0, result, NULL);
    ck_assert_msg((rc >= 0) == lines[_i].matches, "%s in '%s': %d", list[0], lines[_i].line, rc);
    pcre2_match_data_free(result);
    pcre2_code_free(code);
    ms_keywords_fini(&keywords);
}
