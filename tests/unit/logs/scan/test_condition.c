/* Suite of logs/scan/condition.c, and of surroundings.c: the part of a long line that is shown. */
#include "logs/keywords/keywords.h"
#include "logs/scan/condition.h"
#include "logs/scan/surroundings.h"

#include "unit.h"

enum { ANY = MS_ROLE_ANY, ALL = MS_ROLE_ALL, NONE = MS_ROLE_NONE };

typedef struct row {
    const char *about;
    uint8_t roles[3];
    uint32_t ids[3];
    uint32_t nids;
    bool holds;     /* the opposite with -v */
    uint32_t shown; /* keywords that the line is reported with */
} row;

static const row rows[] = {
    {"-e", {ANY, ANY, ANY}, {0, 2}, 2, true, 2},
    {"-e, no match", {ANY, ANY, ANY}, {0}, 0, false, 0},
    {"-e --and, both", {ANY, ALL, ANY}, {0, 1}, 2, true, 1},
    {"-e --and, without the second", {ANY, ALL, ANY}, {0, 2}, 2, false, 0},
    {"-e --and, only the second", {ANY, ALL, ANY}, {1}, 1, false, 0},
    {"--and --and", {ALL, ALL, ALL}, {0, 1, 2}, 3, true, 0},
    {"--and --and, one missing", {ALL, ALL, ALL}, {0, 2}, 2, false, 0},
    {"-e --not", {ANY, ANY, NONE}, {0}, 1, true, 1},
    {"-e --not, excluded", {ANY, ANY, NONE}, {0, 2}, 2, false, 0},
    {"--not, any line", {NONE, NONE, NONE}, {0}, 0, true, 0},
    {"--not, excluded", {NONE, NONE, NONE}, {1}, 1, false, 0},
    {"--and --not", {ALL, NONE, ALL}, {0, 2}, 2, true, 0},
    {"--and --not, no keyword", {ALL, NONE, ALL}, {0}, 0, false, 0},
    {"the same for -e and --and", {ANY | ALL, ANY, ANY}, {0}, 1, true, 1},
    {"the same for -e and --and, another", {ANY | ALL, ANY, ANY}, {1}, 1, false, 0},
    {"the same for -e and --not", {ANY | NONE, ANY, ANY}, {0, 1}, 2, false, 0},
};

TEST_EACH(lines_count_as_their_keywords_say, rows)
{
    const row *r = &rows[_i];
    uint32_t shown[3];
    uint32_t nshown = 0;
    ms_condition condition = ms_condition_of(r->roles, 3, false);
    ck_assert_msg(ms_condition_holds(&condition, r->ids, r->nids, shown, &nshown) == r->holds, "%s",
                  r->about);
    if (r->holds) {
        ck_assert_msg(nshown == r->shown, "%s: %u shown", r->about, nshown);
    }
    if (r->nids == 0) {
        ck_assert_msg(ms_condition_holds_without_keywords(&condition) == r->holds, "%s", r->about);
    }
    condition = ms_condition_of(r->roles, 3, true);
    ck_assert_msg(ms_condition_holds(&condition, r->ids, r->nids, shown, &nshown) != r->holds, "%s",
                  r->about);
    ck_assert_uint_eq(nshown, 0);
}

TEST(without_roles_and_inversion_it_is_simple)
{
    static const uint8_t roles[] = {ANY};
    ms_condition condition = ms_condition_of(NULL, 5, false);
    ck_assert(ms_condition_is_simple(&condition) && !ms_condition_holds_without_keywords(&condition));
    condition = ms_condition_of(NULL, 5, true);
    ck_assert(!ms_condition_is_simple(&condition) && ms_condition_holds_without_keywords(&condition));
    condition = ms_condition_of(roles, 1, false);
    ck_assert(!ms_condition_is_simple(&condition) && !ms_condition_holds_without_keywords(&condition));
}

typedef struct part {
    uint64_t nbytes, nfed, begin;
} part;

/* 100 bytes are shown: steps of 25. */
static const part parts[] = {
    {101, 1, 0},    /* at the beginning: the beginning */
    {101, 75, 0},   /* the match ends in the first three quarters */
    {101, 76, 1},   /* near the end: the end */
    {1000, 76, 25}, /* in the third quarter */
    {1000, 100, 25}, {1000, 101, 50}, {1000, 1000, 900}, {1000, 990, 900}, {1000000, 500010, 499950},
};

TEST_EACH(a_part_holds_the_end_of_the_match, parts)
{
    uint64_t found = ms_surroundings_found(parts[_i].nfed, 100);
    uint64_t begin = ms_surroundings_begin(parts[_i].nbytes, found, 100);
    ck_assert_uint_eq(ms_surroundings_step(100), 25);
    ck_assert_uint_eq(begin, parts[_i].begin);
    ck_assert(begin < parts[_i].nfed && parts[_i].nfed <= begin + 100);
    ck_assert_uint_eq(ms_surroundings_begin(parts[_i].nbytes, 0, 100), 0);
}

TEST(a_part_begins_with_a_character)
{
    ck_assert_uint_eq(ms_surroundings_cut((const uint8_t *)"abc", 3), 0);
    ck_assert_uint_eq(ms_surroundings_cut((const uint8_t *)"\xA4"
                                                           "bc",
                                          3),
                      1);
    ck_assert_uint_eq(ms_surroundings_cut((const uint8_t *)"\x9F\x98\x80"
                                                           "bc",
                                          5),
                      3);
    ck_assert_uint_eq(ms_surroundings_cut((const uint8_t *)"\x80\x80\x80\x80", 4), 3);
    ck_assert_uint_eq(ms_surroundings_cut((const uint8_t *)"\x80", 1), 1);
}
