/* argv: the words are separated by NUL. Either settings within their ranges, or a text that says what is
 * wrong. */
#include "config/settings.h"
#include "fuzz.h"

#include <string.h>

enum { MOST_WORDS = 40 };

static void check(const ms_settings *settings)
{
    FUZZ_CHECK(settings->command != MS_COMMAND_NONE);
    if (settings->command != MS_COMMAND_LOGS) {
        return;
    }
    FUZZ_CHECK(settings->buffer_size >= 64 && settings->max_line >= 1 && settings->chunk_size >= 1);
    FUZZ_CHECK(!(settings->files_with_matches && settings->lines));
    FUZZ_CHECK(settings->lines || (settings->before == 0 && settings->after == 0));
    FUZZ_CHECK(settings->inject >= 0 && settings->inject <= 1);
    for (size_t i = 0; i < settings->keywords.count; i++) {
        FUZZ_CHECK(ms_str_list_at(&settings->keywords, i).len > 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    char name[] = "mpiscan";
    char *argv[MOST_WORDS + 2] = {name};
    int argc = 1;
    ms_settings settings = {0};
    ms_err err = {0};
    FUZZ_CHECK(text);
    memcpy(text, data, size);
    text[size] = 0;
    for (size_t at = 0; at < size && argc <= MOST_WORDS; at += strlen(text + at) + 1) {
        argv[argc++] = text + at;
    }
    ms_code code = ms_settings_parse(&settings, argc, argv, &err);
    if (code == MS_OK) {
        check(&settings);
    } else {
        FUZZ_CHECK(code == MS_USAGE && err.code == MS_USAGE && err.text[0] != 0);
        FUZZ_CHECK(!settings.paths.ends && !settings.keywords.ends && settings.command == MS_COMMAND_NONE);
    }
    ms_settings_fini(&settings);
    free(text);
    return 0;
}
