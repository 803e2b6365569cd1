/* Suite of logs/prefilter/prefix.c: the part chosen is a beginning. */
#include "logs/prefilter/prefix.h"

#include "logs_fixture.h"
#include "unit.h"

#include <string.h>

static const struct {
    const char *keyword;
    size_t best; /* 0: whatever lies within 1 .. length */
} keywords[] = {
    {"unauthorized access", 16}, /* "iz" is rarer than "d " */
    {"a", 1},
    {"ab", 2},
    {"zz", 2},
    {"aaaaaaaaaaaa", 0},
    {"zq eeeeeeeeeeeeeeeeeee", 0},
    {"\xFF\xFE", 2},
    {"        x", 9}, /* the last pair that differs holds the rare byte */
    {"failed password", 0},
};

TEST_EACH(a_beginning, keywords)
{
    size_t n = strlen(keywords[_i].keyword);
    ms_str name = {keywords[_i].keyword, n};
    for (int fold = 0; fold < 2; fold++) {
        size_t got = ms_prefix_choose(name, fold != 0);
        ck_assert_uint_ge(got, 1);
        ck_assert_uint_le(got, n);
        if (keywords[_i].best != 0) {
            ck_assert_uint_eq(got, keywords[_i].best);
        }
    }
}

TEST(a_beginning_of_anything)
{
    for (uint64_t seed = 0; seed < 20000; seed++) {
        chance c = {seed};
        char data[24];
        size_t n = 1 + chance_below(&c, sizeof data);
        for (size_t i = 0; i < n; i++) {
            data[i] = (char)(chance_below(&c, 2) == 0 ? chance_below(&c, 256) : 'a' + chance_below(&c, 2));
        }
        size_t got = ms_prefix_choose((ms_str){data, n}, seed % 2 == 0);
        if (got < 1 || got > n || (n > 1 && got < 2)) {
            ck_abort_msg("seed %llu: %zu of %zu", (unsigned long long)seed, got, n);
        }
    }
}
