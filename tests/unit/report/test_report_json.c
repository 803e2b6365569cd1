/* Suite of report/report_json.c: goldens, and every field read back with the parser. */
#include "report_fixture.h"

#include "report/report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SUMMARY_FILES "\"files\":{\"enumerated\":5,\"scanned\":2,\"skipped\":1,\"failed\":2}"

/* Takes over `got`. */
static void assert_takes(char *got, const char *expected)
{
    ck_assert_str_eq(got, expected);
    free(got);
}

TEST(golden_with_lines)
{
    fixture fx;
    fx_begin(&fx);
    fx_five_files(&fx);
    fx.settings.format = MS_FORMAT_JSON;
    fx.settings.lines = true;
    fx_rank(&fx, "node-a", 5, 1204106, 0.0123456789, 0);
    fx.run_result.wall_seconds = 0.25;
    fx.run_result.stages = (ms_stages){
        .enumerate = 2.5, .plan = 0.25, .scatter = 0.001, .work = 3, .gather = 0.000002, .merge = 0.1};
    fx.run_result.compare.karp_flatt = (double)NAN;
    strcpy(fx.run_result.compare.verdict, "one rank");
    assert_takes(
        fx_report(&fx, true, NULL),
        "{\"type\":\"file\",\"path\":\"logs/a.log\",\"matching_lines\":2,"
        "\"keywords\":{\"unauthorized access\":2,\"failed password\":1}}\n"
        "{\"type\":\"context\",\"path\":\"logs/"
        "a.log\",\"line_number\":11,\"byte_offset\":300,\"text\":\"quiet\"}\n"
        "{\"type\":\"line\",\"path\":\"logs/a.log\",\"line_number\":12,\"byte_offset\":306,"
        "\"keywords\":[\"unauthorized access\"],\"text\":\"unauthorized access\"}\n"
        "{\"type\":\"context\",\"path\":\"logs/a.log\",\"line_number\":13,\"byte_offset\":326,"
        "\"text\":\"quiet\\ttoo\"}\n"
        "{\"type\":\"line\",\"path\":\"logs/a.log\",\"line_number\":40,\"byte_offset\":900,"
        "\"keywords\":[\"unauthorized access\",\"failed password\"],"
        "\"text\":\"failed password, unauthorized access\"}\n"
        "{\"type\":\"skip\",\"path\":\"logs/b.fifo\",\"reason\":\"a FIFO\"}\n"
        "{\"type\":\"fault\",\"path\":\"logs/c.log\",\"stage\":\"open\",\"message\":\"Permission denied\"}\n"
        "{\"type\":\"file\",\"path\":\"logs/d.log\",\"matching_lines\":1,\"keywords\":{\"failed "
        "password\":1}}\n"
        "{\"type\":\"line\",\"path\":\"logs/d.log\",\"line_number\":7,\"byte_offset\":60,"
        "\"keywords\":[\"failed password\"],\"text\":\"failed password\",\"text_bytes\":115}\n"
        "{\"type\":\"fault\",\"path\":\"logs/d.log\",\"stage\":\"read\",\"message\":\"Input/output error\"}\n"
        "{\"type\":\"rank\",\"rank\":0,\"host\":\"node-a\",\"tasks\":5,\"tasks_stolen\":0,\"tasks_given\":0,"
        "\"steal_requests\":0,"
        "\"bytes\":1204106,"
        "\"busy_seconds\":0.0123457,\"wait_seconds\":0.0}\n"
        "{\"type\":\"summary\",\"ranks\":1," SUMMARY_FILES ",\"bytes\":1204106,\"matching_files\":2,"
        "\"matching_lines\":3,\"complete\":false,\"digest\":\"dddddddddddddddddddddddddddddddd\","
        "\"wall_seconds\":0.25,\"stage_seconds\":{\"enumerate\":2.5,\"plan\":0.25,\"scatter\":0.001,"
        "\"work\":3.0,\"gather\":2e-6,\"merge\":0.1},"
        "\"baseline\":{\"kind\":\"none\",\"seconds\":null},\"speedup\":null,"
        "\"efficiency\":null,\"karp_flatt\":null,\"imbalance\":0.0,\"verdict\":\"one rank\"}\n");
    fx_end(&fx);
}

TEST(golden_names_only)
{
    fixture fx;
    fx_begin(&fx);
    fx_five_files(&fx);
    fx.settings.format = MS_FORMAT_JSON;
    fx.settings.files_with_matches = true;
    char *got = fx_report(&fx, false, NULL);
    const char expected[] =
        "{\"type\":\"file\",\"path\":\"logs/a.log\"}\n"
        "{\"type\":\"skip\",\"path\":\"logs/b.fifo\",\"reason\":\"a FIFO\"}\n"
        "{\"type\":\"fault\",\"path\":\"logs/c.log\",\"stage\":\"open\",\"message\":\"Permission denied\"}\n"
        "{\"type\":\"file\",\"path\":\"logs/d.log\"}\n"
        "{\"type\":\"fault\",\"path\":\"logs/d.log\",\"stage\":\"read\",\"message\":\"Input/output error\"}\n"
        "{\"type\":\"summary\",\"ranks\":0," SUMMARY_FILES ",\"bytes\":1204106,\"matching_files\":2,"
        "\"matching_lines\":null,";
    ck_assert_int_eq(strncmp(got, expected, sizeof expected - 1), 0);
    free(got);
    fx_end(&fx);
}

#define IMAGES "\"images\":{\"converted\":2,\"lossless\":1,\"pixels\":12500000,\"bytes_out\":60012},"

TEST(golden_of_images)
{
    fixture fx;
    fx_begin(&fx);
    fx_four_images(&fx);
    fx.settings.format = MS_FORMAT_JSON;
    char *got = fx_report(&fx, false, NULL);
    const char expected[] =
        "{\"type\":\"image\",\"path\":\"in/a.jpg\",\"output\":\"gray/a.jpg\",\"width\":4000,\"height\":3000,"
        "\"method\":\"jpeg-lossless\",\"bytes_in\":100000,\"bytes_out\":60000,\"hash\":"
        "\"abababababababababababababababab\"}\n"
        "{\"type\":\"image\",\"path\":\"in/b,c.tif\",\"output_base64\":\"Z3JheS//LnRpZg==\",\"width\":500,"
        "\"height\":500,\"method\":\"general\",\"pages\":2,\"bytes_in\":200000,\"bytes_out\":12,"
        "\"hash\":\"05050505050505050505050505050505\"}\n"
        "{\"type\":\"skip\",\"path\":\"in/c.log\",\"reason\":\"no image\"}\n"
        "{\"type\":\"fault\",\"path\":\"in/d.png\",\"stage\":\"decode\",\"message\":\"broken\"}\n"
        "{\"type\":\"rank\",\"rank\":0,\"host\":\"a\",\"tasks\":4,\"tasks_stolen\":0,\"tasks_given\":0,"
        "\"steal_requests\":0,"
        "\"bytes\":300000,"
        "\"busy_seconds\":0.5,\"wait_seconds\":0.0}\n"
        "{\"type\":\"summary\",\"ranks\":1,\"files\":{\"enumerated\":4,\"scanned\":2,\"skipped\":1,"
        "\"failed\":1},\"bytes\":307000,\"matching_files\":0,\"matching_lines\":0," IMAGES
        "\"complete\":false,";
    ck_assert_int_eq(strncmp(got, expected, sizeof expected - 1), 0);
    free(got);
    fx_end(&fx);
}

/* Of images and all; not of logs. */
TEST(sums_over_images_in_the_summary)
{
    fixture fx;
    fx_begin(&fx);
    fx_four_images(&fx);
    fx.settings.format = MS_FORMAT_JSON;
    fx.settings.command = MS_COMMAND_ALL;
    char *got = fx_report(&fx, false, NULL);
    ck_assert_ptr_nonnull(strstr(got, IMAGES));
    free(got);
    fx.settings.command = MS_COMMAND_LOGS;
    got = fx_report(&fx, false, NULL);
    ck_assert_ptr_null(strstr(got, "\"images\""));
    free(got);
    fx_end(&fx);
}

TEST_RANGE(summary_with_a_comparison, 0, 2)
{
    fixture fx;
    fx_begin(&fx);
    fx_merge(&fx);
    fx.settings.format = MS_FORMAT_JSON;
    fx_rank(&fx, "a", 0, 0, 0, 0);
    fx_rank(&fx, "a", 0, 0, 0, 0);
    fx.run_result.nfiltered = 4;
    fx.run_result.compare = (ms_comparison){.kind = _i == 0 ? MS_BASELINE_MEASURED : MS_BASELINE_ESTIMATED,
                                            .sequential = 3,
                                            .speedup = 1.5,
                                            .efficiency = 0.75,
                                            .karp_flatt = 1.0 / 3,
                                            .imbalance = 0.125,
                                            .verdict = "fine"};
    ms_str_list_printf(&fx.run_result.notes, "one");
    ms_str_list_printf(&fx.run_result.notes, "two");
    char *got = fx_report(&fx, false, NULL);
    json_t *summary = fx_json_line(got, 2);
    const char *kind = NULL;
    const char *verdict = NULL;
    const char *notes[2] = {NULL};
    double seconds = 0, speedup = 0, efficiency = 0, karp_flatt = 0, imbalance = 0;
    int ranks = 0, filtered = 0, complete = 0;
    ck_assert_int_eq(
        json_unpack(summary, "{s:i, s:{s:i}, s:b, s:{s:s, s:f}, s:f, s:f, s:f, s:f, s:s, s:[ss!]}", "ranks",
                    &ranks, "files", "filtered", &filtered, "complete", &complete, "baseline", "kind", &kind,
                    "seconds", &seconds, "speedup", &speedup, "efficiency", &efficiency, "karp_flatt",
                    &karp_flatt, "imbalance", &imbalance, "verdict", &verdict, "notes", &notes[0], &notes[1]),
        0);
    ck_assert_int_eq(ranks, 2);
    ck_assert_int_eq(filtered, 4);
    ck_assert_int_eq(complete, 1);
    ck_assert_str_eq(kind, _i == 0 ? "measured" : "estimated");
    ck_assert_double_eq_tol(seconds, 3, 1e-9);
    ck_assert_double_eq_tol(speedup, 1.5, 1e-9);
    ck_assert_double_eq_tol(efficiency, 0.75, 1e-9);
    ck_assert_double_eq_tol(karp_flatt, 1.0 / 3, 1e-6);
    ck_assert_double_eq_tol(imbalance, 0.125, 1e-9);
    ck_assert_str_eq(verdict, "fine");
    ck_assert_str_eq(notes[0], "one");
    ck_assert_str_eq(notes[1], "two");
    json_decref(summary);
    free(got);
    fx_end(&fx);
}

static const struct {
    const char *in;
    size_t n;
    bool utf8;
    const char *out; /* the text, or its base64 */
} texts[] = {
    {BYTES("plain"), true, "plain"},
    {BYTES(""), true, ""},
    {BYTES("quote \" back \\ slash /"), true, "quote \" back \\ slash /"},
    {BYTES("nul \0 in it"), true, "nul "},
    {BYTES("\x1b[31m\x01\x7f\n"), true, "\x1b[31m\x01\x7f\n"},
    {BYTES("c1 \xc2\x9b bidi \xe2\x80\xae sep \xe2\x80\xa8"), true,
     "c1 \xc2\x9b bidi \xe2\x80\xae sep \xe2\x80\xa8"},
    {BYTES("gr\xc3\xb6\xc3\x9f \xf0\x9f\x98\x80"), true, "gr\xc3\xb6\xc3\x9f \xf0\x9f\x98\x80"},
    {BYTES("\xff\xfe"), false, "//4="},
    {BYTES("over \xc0\xaf"), false, "b3ZlciDArw=="},
    {BYTES("sur \xed\xa0\x80"), false, "c3VyIO2ggA=="},
};

static void assert_text(const json_t *object, const char *name, size_t i)
{
    char key[32];
    (void)snprintf(key, sizeof key, "%s_base64", name);
    const json_t *value = json_object_get(object, texts[i].utf8 ? name : key);
    ck_assert_ptr_null(json_object_get(object, texts[i].utf8 ? key : name));
    ck_assert(json_is_string(value));
    ck_assert_str_eq(json_string_value(value), texts[i].out);
    if (texts[i].utf8) {
        ck_assert_uint_eq(json_string_length(value), texts[i].n);
        ck_assert_int_eq(memcmp(json_string_value(value), texts[i].in, texts[i].n), 0);
    }
}

TEST_EACH(any_bytes_come_back, texts)
{
    fixture fx;
    fx_begin(&fx);
    size_t i = (size_t)_i;
    fx.settings.format = MS_FORMAT_JSON;
    fx_keyword(&fx, BYTES("k"));
    fx_file(&fx, texts[i].in, texts[i].n, 1, 1);
    fx_line(&fx, 1, 0, texts[i].in, texts[i].n, 0, (const uint32_t[]){0}, 1);
    fx_done(&fx, MS_STATUS_SCANNED, "", "");
    fx_merge(&fx);
    fx_rank(&fx, texts[i].in, 0, 0, 0, 0);
    char *got = fx_report(&fx, false, NULL);
    json_t *file = fx_json_line(got, 0);
    json_t *line = fx_json_line(got, 1);
    json_t *rank = fx_json_line(got, 2);
    assert_text(file, "path", i);
    assert_text(line, "path", i);
    assert_text(line, "text", i);
    if (strlen(texts[i].in) == texts[i].n) { /* a host is a C string */
        assert_text(rank, "host", i);
    }
    json_decref(file);
    json_decref(line);
    json_decref(rank);
    free(got);
    fx_end(&fx);
}

TEST(fault_and_skip_texts_may_be_any_bytes)
{
    fixture fx;
    fx_begin(&fx);
    fx.settings.format = MS_FORMAT_JSON;
    fx_file(&fx, BYTES("a"), 0, 0);
    fx_done(&fx, MS_STATUS_FAILED, "\xff", "\xff\xfe");
    fx_file(&fx, BYTES("b"), 0, 0);
    fx_done(&fx, MS_STATUS_SKIPPED, "", "\xff");
    fx_merge(&fx);
    char *got = fx_report(&fx, false, NULL);
    const char expected[] =
        "{\"type\":\"fault\",\"path\":\"a\",\"stage_base64\":\"/w==\",\"message_base64\":\"//4=\"}\n"
        "{\"type\":\"skip\",\"path\":\"b\",\"reason_base64\":\"/w==\"}\n";
    ck_assert_int_eq(strncmp(got, expected, sizeof expected - 1), 0);
    free(got);
    fx_end(&fx);
}

/* Keywords that are not UTF-8 or hold a NUL, and one that is spelt like the first one's escaped form. */
TEST(keywords_keep_apart)
{
    fixture fx;
    fx_begin(&fx);
    fx.settings.format = MS_FORMAT_JSON;
    fx_keyword(&fx, BYTES("\xff"));
    fx_keyword(&fx, BYTES("\\xff"));
    fx_keyword(&fx, BYTES("\xfe"));
    fx_keyword(&fx, BYTES("nul\0key"));
    fx_file(&fx, BYTES("a"), 1, 20);
    for (uint32_t id = 0; id < 4; id++) {
        fx_count(&fx, id, 10 + id);
    }
    fx_line(&fx, 1, 0, BYTES("x"), 0, (const uint32_t[]){0, 1, 2, 3}, 4);
    fx_done(&fx, MS_STATUS_SCANNED, "", "");
    fx_merge(&fx);
    char *got = fx_report(&fx, false, NULL);
    const char expected[] =
        "{\"type\":\"file\",\"path\":\"a\",\"matching_lines\":20,"
        "\"keywords\":{\"\\\\xff~\":10,\"\\\\xff\":11,\"\\\\xfe\":12,\"nul\\\\x00key\":13}}\n"
        "{\"type\":\"line\",\"path\":\"a\",\"line_number\":1,\"byte_offset\":0,"
        "\"keywords\":[\"\\\\xff~\",\"\\\\xff\",\"\\\\xfe\",\"nul\\\\x00key\"],\"text\":\"x\"}\n";
    ck_assert_int_eq(strncmp(got, expected, sizeof expected - 1), 0);
    free(got);
    fx_end(&fx);
}

static void append_rune(ms_bytes *to, uint32_t rune)
{
    uint8_t out[4] = {(uint8_t)(rune < 0x80      ? rune
                                : rune < 0x800   ? 0xC0 | rune >> 6
                                : rune < 0x10000 ? 0xE0 | rune >> 12
                                                 : 0xF0 | rune >> 18)};
    size_t n = rune < 0x80 ? 1 : rune < 0x800 ? 2 : rune < 0x10000 ? 3 : 4;
    for (size_t i = 1; i < n; i++) {
        out[i] = (uint8_t)(0x80 | (rune >> (6 * (n - 1 - i)) & 0x3F));
    }
    ms_bytes_append(to, out, n);
}

/* A text of all characters: what is written cannot drive a terminal, and parses to the same text. */
TEST(every_character_is_safe_and_exact)
{
    fixture fx;
    fx_begin(&fx);
    ms_bytes all = {0};
    for (uint32_t rune = 0; rune <= 0x10FFFF; rune += rune < 0x3000 ? 1 : 61) {
        if (rune < 0xD800 || rune > 0xDFFF) {
            append_rune(&all, rune);
        }
    }
    fx.settings.format = MS_FORMAT_JSON;
    fx_file(&fx, BYTES("a"), 1, 1);
    fx_line(&fx, 1, 0, all.data, all.len, 0, (const uint32_t[]){0}, 1);
    fx_done(&fx, MS_STATUS_SCANNED, "", "");
    fx_keyword(&fx, BYTES("k"));
    fx_merge(&fx);
    size_t n = 0;
    char *got = fx_report(&fx, false, &n);
    json_t *line = fx_json_line(got, 1);
    const json_t *text = json_object_get(line, "text");
    ck_assert_uint_eq(json_string_length(text), all.len);
    ck_assert_int_eq(memcmp(json_string_value(text), all.data, all.len), 0);
    fx_check_harmless(got, n);
    json_decref(line);
    free(got);
    ms_bytes_fini(&all);
    fx_end(&fx);
}

TEST(cut_text_stays_text)
{
    fixture fx;
    fx_begin(&fx);
    fx.settings.format = MS_FORMAT_JSON;
    fx_keyword(&fx, BYTES("k"));
    fx_file(&fx, BYTES("a"), 1, 1);
    fx_line(&fx, 1, 0, BYTES("k \xe2\x82"), 5000000000, (const uint32_t[]){0}, 1);
    fx_done(&fx, MS_STATUS_SCANNED, "", "");
    fx_merge(&fx);
    char *got = fx_report(&fx, false, NULL);
    ck_assert_ptr_nonnull(strstr(got, ",\"text\":\"k \",\"text_bytes\":5000000000}\n"));
    free(got);
    fx_end(&fx);
}

TEST(huge_and_odd_numbers)
{
    fixture fx;
    fx_begin(&fx);
    fx.settings.format = MS_FORMAT_JSON;
    fx_file(&fx, BYTES("a"), 1, UINT64_MAX);
    fx_done(&fx, MS_STATUS_SCANNED, "", "");
    fx_merge(&fx);
    fx_rank(&fx, "a", 0, 0, (double)INFINITY, 123456.789);
    char *got = fx_report(&fx, false, NULL);
    ck_assert_ptr_nonnull(strstr(got, "\"matching_lines\":9223372036854775807,"));
    ck_assert_ptr_nonnull(strstr(got, "\"busy_seconds\":null,\"wait_seconds\":123457.0}"));
    free(got);
    fx_end(&fx);
}

/* jansson's allocator hook carries no pointer of ours; each test is a process of its own. */
static size_t allocations;
static size_t failing_allocation;

static void *failing_malloc(size_t n)
{
    return allocations++ == failing_allocation ? NULL : malloc(n);
}

/* Whichever allocation of jansson's fails, the report fails, and leaves nothing. */
TEST_RANGE(no_memory_is_an_error, 0, 2)
{
    fixture fx;
    fx_begin(&fx);
    (_i == 0 ? fx_five_files : fx_four_images)(&fx);
    fx_keyword(&fx, BYTES("another"));
    fx_rank(&fx, "\xff", 1, 1, 1, 1);
    fx.settings.format = MS_FORMAT_JSON;
    json_set_alloc_funcs(failing_malloc, free);
    ms_code code = MS_NOMEM;
    size_t n = 0;
    for (; code == MS_NOMEM && n < 10000; n++) {
        ms_err err = {0};
        allocations = 0;
        failing_allocation = n;
        code = ms_report_write(&fx.settings, &fx.run_result, false, &err);
        if (code == MS_NOMEM) {
            ck_assert_ptr_nonnull(strstr(err.text, "out of memory"));
            ck_assert_uint_eq(directory_count(fx.scratch.root), 0);
        }
    }
    ck_assert_int_eq(code, MS_OK);
    ck_assert_uint_eq(allocations, failing_allocation); /* that many are all there are */
    ck_assert_uint_gt(n, 60);
    json_set_alloc_funcs(malloc, free);
    char *got = fx_read(fx.output, NULL);
    json_t *summary = fx_json_line(got, _i == 0 ? 12 : 7);
    ck_assert_str_eq(json_string_value(json_object_get(summary, "type")), "summary");
    json_decref(summary);
    free(got);
    fx_end(&fx);
}
