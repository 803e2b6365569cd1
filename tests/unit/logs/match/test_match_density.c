/* Suite of logs/match/match_density.c: how often keywords occur in a text, and which keyword most. */
#include "logs/match/match_density.h"

#include "logs_fixture.h"
#include "unit.h"

#include <string.h>

static const char text[] = "tree\nbeech eel\nneither\n"; /* e: 2 + 2 + 2 + 2 */

typedef struct place {
    const char *list[3];
    unsigned flags;
    uint64_t nevents;
    uint64_t most;
    size_t keyword;
} place;

static const place places[] = {
    {{"e"}, 0, 8, 8, 0},
    {{"E"}, 0, 0, 0, 0},
    {{"E"}, IGNORE_CASE, 8, 8, 0},
    {{"x", "e"}, 0, 8, 8, 1},
    {{"h", "ee"}, 0, 5, 3, 1},
    {{"e"}, WORD, 8, 8, 0}, /* what is found counts, not what matches */
    {{"[a-z]", "t"}, REGEX, 21, 19, 0},
};

TEST_EACH(counts, places)
{
    const place *at = &places[_i];
    ms_keywords keywords = logs_keywords(at->list, at->flags);
    ms_matcher *matcher = NULL;
    ms_match_density match_density = {.nevents = 99};
    ms_err err = {0};
    ck_assert_int_eq(ms_matcher_new(&matcher, &keywords, NULL, &err), MS_OK);
    ck_assert_int_eq(ms_matcher_match_density(matcher, NULL, 0, &match_density, &err), MS_OK);
    ck_assert_uint_eq(match_density.nevents, 0);
    ck_assert_int_eq(
        ms_matcher_match_density(matcher, (const uint8_t *)text, strlen(text), &match_density, &err), MS_OK);
    ck_assert_uint_eq(match_density.nevents, at->nevents);
    ck_assert_uint_eq(match_density.most, at->most);
    ck_assert_uint_eq(match_density.keyword, at->keyword);
    ms_matcher_free(matcher);
    ms_keywords_fini(&keywords);
}
