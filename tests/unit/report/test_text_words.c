/* Suite of report/text_words.c: numbers and paragraphs for people. */
#include "report/text_words.h"

#include "report_fixture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    uint64_t nbytes;
    const char *out;
} sizes[] = {
    {0, "0 B"},           {999, "999 B"},     {1000, "1.0 kB"},      {1250, "1.2 kB"},
    {999949, "999.9 kB"}, {999950, "1.0 MB"}, {999999999, "1.0 GB"}, {UINT64_MAX, "18.4 EB"},
};

TEST_EACH(bytes_table, sizes)
{
    char text[MS_WORDS_SIZE];
    ck_assert_str_eq(ms_words_bytes(text, sizes[_i].nbytes), sizes[_i].out);
}

static const struct {
    double seconds;
    const char *out;
} times[] = {
    {0, "0.000 s"}, {12.3456, "12.346 s"}, {0.0123456, "12.346 ms"}, {0.0000456, "45.6 us"},
    {-1, "-"},      {(double)NAN, "-"},    {(double)INFINITY, "-"},  {100000.5, "100000.500 s"},
};

TEST_EACH(seconds_table, times)
{
    char text[MS_WORDS_SIZE];
    ck_assert_str_eq(ms_words_seconds(text, times[_i].seconds), times[_i].out);
}

TEST(width_counts_characters)
{
    ck_assert_uint_eq(ms_words_width(""), 0);
    ck_assert_uint_eq(ms_words_width("gr\xc3\xb6\xc3\x9f\xe2\x82\xac"), 5);
}

/* A word of five columns (as escaped) after 94 characters and a blank just fits. */
TEST(wraps_at_the_column)
{
    fixture fx;
    fx_begin(&fx);
    char text[256];
    char expected[256];
    for (size_t n = 90; n < 101; n++) {
        memset(text, 'x', n);
        strcpy(text + n, " y\x1b\nlast\n");
        memset(expected, 'x', n);
        strcpy(expected + n, n + 6 <= 100 ? " y\\x1b\nlast\n" : "\ny\\x1b\nlast\n");
        ms_sink sink = {0};
        ck_assert_int_eq(ms_sink_open(&sink, fx.output, NULL), MS_OK);
        ms_words_wrap(&sink, text);
        ck_assert_int_eq(ms_sink_commit(&sink, NULL), MS_OK);
        ms_sink_close(&sink);
        char *got = fx_read(fx.output, NULL);
        ck_assert_str_eq(got, expected);
        free(got);
    }
    fx_end(&fx);
}

/* Ten words of nine letters are 99 columns. */
TEST(wraps_every_line)
{
    fixture fx;
    fx_begin(&fx);
    char text[256] = "";
    char expected[256] = "";
    for (int i = 0; i < 24; i++) {
        strcat(text, i == 0 ? "ninechars" : " ninechars");
        strcat(expected, i == 0 ? "ninechars" : i % 10 == 0 ? "\nninechars" : " ninechars");
    }
    strcat(expected, "\n");
    ms_sink sink = {0};
    ck_assert_int_eq(ms_sink_open(&sink, fx.output, NULL), MS_OK);
    ms_words_wrap(&sink, text);
    ck_assert_int_eq(ms_sink_commit(&sink, NULL), MS_OK);
    ms_sink_close(&sink);
    char *got = fx_read(fx.output, NULL);
    ck_assert_str_eq(got, expected);
    free(got);
    fx_end(&fx);
}
