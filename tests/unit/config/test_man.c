/* Suite of config/man.c and config/man_pages.c. */
#include "config/config_internal.h"

#include "unit.h"

#include <stdio.h>
#include <string.h>

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

TEST(has_every_option)
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
        if (ms__options[i].short_name) {
            (void)snprintf(letter, sizeof letter, "\\fB\\-%c\\fR, ", ms__options[i].short_name);
        }
        (void)snprintf(start, sizeof start, "\n.TP\n%s\\fB\\-\\-%s\\fR", letter, name);
        ck_assert_msg(strstr(man, start) != NULL, "%s", start);
    }
    ms_bytes_fini(&bytes);
}

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

TEST(roff_is_clean)
{
    ms_bytes bytes = man_text();
    const char *line = text_of(&bytes);
    for (const char *end = strchr(line, '\n'); end; line = end + 1, end = strchr(line, '\n')) {
        check_line(line, (size_t)(end - line));
    }
    ck_assert_str_eq(line, "");
    ms_bytes_fini(&bytes);
}
