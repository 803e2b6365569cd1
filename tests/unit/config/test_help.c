/* Suite of config/help.c. */
#include "argv.h"
#include "config/config_internal.h"

#include "unit.h"

#include <stdio.h>
#include <string.h>

/* The text itself: tests/cli/cases/help.sh. */
TEST(examples_are_accepted)
{
    ms_bytes bytes = {0};
    ck_assert_int_eq(ms_settings_help(&bytes), MS_OK);
    ms_bytes_put_u8(&bytes, 0);
    int n = 0;
    const char *line = strstr((const char *)bytes.data, "\nExamples:\n");
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
