/* Suite of logs/prefilter/prefilter_literals.c and logs/prefilter/pair_frequency.c: every keyword can be
 * found by its literals, and those are rare.
 */
#include "logs/prefilter/choose_literals.h"

#include "logs/prefilter/pair_frequency.h"
#include "logs/prefilter/verify.h"
#include "logs_fixture.h"
#include "unit.h"

#include <stdio.h>
#include <string.h>

typedef struct chosen {
    ms_keywords *keywords;
    ms_verifier verifier;
    ms_prefilter_literals literals;
} chosen;

static chosen choose(ms_keywords *keywords)
{
    chosen c = {.keywords = keywords};
    ms_err err = {0};
    ck_assert_int_eq(ms_verifier_init(&c.verifier, keywords, &err), MS_OK);
    ck_assert_int_eq(ms_prefilter_literals_choose(&c.literals, keywords, c.verifier.variants, true, &err),
                     MS_OK);
    return c;
}

static void forget(chosen *c)
{
    ms_prefilter_literals_fini(&c->literals);
    ms_prefilter_literals_fini(&c->literals);
    ms_verifier_fini(&c->verifier);
    ms_keywords_fini(c->keywords);
}

/* Does `literal` spell the letters of its use, and in which way? `ways` gets a bit of its own for each. */
static bool spells(const chosen *c, size_t i, const ms_literal_use *use, uint64_t *ways)
{
    ms_str literal = ms_str_list_at(&c->literals.list, i);
    const ms_case_variants *variants = &c->verifier.variants[use->id];
    size_t at = 0;
    uint64_t way = 0;
    for (size_t k = use->from; k < use->to; k++) {
        const uint8_t *p = (const uint8_t *)literal.data + at;
        if (variants->count == 0) {
            uint8_t want = (uint8_t)ms_str_list_at(&c->keywords->list, use->id).data[k];
            bool fold = c->keywords->ignore_case;
            if (at >= literal.len || (fold ? ms_ascii_lower(*p) != ms_ascii_lower(want) : *p != want)) {
                return false;
            }
            at++;
            continue;
        }
        const ms_case_variant *variant = &variants->list[k];
        size_t n = ms_case_variant_at(variant, p, literal.len - at, false);
        size_t form = 0;
        while (form < variant->nforms &&
               (variant->len[form] != n || memcmp(variant->bytes[form], p, n) != 0)) {
            form++;
        }
        if (n == 0 || form == variant->nforms) {
            return false;
        }
        way = way * variant->nforms + form;
        at += n;
    }
    *ways |= (uint64_t)1 << way;
    return at == literal.len && literal.len == c->literals.at[i].len;
}

/* All keywords, each in all the spellings of the letters chosen. */
static void check_all(const chosen *c)
{
    const ms_prefilter_literals *literals = &c->literals;
    size_t n = c->keywords->list.count;
    for (size_t id = 0; id < n; id++) {
        uint64_t ways = 0;
        uint64_t want = 1;
        for (size_t i = 0; i < literals->count; i++) {
            for (uint32_t u = literals->at[i].uses; u < literals->at[i + 1].uses; u++) {
                const ms_literal_use *use = &literals->uses[u];
                if (use->id != id) {
                    continue;
                }
                ck_assert_msg(spells(c, i, use, &ways), "keyword %zu, literal %zu", id, i);
                want = 1;
                for (size_t k = use->from; k < use->to && c->verifier.variants[id].count > 0; k++) {
                    want *= c->verifier.variants[id].list[k].nforms;
                }
            }
        }
        ck_assert_msg(want <= 8 && ways == ((uint64_t)1 << want) - 1, "keyword %zu: ways %llx of %llu", id,
                      (unsigned long long)ways, (unsigned long long)want);
    }
    for (size_t i = 1; i < literals->count; i++) {
        ck_assert(
            ms_str_compare(ms_str_list_at(&literals->list, i - 1), ms_str_list_at(&literals->list, i)) != 0);
    }
    ck_assert_uint_eq(literals->at[literals->count].uses, literals->nuses);
}

/* Random keywords of a small alphabet, so that they share literals, with letters of two and three forms. */
TEST(every_keyword_has_its_literals)
{
    static const char *const bits[] = {
        "a", "B", "-", " ", "\xC3\xA4", "\xD0\x96", "\xC7\x85", "\xE6\x97\xA5", "\xFF"};
    static const size_t counts[] = {1, 2, 3, 47, 49, 60, 192, 193, 600};
    for (uint64_t seed = 0; seed < 40; seed++) {
        chance c = {seed};
        size_t n = counts[chance_below(&c, sizeof counts / sizeof counts[0])];
        size_t nbits = chance_below(&c, 2) == 0 ? 4 : sizeof bits / sizeof bits[0];
        ms_keywords keywords = {.ignore_case = chance_below(&c, 2) == 0};
        for (size_t i = 0; i < n; i++) {
            ms_bytes word = {0};
            for (size_t left = 1 + chance_below(&c, 20); left > 0; left--) {
                const char *bit = bits[chance_below(&c, nbits)];
                ms_bytes_append(&word, bit, strlen(bit));
            }
            ms_bytes_append(&keywords.sample, word.data, word.len);
            ms_str_list_push(&keywords.list, word.data, word.len);
            ms_bytes_fini(&word);
        }
        if (chance_below(&c, 2) == 0) {
            ms_bytes_clear(&keywords.sample);
        }
        ck_assert_int_eq(ms_keywords_unique(&keywords), MS_OK);
        chosen all = choose(&keywords);
        check_all(&all);
        forget(&all);
    }
}

/* The literal of the first of two keywords. */
static const char *literal_of_first(const char *first, const char *second, const char *sample, char *to)
{
    const char *list[] = {first, second, NULL};
    ms_keywords keywords = logs_keywords(list, 0);
    for (size_t i = 0; i < 1000; i++) {
        ms_bytes_append(&keywords.sample, sample, strlen(sample));
    }
    chosen c = choose(&keywords);
    for (size_t i = 0; i < c.literals.count; i++) {
        if (c.literals.uses[c.literals.at[i].uses].id == 0) {
            (void)strcpy(to, ms_str_list_at(&c.literals.list, i).data);
        }
    }
    forget(&c);
    return to;
}

TEST(rare_in_the_sample)
{
    char got[16];
    const char *log = "session opened for user root\n";
    ck_assert_ptr_null(strstr("session", literal_of_first("session qzvx", "x", log, got)));
    ck_assert_str_eq(literal_of_first("zqjxsession", "x", log, got), "zqjx");
    ck_assert_str_ne(literal_of_first("jqxzsession", "x", "jqxz ", got), "jqxz");
}

TEST(shared_when_few)
{
    ms_keywords keywords = {0};
    for (unsigned i = 0; i < 60; i++) {
        char name[32];
        int n = snprintf(name, sizeof name, "CVE-20%02u-%u", i % 24, 1000 + i * 37);
        ms_str_list_push(&keywords.list, name, (size_t)n);
    }
    chosen c = choose(&keywords);
    ck_assert_uint_le(c.literals.count, 5);
    check_all(&c);
    forget(&c);
}

TEST(rarity_counts)
{
    ms_pair_frequency *pair_frequency = NULL;
    const uint8_t *text = (const uint8_t *)"abcabCxy";
    ck_assert_int_eq(ms_pair_frequency_new(&pair_frequency, text, 8, 3), MS_OK);
    ck_assert_uint_ge(ms_pair_frequency_count(pair_frequency, (const uint8_t *)"ABC"), 2);
    ck_assert_uint_eq(ms_pair_frequency_count(pair_frequency, (const uint8_t *)"zzz"), 0);
    ck_assert_uint_eq(ms_pair_frequency_keywords(pair_frequency, text), 0);
    ms_pair_frequency_add_keyword(pair_frequency, text);
    ck_assert_uint_eq(ms_pair_frequency_keywords(pair_frequency, text + 3), 1);
    ck_assert(ms_pair_frequency_pair(pair_frequency, 'a', 'b') >
              ms_pair_frequency_pair(pair_frequency, 'x', 'y'));
    ck_assert(ms_pair_frequency_pair(pair_frequency, 'x', 'y') >
              ms_pair_frequency_pair(pair_frequency, 'q', 'z'));
    ck_assert(ms_pair_frequency_pair(pair_frequency, 0, 0xFF) < 0);
    ms_pair_frequency_free(pair_frequency);
    ms_pair_frequency_free(NULL);
    ck_assert_int_eq(ms_pair_frequency_new(&pair_frequency, NULL, 0, 8), MS_OK);
    ck_assert(ms_pair_frequency_pair(pair_frequency, ' ', 'e') >
              ms_pair_frequency_pair(pair_frequency, 'q', 'z'));
    ms_pair_frequency_free(pair_frequency);
    for (double x = 0.001; x < 1000; x *= 2) {
        ck_assert(ms_pair_frequency_log2(2 * x) - ms_pair_frequency_log2(x) > 0.99 &&
                  ms_pair_frequency_log2(2 * x) - ms_pair_frequency_log2(x) < 1.01);
    }
}
