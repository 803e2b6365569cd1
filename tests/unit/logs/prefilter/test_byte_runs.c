/* Suite of logs/prefilter/byte_runs.c: when the rest of a run may be skipped, and to where. */
#include "logs/prefilter/byte_runs.h"
#include "logs/prefilter/choose_literals.h"

#include "logs_fixture.h"
#include "unit.h"

#include <string.h>

typedef struct skip {
    const char *list[3];
    unsigned flags;
    const char *seen; /* a digit per keyword found in the line */
    char byte;        /* 100 of it, after "x" and before "y" */
    size_t nruns;
    bool skips;
} skip;

#define DASHES_40 "----------------------------------------"
#define DASHES_120 DASHES_40 DASHES_40 DASHES_40

static const skip skips[] = {
    {{"-----"}, 0, "0", '-', 1, true},
    {{"-----"}, 0, "", '-', 1, false}, /* nobody has looked */
    {{"-----", "foo"}, 0, "0", '-', 1, true},
    {{"-----", "==="}, 0, "0", '-', 2, true},
    {{"-----", DASHES_40}, 0, "0", '-', 1, false},
    {{"-----", DASHES_40}, 0, "01", '-', 1, true},
    {{"-----", DASHES_120}, 0, "0", '-', 1, true}, /* longer than the run */
    {{"-----", DASHES_120}, IGNORE_CASE, "0", '-', 1, false},
    {{"aaaaa", "A"}, IGNORE_CASE, "0", 'a', 2, false},
    {{"aaaaa", "A"}, IGNORE_CASE, "01", 'a', 2, true},
    {{"aaaaa", "\xC3\xA4"}, IGNORE_CASE, "0", 'a', 3, false}, /* letters are not looked into */
    {{"abab", "x"}, 0, "01", 'a', 1, true},                   /* no literal lies within */
};

TEST_EACH(skipping, skips)
{
    const skip *s = &skips[_i];
    ms_keywords keywords = logs_keywords(s->list, s->flags);
    ms_verifier verifier = {0};
    ms_prefilter_literals literals = {0};
    ms_byte_runs runs = {0};
    ms_err err = {0};
    uint64_t seen[3] = {0};
    uint8_t line[102];
    memset(line, s->byte, sizeof line);
    line[0] = 'x';
    line[101] = 'y';
    for (const char *p = s->seen; *p; p++) {
        seen[*p - '0'] = 7;
    }
    ck_assert_int_eq(ms_verifier_init(&verifier, &keywords, &err), MS_OK);
    ck_assert_int_eq(ms_prefilter_literals_choose(&literals, &keywords, verifier.variants, true, &err),
                     MS_OK);
    ck_assert_int_eq(ms_byte_runs_init(&runs, &literals, &verifier), MS_OK);
    ck_assert_uint_eq(runs.count, s->nruns);
    ms_span span = {.data = line, .end = sizeof line, .begins = true, .ends = true};
    size_t to = ms_byte_runs_skip(&runs, &literals, &verifier, &span, 4, 20, seen, 7);
    ck_assert_uint_eq(to, s->skips ? 101 - MS_LITERAL_BYTES + 1 : 20);
    ck_assert_uint_eq(ms_byte_runs_skip(&runs, &literals, &verifier, &span, 4, 90, seen, 7),
                      90); /* too near */
    ck_assert_uint_eq(ms_byte_runs_skip(&runs, &literals, &verifier, &span, 4, 4, seen, 7),
                      4); /* holds the x */
    ms_byte_runs_fini(&runs);
    ms_byte_runs_fini(&runs);
    ms_prefilter_literals_fini(&literals);
    ms_verifier_fini(&verifier);
    ms_keywords_fini(&keywords);
}
