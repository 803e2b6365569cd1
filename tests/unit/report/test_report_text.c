/* Suite of report/report_text.c: the page a person reads. */
#include "chance.h"
#include "report_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TAIL                                                                                                 \
    "\n"                                                                                                     \
    "FAILED logs/c.log: Permission denied\n"                                                                 \
    "FAILED logs/d.log: Input/output error\n"                                                                \
    "skipped logs/b.fifo: a FIFO\n"                                                                          \
    "\n"                                                                                                     \
    "5 files enumerated = 2 scanned + 1 skipped + 2 failed; 1.2 MB searched; 2 files match"

TEST(golden_with_lines)
{
    fixture fx;
    fx_begin(&fx);
    fx_five_files(&fx);
    fx.settings.lines = true;
    fx.settings.after = 1;
    fx.run_result.nfiltered = 3;
    char *got = fx_report(&fx, false, NULL);
    ck_assert_str_eq(got, "logs/a.log: 2 matching lines (unauthorized access 2, failed password 1)\n"
                          "  11-quiet\n"
                          "  12:unauthorized access\n"
                          "  13-quiet\ttoo\n"
                          "  --\n"
                          "  40:failed password, unauthorized access\n"
                          "logs/d.log: 1 matching line (failed password 1)\n"
                          "  7:failed password [... 100 bytes more]\n" TAIL " on 3 lines\n"
                          "3 left out by --include, --exclude or --max-depth\n"
                          "INCOMPLETE: 2 of 5 files could not be searched\n");
    free(got);
    fx_end(&fx);
}

TEST(no_separator_without_context)
{
    fixture fx;
    fx_begin(&fx);
    fx_five_files(&fx);
    fx.settings.lines = true;
    char *got = fx_report(&fx, false, NULL);
    ck_assert_ptr_null(strstr(got, "--"));
    ck_assert_ptr_nonnull(strstr(got, "  40:failed"));
    free(got);
    fx_end(&fx);
}

/* Which files were searched as binary data: at most 20 names, wherever they match. */
TEST(binary_files_are_listed)
{
    for (size_t n = 0; n < 23; n++) {
        fixture fx;
        char name[32];
        fx_begin(&fx);
        fx_keyword(&fx, BYTES("k"));
        for (size_t i = 0; i < 23; i++) {
            (void)snprintf(name, sizeof name, "%02zu\x1b", i);
            fx_file(&fx, name, 3, 1, 0);
            fx.record.flags |= i < n ? MS_RECORD_BINARY : 0;
            fx_done(&fx, MS_STATUS_SCANNED, "", "");
        }
        fx_merge(&fx);
        char *got = fx_report(&fx, false, NULL);
        char head[64];
        (void)snprintf(head, sizeof head, "searched as binary data, byte by byte: %zu file%s\n", n,
                       n == 1 ? "" : "s");
        ck_assert((strstr(got, head) != NULL) == (n > 0));
        ck_assert((strstr(got, "  00\\x1b\n") != NULL) == (n > 0));
        ck_assert((strstr(got, "  19\\x1b\n") != NULL) == (n >= 20));
        ck_assert_ptr_null(strstr(got, "  20\\x1b\n"));
        ck_assert((strstr(got, "  ... and 2 more (--format json lists all)\n") != NULL) == (n == 22));
        free(got);
        fx_end(&fx);
    }
}

TEST(golden_names_only)
{
    fixture fx;
    fx_begin(&fx);
    fx_five_files(&fx);
    fx.settings.files_with_matches = true;
    char *got = fx_report(&fx, false, NULL);
    ck_assert_str_eq(got, "logs/a.log\nlogs/d.log\n" TAIL "\n"
                          "INCOMPLETE: 2 of 5 files could not be searched\n");
    free(got);
    fx_end(&fx);
}

TEST(golden_in_color)
{
    fixture fx;
    fx_begin(&fx);
    fx_keyword(&fx, BYTES("k"));
    fx_file(&fx, BYTES("a"), 1, 1);
    fx_count(&fx, 0, 1);
    fx_line(&fx, 5, 0, BYTES("k"), 0, (const uint32_t[]){0}, 1);
    fx_done(&fx, MS_STATUS_SCANNED, "", "");
    fx_merge(&fx);
    fx.settings.lines = true;
    char *got = fx_report(&fx, true, NULL);
    ck_assert_str_eq(
        got, "\033[1;35ma\033[0m: 1 matching line (k 1)\n"
             "  \033[32m5\033[0m:k\n"
             "\n"
             "1 file enumerated = 1 scanned + 0 skipped + 0 failed; 1 B searched; 1 file matches on 1 line\n"
             "\033[1;32mCOMPLETE\033[0m: every file was searched\n");
    free(got);
    fx_end(&fx);
}

TEST(colors_of_failures)
{
    fixture fx;
    fx_begin(&fx);
    fx_five_files(&fx);
    char *got = fx_report(&fx, true, NULL);
    ck_assert_ptr_nonnull(
        strstr(got, "\033[1;31mFAILED\033[0m \033[1;35mlogs/c.log\033[0m: Permission denied\n"));
    ck_assert_ptr_nonnull(strstr(got, "\033[1;31mINCOMPLETE\033[0m: 2 of"));
    free(got);
    fx_end(&fx);
}

/* _i files: none, or one of that status without a hit. */
TEST_RANGE(no_hits, 0, 4)
{
    static const struct {
        ms_status status;
        const char *text;
    } cases[] = {
        {MS_STATUS_SCANNED,
         "no line matches\n\n"
         "1 file enumerated = 1 scanned + 0 skipped + 0 failed; 0 B searched; 0 files match on 0 lines\n"
         "COMPLETE: every file was searched\n"},
        {MS_STATUS_SKIPPED,
         "no line matches\n\nskipped f: why\n\n"
         "1 file enumerated = 0 scanned + 1 skipped + 0 failed; 0 B searched; 0 files match on 0 lines\n"
         "COMPLETE: nothing failed; 1 skipped, see above\n"},
        {MS_STATUS_FAILED,
         "no line matches, but not all files were searched\n\nFAILED f: why\n\n"
         "1 file enumerated = 0 scanned + 0 skipped + 1 failed; 0 B searched; 0 files match on 0 lines\n"
         "INCOMPLETE: 1 of 1 file could not be searched\n"},
        {MS_STATUS_SCANNED,
         "no line matches\n\n"
         "0 files enumerated = 0 scanned + 0 skipped + 0 failed; 0 B searched; 0 files match on 0 lines\n"
         "COMPLETE: nothing to search\n"},
    };
    fixture fx;
    fx_begin(&fx);
    if (_i < 3) {
        fx_file(&fx, BYTES("f"), 0, 0);
        fx_done(&fx, cases[_i].status, cases[_i].status == MS_STATUS_FAILED ? "open" : "",
                cases[_i].status == MS_STATUS_SCANNED ? "" : "why");
    }
    fx_merge(&fx);
    char *got = fx_report(&fx, false, NULL);
    ck_assert_str_eq(got, cases[_i].text);
    free(got);
    fx_end(&fx);
}

#define FOUR_IMAGES                                                                                          \
    "2 images converted: 1 lossless (JPEG), 1 by decoding; 12.5 megapixels, 300.0 kB in, 60.0 kB "           \
    "out\n"                                                                                                  \
    "\n"                                                                                                     \
    "FAILED in/d.png: broken\n"                                                                              \
    "skipped in/c.log: no image\n"                                                                           \
    "\n"

TEST(golden_of_images)
{
    fixture fx;
    fx_begin(&fx);
    fx_four_images(&fx);
    char *got = fx_report(&fx, false, NULL);
    ck_assert_str_eq(got,
                     FOUR_IMAGES "4 files enumerated = 2 converted + 1 skipped + 1 failed; 307.0 kB read\n"
                                 "INCOMPLETE: 1 of 4 files could not be converted\n"
                                 "\n"
                                 "rank  host  tasks     bytes        busy  waiting  MB/s\n"
                                 "   0  a         4  300.0 kB  500.000 ms  0.000 s  0.60\n"
                                 "25.0 megapixels/s over all busy time (500.000 ms)\n");
    free(got);
    fx_end(&fx);
}

TEST(golden_of_all)
{
    fixture fx;
    fx_begin(&fx);
    fx_file(&fx, BYTES("in/0.log"), 1000, 3);
    fx_done(&fx, MS_STATUS_SCANNED, "", "");
    fx_four_images(&fx);
    fx.settings.command = MS_COMMAND_ALL;
    char *got = fx_report(&fx, false, NULL);
    ck_assert_str_eq(
        got, "in/0.log: 3 matching lines\n\n" FOUR_IMAGES
             "5 files enumerated = 3 done + 1 skipped + 1 failed; 308.0 kB read; 1 file matches on 3 lines\n"
             "INCOMPLETE: 1 of 5 files could not be done\n"
             "\n"
             "rank  host  tasks     bytes        busy  waiting    GB/s\n"
             "   0  a         4  300.0 kB  500.000 ms  0.000 s  0.0006\n");
    free(got);
    fx_end(&fx);
}

/* Of each command: an image, or no file at all. */
TEST_RANGE(words_for_images, 0, 4)
{
    static const struct {
        ms_command command;
        bool image;
        const char *text;
    } cases[] = {
        {MS_COMMAND_IMAGES, true,
         "1 image converted: 1 lossless (JPEG), 0 by decoding; 0.0 megapixels, 5 B in, 4 B out\n\n"
         "1 file enumerated = 1 converted + 0 skipped + 0 failed; 5 B read\n"
         "COMPLETE: every file was converted\n"},
        {MS_COMMAND_IMAGES, false,
         "no image was converted\n\n"
         "0 files enumerated = 0 converted + 0 skipped + 0 failed; 0 B read\n"
         "COMPLETE: nothing to convert\n"},
        {MS_COMMAND_ALL, true,
         "no line matches\n\n"
         "1 image converted: 1 lossless (JPEG), 0 by decoding; 0.0 megapixels, 5 B in, 4 B out\n\n"
         "1 file enumerated = 1 done + 0 skipped + 0 failed; 5 B read; 0 files match on 0 lines\n"
         "COMPLETE: every file was done\n"},
        {MS_COMMAND_ALL, false,
         "no line matches\n\nno image was converted\n\n"
         "0 files enumerated = 0 done + 0 skipped + 0 failed; 0 B read; 0 files match on 0 lines\n"
         "COMPLETE: nothing to do\n"},
    };
    fixture fx;
    fx_begin(&fx);
    if (cases[_i].image) {
        fx_image(&fx, "i", 5,
                 &(ms_image_part){.lossless = true,
                                  .width = 1,
                                  .height = 1,
                                  .pages = 1,
                                  .nbytes_out = 4,
                                  .output = "o",
                                  .noutput = 1},
                 0);
    }
    fx_merge(&fx);
    fx.settings.command = cases[_i].command;
    char *got = fx_report(&fx, false, NULL);
    ck_assert_str_eq(got, cases[_i].text);
    free(got);
    fx_end(&fx);
}

static size_t count(const char *text, const char *what)
{
    size_t n = 0;
    for (; (text = strstr(text, what)) != NULL; text++) {
        n++;
    }
    return n;
}

/* _i skips and as many faults. */
TEST_RANGE(many_skips_are_cut_faults_are_not, 20, 24)
{
    fixture fx;
    fx_begin(&fx);
    for (int i = 0; i < _i; i++) {
        fx_file(&fx, BYTES("s"), 0, 0);
        fx_done(&fx, MS_STATUS_SKIPPED, "", "why");
        fx_file(&fx, BYTES("f"), 0, 0);
        fx_done(&fx, MS_STATUS_FAILED, "open", "why");
    }
    fx_merge(&fx);
    char *got = fx_report(&fx, false, NULL);
    ck_assert_uint_eq(count(got, "\nFAILED f: why"), (size_t)_i);
    ck_assert_uint_eq(count(got, "\nskipped s: why"), 20);
    ck_assert_uint_eq(count(got, "\n... and "), _i > 20);
    ck_assert(_i != 23 || strstr(got, "\n... and 3 more skipped (--format json lists all)\n"));
    free(got);
    fx_end(&fx);
}

static void random_text(chance *c, char *to, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint8_t byte = (uint8_t)chance_next(c);
        to[i] = (char)(byte % 4 == 0 ? byte >> 3 : byte); /* more controls than chance gives */
        if (to[i] == 0) {
            to[i] = 0x1b;
        }
    }
    to[n] = 0;
}

/* Random bytes in everything that comes from outside: nothing but printable characters, line ends and a
 * line's own tabs may reach the page. */
TEST_RANGE(no_control_character_reaches_the_page, 0, 10)
{
    fixture fx;
    fx_begin(&fx);
    chance c = {(uint64_t)_i + 1};
    char text[8][64];
    for (int i = 0; i < 100; i++) {
        for (size_t k = 0; k < 8; k++) {
            random_text(&c, text[k], 63);
        }
        fx_keyword(&fx, text[0], 20);
        fx_file(&fx, text[1], 40, 1, 1);
        fx_count(&fx, (uint32_t)i, 1);
        fx_line(&fx, 1, 0, text[2], 60, 0, (const uint32_t[]){(uint32_t)i}, 1);
        fx_line(&fx, 3, 90, text[3], 60, 70, NULL, 0);
        fx_done(&fx, MS_STATUS_FAILED, text[4], text[5]);
        fx_file(&fx, text[6], 40, 0, 0);
        fx_done(&fx, MS_STATUS_SKIPPED, "", text[7]);
        if (i < 20) {
            fx_rank(&fx, text[3], 1, 1, 1, 1);
        }
    }
    fx_merge(&fx);
    random_text(&c, fx.run_result.compare.verdict, sizeof fx.run_result.compare.verdict - 1);
    char note[601];
    random_text(&c, note, 600);
    ms_str_list_printf(&fx.run_result.notes, "%s", note);
    fx.settings.lines = true;
    fx.settings.after = 1;
    size_t n = 0;
    char *got = fx_report(&fx, false, &n);
    ck_assert_uint_eq(strlen(got), n);
    fx_check_harmless(got, n);
    free(got);
    fx_end(&fx);
}

TEST(tabs_only_in_lines)
{
    fixture fx;
    fx_begin(&fx);
    fx_keyword(&fx, BYTES("k\ty"));
    fx_file(&fx, BYTES("a\tb\n"), 1, 1);
    fx_count(&fx, 0, 1);
    fx_line(&fx, 1, 0, BYTES("k\ty\r"), 0, (const uint32_t[]){0}, 1);
    fx_done(&fx, MS_STATUS_SCANNED, "", "");
    fx_merge(&fx);
    fx.settings.lines = true;
    char *got = fx_report(&fx, false, NULL);
    const char expected[] = "a\\tb\\n: 1 matching line (k\\ty 1)\n  1:k\ty\\r\n\n";
    ck_assert_int_eq(strncmp(got, expected, sizeof expected - 1), 0);
    free(got);
    fx_end(&fx);
}
