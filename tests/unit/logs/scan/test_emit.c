/* Suite of logs/scan/emit.c: context lines over boundaries of blocks and around long lines, counts, and what
 * a hook's code does. The blocks are given by hand: "|" ends a block, a line that begins with "M" matches,
 * one with "L" is long. */
#include "logs/scan/emit.h"

#include "logs_fixture.h"
#include "unit.h"

#include <string.h>

typedef struct received {
    ms_bytes text;
    size_t nlines;
    size_t fail_at; /* the line at which the hook fails; 0: never */
} received;

static ms_code on_line(void *user, const ms_scan_line *line)
{
    received *h = user;
    h->nlines++;
    if (h->nlines == h->fail_at) {
        return MS_LIMIT;
    }
    return transcript_put_line(&h->text, line);
}

/* One block: the lines that begin with 'M' match keyword 1. */
static ms_code give_block(ms_emit *emit, const char *block, size_t n)
{
    static const uint32_t id = 1;
    ms_code code = MS_OK;
    ms_emit_begin_block(emit, (const uint8_t *)block, n);
    for (size_t at = 0; at < n && code == MS_OK;) {
        const char *newline = memchr(block + at, '\n', n - at);
        size_t next = newline ? (size_t)(newline - block) + 1 : n;
        ms_match match = {.start = at, .end = newline ? next - 1 : next, .next = next, .ids = &id, .nids = 1};
        code = block[at] == 'M' ? ms_emit_match(emit, &match) : MS_OK;
        at = next;
    }
    return code == MS_OK ? ms_emit_end_block(emit) : code;
}

static ms_code give_long(ms_emit *emit, const char *line, size_t n)
{
    static const uint32_t id = 0;
    ms_long_line out = {.text = (const uint8_t *)line,
                        .nbytes = n - 1,
                        .nterminator = 1,
                        .ids = &id,
                        .nids = n > 1 && line[1] == 'M'};
    return ms_emit_long_line(emit, &out);
}

static ms_code give(ms_emit *emit, const char *blocks)
{
    ms_code code = MS_OK;
    for (const char *at = blocks; *at && code == MS_OK;) {
        size_t n = strcspn(at, "|");
        code = *at == 'L' ? give_long(emit, at, n) : give_block(emit, at, n);
        at += n + (at[n] == '|');
    }
    return code;
}

typedef struct shown {
    const char *about;
    size_t before, after;
    const char *blocks;
    const char *want;
} shown;

static const shown cases[] = {
    {"no context", 0, 0, "a\nM\nb\nM", "2 @2 +1 match 1: M\n4 @6 +1 match 1: M\n"},
    {"both sides", 1, 1, "a\nb\nM\nc\nd\n", "2 @2 +1 context: b\n3 @4 +1 match 1: M\n4 @6 +1 context: c\n"},
    {"groups that touch", 1, 1, "a\nM\nb\nM\nc\n",
     "1 @0 +1 context: a\n2 @2 +1 match 1: M\n3 @4 +1 context: b\n4 @6 +1 match 1: M\n5 @8 +1 context: c\n"},
    {"groups that overlap", 2, 2, "a\nM\nM\nb\nc\nd\n",
     "1 @0 +1 context: a\n2 @2 +1 match 1: M\n3 @4 +1 match 1: M\n4 @6 +1 context: b\n5 @8 +1 context: c\n"},
    {"before, from the block in front", 2, 0, "a\nb\n|M\n",
     "1 @0 +1 context: a\n2 @2 +1 context: b\n3 @4 +1 match 1: M\n"},
    {"before, from three blocks in front", 3, 0, "a\nb\n|c\n|d\n|M\n",
     "2 @2 +1 context: b\n3 @4 +1 context: c\n4 @6 +1 context: d\n5 @8 +1 match 1: M\n"},
    {"before, from this block and the one in front", 2, 0, "a\nb\n|c\nM\n",
     "2 @2 +1 context: b\n3 @4 +1 context: c\n4 @6 +1 match 1: M\n"},
    {"before does not show a line twice", 3, 1, "M\na\n|b\n|M\n",
     "1 @0 +1 match 1: M\n2 @2 +1 context: a\n3 @4 +1 context: b\n4 @6 +1 match 1: M\n"},
    {"after, into the next two blocks", 0, 3, "M\na\n|b\n|c\n|d\n",
     "1 @0 +1 match 1: M\n2 @2 +1 context: a\n3 @4 +1 context: b\n4 @6 +1 context: c\n"},
    {"kept lines are forgotten once shown", 2, 0, "a\nM\n|b\n|M\n",
     "1 @0 +1 context: a\n2 @2 +1 match 1: M\n3 @4 +1 context: b\n4 @6 +1 match 1: M\n"},
    {"a long match between blocks", 1, 1, "a\n|LM\n|b\n",
     "1 @0 +1 context: a\n2 @2 +2 match 0: LM\n3 @5 +1 context: b\n"},
    {"a long line as context after", 0, 2, "M\n|Lx\n|a\nb\n",
     "1 @0 +1 match 1: M\n2 @2 +2 context: Lx\n3 @5 +1 context: a\n"},
    {"a long line as context in front", 2, 0, "a\nb\n|Lx\n|M\n",
     "2 @2 +1 context: b\n3 @4 +2 context: Lx\n4 @7 +1 match 1: M\n"},
    {"a long match ends what is kept", 2, 1, "a\n|LM\n|b\nc\nd\nM\n",
     "1 @0 +1 context: a\n2 @2 +2 match 0: LM\n3 @5 +1 context: b\n4 @7 +1 context: c\n5 @9 +1 context: d\n"
     "6 @11 +1 match 1: M\n"},
    {"two long matches", 1, 1, "LM\n|Lx\n|LM\n",
     "1 @0 +2 match 0: LM\n2 @3 +2 context: Lx\n3 @6 +2 match 0: LM\n"},
    {"text is cut", 1, 0, "abcdefgh\n|Mbcdefgh\n|LMcdefgh\n",
     "1 @0 +8 context: abcde\n2 @9 +8 match 1: Mbcde\n3 @18 +8 match 0: LMcde\n"},
    {"a CR is no part of the line", 1, 0, "a\r\nM\n", "1 @0 +1 context: a\n2 @3 +1 match 1: M\n"},
    {"context that is left at the end", 0, 3, "a\nM\n", "2 @2 +1 match 1: M\n"},
    {"nothing is shown without a match", 2, 2, "a\n|Lx\n|b", ""},
};

TEST_EACH(what_is_shown, cases)
{
    const shown *s = &cases[_i];
    received h = {0};
    ms_emit emit = {0};
    ms_scan_options options = {
        .lines = true, .before = s->before, .after = s->after, .max_line = 5, .buffer_size = 64};
    ms_scan_hooks hooks = {.on_line = on_line, .user = &h};
    ck_assert_int_eq(ms_emit_init(&emit, 2, &options, NULL), MS_OK);
    for (int again = 0; again < 2; again++) { /* the second run knows nothing of the first */
        ms_bytes_clear(&h.text);
        ms_emit_begin(&emit, &hooks);
        ms_emit_set_start(&emit, 0);
        ck_assert_int_eq(give(&emit, s->blocks), MS_OK);
        ms_bytes_put_u8(&h.text, 0);
        ck_assert_msg(strcmp((const char *)h.text.data, s->want) == 0, "%s:\n%s", s->about,
                      (char *)h.text.data);
    }
    ms_bytes_fini(&h.text);
    ms_emit_fini(&emit);
    ms_emit_fini(&emit);
}

TEST(a_hook_ends_it_at_any_line)
{
    static const char blocks[] = "a\nb\nM\n|c\nM\nd\n|LM\n|e\nf\nM\n";
    received all = {0};
    ms_scan_options options = {.lines = true, .before = 2, .after = 1, .max_line = 5, .buffer_size = 64};
    for (size_t at = 0; at <= 10; at++) {
        received h = {.fail_at = at};
        ms_emit emit = {0};
        ms_scan_hooks hooks = {.on_line = on_line, .user = &h};
        ck_assert_int_eq(ms_emit_init(&emit, 2, &options, NULL), MS_OK);
        ms_emit_begin(&emit, &hooks);
        ck_assert_int_eq(give(&emit, blocks), at > 0 ? MS_LIMIT : MS_OK);
        ck_assert_uint_eq(h.nlines, at > 0 ? at : 10);
        if (at == 0) {
            all = h;
            h = (received){0};
        } else { /* nothing after that line, nothing else before it */
            ck_assert_uint_lt(h.text.len, all.text.len);
            ck_assert(h.text.len == 0 || memcmp(h.text.data, all.text.data, h.text.len) == 0);
        }
        ms_bytes_fini(&h.text);
        ms_emit_fini(&emit);
    }
    ms_bytes_fini(&all.text);
}

TEST(counts_and_totals)
{
    ms_emit emit = {0};
    ms_scan_options options = {.max_line = 5, .buffer_size = 64};
    ms_scan_hooks hooks = {0};
    ck_assert_int_eq(ms_emit_init(&emit, 2, &options, NULL), MS_OK);
    for (int again = 0; again < 2; again++) {
        ms_emit_begin(&emit, &hooks);
        ck_assert_int_eq(give(&emit, "a\nM\nM|LM\n|Lx\n|M\nb"), MS_OK);
        ms_scan_totals totals = ms_emit_totals(&emit);
        ck_assert_uint_eq(totals.nbytes, 5 + 3 + 3 + 3);
        ck_assert_uint_eq(totals.nmatching, 4);
        ck_assert_uint_eq(emit.nhit, 2);
        ck_assert_uint_eq(emit.hit[0], 0); /* ascending, though 1 came first */
        ck_assert_uint_eq(emit.hit[1], 1);
        ck_assert_uint_eq(emit.counts[0], 1);
        ck_assert_uint_eq(emit.counts[1], 3);
    }
    ms_emit_begin(&emit, &hooks);
    ck_assert_uint_eq(ms_emit_totals(&emit).nmatching, 0);
    ck_assert_uint_eq(emit.nhit, 0);
    ck_assert_uint_eq(emit.counts[0] + emit.counts[1], 0);
    ms_emit_fini(&emit);
}

TEST(names_only_stops_at_the_first)
{
    static const struct {
        const char *blocks;
        uint64_t nbytes;
    } stops[] = {{"a\nM\nM\n", 4}, {"a\n|LM\n|M\n", 5}, {"Lx\n|M", 4}};
    for (size_t i = 0; i < 3; i++) {
        received h = {0};
        ms_emit emit = {0};
        ms_scan_options options = {.files_with_matches = true, .max_line = 5, .buffer_size = 64};
        ms_scan_hooks hooks = {.on_line = on_line, .user = &h};
        ck_assert_int_eq(ms_emit_init(&emit, 2, &options, NULL), MS_OK);
        ms_emit_begin(&emit, &hooks);
        ck_assert(!ms_emit_stopped(&emit));
        ck_assert_int_eq(give(&emit, stops[i].blocks), MS_STOPPED);
        ck_assert(ms_emit_stopped(&emit));
        ck_assert_uint_eq(ms_emit_totals(&emit).nbytes, stops[i].nbytes);
        ck_assert_uint_eq(ms_emit_totals(&emit).nmatching, 1);
        ck_assert_uint_eq(h.nlines, 0);
        ms_emit_fini(&emit);
    }
}
