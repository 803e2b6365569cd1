/* Suite of logs/match/find.c: a qgram_filter that finds too much is left for the library, and nothing is
 * missed meanwhile.
 */
#include "logs/match/matcher_internal.h"

#include "logs_fixture.h"
#include "unit.h"

#include <stdio.h>
#include <string.h>

enum { NALIKE = 6, NKEYWORDS = 90, NLINES = 300, PATIENCE_IN_BLOCKS = 400 };

/* Some keywords begin alike: most of their literals occur wherever there are dashes, as the sample does not
 * tell. */
static ms_keywords dashes(unsigned flags)
{
    const char *const none[] = {NULL};
    ms_keywords keywords = logs_keywords(none, flags);
    chance c = {1};
    for (unsigned i = 0; i < NKEYWORDS; i++) {
        char word[64];
        char alike[] = "----------------";
        for (size_t k = 0; k + 1 < sizeof alike && i >= NALIKE; k++) {
            alike[k] = (char)('a' + chance_below(&c, 26));
        }
        int n = snprintf(word, sizeof word, "%s%c%c%s", alike, 'a' + i / 26, 'a' + i % 26,
                         (flags & REGEX) != 0 ? "[xyz]" : "x");
        ms_str_list_push(&keywords.list, word, (size_t)n);
    }
    for (size_t i = 0; i < 2000; i++) { /* all that the keywords have but long runs */
        char line[64];
        char tail = (char)('a' + i % NALIKE);
        int n = (flags & REGEX) != 0 ? snprintf(line, sizeof line, "something else\n")
                                     : snprintf(line, sizeof line, "something else -------a%cx\n", tail);
        ms_bytes_append(&keywords.sample, line, (size_t)n);
    }
    return keywords;
}

/* Lines of dashes; each seventh ends in a keyword, and each eighth in what is nearly one. */
static ms_bytes lines_of_dashes(const char *end)
{
    ms_bytes text = {0};
    for (unsigned i = 0; i < NLINES; i++) {
        char line[128];
        const char *last = i % 7 == 0 ? "acx" : i % 8 == 0 ? "acw" : "";
        int n = snprintf(line, sizeof line, "%.*s%s%s", 20 + (int)(i % 60),
                         "--------------------------------------------------------------------------------",
                         last, end);
        ms_bytes_append(&text, line, (size_t)n);
    }
    return text;
}

static ms_code receive(void *user, const ms_match *match)
{
    ms_bytes *to = user;
    ck_assert_uint_eq(match->nids, 1);
    ms_bytes_put_u32(to, match->ids[0]);
    ms_bytes_put_u64(to, match->start);
    return ms_bytes_check(to);
}

/* As comparing finds it: keyword 2 in each seventh line. */
static ms_bytes expected(const ms_bytes *text)
{
    ms_bytes received = {0};
    const char *data = (const char *)text->data;
    for (size_t at = 0; at < text->len;) {
        size_t next = (size_t)((const char *)memchr(data + at, '\n', text->len - at) - data) + 1;
        if (memmem(data + at, next - at, "-acx", 4)) {
            ms_bytes_put_u32(&received, 2);
            ms_bytes_put_u64(&received, at);
        }
        at = next;
    }
    ck_assert_uint_eq(received.len, 12 * ((NLINES + 6) / 7));
    return received;
}

static ms_matcher *matcher_of(const ms_keywords *keywords)
{
    ms_matcher *matcher = NULL;
    ms_err err = {0};
    ck_assert_msg(ms_matcher_new(&matcher, keywords, NULL, &err) == MS_OK, "%s", err.text);
    ck_assert_uint_gt(matcher->engine.block.literals.stride, 0);
    return matcher;
}

static const unsigned sets[] = {0, IGNORE_CASE, REGEX, REGEX | IGNORE_CASE};

TEST_EACH(blocks, sets)
{
    ms_keywords keywords = dashes(sets[_i]);
    ms_matcher *matcher = matcher_of(&keywords);
    ms_bytes text = lines_of_dashes("\n");
    ms_bytes want = expected(&text);
    size_t nblocks = 0;
    size_t nafter = 0;
    for (; nblocks < PATIENCE_IN_BLOCKS && nafter < 2; nblocks++) {
        ms_bytes received = {0};
        ms_err err = {0};
        ck_assert_int_eq(ms_matcher_block(matcher, text.data, text.len, receive, &received, &err), MS_OK);
        ck_assert_uint_eq(received.len, want.len);
        ck_assert(memcmp(received.data, want.data, want.len) == 0);
        ms_bytes_fini(&received);
        nafter += matcher->engine.block.literals.stride == 0;
    }
    ck_assert_uint_gt(nblocks, 3); /* it is not left at once */
    ck_assert_uint_eq(nafter, 2);
    const ms_str_list *literals = &matcher->engine.block.literals.list; /* not by the sample that was wrong */
    for (size_t i = 0; i < literals->count; i++) {
        ck_assert_str_ne(ms_str_list_at(literals, i).data, "--------");
    }
    ms_matcher_free(matcher);
    ms_bytes_fini(&want);
    ms_bytes_fini(&text);
    ms_keywords_fini(&keywords);
}

/* The qgram_filter is left in the middle of a line, and the keyword comes after. */
TEST(a_long_line)
{
    ms_keywords keywords = dashes(0);
    ms_matcher *matcher = matcher_of(&keywords);
    ms_err err = {0};
    uint8_t piece[64 * 1024];
    memset(piece, '-', sizeof piece);
    ck_assert_int_eq(ms_matcher_long_begin(matcher, &err), MS_OK);
    size_t npieces = 0;
    while (npieces < PATIENCE_IN_BLOCKS && matcher->engine.block.literals.stride > 0) {
        ck_assert_int_eq(ms_matcher_long_feed(matcher, piece, sizeof piece, &err), MS_OK);
        npieces++;
    }
    ck_assert_uint_lt(npieces, PATIENCE_IN_BLOCKS);
    const uint32_t *ids = NULL;
    uint32_t nids = 0;
    ck_assert_int_eq(ms_matcher_long_feed(matcher, (const uint8_t *)"acx", 3, &err), MS_OK);
    ck_assert_int_eq(ms_matcher_long_end(matcher, &ids, &nids, &err), MS_OK);
    ck_assert_uint_eq(nids, 1);
    ck_assert_uint_eq(ids[0], 2);
    ms_matcher_free(matcher);
    ms_keywords_fini(&keywords);
}

/* Lines without dashes, and now and then one with a keyword: what the qgram_filter is for. */
TEST(effective_qgram_filter_is_kept)
{
    ms_keywords keywords = dashes(0);
    ms_matcher *matcher = matcher_of(&keywords);
    ms_bytes text = {0};
    char hit[64];
    (void)snprintf(hit, sizeof hit, "so %s\n", ms_str_list_at(&keywords.list, NALIKE).data);
    for (unsigned i = 0; i < 2000; i++) {
        const char *line = i % 12 == 0 ? hit : "nothing that anybody would look for\n";
        ms_bytes_append(&text, line, strlen(line));
    }
    for (size_t i = 0; i < 8000; i++) {
        ms_bytes received = {0};
        ms_err err = {0};
        ck_assert_int_eq(ms_matcher_block(matcher, text.data, text.len, receive, &received, &err), MS_OK);
        ck_assert_uint_eq(received.len, (2000 + 11) / 12 * 12);
        ms_bytes_fini(&received);
    }
    ck_assert_uint_gt(matcher->engine.block.literals.stride, 0);
    ms_matcher_free(matcher);
    ms_bytes_fini(&text);
    ms_keywords_fini(&keywords);
}
