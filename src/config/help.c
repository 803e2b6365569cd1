/* The texts of --help and --version: the table of options for a terminal of 80 columns. */
#include "config/config_internal.h"

#include <string.h>

#define TEXT_COLUMN 34

static const char intro[] =
    "Searches logs for suspicious keywords, and converts images to gray, on any number of MPI ranks; reports "
    "the work of each rank and compares with a one-rank run. Directories are searched recursively, hidden "
    "files included. A line matches if a keyword occurs in it. Without PATH a demo set is made in "
    "mpiscan-demo.";

static const char *const examples[][2] = {
    {"mpirun -np 4 mpiscan logs", "try it out: make the demo set and search it"},
    {"mpirun -np 4 mpiscan logs -i -e 'failed password' -e root /var/log", "two keywords, ignoring case"},
    {"mpiscan logs -n -C 2 app.log", "without mpirun: one rank; the lines, with context"},
    {"mpirun -np 4 mpiscan images -o gray uploads", "the images of a directory in gray, with the same tree"},
};

static const char status[] =
    "Exit status: 0 complete, with hits or without; 1 incomplete; 2 usage error; 3 the run failed; 75 "
    "interrupted.";

static void put_usage(ms_bytes *to)
{
    const char *lead = "Usage:";
    for (size_t i = 1; i < ms__ncommands; i++) {
        if (ms__commands[i].operands[0] != 0) {
            ms__put_format(to, "%-6s mpiscan %s %s\n", lead, ms__commands[i].name, ms__commands[i].operands);
            lead = "";
        }
    }
    ms__put_format(to, "%-6s mpiscan %s\n\n", lead, ms__commands[0].operands);
}

/* "  -e, --keyword KEYWORD"; the column after it. */
static size_t put_names(ms_bytes *to, const ms__option *option)
{
    const char letter[] = {option->short_name, 0};
    const char *value = option->value ? option->value : "";
    ms__put_format(to, "  %s%s%s--%s%s%s", option->short_name ? "-" : "  ", letter,
                   option->short_name ? ", " : "  ", option->name, option->value ? " " : "", value);
    return 2 + 4 + 2 + strlen(option->name) + (option->value ? 1 : 0) + strlen(value);
}

void ms__put_choices(ms_bytes *to, const ms__option *option)
{
    for (size_t i = 0; option->choices && option->choices[i]; i++) {
        ms__put_format(to, "%s%s",
                       i == 0                   ? ": "
                       : option->choices[i + 1] ? ", "
                                                : " or ",
                       option->choices[i]);
    }
    if (option->initial) {
        ms__put_format(to, " (default %s)", option->initial);
    }
}

static void put_option(ms_bytes *to, const ms__option *option)
{
    ms_bytes text = {0};
    ms__put_text(&text, option->help);
    ms__put_choices(&text, option);
    ms_bytes_put_u8(&text, 0);
    size_t column = put_names(to, option);
    if (ms_bytes_check(&text) == MS_OK) {
        ms__put_wrapped(to, (const char *)text.data, TEXT_COLUMN, column);
    } else {
        to->failed = true;
    }
    ms_bytes_fini(&text);
}

static void put_group(ms_bytes *to, ms__group group)
{
    bool titled = false;
    for (size_t i = 0; i < ms__noptions; i++) {
        if (ms__options[i].group != group || ms__options[i].hidden) {
            continue;
        }
        if (!titled) {
            ms__put_format(to, "\n%s:\n", ms__group_titles[group]);
            titled = true;
        }
        put_option(to, &ms__options[i]);
    }
}

ms_code ms_settings_help(ms_bytes *to)
{
    put_usage(to);
    ms__put_wrapped(to, intro, 0, 0);
    for (unsigned group = 0; group < MS__GROUP_COUNT; group++) {
        put_group(to, (ms__group)group);
    }
    ms__put_text(to, "\nExamples:\n");
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        ms__put_format(to, "  %s\n      %s\n", examples[i][0], examples[i][1]);
    }
    ms__put_text(to, "\n");
    ms__put_wrapped(to, status, 0, 0);
    ms__put_text(to, "For details see mpiscan(1).\n");
    return ms_bytes_check(to);
}

ms_code ms_settings_version(ms_bytes *to)
{
    static const char *const rows[][2] = {
        {"MPI", MPISCAN_WITH_MPI},       {"Hyperscan", MPISCAN_WITH_HYPERSCAN}, {"PCRE2", MPISCAN_WITH_PCRE2},
        {"codecs", MPISCAN_WITH_CODECS}, {"images", MPISCAN_WITH_IMAGES},       {"build", MPISCAN_BUILD},
    };
    ms__put_text(to, "mpiscan " MPISCAN_VERSION "\n");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ms__put_format(to, "%-10s %s\n", rows[i][0], rows[i][1]);
    }
    return ms_bytes_check(to);
}

ms_code ms_settings_text(const ms_settings *settings, ms_bytes *to)
{
    if (settings->command == MS_COMMAND_VERSION) {
        return ms_settings_version(to);
    }
    return settings->command == MS_COMMAND_MAN ? ms_settings_man(to) : ms_settings_help(to);
}
