/* Suite of demo/demo_random.h: the generators are the published ones, and streams do not depend on each
 * other. */
#include "demo/demo_random.h"

#include "unit.h"

TEST(splitmix64_is_the_published_one)
{
    /* The first numbers of the authors' code for the seed 1234567. */
    static const uint64_t expected[] = {6457827717110365317U, 3203168211198807973U, 9817491932198370423U,
                                        4593380528125082431U, 16408922859458223821U};
    uint64_t x = 1234567;
    for (size_t i = 0; i < 5; i++) {
        ck_assert_uint_eq(ms__splitmix64_next(&x), expected[i]);
    }
}

TEST(xoshiro256starstar_is_the_published_one)
{
    /* The first numbers of the authors' code for the state 1, 2, 3, 4. */
    static const uint64_t expected[] = {11520U,
                                        0U,
                                        1509978240U,
                                        1215971899390074240U,
                                        1216172134540287360U,
                                        607988272756665600U,
                                        16172922978634559625U,
                                        8476171486693032832U,
                                        10595114339597558777U,
                                        2904607092377533576U};
    ms__random random = {{1, 2, 3, 4}};
    for (size_t i = 0; i < 10; i++) {
        ck_assert_uint_eq(ms__random_next(&random), expected[i]);
    }
}

TEST(streams_differ)
{
    static const struct {
        uint64_t seed;
        ms__random_purpose purpose;
        uint64_t index;
    } keys[] = {{0, MS__RANDOM_TEXT, 0},          {0, MS__RANDOM_TEXT, 1},         {1, MS__RANDOM_TEXT, 0},
                {1, MS__RANDOM_TEXT, 1},          {0, MS__RANDOM_ALERT, 0},        {0, MS__RANDOM_ALERT, 1},
                {0, MS__RANDOM_FILES, 0},         {2, MS__RANDOM_TEXT, 0},         {0, MS__RANDOM_TEXT, 2},
                {UINT64_MAX, MS__RANDOM_TEXT, 0}, {0, MS__RANDOM_TEXT, UINT64_MAX}};
    size_t count = sizeof keys / sizeof keys[0];
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < count; j++) {
            ms__random a = ms__random_init(keys[i].seed, keys[i].purpose, keys[i].index);
            ms__random b = ms__random_init(keys[j].seed, keys[j].purpose, keys[j].index);
            ck_assert((ms__random_next(&a) == ms__random_next(&b)) == (i == j));
        }
    }
}

TEST(below_covers_its_range_evenly)
{
    ms__random random = ms__random_init(5, MS__RANDOM_TEXT, 0);
    size_t seen[2][10] = {{0}};
    for (int i = 0; i < 20000; i++) {
        uint32_t small = ms__random_below(&random, 10);
        uint64_t big = ms__random_below_u64(&random, 10);
        ck_assert(small < 10 && big < 10);
        seen[0][small]++;
        seen[1][big]++;
    }
    for (size_t i = 0; i < 10; i++) { /* 2000 each, give or take five standard deviations */
        ck_assert(seen[0][i] > 1788 && seen[0][i] < 2212);
        ck_assert(seen[1][i] > 1788 && seen[1][i] < 2212);
    }
    ck_assert_uint_eq(ms__random_below(&random, 1), 0);
    ck_assert_uint_eq(ms__random_below_u64(&random, 1), 0);
}
