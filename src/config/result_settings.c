/* The settings that affect the result, as a list of words. Those that are not here affect only how the work
 * is done or shown: tuning, the comparison, the format of the report. */
#include "config/config_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

typedef enum type { FLAG, NUMBER, DEPTH, SECONDS, CHOICE, TEXT, PRESENT, LIST } type;

#define AT(field) offsetof(ms_settings, field)

static const struct {
    const char *name;
    type type;
    size_t offset;
} relevant[] = {
    {"path", LIST, AT(paths)},
    {"--files-from", TEXT, AT(files_from)},
    {"--null", FLAG, AT(null_separated)},
    {"--include", LIST, AT(include)},
    {"--exclude", LIST, AT(exclude)},
    {"--follow", FLAG, AT(follow)},
    {"--max-depth", DEPTH, AT(max_depth)},
    {"--ignore-case", FLAG, AT(ignore_case)},
    {"--word", FLAG, AT(word)},
    {"--regex", FLAG, AT(regex)},
    {"--perl", FLAG, AT(perl)},
    {"--whole-line", FLAG, AT(whole_line)},
    {"--and", LIST, AT(and_keywords)},
    {"--not", LIST, AT(not_keywords)},
    {"--invert-match", FLAG, AT(invert)},
    {"--max-count", NUMBER, AT(max_count)},
    {"--line-number", FLAG, AT(lines)},
    {"--files-with-matches", FLAG, AT(files_with_matches)},
    {"--files-without-match", FLAG, AT(files_without_match)},
    {"--event-start", TEXT, AT(event_start)},
    {"--before-context", NUMBER, AT(before)},
    {"--after-context", NUMBER, AT(after)},
    {"--max-line", NUMBER, AT(max_line)},
    {"--max-listing", NUMBER, AT(max_listing)},
    {"--journal-fields", FLAG, AT(journal_fields)},
    {"--text", FLAG, AT(text)},
    {"--encoding", TEXT, AT(encoding)},
    {"--max-decompressed", NUMBER, AT(max_decompressed)},
    {"--max-ratio", NUMBER, AT(max_ratio)},
    {"--memlimit-decompress", NUMBER, AT(memlimit_decompress)},
    {"--output", TEXT, AT(gray_dir)}, /* NULL with logs, whose --output is the report */
    {"--gray", CHOICE, AT(formula)},
    {"--to", CHOICE, AT(target)},
    {"--strip", FLAG, AT(strip)},
    {"--image-memory", NUMBER, AT(image_memory)},
    {"--image-timeout", SECONDS, AT(image_timeout)},
    {"--max-pixels", NUMBER, AT(max_pixels)},
    {"--max-scans", NUMBER, AT(max_scans)},
    {"--seed", NUMBER, AT(seed)},          /* of the demo set */
    {"--simulate", PRESENT, AT(simulate)}, /* the times do not matter */
};

static ms_code push_pair(ms_str_list *to, ms_bytes *scratch, const char *name, const char *value, size_t n)
{
    ms_bytes_clear(scratch);
    ms_bytes_append(scratch, name, strlen(name));
    ms_bytes_append(scratch, "=", 1);
    ms_bytes_append(scratch, value, n);
    MS_TRY(ms_bytes_check(scratch));
    ms_str_list_push(to, scratch->data, scratch->len);
    return ms_str_list_check(to);
}

static ms_code push_word(ms_str_list *to, const char *word)
{
    ms_str_list_push(to, word, strlen(word));
    return ms_str_list_check(to);
}

static ms_code push_list(ms_str_list *to, ms_bytes *scratch, const char *name, const ms_str_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        ms_str value = ms_str_list_at(list, i);
        MS_TRY(push_pair(to, scratch, name, value.data, value.len));
    }
    return MS_OK;
}

/* The option of the settings' command that has this name (with its dashes), or NULL. */
static const ms__option *row_of(const ms_settings *settings, const char *name)
{
    for (size_t i = 0; i < ms__noptions; i++) {
        if ((ms__options[i].commands & MS__IN(settings->command)) != 0 &&
            strcmp(ms__options[i].name, name + 2) == 0) {
            return &ms__options[i];
        }
    }
    return NULL;
}

/* `none` is left out, and so is UINT64_MAX: no limit. */
static ms_code push_number(ms_str_list *to, ms_bytes *scratch, const char *name, uint64_t value,
                           uint64_t none)
{
    char text[32];
    int n = snprintf(text, sizeof text, "%" PRIu64, value);
    bool shown = value != none && value != UINT64_MAX;
    return shown ? push_pair(to, scratch, name, text, (size_t)n) : MS_OK;
}

static ms_code push_choice(ms_str_list *to, ms_bytes *scratch, const ms__option *row, const char *name,
                           unsigned value)
{
    const char *text = row && row->choices ? row->choices[value] : "";
    return push_pair(to, scratch, name, text, strlen(text));
}

static ms_code push_field(ms_str_list *to, ms_bytes *scratch, const ms_settings *settings, size_t i)
{
    const char *name = relevant[i].name;
    const void *field = (const unsigned char *)settings + relevant[i].offset;
    const ms__option *row = name[0] == '-' ? row_of(settings, name) : NULL;
    if (name[0] == '-' && !row) {
        return MS_OK; /* an option of another command */
    }
    switch (relevant[i].type) {
    case FLAG:
        return *(const bool *)field ? push_word(to, name) : MS_OK;
    case TEXT: {
        const char *text = *(const char *const *)field;
        return text ? push_pair(to, scratch, name, text, strlen(text)) : MS_OK;
    }
    case PRESENT:
        return *(const char *const *)field ? push_word(to, name) : MS_OK;
    case LIST:
        return push_list(to, scratch, name, field);
    case NUMBER:
        return push_number(to, scratch, name, *(const uint64_t *)field, 0);
    case DEPTH:
        return push_number(to, scratch, name, *(const uint64_t *)field, UINT64_MAX);
    case CHOICE:
        return push_choice(to, scratch, row, name, *(const unsigned *)field);
    case SECONDS: {
        char text[32];
        int n = snprintf(text, sizeof text, "%g", *(const double *)field);
        return push_pair(to, scratch, name, text, (size_t)n);
    }
    }
    return MS_INTERNAL;
}

ms_code ms_settings_result_relevant(const ms_settings *settings, ms_str_list *to)
{
    const char *command = "";
    ms_bytes scratch = {0};
    for (size_t i = 0; i < ms__ncommands; i++) {
        command = ms__commands[i].id == settings->command ? ms__commands[i].name : command;
    }
    ms_code code = push_word(to, command);
    for (size_t i = 0; i < sizeof relevant / sizeof relevant[0] && code == MS_OK; i++) {
        code = push_field(to, &scratch, settings, i);
    }
    ms_bytes_fini(&scratch);
    return code;
}

static ms_code push_search(const ms_settings *settings, ms_bytes *scratch, ms_str_list *to)
{
    if (settings->keywords.count > 0) {
        MS_TRY(push_word(to, "--keyword"));
    }
    MS_TRY(push_list(to, scratch, "--file", &settings->keyword_files));
    for (size_t i = 0; i < sizeof relevant / sizeof relevant[0]; i++) {
        const ms__option *row = relevant[i].name[0] == '-' ? row_of(settings, relevant[i].name) : NULL;
        if (row && row->group == MS__GROUP_KEYWORDS) {
            MS_TRY(push_field(to, scratch, settings, i));
        }
    }
    return MS_OK;
}

ms_code ms_settings_search(const ms_settings *settings, ms_str_list *to)
{
    ms_bytes scratch = {0};
    ms_code code = settings->command == MS_COMMAND_IMAGES ? MS_OK : push_search(settings, &scratch, to);
    ms_bytes_fini(&scratch);
    return code;
}
