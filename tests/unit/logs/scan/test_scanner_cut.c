/* Suite of logs/scan/scanner.c: a file that is cut while it is searched: what was there when it was read is
 * reported, and nothing else. */
#include "logs_fixture.h"

#include "unit.h"

#include <string.h>
#include <unistd.h>

enum {
    SIZE = 150000,
    HEAD = 32768,
    /* read to see what the file is */ PIECE = 32768 /* for small buffers */
};

/* Cuts the file down to `left` bytes when at least `after` have been searched. */
typedef struct cutter {
    const char *path;
    uint64_t after, left;
    uint64_t done; /* searched when it was cut; 0: not yet */
} cutter;

static ms_code cut(void *user, uint64_t nprogress)
{
    cutter *c = user;
    if (c->done == 0 && nprogress >= c->after) {
        c->done = nprogress;
        ck_assert_int_eq(truncate(c->path, (off_t)c->left), 0);
    }
    return MS_OK;
}

/* Lines, one in `rare` of them with a keyword (0: none), some of them longer than others by up to `longest`.
 */
static ms_bytes some_text(chance *c, size_t rare, size_t longest)
{
    ms_bytes text = {0};
    ck_assert_int_eq(ms_bytes_reserve(&text, SIZE), MS_OK);
    while (text.len < SIZE) { /* without ck_assert: each writes to a file */
        bool hit = rare > 0 && chance_below(c, rare) == 0;
        size_t n = 15 < SIZE - text.len ? 15 : SIZE - text.len;
        memcpy(text.data + text.len, hit ? "a keyword here\n" : "nothing at all\n", n);
        text.len += n;
        for (size_t i = 0; i < longest && text.len < SIZE && chance_below(c, 200) > 0; i++) {
            text.data[text.len++] = 'x';
        }
    }
    return text;
}

/* `ahead`: bytes that may have been read, but not yet searched, when the file is cut. */
static void check(const logs_case *one, const ms_bytes *text, uint64_t after, uint64_t left, size_t ahead)
{
    const ms_scan_options *options = one->ref.options;
    ms_err err = {0};
    ms_bytes want = {0};
    ms_scanner *scanner = NULL;
    cutter c = {.path = one->directory->file, .after = after, .left = left};
    transcript got = {.on_progress = cut, .user = &c};
    file_write(one->directory->file, text->data, text->len);
    ck_assert_int_eq(ms_scanner_new(&scanner, one->matcher, options, &err), MS_OK);
    ms_code code = transcript_scan(&got, scanner, one->directory->file, text->len, &err);
    uint64_t there = got.totals.nbytes;
    ck_assert_int_eq(reference_expect(&want, &one->ref, text->data, (size_t)there), MS_OK);
    bool cut_late = c.done == 0 || there == text->len; /* nothing was left to be read */
    uint64_t least = left > c.done ? left : c.done;
    ahead += (least < HEAD ? HEAD - least : 0) + PIECE;
    if (want.len != got.text.len || memcmp(want.data, got.text.data, want.len) != 0 || there < least ||
        (!cut_late && there > least + ahead) || (code == MS_OK) != cut_late ||
        (code != MS_OK && (code != MS_IO || !strstr(err.text, "the file shrank")))) {
        ck_abort_msg(
            "%s: window %zu, %llu left after %llu, %llu reported: %s\nexpected:\n%.900s\ngot:\n%.900s",
            one->about, options->buffer_size, (unsigned long long)left, (unsigned long long)c.done,
            (unsigned long long)there, err.text, (char *)want.data, (char *)got.text.data);
    }
    ms_scanner_free(scanner);
    ms_bytes_fini(&want);
    transcript_fini(&got);
}

TEST_RANGE(a_file_cut_while_it_is_searched, 0, 8)
{
    static const size_t windows[] = {64, 500, 2048, 4096};
    static const char *const list[] = {"keyword", NULL};
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    chance c = {(uint64_t)_i};
    scratch directory = scratch_open();
    ms_keywords keywords = logs_keywords(list, 0);
    ms_err err = {0};
    ms_matcher *matcher = NULL;
    ck_assert_int_eq(ms_matcher_new(&matcher, &keywords, NULL, &err), MS_OK);
    for (size_t i = 0; i < 120; i++) {
        ms_bytes text = some_text(&c, 1 + chance_below(&c, 400), chance_below(&c, 300));
        ms_scan_options options = logs_options(windows[chance_below(&c, sizeof windows / sizeof windows[0])]);
        options.lines = chance_below(&c, 3) > 0;
        logs_case one = {&directory, matcher, {.keywords = &keywords, .options = &options}, "cut"};
        uint64_t boundary = page * chance_below(&c, SIZE / page + 1) + chance_below(&c, 3);
        uint64_t left = chance_below(&c, 2) == 0 ? chance_below(&c, SIZE) : boundary > 0 ? boundary - 1 : 0;
        check(&one, &text, 1 + chance_below(&c, SIZE), left < SIZE ? left : SIZE - 1, options.buffer_size);
        ms_bytes_fini(&text);
    }
    ms_matcher_free(matcher);
    ms_keywords_fini(&keywords);
    scratch_close(&directory);
}
