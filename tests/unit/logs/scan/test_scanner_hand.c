/* Second suite of logs/scan/scanner.c: cases worked out by hand, files that change while they are read, and
 * hooks that end the scan. */
#include "logs_fixture.h"

#include "unit.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_ASAN 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define WITH_ASAN 1
#endif
#ifndef WITH_ASAN
#define WITH_ASAN 0
#endif

typedef struct hand {
    const char *about;
    const char *keywords[4];
    unsigned flags;
    const char *text;
    const char *want; /* numbers of the matching lines */
} hand;

static const hand by_hand[] = {
    {"CRLF: $ stands before the CR", {"foo$"}, REGEX, "foo\r\nfoox\r\nxfoo\n", "1 3 "},
    {"\\s does not reach over a line end", {"foo\\sbar"}, REGEX, "foo\nbar\nfoo bar\nfoo\r\nbar\n", "3 "},
    {"an empty match is on every line, the empty ones too", {"a*"}, REGEX, "\n\nb\r\n\r\nc", "1 2 3 4 5 "},
    {"^$", {"^$"}, REGEX, "\nx\n\r\n \n\n", "1 3 5 "},
    {"a line end at the end makes no further line", {"^$"}, REGEX, "x\n", ""},
    {"no line in an empty file", {"a*"}, REGEX, "", ""},
    {"-w",
     {"foo"},
     WORD,
     "foo\nfoox\nxfoo\n_foo\nfoo_\nfoo0\n.foo.\n\xC3\xA9"
     "foo\nfoofoo foo\nfoo-foo\n",
     "1 7 9 10 "},
    {"-w and characters beyond ASCII",
     {"foo"},
     WORD,
     "\xE2\x82\xAC"
     "foo\xE2\x82\xAC\nfoo\xD0\xB6\n\xA9"
     "foo\xFF\nfoo\xF0\x9D\x94\x98\nfoo\xF0\x9F\x98\x80\n",
     "1 3 5 "}, /* euro; a letter; not UTF-8; a letter beyond the BMP; an emoji */
    {"-w looks further on the line", {"foo"}, WORD, "foox foo\nxfoo xfoo\nfoofoo\n", "1 "},
    {"-w and a keyword that is no word", {"-x"}, WORD, "a-x\n-x\n -x\n--x\n-x-\n-xy\n", "2 3 4 5 "},
    {"-w before CRLF", {"foo"}, WORD, "foo\r\n", "1 "},
    {"-w on alternatives", {"foo|foobar"}, REGEX | WORD, "foobar\nfoobarx\nfoo\n", "1 3 "},
    {"-w takes the shorter of two matches", {"foo.*"}, REGEX | WORD, "foo barx_\nfoox\nxfoo\n", "1 2 "},
    {"a CR inside a line is a byte", {"a\rb"}, 0, "a\rb\na\r\nb\n", "1 "},
    {"a keyword that ends in CR", {"foo\r"}, 0, "foo\r\nfoo\r\r\nfoo\r", "1 2 3 "},
    {"... of which only a beginning is searched for",
     {"unauthorized access\r"},
     0,
     "unauthorized access\r\nunauthorized access\r\r\n",
     "1 2 "},
    {"a NUL byte stops nothing", {"foo"}, 0, "a\1b\1\nfoo\n\1foo\1\n", "2 3 "},
    {"-i beyond ASCII",
     {"\xC3\xA4rger"},
     IGNORE_CASE,
     "\xC3\x84RGER\n\xC3\xA4rger\n\xC3\xA5rger\n\xA4rger\n",
     "1 2 "},
    {"-i sharp s",
     {"stra\xC3\x9F"
      "e"},
     IGNORE_CASE,
     "STRA\xC3\x9F"
     "E\nSTRASSE\n",
     "1 "},
    {"-i Cyrillic",
     {"\xD0\xBE\xD1\x88"},
     IGNORE_CASE,
     "\xD0\x9E\xD0\xA8\n\xD0\x9E\xD1\x88\n\xD0\xBE\n",
     "1 2 "},
    {"-i final sigma", {"\xCF\x82"}, IGNORE_CASE, "\xCF\x82\n\xCE\xA3\n\xCF\x83\n", "1 2 3 "},
    {"-i letters that fold to ASCII",
     {"task", "k", "i\xC3\xA4"},
     IGNORE_CASE,
     "TASK\nta\xC5\xBF\xE2\x84\xAA\n\xE2\x84\xAA\nta\xC5\xBE\n\xC4\xB1\xC3\x84\n",
     "1 2 3 5 "},
    {"-i bytes that are no character", {"\xC3x"}, IGNORE_CASE, "\xC3X\n\xC3x\n\xE3x\n", "1 2 "},
    {"-i -w beyond ASCII",
     {"\xC3\xA4"
      "b"},
     IGNORE_CASE | WORD,
     "\xC3\x84"
     "B\n\xC3\x84"
     "Bx\nx\xC3\x84"
     "B\n",
     "1 "},
    {"without -i", {"\xC3\xA4"}, 0, "\xC3\x84\n\xC3\xA4\n", "2 "},
};

static ms_code note_number(void *user, const ms_scan_line *line)
{
    char number[32];
    int n = snprintf(number, sizeof number, "%llu ", (unsigned long long)line->line_no);
    ms_bytes_append(user, number, (size_t)n);
    return ms_bytes_check(user);
}

TEST_EACH(lines_found_by_hand, by_hand)
{
    const hand *h = &by_hand[_i];
    ms_err err = {0};
    scratch directory = scratch_open();
    ms_keywords keywords = logs_keywords(h->keywords, h->flags);
    char text[512];
    size_t n = strlen(h->text);
    for (size_t i = 0; i < n; i++) {
        text[i] = h->text[i] == '\1' ? '\0' : h->text[i];
    }
    file_write(directory.file, text, n);
    ms_matcher *matcher = NULL;
    ms_scanner *scanner = NULL;
    ms_stream *stream = NULL;
    ms_scan_options options = logs_options(64);
    ms_scan_totals totals;
    ms_bytes numbers = {0};
    ms_scan_hooks hooks = {.on_line = note_number, .user = &numbers};
    ck_assert_msg(ms_matcher_new(&matcher, &keywords, NULL, &err) == MS_OK, "%s: %s", h->about, err.text);
    ck_assert_int_eq(ms_scanner_new(&scanner, matcher, &options, &err), MS_OK);
    ck_assert_int_eq(ms_stream_open(&stream, NULL, directory.file, n, &err), MS_OK);
    ck_assert_int_eq(ms_scanner_run(scanner, stream, &hooks, &totals, &err), MS_OK);
    ms_bytes_put_u8(&numbers, 0);
    ck_assert_msg(strcmp((const char *)numbers.data, h->want) == 0, "%s: lines %s", h->about,
                  (char *)numbers.data);
    ms_bytes_fini(&numbers);
    ms_stream_close(stream);
    ms_scanner_free(scanner);
    ms_matcher_free(matcher);
    ms_keywords_fini(&keywords);
    scratch_close(&directory);
}

TEST(a_utf8_mark_moves_the_offsets)
{
    static const char *const list[] = {"foo", "^x", NULL};
    static const char file[] = "\xEF\xBB\xBFx foo\nfoo\n";
    ms_err err = {0};
    scratch directory = scratch_open();
    ms_keywords keywords = logs_keywords(list, 0);
    ms_matcher *matcher = NULL;
    ms_scan_options options = logs_options(64);
    ck_assert_int_eq(ms_matcher_new(&matcher, &keywords, NULL, &err), MS_OK);
    file_write(directory.file, file, sizeof file - 1);
    logs_case one = {
        &directory, matcher, {.keywords = &keywords, .options = &options, .start = 3}, "UTF-8 mark"};
    logs_compare(&one, sizeof file - 1, (const uint8_t *)file + 3, sizeof file - 4);
    ms_matcher_free(matcher);
    ms_keywords_fini(&keywords);
    scratch_close(&directory);
}

/* ---- files that change, hooks that end it ---- */

typedef struct meddler {
    const scratch *directory;
    uint64_t nprogress;
    size_t nlines;
    off_t truncate_to; /* at the first progress; -1: append instead */
    ms_code line_code, bytes_code;
} meddler;

static ms_code meddle_line(void *user, const ms_scan_line *line)
{
    meddler *m = user;
    (void)line;
    m->nlines++;
    return m->line_code;
}

static ms_code meddle_bytes(void *user, uint64_t nbytes)
{
    meddler *m = user;
    if (m->nprogress == 0 && m->truncate_to >= 0) {
        ck_assert_int_eq(truncate(m->directory->file, m->truncate_to), 0);
    } else if (m->truncate_to < 0) {
        FILE *file = fopen(m->directory->file, "ab");
        ck_assert_ptr_nonnull(file);
        ck_assert_uint_eq(fwrite("foo\n", 1, 4, file), 4);
        ck_assert_int_eq(fclose(file), 0);
    }
    m->nprogress += nbytes;
    return m->bytes_code;
}

/* 10,000 lines "foo 0000\n" .. in a window of 64 bytes, or one long line when `joined`. */
static ms_code scan_meddled(meddler *m, bool joined, ms_scan_totals *totals, ms_err *err)
{
    static const char *const list[] = {"foo", NULL};
    scratch directory = scratch_open();
    ms_keywords keywords = logs_keywords(list, 0);
    ms_matcher *matcher = NULL;
    ms_scanner *scanner = NULL;
    ms_stream *stream = NULL;
    ms_scan_options options = logs_options(64);
    ms_scan_hooks hooks = {.on_line = meddle_line, .on_bytes = meddle_bytes, .user = m};
    static char text[90016];
    for (int i = 0; i < 10000; i++) {
        (void)snprintf(text + i * 9, 16, "foo %04d%c", i, joined ? ' ' : '\n');
    }
    m->directory = &directory;
    file_write(directory.file, text, 90000);
    ck_assert_int_eq(ms_matcher_new(&matcher, &keywords, NULL, err), MS_OK);
    ck_assert_int_eq(ms_scanner_new(&scanner, matcher, &options, err), MS_OK);
    ck_assert_int_eq(ms_stream_open(&stream, NULL, directory.file, 90000, err), MS_OK);
    ms_code code = ms_scanner_run(scanner, stream, &hooks, totals, err);
    ms_stream_close(stream);
    /* whatever happened, the same scanner does the next file right */
    reference ref = {.keywords = &keywords, .options = &options};
    file_write(directory.file, "x\nfoo", 5);
    logs_compare(&(logs_case){&directory, matcher, ref, "after a failure"}, 5, (const uint8_t *)"x\nfoo", 5);
    transcript again = {0};
    ck_assert_int_eq(transcript_scan(&again, scanner, directory.file, 5, err), MS_OK);
    ck_assert_str_eq((const char *)again.text.data,
                     "2 @2 +3 match 0: foo\nbytes 5 matching 1\nkeyword 0 lines 1\n");
    transcript_fini(&again);
    ms_scanner_free(scanner);
    ms_matcher_free(matcher);
    ms_keywords_fini(&keywords);
    scratch_close(&directory);
    return code;
}

TEST(shrinking_file_is_reported_and_what_was_read_counts)
{
    ms_err err = {0};
    ms_scan_totals totals = {0};
    meddler m = {.truncate_to = 60000}; /* within a line, after its keyword */
    ck_assert_int_eq(scan_meddled(&m, false, &totals, &err), MS_IO);
    ck_assert_uint_eq(totals.nmatching, 6667);
    ck_assert_uint_eq(m.nlines, 6667);
    ck_assert_uint_eq(totals.nbytes, 60000);
    ck_assert_uint_eq(m.nprogress, 60000);
    m = (meddler){.truncate_to = 60000};
    ck_assert_int_eq(scan_meddled(&m, true, &totals, &err), MS_IO);
    ck_assert_uint_eq(totals.nmatching, 1);
    ck_assert_uint_eq(totals.nbytes, 60000);
    m = (meddler){.truncate_to = 0};
    ck_assert_int_eq(scan_meddled(&m, false, &totals, &err), MS_IO);
    ck_assert_uint_gt(totals.nmatching, 0);
    ck_assert_uint_le(totals.nbytes, 32768); /* what the stream had read to see what it is */
}

TEST(a_file_that_grows_is_read_as_it_was)
{
    ms_err err = {0};
    ms_scan_totals totals = {0};
    meddler m = {.truncate_to = -1};
    ck_assert_int_eq(scan_meddled(&m, false, &totals, &err), MS_OK);
    ck_assert_uint_eq(totals.nmatching, 10000);
    ck_assert_uint_eq(totals.nbytes, 90000);
    m = (meddler){.truncate_to = -1};
    ck_assert_int_eq(scan_meddled(&m, true, &totals, &err), MS_OK);
    ck_assert_uint_eq(totals.nmatching, 1);
    ck_assert_uint_eq(totals.nbytes, 90000);
}

TEST(a_hook_ends_the_scan_with_its_code)
{
    ms_err err = {0};
    ms_scan_totals totals = {0};
    for (int joined = 0; joined < 2; joined++) {
        meddler m = {.truncate_to = 90000, .line_code = MS_NOMEM};
        ck_assert_int_eq(scan_meddled(&m, joined == 1, &totals, &err), MS_NOMEM);
        ck_assert_uint_eq(m.nlines, 1);
        m = (meddler){.truncate_to = 90000, .bytes_code = MS_STOPPED};
        ck_assert_int_eq(scan_meddled(&m, joined == 1, &totals, &err), MS_STOPPED);
        ck_assert_uint_gt(m.nprogress, 0);
        ck_assert_uint_le(m.nprogress, 64);
    }
}

TEST(no_memory_for_a_window)
{
    static const char *const list[] = {"foo", NULL};
    ms_err err = {0};
    ms_keywords keywords = logs_keywords(list, 0);
    ms_matcher *matcher = NULL;
    ms_scanner *scanner = NULL;
    ms_scan_options options = logs_options(SIZE_MAX / 4);
    ck_assert_int_eq(ms_matcher_new(&matcher, &keywords, NULL, &err), MS_OK);
#if !WITH_ASAN /* it ends the process instead */
    ck_assert_int_eq(ms_scanner_new(&scanner, matcher, &options, &err), MS_NOMEM);
    ck_assert_ptr_null(scanner);
#endif
    options = logs_options(64);
    options.files_with_matches = true;
    ck_assert_int_eq(ms_scanner_new(&scanner, matcher, &options, &err), MS_OK);
    ms_scanner_free(scanner);
    ms_scanner_free(NULL);
    ms_matcher_free(matcher);
    ms_keywords_fini(&keywords);
}
