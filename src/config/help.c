/* The text of --help, and that of --version: the table of options laid out for a terminal of 80 columns. What
 * an option means beyond two lines stands in the man page. */
#include "config/config_internal.h"

#include <string.h>

#define TEXT_COLUMN 34

static const char intro[] =
    "Searches logs for suspicious keywords, and turns images gray, on any number of MPI ranks, says what "
    "each "
    "rank did, and compares with a one-rank run. Directories are searched recursively, hidden files "
    "included. A "
    "line matches when a keyword occurs in it. Without PATH a demo set is made in mpiscan-demo and used.";

static const char *const examples[][2] = {
    {"mpirun -np 4 mpiscan logs", "try it out: make the demo set and search it"},
    {"mpirun -np 4 mpiscan logs -i -e 'failed password' -e root /var/log", "two keywords, in either case"},
    {"mpiscan logs -n -C 2 app.log", "without mpirun: one rank; the lines, with context"},
    {"mpirun -np 4 mpiscan images -o gray uploads", "the images of a directory in gray, with the same tree"},
};

static const char status[] =
    "Exit status: 0 all done, hits or not; 1 incomplete; 2 usage error; 3 the run failed; 75 stopped on "
    "request.";

static void put_usage(ms__text_writer *sheet)
{
    const char *lead = "Usage:";
    for (size_t i = 1; i < ms__ncommands; i++) {
        if (ms__commands[i].operands[0] != 0) {
            ms__text_writer_format(sheet, "%-6s mpiscan %s %s\n", lead, ms__commands[i].name,
                                   ms__commands[i].operands);
            lead = "";
        }
    }
    ms__text_writer_format(sheet, "%-6s mpiscan %s\n\n", lead, ms__commands[0].operands);
}

/* "  -e, --keyword KEYWORD"; the column after it. */
static size_t put_names(ms__text_writer *sheet, const ms__option *option)
{
    const char letter[] = {option->letter, 0};
    const char *value = option->value ? option->value : "";
    ms__text_writer_format(sheet, "  %s%s%s--%s%s%s", option->letter ? "-" : "  ", letter,
                           option->letter ? ", " : "  ", option->name, option->value ? " " : "", value);
    return 2 + 4 + 2 + strlen(option->name) + (option->value ? 1 : 0) + strlen(value);
}

/* Help, choices and default as one text. */
static ms_code describe(ms_bytes *to, const ms__option *option)
{
    ms__text_writer sheet = {.to = to};
    ms__text_writer_text(&sheet, option->help);
    if (option->choices) {
        ms__text_writer_text(&sheet, ": ");
        ms__text_writer_choices(&sheet, option->choices);
    }
    if (option->initial) {
        ms__text_writer_format(&sheet, " (default %s)", option->initial);
    }
    MS_TRY(sheet.code);
    ms_bytes_put_u8(to, 0);
    return ms_bytes_check(to);
}

static void put_option(ms__text_writer *sheet, const ms__option *option)
{
    ms_bytes text = {0};
    ms_code code = describe(&text, option);
    if (code == MS_OK) {
        size_t column = put_names(sheet, option);
        ms__text_writer_wrap(sheet, (const char *)text.data, TEXT_COLUMN, column);
    } else if (sheet->code == MS_OK) {
        sheet->code = code;
    }
    ms_bytes_fini(&text);
}

static void put_group(ms__text_writer *sheet, ms__group group)
{
    bool titled = false;
    for (size_t i = 0; i < ms__noptions; i++) {
        if (ms__options[i].group != group || ms__options[i].hidden) {
            continue;
        }
        if (!titled) {
            ms__text_writer_format(sheet, "\n%s:\n", ms__group_titles[group]);
            titled = true;
        }
        put_option(sheet, &ms__options[i]);
    }
}

ms_code ms_settings_help(ms_bytes *to)
{
    ms__text_writer sheet = {.to = to};
    put_usage(&sheet);
    ms__text_writer_wrap(&sheet, intro, 0, 0);
    for (unsigned group = 0; group < MS__GROUP_COUNT; group++) {
        put_group(&sheet, (ms__group)group);
    }
    ms__text_writer_text(&sheet, "\nExamples:\n");
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        ms__text_writer_format(&sheet, "  %s\n      %s\n", examples[i][0], examples[i][1]);
    }
    ms__text_writer_text(&sheet, "\n");
    ms__text_writer_wrap(&sheet, status, 0, 0);
    ms__text_writer_text(&sheet, "The manual page says more: mpiscan(1).\n");
    return sheet.code;
}

ms_code ms_settings_version(ms_bytes *to)
{
    static const char *const rows[][2] = {
        {"MPI", MPISCAN_WITH_MPI},       {"Hyperscan", MPISCAN_WITH_HYPERSCAN},
        {"codecs", MPISCAN_WITH_CODECS}, {"images", MPISCAN_WITH_IMAGES},
        {"build", MPISCAN_BUILD},
    };
    ms__text_writer sheet = {.to = to};
    ms__text_writer_text(&sheet, "mpiscan " MPISCAN_VERSION "\n");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ms__text_writer_format(&sheet, "%-10s %s\n", rows[i][0], rows[i][1]);
    }
    return sheet.code;
}

ms_code ms_settings_text(const ms_settings *settings, ms_bytes *to)
{
    if (settings->command == MS_COMMAND_VERSION) {
        return ms_settings_version(to);
    }
    return settings->command == MS_COMMAND_MAN ? ms_settings_man(to) : ms_settings_help(to);
}
