/* Suite of logs/prefilter/verify.c: a keyword around its literal, its boundaries, and many keywords at once
 * against a search that cannot be wrong. */
#include "logs/prefilter/verify.h"

#include "logs/match/matcher.h"
#include "logs_fixture.h"
#include "logs_reference.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct around {
    const char *keyword;
    unsigned flags;
    uint32_t from, to; /* the literal's letters */
    size_t len;        /* ... and bytes in this text */
    const char *text;
    size_t end; /* where the literal ends */
    bool matches;
    bool inside; /* also when what lies beyond the text is not known */
} around;

static const around arounds[] = {
    {"abcdef", 0, 2, 4, 2, "xabcdefx", 5, true, true},
    {"abcdef", 0, 2, 4, 2, "xabcdeFx", 5, false, false},
    {"abcdef", IGNORE_CASE, 2, 4, 2, "xAbcdeFx", 5, true, true},
    {"abcdef", 0, 2, 4, 2, "bcdef", 3, false, false}, /* begins before the line */
    {"abcdef", 0, 2, 4, 2, "abcde", 4, false, false}, /* ends after it */
    {"abcdef", 0, 0, 6, 6, "abcdef", 6, true, true},
    {"abcdef", WORD, 2, 4, 2, "-abcdef-", 5, true, true},
    {"abcdef", WORD, 2, 4, 2, "xabcdef-", 5, false, false},
    {"abcdef", WORD, 2, 4, 2, "-abcdef_", 5, false, false},
    {"abcdef", WORD, 0, 6, 6, "abcdef", 6, true, false},
    {"a@Z", IGNORE_CASE, 0, 1, 1, "A`z", 1, false, false}, /* '@' and '`' are no letters */
    {"\xC3\xA4xy", IGNORE_CASE, 1, 3, 2, "\xC3\x84XY", 4, true, true},
    {"\xC3\xA4xy", IGNORE_CASE, 1, 3, 2, "\x84XY", 3, false, false},
    {"ab\xC3\xA4\xC7\x85", IGNORE_CASE, 0, 2, 2, "ab\xC3\xA4\xC7\x84", 2, true, true},
    {"ab\xC3\xA4\xC7\x85", IGNORE_CASE, 0, 2, 2, "ab\xC3\xA4\xC7", 2, false, false},
    {"\xE2\x84\xAAx", IGNORE_CASE, 1, 2, 1, "kx", 2, true, true}, /* a form shorter than the letter */
    {"\xC3\xA4x", IGNORE_CASE | WORD, 0, 1, 2, "-\xC3\x84X", 3, true, false},
    {"\xC3\xA4x", IGNORE_CASE | WORD, 0, 1, 2, "_\xC3\x84X", 3, false, false},
};

TEST_EACH(around_a_literal, arounds)
{
    const around *a = &arounds[_i];
    const char *list[] = {a->keyword, NULL};
    ms_keywords keywords = logs_keywords(list, a->flags);
    ms_verifier verifier = {0};
    ms_err err = {0};
    ms_literal_use use = {0, a->from, a->to};
    ms_span span = {.data = (const uint8_t *)a->text, .end = strlen(a->text), .begins = true, .ends = true};
    ck_assert_int_eq(ms_verifier_init(&verifier, &keywords, &err), MS_OK);
    ck_assert(ms_verifier_match(&verifier, &use, a->len, &span, a->end) == a->matches);
    span.begins = span.ends = false; /* what lies beyond is not known */
    ck_assert(ms_verifier_match(&verifier, &use, a->len, &span, a->end) == a->inside);
    ms_verifier_fini(&verifier);
    ms_verifier_fini(&verifier);
    ms_keywords_fini(&keywords);
}

TEST(word_bytes)
{
    static const char word[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
    size_t n = 0;
    for (unsigned byte = 0; byte < 256; byte++) {
        bool expected = byte != 0 && strchr(word, (int)byte);
        n += ms_is_word_byte((uint8_t)byte) == expected;
    }
    ck_assert_uint_eq(n, 256);
}

/* ---- many keywords ---- */

static bool stands_at(const ms_keywords *keywords, size_t id, const uint8_t *line, size_t n, size_t at)
{
    ms_str name = ms_str_list_at(&keywords->list, id);
    if (name.len > n - at) {
        return false;
    }
    int differs = keywords->ignore_case ? strncasecmp(name.data, (const char *)line + at, name.len)
                                        : memcmp(name.data, line + at, name.len);
    return differs == 0 && (!keywords->word || (!reference_word_before(line, at) &&
                                                !reference_word_after(line, n, at + name.len)));
}

/* The ids of one line as text: "3 17 ". */
static void slow_ids(const ms_keywords *keywords, const uint8_t *line, size_t n, ms_bytes *to)
{
    for (size_t id = 0; id < keywords->list.count; id++) {
        bool found = false;
        for (size_t at = 0; at < n && !found; at++) {
            found = stands_at(keywords, id, line, n, at);
        }
        char text[32];
        int len = snprintf(text, sizeof text, "%zu ", id);
        if (found) {
            ms_bytes_append(to, text, (size_t)len);
        }
    }
}

typedef struct received {
    const uint8_t *data;
    ms_bytes text;
} received;

static ms_code receive(void *user, const ms_match *match)
{
    received *h = user;
    char text[32];
    int len = snprintf(text, sizeof text, "@%zu ", match->start);
    ms_bytes_append(&h->text, text, (size_t)len);
    for (uint32_t i = 0; i < match->nids; i++) {
        len = snprintf(text, sizeof text, "%u ", match->ids[i]);
        ms_bytes_append(&h->text, text, (size_t)len);
    }
    return ms_bytes_check(&h->text);
}

/* Keywords of a few syllables, which have beginnings and ends in common. */
static ms_keywords syllables(chance *c, size_t n)
{
    static const char *const bits[] = {"ka", "RO", "mi", "-", ".", "12", "on", "s", "\x80\xC1"};
    ms_keywords keywords = {.ignore_case = chance_below(c, 2) == 0, .word = chance_below(c, 3) == 0};
    while (keywords.list.count < n) {
        ms_bytes word = {0};
        for (size_t left = 1 + chance_below(c, n < 10 ? 3 : 9); left > 0; left--) {
            const char *bit = bits[chance_below(c, sizeof bits / sizeof bits[0] - 1)];
            ms_bytes_append(&word, bit, strlen(bit));
        }
        ms_str_list_push(&keywords.list, word.data, word.len);
        ms_bytes_fini(&word);
    }
    ck_assert_int_eq(ms_keywords_unique(&keywords), MS_OK);
    return keywords;
}

static void compare(const ms_keywords *keywords, ms_matcher *matcher, const ms_bytes *text, uint64_t seed)
{
    ms_err err = {0};
    ms_bytes want = {0};
    received got = {.data = text->data};
    for (size_t at = 0; at < text->len;) {
        const uint8_t *newline = memchr(text->data + at, '\n', text->len - at);
        size_t end = newline ? (size_t)(newline - text->data) : text->len;
        size_t content = newline && end > at && text->data[end - 1] == '\r' ? end - 1 : end;
        ms_bytes ids = {0};
        slow_ids(keywords, text->data + at, content - at, &ids);
        char start[32];
        int len = snprintf(start, sizeof start, "@%zu ", at);
        if (ids.len > 0) {
            ms_bytes_append(&want, start, (size_t)len);
            ms_bytes_append(&want, ids.data, ids.len);
        }
        ms_bytes_fini(&ids);
        at = end + 1;
    }
    ck_assert_int_eq(ms_matcher_block(matcher, text->data, text->len, receive, &got, &err), MS_OK);
    bool same =
        got.text.len == want.len && (want.len == 0 || memcmp(got.text.data, want.data, want.len) == 0);
    ck_assert_msg(same, "seed %llu, %zu keywords, flags %d %d:\n%.*s\nbut should be\n%.*s",
                  (unsigned long long)seed, keywords->list.count, keywords->ignore_case, keywords->word,
                  (int)got.text.len, (const char *)got.text.data, (int)want.len, (const char *)want.data);
    ms_bytes_fini(&got.text);
    ms_bytes_fini(&want);
}

/* Around the counts at which other engines of the library are used; the text holds the fillers too. */
static const size_t counts[] = {2, 3, 8, 9, 40, 60, 90, 130, 250, 400, 900, 3000};

TEST_EACH(many_keywords, counts)
{
    static const char filler[] = "\x80\xC1\xFF\xFF\xFF\xFF\xFF\xFF\x81\xC1\xFF\xFF\xFF\xFF\xFF\xFF ";
    for (uint64_t round = 0; round < 3; round++) {
        uint64_t seed = (uint64_t)_i * 100 + round;
        chance c = {seed};
        ms_keywords keywords = syllables(&c, counts[_i]);
        ms_matcher *matcher = NULL;
        ms_err err = {0};
        ms_bytes text = logs_random_text(&c, &keywords, 600, 30);
        ms_bytes_append(&text, filler, sizeof filler - 1);
        if (round % 2 == 1) {
            ms_bytes_append(&keywords.sample, text.data, text.len);
        }
        ck_assert_msg(ms_matcher_new(&matcher, &keywords, NULL, &err) == MS_OK, "%s", err.text);
        compare(&keywords, matcher, &text, seed);
        ms_matcher_free(matcher);
        ms_bytes_fini(&text);
        ms_keywords_fini(&keywords);
    }
}

/* ---- runs of one byte ---- */

static ms_keywords run_keywords(chance *c)
{
    static const char *const ends[] = {"", "", "x", "b", "-", "a"};
    static const size_t lengths[] = {1, 2, 3, 4, 5, 7, 8, 9, 16, 40, 64, 100};
    ms_keywords keywords = {.ignore_case = chance_below(c, 2) == 0, .word = chance_below(c, 3) == 0};
    for (size_t n = 1 + chance_below(c, 6); keywords.list.count < n;) {
        char word[128] = "";
        const char *front = ends[chance_below(c, 6)];
        size_t nfront = strlen(front);
        size_t length = lengths[chance_below(c, sizeof lengths / sizeof lengths[0])];
        memcpy(word, front, nfront);
        memset(word + nfront, "-aA"[chance_below(c, 3)], length);
        (void)strcat(word, ends[chance_below(c, 6)]);
        ms_str_list_push(&keywords.list, word, strlen(word));
    }
    ck_assert_int_eq(ms_keywords_unique(&keywords), MS_OK);
    return keywords;
}

static ms_bytes run_text(chance *c, size_t n, const char *ends)
{
    ms_bytes text = {0};
    while (text.len < n) {
        uint8_t byte = (uint8_t) "-aAx"[chance_below(c, 4)];
        for (size_t left = 1 + chance_below(c, chance_below(c, 2) == 0 ? 6 : 200); left > 0; left--) {
            ms_bytes_append(&text, &byte, 1);
        }
        ms_bytes_append(&text, &ends[chance_below(c, strlen(ends))], 1);
    }
    return text;
}

TEST(runs_in_blocks)
{
    for (uint64_t seed = 0; seed < 120; seed++) {
        chance c = {seed};
        ms_keywords keywords = run_keywords(&c);
        ms_bytes text = run_text(&c, 2000, "\n xb-a");
        ms_matcher *matcher = NULL;
        ms_err err = {0};
        ck_assert_msg(ms_matcher_new(&matcher, &keywords, NULL, &err) == MS_OK, "%s", err.text);
        compare(&keywords, matcher, &text, seed);
        ms_matcher_free(matcher);
        ms_bytes_fini(&text);
        ms_keywords_fini(&keywords);
    }
}

/* However many false positives there were before the run. */
TEST(match_that_begins_before_a_run)
{
    static const char *const list[] = {"a", "-a", "-aa", "x-aaaaaaa", NULL};
    ms_keywords keywords = logs_keywords(list, 0);
    ms_bytes text = {0};
    ms_matcher *matcher = NULL;
    ms_err err = {0};
    for (size_t nvain = 1; nvain < 70; nvain++) {
        for (size_t i = 0; i < nvain; i++) {
            ms_bytes_append(&text, "xa", 2);
        }
        ms_bytes_append(&text, "x-", 2);
        for (size_t i = 0; i < 100; i++) {
            ms_bytes_append(&text, "a", 1);
        }
        ms_bytes_append(&text, "\n", 1);
    }
    ck_assert_int_eq(ms_matcher_new(&matcher, &keywords, NULL, &err), MS_OK);
    compare(&keywords, matcher, &text, 0);
    ms_matcher_free(matcher);
    ms_bytes_fini(&text);
    ms_keywords_fini(&keywords);
}

/* One line in pieces of all sizes. */
TEST(runs_in_a_long_line)
{
    for (uint64_t seed = 0; seed < 120; seed++) {
        chance c = {seed};
        ms_keywords keywords = run_keywords(&c);
        ms_bytes text = run_text(&c, 2000, " xb-a");
        ms_bytes want = {0};
        ms_bytes got = {0};
        ms_matcher *matcher = NULL;
        ms_err err = {0};
        const uint32_t *ids = NULL;
        uint32_t nids = 0;
        ck_assert_msg(ms_matcher_new(&matcher, &keywords, NULL, &err) == MS_OK, "%s", err.text);
        ck_assert_int_eq(ms_matcher_long_begin(matcher, &err), MS_OK);
        for (size_t at = 0; at < text.len;) {
            size_t n = 1 + chance_below(&c, chance_below(&c, 2) == 0 ? 20 : 700);
            n = n < text.len - at ? n : text.len - at;
            ck_assert_int_eq(ms_matcher_long_feed(matcher, text.data + at, n, &err), MS_OK);
            at += n;
        }
        ck_assert_int_eq(ms_matcher_long_end(matcher, &ids, &nids, &err), MS_OK);
        for (uint32_t i = 0; i < nids; i++) {
            char id[16];
            ms_bytes_append(&got, id, (size_t)snprintf(id, sizeof id, "%u ", ids[i]));
        }
        slow_ids(&keywords, text.data, text.len, &want);
        ck_assert_msg(got.len == want.len && (got.len == 0 || memcmp(got.data, want.data, got.len) == 0),
                      "seed %llu: %.*s, not %.*s", (unsigned long long)seed, (int)got.len,
                      (const char *)got.data, (int)want.len, (const char *)want.data);
        ms_matcher_free(matcher);
        ms_bytes_fini(&text);
        ms_bytes_fini(&want);
        ms_bytes_fini(&got);
        ms_keywords_fini(&keywords);
    }
}
