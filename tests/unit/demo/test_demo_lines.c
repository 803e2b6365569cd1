/* Suite of demo/demo_lines.c: the plain style, and where the alert goes in either. */
#include "demo_text.h"
#include "scratch.h"

#include "unit.h"

#include <stdio.h>
#include <string.h>

enum { BLOCK = 4096 };

static bool same(const ms_bytes *a, const ms_bytes *b)
{
    return a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}

/* Does every line of the plain style consist of one of the three phrases, and of nothing else? */
static void check_phrases(const ms_bytes *text, size_t nlines, bool injected)
{
    size_t seen[3] = {0};
    const char *at = (const char *)text->data;
    while (*at != '\0') {
        unsigned host = 0;
        int used = 0;
        if (strncmp(at, "User login successful\n", 22) == 0) {
            seen[0]++;
            at += 22;
        } else if (strncmp(at, "System error occurred\n", 22) == 0) {
            seen[1]++;
            at += 22;
        } else {
            int fields =
                sscanf(at, "Alert: unauthorized access detected from IP 192.168.0.%u%n", &host, &used);
            ck_assert_msg(fields == 1 && at[used] == '\n', "no phrase: %.60s", at);
            ck_assert(host >= 1 && host <= 254);
            seen[2]++;
            at += used + 1;
        }
    }
    ck_assert_ptr_eq(at, (const char *)text->data + text->len);
    ck_assert_uint_eq(seen[0] + seen[1] + seen[2], nlines);
    ck_assert_uint_eq(seen[2], injected && nlines > 0);
    if (nlines >= 10000) { /* one in a hundred, give or take five standard deviations */
        ck_assert_uint_gt(seen[1], nlines / 100 - nlines / 200);
        ck_assert_uint_lt(seen[1], nlines / 100 + nlines / 200);
    }
}

TEST(plain_lines_are_the_three_phrases)
{
    static const uint64_t sizes[] = {0, 1, 2, 7, 8, 9, 1000, 10000, 50000};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        for (int injected = 0; injected < 2; injected++) {
            ms_demo_logs_options options = {.files = 1, .lines_a_file = sizes[i], .seed = 42 + i};
            ms_bytes text = lines_bytes(&options, i, injected != 0, BLOCK);
            check_phrases(&text, sizes[i], injected != 0);
            ms_bytes_fini(&text);
        }
    }
}

TEST_RANGE(same_key_same_bytes_other_key_other_bytes, 0, 2)
{
    bool is_syslog = _i != 0;
    ms_demo_logs_options options = {.files = 9, .lines_a_file = 2000, .seed = 7, .syslog = is_syslog};
    ms_bytes first = lines_bytes(&options, 3, true, BLOCK);
    ms_bytes again = lines_bytes(&options, 3, true, BLOCK);
    ms_bytes index = lines_bytes(&options, 4, true, BLOCK);
    options.files = 1000000; /* not relevant */
    options.inject = 0.5;
    ms_bytes bigger = lines_bytes(&options, 3, true, BLOCK);
    options.seed = 8;
    ms_bytes seed = lines_bytes(&options, 3, true, BLOCK);
    ck_assert(same(&first, &again));
    ck_assert(same(&first, &bigger));
    ck_assert(!same(&first, &index));
    ck_assert(!same(&first, &seed));
    ms_bytes_fini(&first);
    ms_bytes_fini(&again);
    ms_bytes_fini(&index);
    ms_bytes_fini(&bigger);
    ms_bytes_fini(&seed);
}

TEST_RANGE(block_size_does_not_matter, 0, 2)
{
    ms_demo_logs_options options = {.files = 1, .lines_a_file = 3000, .seed = 11, .syslog = _i != 0};
    ms_bytes whole = lines_bytes(&options, 0, true, (size_t)1 << 20);
    for (size_t block = MS__DEMO_LINE_MAX; block < MS__DEMO_LINE_MAX + 700; block += 37) {
        ms_bytes text = lines_bytes(&options, 0, true, block);
        ck_assert(same(&whole, &text));
        ms_bytes_fini(&text);
    }
    ms_bytes_fini(&whole);
}

/* The number of the one line in which the texts differ. */
static size_t only_difference(const ms_bytes *a, const ms_bytes *b)
{
    const char *p = (const char *)a->data, *q = (const char *)b->data;
    size_t found = 0;
    for (size_t line_no = 1; *p != '\0' || *q != '\0'; line_no++) {
        size_t n = strcspn(p, "\n") + 1, m = strcspn(q, "\n") + 1;
        if (n != m || memcmp(p, q, n) != 0) {
            ck_assert_uint_eq(found, 0);
            found = line_no;
        }
        p += n;
        q += m;
    }
    return found;
}

TEST_RANGE(the_alert_replaces_one_line, 0, 2)
{
    size_t thirds[3] = {0};
    for (uint64_t index = 0; index < 200; index++) {
        ms_demo_logs_options options = {.files = 1, .lines_a_file = 300, .seed = 5, .syslog = _i != 0};
        ms_bytes with = lines_bytes(&options, index, true, BLOCK);
        ms_bytes without = lines_bytes(&options, index, false, BLOCK);
        ck_assert_uint_eq(lines_with(&with, "Alert: unauthorized access detected from IP 192.168.0."), 1);
        ck_assert_uint_eq(lines_with(&without, "unauthorized"), 0);
        ck_assert_uint_eq(lines_with(&with, NULL), 300);
        ck_assert_uint_eq(lines_with(&without, NULL), 300);
        size_t line_no = only_difference(&with, &without);
        ck_assert_uint_ge(line_no, 1);
        thirds[(line_no - 1) / 100]++;
        ms_bytes_fini(&with);
        ms_bytes_fini(&without);
    }
    for (size_t i = 0; i < 3; i++) { /* everywhere in the file: 67 each, five deviations of 7 */
        ck_assert(thirds[i] > 33 && thirds[i] < 100);
    }
}

TEST(the_alert_reaches_the_first_and_the_last_line)
{
    bool first = false, last = false;
    for (uint64_t index = 0; index < 200; index++) {
        ms_demo_logs_options options = {.files = 1, .lines_a_file = 3, .seed = 5};
        ms__demo_lines lines;
        ms__demo_lines_init(&lines, &options, index, true);
        first = first || lines.alert_line == 1;
        last = last || lines.alert_line == 3;
        ck_assert(lines.alert_line >= 1 && lines.alert_line <= 3);
    }
    ck_assert(first && last);
}
