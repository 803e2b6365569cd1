/* Suite of config/help.c. */
#include "argv.h"
#include "config/config_internal.h"

#include "suites.h"

#include <stdio.h>
#include <string.h>

Suite *help_suite(void);

/* NUL-terminated; the caller frees. */
static ms_bytes help_text(void)
{
    ms_bytes bytes = {0};
    ck_assert_int_eq(ms_settings_help(&bytes), MS_OK);
    ms_bytes_put_u8(&bytes, 0);
    return bytes;
}

static const char *text_of(const ms_bytes *bytes)
{
    return (const char *)bytes->data;
}

/* The options shown before this one, in the order of the groups, that begin as it does (-o, --output). */
static size_t namesakes_before(const ms__option *option)
{
    size_t n = 0;
    for (size_t i = 0; i < ms__noptions; i++) {
        const ms__option *other = &ms__options[i];
        bool before = other->group < option->group || (other->group == option->group && other < option);
        n += before && !other->hidden && strcmp(other->name, option->name) == 0 &&
             other->letter == option->letter;
    }
    return n;
}

/* The line that begins with the option's names, or NULL. */
static const char *line_of(const char *help, const ms__option *option)
{
    size_t skip = namesakes_before(option);
    char start[64];
    if (option->letter) {
        (void)snprintf(start, sizeof start, "\n  -%c, --%s", option->letter, option->name);
    } else {
        (void)snprintf(start, sizeof start, "\n      --%s", option->name);
    }
    const char *line = strstr(help, start);
    while (line && (!strchr(" \n", line[strlen(start)]) || skip > 0)) { /* --files-from is not --files */
        skip -= strchr(" \n", line[strlen(start)]) ? 1 : 0;
        line = strstr(line + 1, start);
    }
    return line ? line + 1 : NULL;
}

START_TEST(has_every_option_that_is_not_hidden)
{
    ms_bytes bytes = help_text();
    const char *help = text_of(&bytes);
    for (size_t i = 0; i < ms__noptions; i++) {
        const ms__option *option = &ms__options[i];
        ck_assert_msg((line_of(help, option) == NULL) == option->hidden, "--%s", option->name);
    }
    ms_bytes_fini(&bytes);
}
END_TEST

/* Up to the next option: the value's name and the default, however the lines are broken. */
START_TEST(shows_values_and_defaults)
{
    ms_bytes bytes = help_text();
    const char *help = text_of(&bytes);
    for (size_t i = 0; i < ms__noptions; i++) {
        const ms__option *option = &ms__options[i];
        const char *line = line_of(help, option);
        if (!line) {
            continue;
        }
        const char *end = strstr(line, "\n  -");
        const char *other = strstr(line, "\n      --");
        const char *blank = strstr(line, "\n\n");
        ck_assert_ptr_nonnull(blank);
        end = end && end < blank ? end : blank;
        end = other && other < end ? other : end;
        char part[400] = "";
        ck_assert_uint_lt((size_t)(end - line), sizeof part);
        memcpy(part, line, (size_t)(end - line));
        ck_assert_msg(!option->value || strstr(part, option->value), "%s", part);
        ck_assert_msg(!option->initial || strstr(part, "(default"), "%s", part);
        ck_assert_msg(!option->initial || strstr(part, option->initial), "%s", part);
    }
    ms_bytes_fini(&bytes);
}
END_TEST

START_TEST(texts_stand_in_one_column)
{
    ms_bytes bytes = help_text();
    for (size_t i = 0; i < ms__noptions; i++) {
        const char *line = line_of(text_of(&bytes), &ms__options[i]);
        if (line) {
            size_t n = strcspn(line, "\n");
            ck_assert_msg(n > 34 && memcmp(line + 32, "  ", 2) == 0 && line[34] != ' ', "%.*s", (int)n, line);
        }
    }
    ms_bytes_fini(&bytes);
}
END_TEST

START_TEST(fits_80_columns)
{
    ms_bytes bytes = help_text();
    const char *line = text_of(&bytes);
    for (const char *end = strchr(line, '\n'); end; line = end + 1, end = strchr(line, '\n')) {
        ck_assert_msg(end - line <= 79, "%.*s", (int)(end - line), line);
        ck_assert_msg(end == line || end[-1] != ' ', "blank at the end: %.*s", (int)(end - line), line);
    }
    ck_assert_str_eq(line, "");
    ms_bytes_fini(&bytes);
}
END_TEST

START_TEST(titles_commands_and_status)
{
    ms_bytes bytes = help_text();
    const char *help = text_of(&bytes);
    static const char *const parts[] = {"Usage: mpiscan logs [OPTION...] [PATH...]\n",
                                        "       mpiscan images [OPTION...] [PATH...]\n",
                                        "       mpiscan all [OPTION...] PATH...\n",
                                        "       mpiscan generate images [OPTION...] DIR\n",
                                        "mpiscan generate logs [OPTION...] DIR\n",
                                        "mpiscan --help | --version\n",
                                        "\nWhich keywords (logs, all):\n",
                                        "\nWhich files:\n",
                                        "\nHow images become gray (images, all):\n",
                                        "\nWhat is reported:\n",
                                        "\nComparison with a one-rank run:\n",
                                        "\nSynthetic files (generate):\n",
                                        "\nHelp:\n",
                                        "\nExamples:\n",
                                        "(default: unauthorized access)",
                                        "\nExit status: "};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        const char *at = strstr(help, parts[i]);
        ck_assert_msg(at != NULL, "%s", parts[i]);
    }
    ck_assert_ptr_null(strstr(help, "Tuning"));
    ms_bytes_fini(&bytes);
}
END_TEST

/* Whoever pastes an example gets a run, not a usage error. */
START_TEST(examples_are_accepted)
{
    ms_bytes bytes = help_text();
    int n = 0;
    const char *line = strstr(text_of(&bytes), "\nExamples:\n");
    ck_assert_ptr_nonnull(line);
    for (line = strstr(line, "\n  mpi"); line; line = strstr(line + 1, "\n  mpi")) {
        char text[128];
        argv_words words;
        ms_settings settings;
        ms_err err = {0};
        (void)snprintf(text, sizeof text, "%.*s", (int)strcspn(line + 1, "\n"), line + 1);
        argv_split_shell(&words, text);
        int skip = strcmp(words.words[0], "mpirun") == 0 ? 3 : 0;
        ck_assert_str_eq(words.words[skip], "mpiscan");
        ms_code code = ms_settings_parse(&settings, words.count - skip, words.words + skip, &err);
        ck_assert_msg(code == MS_OK, "%s: %s", text, err.text);
        ck_assert_int_eq(settings.command, strstr(text, "images") ? MS_COMMAND_IMAGES : MS_COMMAND_LOGS);
        ms_settings_fini(&settings);
        n++;
    }
    ck_assert_int_eq(n, 4);
    ms_bytes_fini(&bytes);
}
END_TEST

START_TEST(version_stands_on_a_line_of_its_own)
{
    ms_bytes bytes = {0};
    ck_assert_int_eq(ms_settings_version(&bytes), MS_OK);
    ms_bytes_put_u8(&bytes, 0);
    const char *text = (const char *)bytes.data;
    int major = 0;
    int minor = 0;
    int end = 0;
    ck_assert_int_eq(sscanf(text, "mpiscan %d.%d.%*d%n", &major, &minor, &end), 2);
    ck_assert_msg(strncmp(text + end, "\nMPI ", 5) == 0, "%s", text + end);
    ms_bytes_fini(&bytes);
}
END_TEST

START_TEST(is_appended)
{
    ms_bytes bytes = {0};
    ms_bytes_append(&bytes, "x", 1);
    ck_assert_int_eq(ms_settings_help(&bytes), MS_OK);
    ck_assert_int_eq(memcmp(bytes.data, "xUsage: ", 8), 0);
    ms_bytes_fini(&bytes);
}
END_TEST

Suite *help_suite(void)
{
    Suite *suite = suite_create("help");
    TCase *tc = tcase_create("all");
    tcase_add_test(tc, has_every_option_that_is_not_hidden);
    tcase_add_test(tc, shows_values_and_defaults);
    tcase_add_test(tc, texts_stand_in_one_column);
    tcase_add_test(tc, fits_80_columns);
    tcase_add_test(tc, titles_commands_and_status);
    tcase_add_test(tc, examples_are_accepted);
    tcase_add_test(tc, version_stands_on_a_line_of_its_own);
    tcase_add_test(tc, is_appended);
    suite_add_tcase(suite, tc);
    return suite;
}
