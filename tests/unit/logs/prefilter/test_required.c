/* Suite of logs/prefilter/required.c: what an expression requires, when that pays, and that nothing is missed
 * by it. */
#include "logs/prefilter/required.h"

#include "logs/match/matcher.h"
#include "logs_fixture.h"
#include "unit.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *expression;
    const char *strings; /* with a blank after each */
} requires[] = {
    {"abcd", "abcd "},
    {"abc", ""}, /* too short */
    {"abcd.efgh", "abcd efgh "},
    {"abcdx*efgh", "abcd efgh "},
    {"abcdx?efgh", "abcd efgh "},
    {"abcdx+efgh", "abcdx efgh "},
    {"abcdx+?efgh", "abcdx efgh "},
    {"abcdx{0,2}efgh", "abcd efgh "},
    {"abcdx{2}efgh", "abcd efgh "},
    {"abcd{efgh", "abcd efgh "},
    {"abcd(efgh|x)ijkl", "abcd ijkl "},
    {"abcd(?:efgh)*ijkl", "abcd ijkl "},
    {"abcd((efgh)|x)?ijkl", "abcd ijkl "},
    {"^abcd$", "abcd "},
    {"abcd\\.efgh", "abcd.efgh "},
    {"abcd\\\\efgh", "abcd\\efgh "},
    {"abcd\\defgh", "abcd efgh "},
    {"abcd\\.*efgh", "abcd efgh "},
    {"abcd[efgh]ijkl", "abcd ijkl "},
    {"abcd[|(]ijkl", "abcd ijkl "},
    {"abcd\\bijkl", "abcd ijkl "},
    {"abcd|efgh", "abcd | efgh "},
    {"abcd|x", "abcd | "},
    {"a(bcde|x)|fghi", "| fghi "},
    {"(?i)abcd", ""},
    {"(?:abcd)efgh", "efgh "},
    {"abcd(?i:x)efgh", ""},
    {"\\Qabcd\\E", ""},
    {"abcd\\x41bcde", ""},
    {"abcd\\101bcde", ""},
    {"abcd(?#efgh)", ""},
    {"(?x)ab cd", ""},
    {"ab\xC3\xA4", "ab\xC3\xA4 "},
    {"abcd\\tefgh", "abcd efgh "},
    {"", ""},
};

static void note(void *user, const uint8_t *data, size_t n)
{
    char *to = user;
    (void)strncat(to, (const char *)data, n);
    (void)strcat(to, " ");
}

/* ms_required_each for each alternative. */
static void all_of(const char *expression, char *to)
{
    ms_str name = {expression, strlen(expression)};
    const char *bar = strchr(expression, '|');
    const char *open = strpbrk(expression, "[(");
    size_t end = bar && (!open || bar < open) ? (size_t)(bar - expression) : name.len;
    if (strncmp(expression, "a(bcde|x)|", 10) == 0) {
        end = 9;
    }
    ms_required_each(name, 0, end, note, to);
    if (end < name.len) {
        (void)strcat(to, "| ");
        ms_required_each(name, end + 1, name.len, note, to);
    }
}

TEST_EACH(required_strings, requires)
{
    char got[64] = "";
    all_of(requires[_i].expression, got);
    ck_assert_str_eq(got, requires[_i].strings);
}

typedef struct chosen {
    const char *list[4];
    const char *sample;  /* 100 times */
    const char *strings; /* "": it does not pay */
} chosen;

static const chosen choices[] = {
    {{"failed password for", "segfault .* ip"}, "nothing here\n", "failed password for segfault  "},
    {{"failed password for", "segfault .* ip"}, "a failed password for\n", ""},
    {{"failed.*zzzz"}, "failed\n", "zzzz "},
    {{"zqqz|xjjx"}, "failed\n", "zqqz xjjx "},
    {{"zqqz|.j"}, "failed\n", ""},
    {{"zqqz", "a+"}, "failed\n", ""},
    {{"zqqz", "zqqz.", "zqqz$"}, "failed\n", "zqqz "},
    {{"zqqz"}, "", ""},
};

TEST_EACH(the_rarest, choices)
{
    const chosen *c = &choices[_i];
    ms_keywords keywords = logs_keywords(c->list, REGEX);
    ms_keywords required = {0};
    ms_err err = {0};
    char got[128] = "";
    for (size_t i = 0; i < 100; i++) {
        ms_bytes_append(&keywords.sample, c->sample, strlen(c->sample));
    }
    ck_assert_int_eq(ms_required_choose(&required, &keywords, &err), MS_OK);
    for (size_t i = 0; i < required.list.count; i++) {
        ms_str name = ms_str_list_at(&required.list, i);
        note(got, (const uint8_t *)name.data, name.len);
    }
    ck_assert_str_eq(got, c->strings);
    ms_keywords_fini(&required);
    ms_keywords_fini(&keywords);
}

static ms_code receive(void *user, const ms_match *match)
{
    ms_bytes_put_u64(user, match->start);
    for (uint32_t i = 0; i < match->nids; i++) {
        ms_bytes_put_u32(user, match->ids[i]);
    }
    return ms_bytes_check(user);
}

static ms_bytes answer(const ms_keywords *keywords, const ms_bytes *text)
{
    ms_bytes received = {0};
    ms_matcher *matcher = NULL;
    ms_err err = {0};
    ck_assert_msg(ms_matcher_new(&matcher, keywords, NULL, &err) == MS_OK, "%s", err.text);
    ck_assert_int_eq(ms_matcher_block(matcher, text->data, text->len, receive, &received, &err), MS_OK);
    ms_matcher_free(matcher);
    return received;
}

/* The same answer with a filter as without. */
TEST(nothing_is_missed)
{
    static const char *const list[] = {"abcd.?efgh",       "^abcd|efgh$", "a(b|c)dd.*xyz1",
                                       "xyz[1-3]{2}abcd+", "\\babcd\\s",  NULL};
    static const char *const seeds_of[] = {"abcd", "efgh",       "abcd efgh", "abdd xyz1",
                                           "xyz1", "xyz12abcdd", "ABCD",      NULL};
    ms_keywords seeds = logs_keywords(seeds_of, 0);
    for (uint64_t seed = 0; seed < 60; seed++) {
        chance c = {seed};
        unsigned flags = REGEX | (unsigned)chance_below(&c, 4);
        ms_keywords keywords = logs_keywords(list, flags);
        ms_bytes text = logs_random_text(&c, &seeds, 1500, 30);
        ms_bytes plain = answer(&keywords, &text);
        for (size_t i = 0; i < 100; i++) {
            ms_bytes_append(&keywords.sample, "nothing\n", 8);
        }
        ms_bytes filtered = answer(&keywords, &text);
        ck_assert_msg(plain.len == filtered.len &&
                          (plain.len == 0 || memcmp(plain.data, filtered.data, plain.len) == 0),
                      "seed %llu", (unsigned long long)seed);
        ms_bytes_fini(&plain);
        ms_bytes_fini(&filtered);
        ms_bytes_fini(&text);
        ms_keywords_fini(&keywords);
    }
    ms_keywords_fini(&seeds);
}
