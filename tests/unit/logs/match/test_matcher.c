/* Suite of logs/match/matcher.c: blocks with very many marks, very many keywords, and lines in pieces. */
#include "logs/match/matcher.h"

#include "logs_fixture.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* What a scan of lines that all look alike has to say. */
typedef struct tally {
    size_t nlines;
    size_t nids;
    size_t next; /* where the last line ended: lines come in order and do not overlap */
    size_t stop_at;
    bool bad;
} tally;

static ms_code count(void *user, const ms_match *match)
{
    tally *t = user;
    t->bad = t->bad || match->start < t->next || match->end < match->start || match->next < match->end;
    for (uint32_t i = 1; i < match->nids; i++) {
        t->bad = t->bad || match->ids[i - 1] >= match->ids[i];
    }
    t->next = match->next;
    t->nids += match->nids;
    t->nlines++;
    return t->nlines == t->stop_at ? MS_STOPPED : MS_OK;
}

typedef struct many {
    const char *list[5];
    unsigned flags;
    const char *line;
    size_t nids; /* keywords a line */
} many;

static const many manys[] = {
    {{"a"}, 0, "a\n", 1},
    {{"a"}, 0, "aaaa\n", 1},
    {{"a", "b", "ab", "x"}, 0, "abab\n", 3},
    {{"a", "b", "ab", "x"}, WORD, "abab b\n", 1},
    {{"a.", "b$", "x"}, REGEX, "ab\n", 2},
    {{"a.", "b$", "x"}, REGEX, "ab\r\n", 2},
    {{"\xC3\xA4", "b", "a"},
     IGNORE_CASE,
     "\xC3\x84"
     "ab\n",
     3},
    {{"a", "xyz", "b\r"}, 0, "ab\r\n", 2},
};

/* Around the number of marks that a block has room for, 65536 over all keywords. */
static const size_t counts[] = {1, 16383, 21845, 21846, 32768, 32769, 65535, 65536, 65537, 200000};

TEST_EACH(more_matches_than_the_buffer_holds, manys)
{
    const many *m = &manys[_i];
    ms_keywords keywords = logs_keywords(m->list, m->flags);
    ms_matcher *matcher = NULL;
    ms_err err = {0};
    size_t n = strlen(m->line);
    ck_assert_int_eq(ms_matcher_new(&matcher, &keywords, NULL, &err), MS_OK);
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        uint8_t *block = malloc(counts[i] * n);
        ck_assert_ptr_nonnull(block);
        for (size_t j = 0; j < counts[i]; j++) {
            memcpy(block + j * n, m->line, n);
        }
        tally t = {0};
        ck_assert_int_eq(ms_matcher_block(matcher, block, counts[i] * n, count, &t, &err), MS_OK);
        ck_assert(!t.bad);
        ck_assert_uint_eq(t.nlines, counts[i]);
        ck_assert_uint_eq(t.nids, counts[i] * m->nids);
        t = (tally){.stop_at = counts[i] / 2 + 1};
        ck_assert_int_eq(ms_matcher_block(matcher, block, counts[i] * n, count, &t, &err), MS_STOPPED);
        ck_assert_uint_eq(t.nlines, counts[i] / 2 + 1);
        free(block);
    }
    ms_matcher_free(matcher);
    ms_keywords_fini(&keywords);
}

#define NKEYWORDS 10000U
#define BASE 200U

static ms_keywords ten_thousand(unsigned flags)
{
    ms_keywords keywords = {.ignore_case = (flags & IGNORE_CASE) != 0, .word = (flags & WORD) != 0};
    for (unsigned i = 0; i < NKEYWORDS; i++) {
        char name[32];
        int n = snprintf(name, sizeof name, "Key%uword%u", i / BASE, i % BASE);
        ms_str_list_push(&keywords.list, name, (size_t)n);
    }
    return keywords;
}

/* Keyword i on line i, so "Key1word1" is on the lines of "Key1word10" .. too, but not as a word. */
TEST_RANGE(ten_thousand_keywords, 0, 4)
{
    unsigned flags = (unsigned)_i;
    ms_keywords keywords = ten_thousand(flags);
    ms_matcher *matcher = NULL;
    ms_err err = {0};
    ms_bytes block = {0};
    size_t expected = 0;
    for (unsigned i = 0; i < NKEYWORDS; i++) {
        char line[64];
        int n = snprintf(line, sizeof line, "%u: %sey%uword%u.\n", i, flags & IGNORE_CASE ? "k" : "K",
                         i / BASE, i % BASE);
        ms_bytes_append(&block, line, (size_t)n);
        bool word = (flags & WORD) != 0;
        expected += 1U + (!word && i % BASE >= 10) + (!word && i % BASE >= 100);
    }
    tally t = {0};
    ck_assert_int_eq(ms_matcher_new(&matcher, &keywords, NULL, &err), MS_OK);
    ck_assert_uint_eq(ms_matcher_nkeywords(matcher), NKEYWORDS);
    ck_assert_int_eq(ms_matcher_block(matcher, block.data, block.len, count, &t, &err), MS_OK);
    ck_assert_uint_eq(t.nlines, NKEYWORDS);
    ck_assert_uint_eq(t.nids, expected);
    ck_assert(!t.bad);
    ms_bytes_fini(&block);
    ms_matcher_free(matcher);
    ms_keywords_fini(&keywords);
}

/* Keywords that begin each other, and lines of their bytes: each must be found where memmem finds it. */
static ms_keywords nested(const char *unit, size_t n, unsigned flags)
{
    ms_keywords keywords = {
        .ignore_case = (flags & 1) != 0, .word = (flags & 2) != 0, .whole_line = (flags & 4) != 0};
    char text[200];
    for (size_t i = 0; i < n; i++) {
        text[i] = unit[i % strlen(unit)];
        ms_str_list_push(&keywords.list, text, i + 1);
    }
    for (size_t i = 1; i < n; i += 7) { /* and branches */
        text[i] = 'c';
        ms_str_list_push(&keywords.list, text, i + 1);
        text[i] = unit[i % strlen(unit)];
    }
    return keywords;
}

typedef struct compared {
    const ms_keywords *keywords;
    const uint8_t *block;
    size_t nlines;
} compared;

static bool bounds_hold(const ms_keywords *keywords, const uint8_t *line, size_t n, size_t from, size_t to)
{
    if (keywords->whole_line) {
        return from == 0 && to == n;
    }
    return !keywords->word || ((from == 0 || line[from - 1] == ' ') && (to == n || line[to] == ' '));
}

static bool is_in(const ms_keywords *keywords, uint32_t id, const uint8_t *line, size_t n)
{
    ms_str keyword = ms_str_list_at(&keywords->list, id);
    bool found = false;
    for (size_t i = 0; i + keyword.len <= n && !found; i++) {
        found = (keywords->ignore_case ? strncasecmp((const char *)line + i, keyword.data, keyword.len) == 0
                                       : memcmp(line + i, keyword.data, keyword.len) == 0) &&
                bounds_hold(keywords, line, n, i, i + keyword.len);
    }
    return found;
}

static ms_code compare_ids(void *user, const ms_match *match)
{
    compared *c = user;
    uint32_t at = 0;
    for (uint32_t id = 0; id < c->keywords->list.count; id++) {
        bool said = at < match->nids && match->ids[at] == id;
        at += said ? 1 : 0;
        ck_assert(said == is_in(c->keywords, id, c->block + match->start, match->end - match->start));
    }
    ck_assert_uint_eq(at, match->nids);
    c->nlines++;
    return MS_OK;
}

static const char *const units[] = {"a", "ab", "aab"};

TEST_EACH(nested_keywords, units)
{
    for (unsigned flags = 0; flags < 6; flags++) {
        ms_keywords keywords = nested(units[_i], 150, flags);
        ms_matcher *matcher = NULL;
        ms_err err = {0};
        ms_bytes block = {0};
        uint32_t random = 1;
        for (size_t i = 0; i < 300; i++) { /* lines of the unit, with a few other bytes */
            size_t n = strlen(units[_i]);
            for (size_t j = 0; j < 20 + i % 150; j++) {
                random = random * 1664525 + 1013904223;
                uint8_t byte = random >> 24 < 6 ? 'c' : (uint8_t)units[_i][j % n];
                byte = random >> 23 & 1 && flags & 1 ? (uint8_t)(byte - 32) : byte;
                ms_bytes_put_u8(&block, flags > 1 && random >> 24 > 250 ? ' ' : byte);
            }
            ms_bytes_put_u8(&block, '\n');
        }
        compared c = {.keywords = &keywords, .block = block.data};
        ck_assert_int_eq(ms_matcher_new(&matcher, &keywords, NULL, &err), MS_OK);
        ck_assert_int_eq(ms_matcher_block(matcher, block.data, block.len, compare_ids, &c, &err), MS_OK);
        ck_assert(flags > 1 ? c.nlines > 10 : c.nlines == 300);
        ms_bytes_fini(&block);
        ms_matcher_free(matcher);
        ms_keywords_fini(&keywords);
    }
}

/* The ids, as text, of a line in pieces. */
static void in_pieces(ms_matcher *matcher, const char *const *pieces, char *to, size_t size)
{
    ms_err err = {0};
    const uint32_t *ids = NULL;
    uint32_t nids = 0;
    ck_assert_int_eq(ms_matcher_long_begin(matcher, &err), MS_OK);
    for (size_t i = 0; pieces[i]; i++) {
        ck_assert_int_eq(ms_matcher_long_feed(matcher, (const uint8_t *)pieces[i], strlen(pieces[i]), &err),
                         MS_OK);
    }
    ck_assert_int_eq(ms_matcher_long_end(matcher, &ids, &nids, &err), MS_OK);
    size_t at = 0;
    to[0] = 0;
    for (uint32_t i = 0; i < nids; i++) {
        at += (size_t)snprintf(to + at, size - at, "%u ", ids[i]);
    }
}

typedef struct pieces {
    const char *list[4];
    unsigned flags;
    const char *data[5];
    const char *want;
} pieces;

static const pieces in_parts[] = {
    {{"foo", "bar", "x"}, 0, {"fo", "o", "ba", "r"}, "0 1 "},
    {{"bar", "foo"}, 0, {"foo", "bar", "foo"}, "0 1 "},
    {{"foo"}, WORD, {"fo", "o"}, "0 "},
    {{"foo"}, WORD, {"xfoo", " foo", "x"}, ""},
    {{"foo", "x"}, WORD, {"xfoo f", "oo", "."}, "0 "},
    {{"foo"}, WORD, {"foo", "x", " foo"}, "0 "},
    {{"^foo", "foo$", "^$"}, REGEX, {"f", "oo", "o"}, "0 "},
    {{"^foo", "foo$", "^$"}, REGEX, {"o", "fo", "o"}, "1 "},
    {{"^foo", "o\\z", "a*"}, REGEX, {"f", "oo"}, "0 1 2 "},
    {{"^foo", "bar$"}, REGEX | WORD, {"foo", " bar"}, "0 1 "},
    {{"^foo", "bar$"}, REGEX | WORD, {"foox", "bar"}, ""},
    {{"FOO"}, IGNORE_CASE, {"f", "Oo"}, "0 "},
    {{"\xC3\xA4x"}, IGNORE_CASE, {"\xC3", "\x84", "X"}, "0 "},
    {{"foo\r", "foo$"}, REGEX, {"foo", "\r"}, "0 "},
    {{"^$", "a"}, REGEX, {NULL}, "0 "},
};

TEST_EACH(a_line_in_pieces, in_parts)
{
    const pieces *p = &in_parts[_i];
    ms_keywords keywords = logs_keywords(p->list, p->flags);
    ms_matcher *matcher = NULL;
    ms_err err = {0};
    char got[64];
    ck_assert_msg(ms_matcher_new(&matcher, &keywords, NULL, &err) == MS_OK, "%s", err.text);
    for (int again = 0; again < 2; again++) {
        in_pieces(matcher, p->data, got, sizeof got);
        ck_assert_str_eq(got, p->want);
        /* a line that is abandoned: the next one knows nothing of it */
        ck_assert_int_eq(ms_matcher_long_begin(matcher, &err), MS_OK);
        ck_assert_int_eq(ms_matcher_long_feed(matcher, (const uint8_t *)"foo bar f", 9, &err), MS_OK);
    }
    ms_matcher_free(matcher); /* ... nor does it leak */
    ms_keywords_fini(&keywords);
}

/* The CR before a newline is no part of the line, unless it is typed, also for expressions that are not
 * confirmed. */
TEST(carriage_return_is_not_part_of_the_line)
{
    static const char *const list[] = {"a.", "[c-e]+\\b", "f\\r", NULL};
    static const char text[] = "a\r\nab\r\na\r\r\nd\r\ndx\r\nf\r\na\r";
    ms_keywords keywords = logs_keywords(list, REGEX);
    ms_matcher *matcher = NULL;
    ms_err err = {0};
    tally t = {0};
    ck_assert_msg(ms_matcher_new(&matcher, &keywords, NULL, &err) == MS_OK, "%s", err.text);
    ck_assert_int_eq(ms_matcher_block(matcher, (const uint8_t *)text, sizeof text - 1, count, &t, &err),
                     MS_OK);
    ck_assert_uint_eq(t.nlines, 5); /* ab, a and a CR, d, f by the CR that is typed, the last one */
    ck_assert_uint_eq(t.nids, 5);
    ms_matcher_free(matcher);
    ms_keywords_fini(&keywords);
}

TEST(nothing_in_nothing)
{
    static const char *const list[] = {"a*", NULL};
    ms_keywords keywords = logs_keywords(list, REGEX);
    ms_matcher *matcher = NULL;
    ms_err err = {0};
    tally t = {0};
    ck_assert_int_eq(ms_matcher_new(&matcher, &keywords, NULL, &err), MS_OK);
    ck_assert_int_eq(ms_matcher_block(matcher, (const uint8_t *)"", 0, count, &t, &err), MS_OK);
    ck_assert_uint_eq(t.nlines, 0);
    ck_assert_int_eq(ms_matcher_block(matcher, (const uint8_t *)"\n", 1, count, &t, &err), MS_OK);
    ck_assert_uint_eq(t.nlines, 1);
    ms_matcher_free(matcher);
    ms_matcher_free(NULL);
    ms_keywords_fini(&keywords);
}

/* What cannot be compiled for long lines in time is not tried again for the next one. */
TEST(slow_for_long_lines)
{
    static const char *const list[] = {"x.{1,1500}y.{1,1500}z", NULL};
    ms_keywords keywords = logs_keywords(list, REGEX);
    ms_matcher *matcher = NULL;
    ms_err err = {0};
    ck_assert_int_eq(ms_matcher_new(&matcher, &keywords, NULL, &err), MS_OK);
    keywords.compile_seconds = 0.05;
    ck_assert_int_eq(ms_matcher_long_begin(matcher, &err), MS_LIMIT);
    ck_assert_msg(strstr(err.text, "a line longer than the buffer: keyword 1, 'x."), "%s", err.text);
    keywords.compile_seconds = 0;
    err = (ms_err){0};
    ck_assert_int_eq(ms_matcher_long_begin(matcher, &err), MS_LIMIT);
    ck_assert_ptr_nonnull(strstr(err.text, "a line longer than the buffer: keyword 1"));
    ms_matcher_free(matcher);
    ms_keywords_fini(&keywords);
}
