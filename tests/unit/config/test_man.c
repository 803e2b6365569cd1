/* Suite of config/man.c and config/man_pages.c. */
#include "config/config_internal.h"

#include "suites.h"

#include <stdio.h>
#include <string.h>

Suite *man_suite(void);

/* NUL-terminated; the caller frees. */
static ms_bytes man_text(void)
{
    ms_bytes bytes = {0};
    ck_assert_int_eq(ms_settings_man(&bytes), MS_OK);
    ms_bytes_put_u8(&bytes, 0);
    return bytes;
}

static const char *text_of(const ms_bytes *bytes)
{
    return (const char *)bytes->data;
}

START_TEST(has_every_option)
{
    ms_bytes bytes = man_text();
    const char *man = text_of(&bytes);
    for (size_t i = 0; i < ms__noptions; i++) {
        char name[64] = "";
        char letter[64] = "";
        char start[192];
        size_t n = 0;
        for (const char *p = ms__options[i].name; *p; p++) {
            n += (size_t)snprintf(name + n, sizeof name - n, *p == '-' ? "\\-" : "%c", *p);
        }
        if (ms__options[i].letter) {
            (void)snprintf(letter, sizeof letter, "\\fB\\-%c\\fR, ", ms__options[i].letter);
        }
        (void)snprintf(start, sizeof start, "\n.TP\n%s\\fB\\-\\-%s\\fR", letter, name);
        ck_assert_msg(strstr(man, start) != NULL, "%s", start);
    }
    ms_bytes_fini(&bytes);
}
END_TEST

START_TEST(sections_in_order)
{
    ms_bytes bytes = man_text();
    static const char *const titles[] = {"NAME",        "SYNOPSIS", "DESCRIPTION", "COMMANDS",
                                         "OPTIONS",     "IMAGES",   "OUTPUT",      "EXIT STATUS",
                                         "ENVIRONMENT", "EXAMPLES", "SEE ALSO"};
    const char *at = text_of(&bytes);
    ck_assert_int_eq(strncmp(at, ".TH MPISCAN 1 ", 14), 0);
    for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++) {
        char heading[64];
        (void)snprintf(heading, sizeof heading, "\n.SH %s\n", titles[i]);
        at = strstr(at, heading);
        ck_assert_msg(at != NULL, "%s", titles[i]);
    }
    ck_assert_ptr_null(strstr(at + 1, "\n.SH "));
    ms_bytes_fini(&bytes);
}
END_TEST

static const char *const facts[] = {
    "\\fB0\\fR\n",
    "\\fB1\\fR\n",
    "\\fB2\\fR\n",
    "\\fB3\\fR\n",
    "\\fBfile\\fR\n",
    "\\fBline\\fR\n",
    "\\fBfault\\fR\n",
    "\\fBskip\\fR\n",
    "\\fBrank\\fR\n",
    "\\fBsummary\\fR\n",
    "\\fBNO_COLOR\\fR\n",
    "\\fBOMPI_MCA_\\fR*\n",
    "Hyperscan",
    "unauthorized access",
    "\\fBimage\\fR\n",
    "From 0.1 to 86400.",
    "From 0.01 to 400.",
    "0.299 R + 0.587 G + 0.114 B",
    "0.2126 R + 0.7152 G + 0.0722 B",
    "IEC 61966-2-1",
    "GIF becomes WebP",
    "\\fBlinear\\fR (128)",
    "From 0 to 1000.",
    "From 64 to 64M.",
    "text, json or csv (default text)",
};

START_TEST(says)
{
    ms_bytes bytes = man_text();
    ck_assert_msg(strstr(text_of(&bytes), facts[_i]) != NULL, "%s", facts[_i]);
    ms_bytes_fini(&bytes);
}
END_TEST

/* One line of roff: a known macro, or text that starts with nothing roff would take for a request; known
 * escapes only; a font that is switched on is switched off. */
static void check_line(const char *line, size_t n)
{
    static const char macros[] = " .TH .SH .SS .TP .PP .IP .RS .RE .EX .EE .nf .fi .I .BR ";
    if (line[0] == '.') {
        char macro[8] = "";
        (void)snprintf(macro, sizeof macro, " %.*s ", (int)strcspn(line, " \n"), line);
        ck_assert_msg(strstr(macros, macro) != NULL, "%.*s", (int)n, line);
    }
    ck_assert_msg(n > 0 && line[0] != '\'', "%.*s", (int)n, line);
    int fonts = 0;
    for (size_t i = 0; i + 1 < n; i++) {
        ck_assert_msg(memcmp(line + i, "--", 2) != 0 && memcmp(line + i, " -", 2) != 0, "%.*s", (int)n, line);
        if (line[i] == '\\') {
            i++;
            ck_assert_msg(strchr("-ef(&", line[i]) != NULL, "%.*s", (int)n, line);
            fonts += line[i] == 'f' && line[i + 1] != 'R';
            fonts -= line[i] == 'f' && line[i + 1] == 'R';
        }
    }
    ck_assert_msg(fonts == 0, "%.*s", (int)n, line);
}

START_TEST(roff_is_clean)
{
    ms_bytes bytes = man_text();
    const char *line = text_of(&bytes);
    for (const char *end = strchr(line, '\n'); end; line = end + 1, end = strchr(line, '\n')) {
        check_line(line, (size_t)(end - line));
    }
    ck_assert_str_eq(line, "");
    ms_bytes_fini(&bytes);
}
END_TEST

Suite *man_suite(void)
{
    Suite *suite = suite_create("man");
    TCase *tc = tcase_create("all");
    tcase_add_test(tc, has_every_option);
    tcase_add_test(tc, sections_in_order);
    tcase_add_loop_test(tc, says, 0, (int)(sizeof facts / sizeof facts[0]));
    tcase_add_test(tc, roff_is_clean);
    suite_add_tcase(suite, tc);
    return suite;
}
