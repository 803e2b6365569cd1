/* Suite of the limits of events (logs/scan/listing.c): of one that is longer, the last lines before its match
 * are shown, and the first of them says so, in windows of any size. */
#include "logs/scan/listing.h"
#include "logs/scan/scanner.h"

#include "logs_fixture.h"
#include "unit.h"

#include <string.h>

typedef struct tally {
    uint64_t nlines, first, ncut, nbytes;
    bool cut_first;
} tally;

static ms_code on_line(void *user, const ms_scan_line *line)
{
    tally *t = user;
    t->first = t->nlines == 0 ? line->line_no : t->first;
    t->cut_first = t->nlines == 0 ? line->is_cut : t->cut_first;
    t->ncut += line->is_cut ? 1 : 0;
    t->nbytes += line->ntext;
    t->nlines++;
    return MS_OK;
}

/* An event of n lines of `width` bytes, in which the last but two matches. */
static void put_event(ms_bytes *text, size_t n, size_t width)
{
    ms_bytes_append(text, "other\n>", 7);
    for (size_t i = 0; i < n; i++) {
        size_t keyword = i + 3 == n ? 3 : 0;
        ms_bytes_append(text, "foo", keyword);
        for (size_t k = keyword; k < width; k++) {
            ms_bytes_put_u8(text, '.');
        }
        ms_bytes_append(text, "\n", 1);
    }
    ms_bytes_append(text, ">last\n", 6);
    ck_assert_int_eq(ms_bytes_check(text), MS_OK);
}

static tally scan(const ms_bytes *text, size_t window)
{
    static const char *const list[] = {"foo", NULL};
    scratch directory = scratch_open();
    ms_keywords keywords = logs_keywords(list, 0);
    ms_scan_options options = logs_options(window);
    tally t = {0};
    ms_scan_hooks hooks = {.on_line = on_line, .user = &t};
    ms_matcher *matcher = NULL;
    ms_scanner *scanner = NULL;
    ms_stream *stream = NULL;
    ms_scan_totals totals;
    ms_err err = {0};
    options.event_start = "^>";
    options.max_line = 65536;
    file_write(directory.file, text->data, text->len);
    ck_assert_int_eq(ms_matcher_new(&matcher, &keywords, NULL, &err), MS_OK);
    ck_assert_int_eq(ms_scanner_new(&scanner, matcher, &options, &err), MS_OK);
    ck_assert_int_eq(ms_stream_open(&stream, NULL, directory.file, text->len, &err), MS_OK);
    ck_assert_int_eq(ms_scanner_run(scanner, stream, &hooks, &totals, &err), MS_OK);
    ck_assert_uint_eq(totals.nmatching, 1);
    ms_stream_close(stream);
    ms_scanner_free(scanner);
    ms_matcher_free(matcher);
    ms_keywords_fini(&keywords);
    scratch_close(&directory);
    return t;
}

typedef struct limit {
    size_t nlines, width; /* of the event */
    uint64_t shown;       /* lines */
    bool cut;
} limit;

static const limit limits[] = {
    {10, 5, 10, false},
    {MS_EVENT_LINES + 3, 5, MS_EVENT_LINES + 3, false},
    {MS_EVENT_LINES + 4, 5, MS_EVENT_LINES + 3, true},
    {MS_EVENT_LINES + 2000, 5, MS_EVENT_LINES + 3, true},
    {MS_EVENT_BYTES / 65536 + 3, 65536, MS_EVENT_BYTES / 65536 + 3, false},
    {MS_EVENT_BYTES / 65536 + 4, 65536, MS_EVENT_BYTES / 65536 + 3, true},
    {MS_EVENT_BYTES / 65536 + 20, 65536, MS_EVENT_BYTES / 65536 + 3, true},
};

TEST_EACH(a_long_event_is_cut_before_its_match, limits)
{
    static const size_t windows[] = {64, 4096, 70000, 1 << 20, 32 << 20};
    const limit *l = &limits[_i];
    ms_bytes text = {0};
    put_event(&text, l->nlines, l->width);
    for (size_t i = 0; i < sizeof windows / sizeof windows[0]; i++) {
        tally t = scan(&text, windows[i]);
        ck_assert_msg(t.nlines == l->shown, "window %zu: %llu lines", windows[i],
                      (unsigned long long)t.nlines);
        ck_assert_uint_eq(t.first, 2 + l->nlines - l->shown);
        ck_assert_uint_eq(t.ncut, l->cut ? 1 : 0);
        ck_assert(t.cut_first == l->cut);
    }
    ms_bytes_fini(&text);
}

TEST(an_expression_that_cannot_be_compiled_is_named)
{
    static const char *const list[] = {"foo", NULL};
    ms_keywords keywords = logs_keywords(list, 0);
    ms_scan_options options = logs_options(64);
    ms_matcher *matcher = NULL;
    ms_scanner *scanner = NULL;
    ms_err err = {0};
    options.event_start = "(";
    ck_assert_int_eq(ms_matcher_new(&matcher, &keywords, NULL, &err), MS_OK);
    ck_assert_int_eq(ms_scanner_new(&scanner, matcher, &options, &err), MS_USAGE);
    ck_assert_ptr_nonnull(strstr(err.text, "--event-start"));
    ms_matcher_free(matcher);
    ms_keywords_fini(&keywords);
}
