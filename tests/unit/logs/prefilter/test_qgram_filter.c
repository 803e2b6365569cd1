/* Suite of logs/prefilter/qgram_filter.c: it finds what comparing at every stride-th place finds, in that
 * order. */
#include "logs/prefilter/qgram_filter.h"

#include "logs_fixture.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

/* Each keyword is a literal as a whole; all have one length. */
typedef struct made {
    ms_keywords keywords;
    ms_verifier verifier;
    ms_prefilter_literals literals;
} made;

static made make(chance *c, size_t width, uint32_t stride, size_t n, bool fold, const char *alphabet)
{
    made m = {.keywords = {.ignore_case = fold}, .literals = {.stride = stride}};
    ms_err err = {0};
    for (size_t i = 0; i < n; i++) {
        char name[MS_LITERAL_BYTES];
        for (size_t k = 0; k < width; k++) {
            name[k] = alphabet[chance_below(c, strlen(alphabet))];
        }
        ms_str_list_push(&m.keywords.list, name, width);
    }
    ck_assert_int_eq(ms_keywords_unique(&m.keywords), MS_OK);
    n = m.keywords.list.count;
    ck_assert_int_eq(ms_verifier_init(&m.verifier, &m.keywords, &err), MS_OK);
    m.literals.at = calloc(n + 1, sizeof *m.literals.at);
    m.literals.uses = calloc(n, sizeof *m.literals.uses);
    ck_assert(m.literals.at && m.literals.uses);
    for (size_t i = 0; i < n; i++) {
        m.literals.at[i] = (ms_prefilter_literal){(uint32_t)width, (uint32_t)i};
        m.literals.uses[i] = (ms_literal_use){.id = (uint32_t)i, .to = (uint32_t)width};
    }
    m.literals.at[n].uses = (uint32_t)n;
    m.literals.count = m.literals.nuses = n;
    return m;
}

/* What was made has moved. */
static void borrow(made *m)
{
    m->verifier.keywords = &m->keywords;
}

static void unmake(made *m)
{
    ms_prefilter_literals_fini(&m->literals);
    ms_verifier_fini(&m->verifier);
    ms_keywords_fini(&m->keywords);
}

typedef struct received {
    ms_bytes events;
    size_t left; /* events until it ends the search */
} received;

static void put_event(ms_bytes *to, uint64_t id, uint64_t end)
{
    ms_bytes_put_u64(to, id);
    ms_bytes_put_u64(to, end);
}

static int receive(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *user)
{
    received *h = user;
    ck_assert(from == 0 && flags == 0);
    put_event(&h->events, id, to);
    return --h->left == 0;
}

static bool equal(const made *m, size_t id, const uint8_t *data)
{
    ms_str name = ms_str_list_at(&m->keywords.list, id);
    bool same = true;
    for (size_t i = 0; i < name.len && same; i++) {
        uint8_t want = (uint8_t)name.data[i];
        same = m->keywords.ignore_case ? ms_ascii_lower(want) == ms_ascii_lower(data[i]) : want == data[i];
    }
    return same;
}

/* Compares at every stride-th place; with -i two keywords may be the same literal, which these are not. */
static ms_bytes expected(const made *m, const uint8_t *data, size_t n, size_t most)
{
    ms_bytes events = {0};
    size_t width = m->literals.at[0].len;
    size_t nevents = 0;
    for (size_t at = 0; at + width <= n; at += m->literals.stride) {
        for (size_t id = 0; id < m->literals.count && nevents < most; id++) {
            if (equal(m, id, data + at)) {
                put_event(&events, id, at + width);
                nevents++;
            }
        }
    }
    return events;
}

static void compare(const made *m, const ms_qgram_filter *filter, chance *c, size_t n, const char *alphabet)
{
    uint8_t *data = malloc(n + 1); /* exactly as long, so that a read past the end is seen */
    ck_assert_ptr_nonnull(data);
    for (size_t i = 0; i < n; i++) {
        data[i] = (uint8_t)alphabet[chance_below(c, strlen(alphabet))];
    }
    uint8_t *exact = realloc(data, n > 0 ? n : 1);
    size_t most = chance_below(c, 4) == 0 ? 1 + chance_below(c, 3) : SIZE_MAX;
    received h = {.left = most};
    ms_qgram_filter_tally tally = {0};
    bool ended = ms_qgram_filter_scan(filter, exact, n, &tally, receive, &h);
    ms_bytes want = expected(m, exact, n, most);
    ck_assert(ended == (h.left == 0));
    ck_assert_uint_ge(tally.nsteps, want.len > 0);
    ck_assert(ended || (tally.nbytes + m->literals.at[0].len > n && tally.nbytes < n + m->literals.stride));
    ck_assert_uint_eq(h.events.len, want.len);
    ck_assert(want.len == 0 || memcmp(h.events.data, want.data, want.len) == 0);
    ms_bytes_fini(&h.events);
    ms_bytes_fini(&want);
    free(exact);
}

/* Every width; the loop is over the stride. A few letters, so that much is found, and nearly found. */
TEST_RANGE(as_comparing_finds_it, 1, MS_MAX_STRIDE + 1)
{
    static const char *const alphabets[] = {"ab", "a@`A{[", "\x01!\xE1\xC1 "}; /* what differs by 32 only */
    uint64_t nevents = 0;
    for (size_t width = 1; width <= MS_LITERAL_BYTES; width++) {
        for (uint64_t seed = 0; seed < 60; seed++) {
            chance c = {seed * 64 + width * 8 + (uint64_t)_i};
            const char *alphabet = alphabets[seed % 3];
            bool fold = seed % 2 == 0 && seed % 3 == 0; /* one letter in one case: different literals */
            made m =
                make(&c, width, (uint32_t)_i, 1 + chance_below(&c, 20), fold, fold ? "ab\xE1\xC1" : alphabet);
            borrow(&m);
            ms_qgram_filter filter = {0};
            ms_err err = {0};
            ck_assert_int_eq(
                ms_qgram_filter_init(&filter, &m.literals, &m.keywords, m.verifier.variants, &err), MS_OK);
            for (size_t n = 0; n < 160; n += 1 + n / 24) {
                compare(&m, &filter, &c, n, fold ? "aAbB!\x02\xE1\xC1" : alphabet);
            }
            nevents += m.literals.count;
            ms_qgram_filter_fini(&filter);
            ms_qgram_filter_fini(&filter);
            unmake(&m);
        }
    }
    ck_assert_uint_gt(nevents, 0);
}

static ms_code init(const made *m)
{
    ms_qgram_filter filter = {0};
    ms_err err = {0};
    ms_code code = ms_qgram_filter_init(&filter, &m->literals, &m->keywords, m->verifier.variants, &err);
    ck_assert(code == MS_OK || (!filter.slots && !filter.table && !filter.literals && err.text[0] != 0));
    ms_qgram_filter_fini(&filter);
    return code;
}

/* As they may come from another rank. */
TEST(unusable_literals)
{
    chance c = {1};
    made m = make(&c, 4, 3, 5, true, "abcd");
    borrow(&m);
    ck_assert_int_eq(init(&m), MS_OK);
    m.literals.stride = MS_MAX_STRIDE + 1;
    ck_assert_int_eq(init(&m), MS_FORMAT);
    m.literals.stride = 3;
    m.literals.at[0].len = MS_LITERAL_BYTES + 1;
    ck_assert_int_eq(init(&m), MS_FORMAT);
    m.literals.at[0].len = 3; /* the uses are longer */
    ck_assert_int_eq(init(&m), MS_FORMAT);
    m.literals.at[0].len = 4;
    m.literals.at[1].len = 5; /* of another length than the first */
    ck_assert_int_eq(init(&m), MS_FORMAT);
    m.literals.at[1].len = 4;
    ck_assert_int_eq(init(&m), MS_OK);
    m.literals.at[1].uses = 2; /* two keywords of different bytes for one literal */
    ck_assert_int_eq(init(&m), MS_FORMAT);
    m.literals.count = 0;
    ck_assert_int_eq(init(&m), MS_FORMAT);
    unmake(&m);
}

TEST(bytes_with_several_case_variants)
{
    chance c = {1};
    made m = make(&c, 4, 3, 1, false, "a");
    borrow(&m);
    ms_verifier_fini(&m.verifier);
    ms_keywords_fini(&m.keywords);
    const char *const list[] = {"ab\xC3\xA4", NULL};
    m.keywords = logs_keywords(list, IGNORE_CASE);
    ms_err err = {0};
    ck_assert_int_eq(ms_verifier_init(&m.verifier, &m.keywords, &err), MS_OK);
    m.literals.at[0].len = m.literals.uses[0].to = 3;
    ck_assert_int_eq(init(&m), MS_FORMAT);
    m.literals.at[0].len = m.literals.uses[0].to = 2;
    ck_assert_int_eq(init(&m), MS_OK);
    unmake(&m);
}
