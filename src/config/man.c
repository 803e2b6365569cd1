/* The manual page, mpiscan(1), as roff with the man(7) macros: the fixed sections from man_pages.c, COMMANDS
 * and OPTIONS from the tables. */
#include "config/config_internal.h"

#include <inttypes.h>

static void put_lines(ms__text_writer *sheet, const char *const *lines)
{
    for (size_t i = 0; lines[i]; i++) {
        ms__text_writer_text(sheet, lines[i]);
        ms__text_writer_text(sheet, "\n");
    }
}

static void put_synopsis(ms__text_writer *sheet)
{
    ms__text_writer_text(sheet, ".SH SYNOPSIS\n.nf\n");
    for (size_t i = 1; i <= ms__ncommands; i++) { /* the options without a command last */
        const ms__command *command = &ms__commands[i % ms__ncommands];
        if (command->operands[0] == 0) {
            continue;
        }
        ms__text_writer_format(sheet, "\\fBmpiscan%s%s\\fR ", command->name[0] ? " " : "", command->name);
        ms__text_writer_roff(sheet, command->operands);
        ms__text_writer_text(sheet, "\n");
    }
    ms__text_writer_text(sheet, "\\fBmpirun \\-np\\fR N \\fBmpiscan logs\\fR [OPTION...] [PATH...]\n.fi\n");
}

static void put_commands(ms__text_writer *sheet)
{
    ms__text_writer_text(sheet, ".SH COMMANDS\n");
    for (size_t i = 1; i < ms__ncommands; i++) {
        ms__text_writer_format(sheet, ".TP\n\\fB%s\\fR ", ms__commands[i].name);
        ms__text_writer_roff(sheet, ms__commands[i].operands);
        ms__text_writer_text(sheet, "\n");
        ms__text_writer_roff(sheet, ms__commands[i].help);
        ms__text_writer_text(sheet, "\n");
    }
}

static void put_names(ms__text_writer *sheet, const ms__option *option)
{
    ms__text_writer_text(sheet, ".TP\n");
    if (option->letter) {
        ms__text_writer_format(sheet, "\\fB\\-%c\\fR, ", option->letter);
    }
    ms__text_writer_text(sheet, "\\fB\\-\\-");
    ms__text_writer_roff(sheet, option->name);
    ms__text_writer_text(sheet, "\\fR");
    if (option->value) {
        ms__text_writer_format(sheet, " \\fI%s\\fR", option->value);
    }
    ms__text_writer_text(sheet, "\n");
}

/* The range, where there is one worth telling. */
static void put_range(ms__text_writer *sheet, const ms__option *option)
{
    char min[32];
    char max[32];
    if (option->max == 0 || option->max == UINT64_MAX) {
        return;
    }
    if (option->kind == MS__KIND_SIZE) {
        ms__text_writer_format(sheet, "\nFrom %s to %s.", ms__size_text(min, option->min),
                               ms__size_text(max, option->max));
    } else if (option->kind == MS__KIND_FRACTION) {
        ms__text_writer_format(sheet, "\nFrom %g to %g.", ms__fraction_of(option, option->min),
                               ms__fraction_of(option, option->max));
    } else {
        ms__text_writer_format(sheet, "\nFrom %" PRIu64 " to %" PRIu64 ".", option->min, option->max);
    }
}

static void put_option(ms__text_writer *sheet, const ms__option *option)
{
    put_names(sheet, option);
    ms__text_writer_roff(sheet, option->help);
    if (option->choices) {
        ms__text_writer_text(sheet, ": ");
        ms__text_writer_choices(sheet, option->choices);
    }
    if (option->initial) {
        ms__text_writer_format(sheet, " (default %s)", option->initial);
    }
    ms__text_writer_text(sheet, ".");
    put_range(sheet, option);
    if (option->more) {
        ms__text_writer_text(sheet, "\n");
        ms__text_writer_roff(sheet, option->more);
    }
    ms__text_writer_text(sheet, "\n");
}

static void put_options(ms__text_writer *sheet)
{
    put_lines(sheet, ms__man_options);
    for (unsigned group = 0; group < MS__GROUP_COUNT; group++) {
        ms__text_writer_format(sheet, ".SS %s\n", ms__group_titles[group]);
        for (size_t i = 0; i < ms__noptions; i++) {
            if (ms__options[i].group == group) {
                put_option(sheet, &ms__options[i]);
            }
        }
    }
}

ms_code ms_settings_man(ms_bytes *to)
{
    ms__text_writer sheet = {.to = to};
    ms__text_writer_text(
        &sheet,
        ".TH MPISCAN 1 \"\" \"mpiscan " MPISCAN_VERSION "\" \"User Commands\"\n"
        ".SH NAME\nmpiscan \\- search logs for keywords, turn images gray, on any number of MPI ranks\n");
    put_synopsis(&sheet);
    put_lines(&sheet, ms__man_description);
    put_commands(&sheet);
    put_options(&sheet);
    put_lines(&sheet, ms__man_images);
    put_lines(&sheet, ms__man_behind);
    return sheet.code;
}
