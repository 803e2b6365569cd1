/* Suite of logs/match/engine.c and logs/compile/compiled.c: compiled keywords as bytes and back, and bytes
 * that are not. */
#include "logs/match/engine.h"

#include "logs/match/matcher.h"
#include "logs_fixture.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *list[4];
    unsigned flags;
    bool sample; /* of the logs, so that expressions are filtered */
} sets[] = {
    {{"unauthorized access"}, 0, false},
    {{"foo", "bar", "foobar"}, IGNORE_CASE, false},
    {{"\xC3\xA4xy", "x", "\xD0\x96\xD0\x96"}, IGNORE_CASE | WORD, false},
    {{"fo+", "b.r$"}, REGEX, false},
    {{"^$", "\\bx"}, REGEX | WORD, false},
    {{"fooba.", "unauth(or|er)ized access$"}, REGEX, true},
    {{"fooba.", "access$|nothing"}, REGEX | IGNORE_CASE | WORD, true},
};

static ms_keywords keywords_of(int i)
{
    ms_keywords keywords = logs_keywords(sets[i].list, sets[i].flags);
    for (size_t k = 0; k < 100 && sets[i].sample; k++) {
        ms_bytes_append(&keywords.sample, "something else\n", 15);
    }
    return keywords;
}

static ms_bytes bytes_of(const ms_keywords *keywords)
{
    ms_bytes bytes = {0};
    ms_err err = {0};
    ck_assert_msg(ms_matcher_compile(keywords, &bytes, &err) == MS_OK, "%s", err.text);
    return bytes;
}

static const char text[] = "foo x\nBAR\nno\n\xC3\x84"
                           "Bc\n\nUnauthorized access\nfoobar unauthorized access\r\n"
                           "\xD0\xB6\xD0\x96\n";

static ms_code receive(void *user, const ms_match *match)
{
    ms_bytes *to = user;
    ms_bytes_put_u64(to, match->start);
    for (uint32_t i = 0; i < match->nids; i++) {
        ms_bytes_put_u32(to, match->ids[i]);
    }
    return ms_bytes_check(to);
}

static ms_bytes answer(const ms_keywords *keywords, const ms_bytes *compiled)
{
    ms_bytes received = {0};
    ms_matcher *matcher = NULL;
    ms_err err = {0};
    ck_assert_msg(ms_matcher_new(&matcher, keywords, compiled, &err) == MS_OK, "%s", err.text);
    ck_assert_int_eq(
        ms_matcher_block(matcher, (const uint8_t *)text, sizeof text - 1, receive, &received, &err), MS_OK);
    ms_matcher_free(matcher);
    return received;
}

TEST_EACH(the_same_answer, sets)
{
    ms_keywords keywords = keywords_of(_i);
    ms_engine engine = {0};
    ms_err err = {0};
    ck_assert_int_eq(ms_engine_compile(&engine, &keywords, &err), MS_OK);
    ck_assert((engine.confirm.db != NULL) == sets[_i].sample);
    ms_engine_fini(&engine);
    ms_engine_fini(&engine);
    ms_bytes compiled = bytes_of(&keywords);
    ms_bytes here = answer(&keywords, NULL);
    ms_bytes there = answer(&keywords, &compiled);
    ck_assert_uint_gt(here.len, 0);
    ck_assert_uint_eq(here.len, there.len);
    ck_assert_mem_eq(here.data, there.data, here.len);
    ms_bytes_fini(&here);
    ms_bytes_fini(&there);
    ms_bytes_fini(&compiled);
    ms_keywords_fini(&keywords);
}

static ms_code decode(const ms_keywords *keywords, const uint8_t *data, size_t n)
{
    ms_engine engine = {0};
    ms_err err = {0};
    ms_code code = ms_engine_decode(&engine, keywords, data, n, &err);
    bool there = engine.block.db || engine.block.qgram_filter.slots;
    ck_assert(code == MS_OK ? there && err.text[0] == 0 : !there && err.text[0] != 0);
    ck_assert(code == MS_OK ||
              (!engine.block.literals.at && !engine.verifier.variants && !engine.confirm.db));
    ms_engine_fini(&engine);
    return code;
}

/* The library's part: its magic number, version, length, platform. */
static uint8_t *database_of(const ms_bytes *bytes)
{
    static const uint8_t magic[] = {0xdb, 0xdb, 0xdb, 0xdb};
    uint8_t *found = memmem(bytes->data, bytes->len, magic, sizeof magic);
    ck_assert_ptr_nonnull(found);
    return found;
}

/* Cut anywhere, longer, or with a byte changed before the database: refused, or the same kind of thing.
 */
TEST_EACH(damaged, sets)
{
    ms_keywords keywords = keywords_of(_i);
    ms_bytes good = bytes_of(&keywords);
    ck_assert_int_eq(decode(&keywords, good.data, good.len), MS_OK);
    for (size_t n = 0; n < good.len; n += n < 200 ? 1 : 199) {
        uint8_t *part = malloc(n + 1); /* so that a read past the end is seen */
        ck_assert_ptr_nonnull(part);
        memcpy(part, good.data, n);
        ck_assert_int_eq(decode(&keywords, part, n), MS_FORMAT);
        free(part);
    }
    uint8_t *magic = memmem(good.data, good.len, "mhdb", 4);
    for (size_t at = 0; at < 8; at++) { /* and the version */
        magic[at] ^= 0x84;
        ck_assert_int_eq(decode(&keywords, good.data, good.len), MS_FORMAT);
        magic[at] ^= 0x84;
    }
    for (size_t at = 0; at < 150; at++) {
        uint8_t flip = (uint8_t)(1U << at * 5 % 8);
        good.data[at] ^= flip;
        (void)decode(&keywords, good.data, good.len);
        good.data[at] ^= flip;
    }
    size_t database = (size_t)(database_of(&good) - good.data);
    size_t inside = database + 700;
    good.data[inside] ^= 1; /* the library's own check */
    ck_assert_int_eq(decode(&keywords, good.data, good.len), MS_FORMAT);
    good.data[inside] ^= 1;
    ms_bytes_put_u8(&good, 0);
    ck_assert_int_eq(decode(&keywords, good.data, good.len), MS_FORMAT);
    ms_bytes_fini(&good);
    ms_keywords_fini(&keywords);
}

/* Enough keywords, and enough of a sample, for the qgram_filter. */
static ms_keywords dozens_of_keywords(bool sample)
{
    ms_keywords keywords = {.ignore_case = true};
    chance c = {1};
    for (unsigned i = 0; i < 100; i++) {
        char name[10];
        for (size_t k = 0; k < sizeof name; k++) {
            name[k] = (char)('a' + chance_below(&c, 26));
        }
        ms_str_list_push(&keywords.list, name, sizeof name);
    }
    for (size_t k = 0; k < 2000 && sample; k++) {
        ms_bytes_append(&keywords.sample, "something else\n", 15);
    }
    return keywords;
}

TEST(a_qgram_filter_as_bytes)
{
    ms_keywords keywords = dozens_of_keywords(true);
    ms_keywords fewer = dozens_of_keywords(false);
    ms_keywords other = logs_keywords((const char *const[]){"x", NULL}, 0);
    ms_bytes good = bytes_of(&keywords);
    ms_matcher *matcher = NULL;
    ms_err err = {0};
    ck_assert_ptr_null(memmem(good.data, good.len, "\xdb\xdb\xdb\xdb", 4)); /* no database */
    ck_assert_int_eq(ms_matcher_new(&matcher, &fewer, &good, &err), MS_OK); /* not compiled anew */
    ms_str first = ms_str_list_at(&keywords.list, 1);
    char block[64] = "no\n";
    memcpy(block + 3, first.data, first.len - 1);
    memcpy(block + 12, "\nso ", 4);
    memcpy(block + 16, first.data, first.len);
    block[20] = (char)(block[20] ^ 0x20);
    memcpy(block + 26, " or\n", 4);
    ms_bytes received = {0};
    ck_assert_int_eq(ms_matcher_block(matcher, (const uint8_t *)block, 30, receive, &received, &err), MS_OK);
    static const uint8_t want[12] = {13, 0, 0, 0, 0, 0, 0, 0, 1}; /* the line at 13, keyword 1 */
    ck_assert(received.len == sizeof want && memcmp(received.data, want, sizeof want) == 0);
    ms_matcher_free(matcher);
    ck_assert_int_eq(decode(&other, good.data, good.len), MS_FORMAT);
    for (size_t n = 0; n < good.len; n += n < 200 ? 1 : 17) {
        ck_assert_int_eq(decode(&keywords, good.data, n), MS_FORMAT);
    }
    for (size_t at = 0; at < good.len; at++) {
        uint8_t flip = (uint8_t)(1U << at * 5 % 8);
        good.data[at] ^= flip;
        (void)decode(&keywords, good.data, good.len);
        good.data[at] ^= flip;
    }
    ms_bytes_fini(&received);
    ms_bytes_fini(&good);
    ms_keywords_fini(&keywords);
    ms_keywords_fini(&fewer);
    ms_keywords_fini(&other);
}

/* What belongs to other keywords is not taken. */
TEST_EACH(of_other_keywords, sets)
{
    const char *const list[] = {"\xC3\xA4", "b", NULL};
    ms_keywords other = logs_keywords(list, IGNORE_CASE);
    ms_keywords keywords = keywords_of(_i);
    ms_bytes bytes = bytes_of(&keywords);
    ck_assert_int_eq(decode(&other, bytes.data, bytes.len), MS_FORMAT);
    ms_bytes_fini(&bytes);
    ms_keywords_fini(&keywords);
    ms_keywords_fini(&other);
}

/* A database of another kind of processor, by the bits in which the library says so: compiled anew. */
TEST_EACH(compiled_for_another_machine, sets)
{
    ms_keywords keywords = keywords_of(_i);
    ms_bytes bytes = bytes_of(&keywords);
    ms_bytes here = answer(&keywords, &bytes);
    uint8_t *head = database_of(&bytes);
    for (size_t at = 4; at <= 12; at += 8) { /* version, platform */
        head[at + 1] ^= 0x40;
        ck_assert_int_eq(decode(&keywords, bytes.data, bytes.len), MS_LIMIT);
        ms_bytes there = answer(&keywords, &bytes);
        ck_assert_uint_eq(here.len, there.len);
        ck_assert_mem_eq(here.data, there.data, here.len);
        ms_bytes_fini(&there);
        head[at + 1] ^= 0x40;
    }
    ms_bytes_fini(&here);
    ms_bytes_fini(&bytes);
    ms_keywords_fini(&keywords);
}
