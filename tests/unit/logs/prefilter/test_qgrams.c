/* Suite of logs/prefilter/qgrams.c: wherever a keyword is, exactly one of its literals is where the filter
 * looked for; and when there are no windows. */
#include "logs/prefilter/qgrams.h"

#include "logs/prefilter/qgram_filter.h"
#include "logs/prefilter/verify.h"
#include "logs_fixture.h"
#include "unit.h"

#include <string.h>

enum { SAMPLE = 20000 };

typedef struct chosen {
    ms_keywords keywords;
    ms_verifier verifier;
    ms_prefilter_literals literals;
} chosen;

/* Takes the keywords over; the sample is `text`, again and again. */
static chosen choose(ms_keywords keywords, const char *text)
{
    chosen c = {.keywords = keywords};
    ms_err err = {0};
    while (text[0] != 0 && c.keywords.sample.len < SAMPLE) {
        ms_bytes_append(&c.keywords.sample, text, strlen(text));
    }
    ck_assert_int_eq(ms_verifier_init(&c.verifier, &c.keywords, &err), MS_OK);
    ck_assert_int_eq(ms_qgrams_choose(&c.literals, &c.keywords, c.verifier.variants), MS_OK);
    c.verifier.keywords = NULL; /* the copy has moved: see borrow() */
    return c;
}

static void borrow(chosen *c)
{
    c->verifier.keywords = &c->keywords;
}

static void forget(chosen *c)
{
    borrow(c);
    ms_prefilter_literals_fini(&c->literals);
    ms_verifier_fini(&c->verifier);
    ms_keywords_fini(&c->keywords);
}

/* Keywords of a few letters, some with two forms of two bytes, of at least `least` letters. */
static ms_keywords random_keywords(chance *c, size_t n, size_t least, bool wide)
{
    static const char *const bits[] = {"a", "b", "C", "-", "\xC3\xA4", "\xFF"};
    ms_keywords keywords = {.ignore_case = chance_below(c, 2) == 0};
    for (size_t i = 0; i < n; i++) {
        ms_bytes word = {0};
        for (size_t left = least + chance_below(c, 12); left > 0; left--) {
            const char *bit = bits[chance_below(c, wide && left % 7 == 0 ? 6 : 4)];
            ms_bytes_append(&word, bit, strlen(bit));
        }
        ms_str_list_push(&keywords.list, word.data, word.len);
        ms_bytes_fini(&word);
    }
    ck_assert_int_eq(ms_keywords_unique(&keywords), MS_OK);
    return keywords;
}

typedef struct met {
    const chosen *c;
    uint32_t id;
    ms_span line;
    size_t times;
} met;

static int count_met(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *user)
{
    met *m = user;
    (void)from;
    (void)flags;
    const ms_prefilter_literals *literals = &m->c->literals;
    for (uint32_t u = literals->at[id].uses; u < literals->at[id + 1].uses; u++) {
        if (literals->uses[u].id == m->id && ms_verifier_match(&m->c->verifier, &literals->uses[u],
                                                               literals->at[id].len, &m->line, (size_t)to)) {
            m->times++;
        }
    }
    return 0;
}

/* Puts each keyword at every place of a line and searches that. */
static void check_all(const chosen *c)
{
    ms_qgram_filter filter = {0};
    ms_err err = {0};
    ck_assert_int_eq(ms_qgram_filter_init(&filter, &c->literals, &c->keywords, c->verifier.variants, &err),
                     MS_OK);
    for (uint32_t id = 0; id < c->keywords.list.count; id++) {
        ms_str name = ms_str_list_at(&c->keywords.list, id);
        for (size_t at = 0; at < 20; at++) {
            uint8_t data[128];
            memset(data, '~', sizeof data);
            memcpy(data + at, name.data, name.len);
            size_t n = at + name.len + at % 3;
            met m = {c, id, {.data = data, .end = n, .begins = true, .ends = true}, 0};
            ms_qgram_filter_tally tally = {0};
            ck_assert(!ms_qgram_filter_scan(&filter, data, n, &tally, count_met, &m));
            ck_assert_msg(m.times == 1, "keyword %u, '%s', at %zu: met %zu times", id, name.data, at,
                          m.times);
        }
    }
    ms_qgram_filter_fini(&filter);
}

TEST(each_is_found_once_at_any_place)
{
    size_t nchosen = 0;
    for (uint64_t seed = 0; seed < 60; seed++) {
        chance r = {seed};
        size_t least = 4 + chance_below(&r, 18);
        ms_keywords keywords = random_keywords(&r, 1 + chance_below(&r, 80), least, seed % 2 == 0);
        chosen c = choose(keywords, "something else\n");
        borrow(&c);
        if (c.literals.count > 0) {
            nchosen++;
            ck_assert(c.literals.stride >= 2 && c.literals.stride <= MS_MAX_STRIDE);
            check_all(&c);
        }
        forget(&c);
    }
    ck_assert_uint_gt(nchosen, 40);
}

/* Which literals, and whether any. */
TEST(what_is_chosen)
{
    static const struct {
        const char *list[3];
        const char *sample;
        uint32_t width, stride; /* 0: none */
    } cases[] = {
        {{"abcdefghijkl", "mnopqrstuvwxyz"}, "nothing of it\n", 7, 6},
        {{"abcdefghijklmnopqrstuvwxyz"}, "nothing of it\n", 8, 8},
        {{"abcd", "mnopqrstuvwxyz"}, "nothing of it\n", 3, 2},
        {{"abc", "mnopqrstuvwxyz"}, "nothing of it\n", 0, 0},      /* too short */
        {{"abcdefghijkl"}, "", 0, 0},                              /* no sample */
        {{"abcdefghijkl", "of it nothi"}, "nothing of it ", 0, 0}, /* too frequent */
        {{"abcd\xC3\xA4"
          "efgh\xC3\xA4"
          "ijk"},
         "nothing\n",
         3,
         2}, /* between the letters of two forms */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        chosen c = choose(logs_keywords(cases[i].list, IGNORE_CASE), cases[i].sample);
        ck_assert_uint_eq(c.literals.stride, cases[i].stride);
        ck_assert_uint_eq(c.literals.count > 0 ? c.literals.at[0].len : 0, cases[i].width);
        forget(&c);
    }
}

TEST(the_rare_part_is_chosen)
{
    const char *const list[] = {"session opened zqxj-vwk-qxz", NULL};
    chosen c = choose(logs_keywords(list, 0), "session opened for user -\n");
    ck_assert_uint_gt(c.literals.count, 0);
    for (size_t i = 0; i < c.literals.nuses; i++) {
        ck_assert_uint_ge(c.literals.uses[i].from, 8);
    }
    forget(&c);
}

/* Many keywords that would all have to be compared where one string is. */
TEST(too_many_keywords_are_refused)
{
    ms_keywords keywords = {0};
    for (unsigned i = 0; i < 200; i++) {
        char name[9] = "aaaaaaaa";
        name[0] = (char)('b' + i / 20);
        name[7] = (char)('b' + i % 20);
        ms_str_list_push(&keywords.list, name, 8);
    }
    chosen c = choose(keywords, "nothing of it\n");
    ck_assert_uint_eq(c.literals.count, 0);
    forget(&c);
}

/* No windows for more keywords than pay. */
TEST(too_many_are_not_taken)
{
    for (unsigned more = 0; more < 2; more++) {
        ms_keywords keywords = {0};
        chance r = {1};
        for (unsigned i = 0; i < MS_QGRAM_FILTER_KEYWORDS + more; i++) {
            char name[16];
            for (size_t k = 0; k < sizeof name; k++) {
                name[k] = (char)('a' + chance_below(&r, 26));
            }
            ms_str_list_push(&keywords.list, name, sizeof name);
        }
        while (keywords.sample.len < 50 * SAMPLE) { /* a small one says too little of so many */
            ms_bytes_append(&keywords.sample, "nothing of it\n", 14);
        }
        chosen c = choose(keywords, "");
        ck_assert_int_eq(c.literals.count > 0, more == 0);
        forget(&c);
    }
}
