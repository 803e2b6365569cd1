/* Suite of report/report_head.c, and of the first object of JSON: what was searched for. */
#include "report_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Keywords and words of the search, joined by '|'. */
static const struct {
    const char *keywords, *search, *text, *json;
} heads[] = {
    {"error", "--keyword", "searched for \"error\"",
     "\"keyword_count\":1,\"keywords\":[\"error\"],\"sources\":[\"--keyword\"],\"options\":[]"},
    {"unauthorized access", "", "searched for \"unauthorized access\" (default keyword)",
     "\"keyword_count\":1,\"keywords\":[\"unauthorized access\"],\"sources\":[\"default\"],\"options\":[]"},
    {"unauthorized access", "--ignore-case|--word",
     "searched for \"unauthorized access\" (default keyword, --ignore-case --word)",
     "\"sources\":[\"default\"],\"options\":[\"--ignore-case\",\"--word\"]"},
    {"a|b|c", "--keyword|--ignore-case", "searched for 3 keywords: \"a\", \"b\", \"c\" (--ignore-case)",
     "\"keyword_count\":3,\"keywords\":[\"a\",\"b\",\"c\"],"},
    {"a|b|c|d|e", "--file=k", "searched for 5 keywords: \"a\", \"b\", \"c\", \"d\", \"e\"",
     "\"keyword_count\":5,"},
    {"a|b|c|d|e|f", "--file=k\033.txt|--regex", "searched for 6 keywords of k\\x1b.txt (--regex)",
     "\"sources\":[\"--file=k\\u001B.txt\"],\"options\":[\"--regex\"]"},
    {"a|b|c|d|e|f", "--keyword|--file=k|--file=-", "searched for 6 keywords of -e, k, standard input",
     "\"sources\":[\"--keyword\",\"--file=k\",\"--file=-\"]"},
    {"a|b|c|d|e|f", "--file=1|--file=2|--file=3|--file=4",
     "searched for 6 keywords of 1, 2, 3 and 1 more file", ""},
    {"a|b|c|d|e|f", "--file=1|--file=2|--file=3|--file=4|--file=\xff",
     "searched for 6 keywords of 1, 2, 3 and 2 more files", "\"--file=4\",\"--file=\\\\xff\"]"},
    {"a\", \"b", "--keyword", "searched for \"a\\x22, \\x22b\"", "\"keywords\":[\"a\\\", \\\"b\"]"},
    {"\033[2J\\d\xff", "--keyword", "searched for \"\\x1b[2J\\\\d\\xff\"",
     "\"keywords\":[\"\\\\x1b[2J\\\\\\\\d\\\\xff\"]"},
    {"x", "--and=y", "searched for \"x\" (--and=y)", "\"sources\":[],\"options\":[\"--and=y\"]"},
};

static void split(ms_str_list *to, const char *words)
{
    while (*words) {
        size_t n = strcspn(words, "|");
        ms_str_list_push(to, words, n);
        words += n + (words[n] == '|');
    }
}

TEST_EACH(head_table, heads)
{
    fixture fx;
    fx_begin(&fx);
    split(&fx.run_result.keywords, heads[_i].keywords);
    split(&fx.run_result.search, heads[_i].search);
    fx_merge(&fx);
    char *got = fx_report_whole(&fx, true, NULL);
    size_t n = strlen(heads[_i].text);
    ck_assert_msg(strncmp(got, heads[_i].text, n) == 0 && strncmp(got + n, "\n\nno line", 9) == 0, "%s", got);
    free(got);
    fx.settings.format = MS_FORMAT_JSON;
    got = fx_report_whole(&fx, false, NULL);
    ck_assert_int_eq(strncmp(got, "{\"type\":\"run\",\"command\":\"logs\",", 31), 0);
    ck_assert_msg(strstr(got, heads[_i].json) != NULL, "%s", got);
    json_decref(fx_json_line(got, 0));
    free(got);
    fx_end(&fx);
}

/* However many and long the keywords and sources are. */
TEST(head_is_short)
{
    fixture fx;
    fx_begin(&fx);
    static char word[100000] = "--file=";
    memset(word + 7, 'x', sizeof word - 8);
    for (int i = 0; i < 12345; i++) {
        char text[32];
        (void)snprintf(text, sizeof text, "word %d", i);
        fx_keyword(&fx, text, strlen(text));
    }
    for (int i = 0; i < 40; i++) {
        ms_str_list_push(&fx.run_result.search, word, strlen(word));
    }
    fx_merge(&fx);
    char *got = fx_report_whole(&fx, false, NULL);
    ck_assert_int_eq(strncmp(got, "searched for 12,345 keywords of xxx", 35), 0);
    ck_assert_uint_lt(strcspn(got, "\n"), 1000);
    free(got);
    fx.settings.format = MS_FORMAT_JSON;
    got = fx_report_whole(&fx, false, NULL);
    ck_assert_uint_lt(strcspn(got, "\n"), 40000);
    json_t *head = fx_json_line(got, 0);
    ck_assert_int_eq(json_integer_value(json_object_get(head, "keyword_count")), 12345);
    ck_assert_uint_eq(json_array_size(json_object_get(head, "keywords")), 100);
    json_decref(head);
    free(got);
    fx_end(&fx);
}

TEST(long_keywords_are_cut)
{
    fixture fx;
    fx_begin(&fx);
    static char word[5000];
    memset(word, '\\', sizeof word);
    for (int i = 0; i < 5; i++) {
        word[0] = (char)('0' + i);
        fx_keyword(&fx, word, sizeof word);
    }
    fx_merge(&fx);
    char *got = fx_report_whole(&fx, false, NULL);
    ck_assert_uint_lt(strcspn(got, "\n"), 500);
    ck_assert_ptr_nonnull(strstr(got, "...\", \"1\\\\"));
    free(got);
    fx_end(&fx);
}

TEST(images_search_for_nothing)
{
    fixture fx;
    fx_begin(&fx);
    fx_four_images(&fx);
    char *got = fx_report_whole(&fx, false, NULL);
    ck_assert_int_eq(strncmp(got, "2 images converted", 18), 0);
    free(got);
    fx.settings.format = MS_FORMAT_JSON;
    got = fx_report_whole(&fx, false, NULL);
    ck_assert_int_eq(strncmp(got, "{\"type\":\"run\",\"command\":\"images\"}\n", 34), 0);
    free(got);
    fx_end(&fx);
}
