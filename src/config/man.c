/* The manual page, mpiscan(1), as roff with the man(7) macros: the fixed sections from man_pages.c, COMMANDS
 * and OPTIONS from the tables. */
#include "config/config_internal.h"

#include <inttypes.h>

static void put_lines(ms_bytes *to, const char *const *lines)
{
    for (size_t i = 0; lines[i]; i++) {
        ms__put_text(to, lines[i]);
        ms__put_text(to, "\n");
    }
}

static void put_synopsis(ms_bytes *to)
{
    ms__put_text(to, ".SH SYNOPSIS\n.nf\n");
    for (size_t i = 1; i <= ms__ncommands; i++) { /* the options without a command last */
        const ms__command *command = &ms__commands[i % ms__ncommands];
        if (command->operands[0] == 0) {
            continue;
        }
        ms__put_format(to, "\\fBmpiscan%s%s\\fR ", command->name[0] ? " " : "", command->name);
        ms__put_roff(to, command->operands);
        ms__put_text(to, "\n");
    }
    ms__put_text(to, "\\fBmpirun \\-np\\fR N \\fBmpiscan logs\\fR [OPTION...] [PATH...]\n.fi\n");
}

static void put_commands(ms_bytes *to)
{
    ms__put_text(to, ".SH COMMANDS\n");
    for (size_t i = 1; i < ms__ncommands; i++) {
        ms__put_format(to, ".TP\n\\fB%s\\fR ", ms__commands[i].name);
        ms__put_roff(to, ms__commands[i].operands);
        ms__put_text(to, "\n");
        ms__put_roff(to, ms__commands[i].help);
        ms__put_text(to, "\n");
    }
}

static void put_names(ms_bytes *to, const ms__option *option)
{
    ms__put_text(to, ".TP\n");
    if (option->short_name) {
        ms__put_format(to, "\\fB\\-%c\\fR, ", option->short_name);
    }
    ms__put_text(to, "\\fB\\-\\-");
    ms__put_roff(to, option->name);
    ms__put_text(to, "\\fR");
    if (option->value) {
        ms__put_format(to, " \\fI%s\\fR", option->value);
    }
    ms__put_text(to, "\n");
}

/* The range of a number. */
static void put_range(ms_bytes *to, const ms__option *option)
{
    char min[32];
    char max[32];
    if (option->max == 0 || option->max == UINT64_MAX) {
        return;
    }
    if (option->kind == MS__KIND_SIZE) {
        ms__put_format(to, "\nFrom %s to %s.", ms__size_text(min, option->min),
                       ms__size_text(max, option->max));
    } else if (option->kind == MS__KIND_FRACTION) {
        ms__put_format(to, "\nFrom %g to %g.", ms__fraction_of(option, option->min),
                       ms__fraction_of(option, option->max));
    } else {
        ms__put_format(to, "\nFrom %" PRIu64 " to %" PRIu64 ".", option->min, option->max);
    }
}

static void put_option(ms_bytes *to, const ms__option *option)
{
    put_names(to, option);
    ms__put_roff(to, option->help);
    ms__put_choices(to, option);
    ms__put_text(to, ".");
    put_range(to, option);
    if (option->more) {
        ms__put_text(to, "\n");
        ms__put_roff(to, option->more);
    }
    ms__put_text(to, "\n");
}

static void put_options(ms_bytes *to)
{
    put_lines(to, ms__man_options);
    for (unsigned group = 0; group < MS__GROUP_COUNT; group++) {
        ms__put_format(to, ".SS %s\n", ms__group_titles[group]);
        for (size_t i = 0; i < ms__noptions; i++) {
            if (ms__options[i].group == group) {
                put_option(to, &ms__options[i]);
            }
        }
    }
}

ms_code ms_settings_man(ms_bytes *to)
{
    ms__put_text(to, ".TH MPISCAN 1 \"\" \"mpiscan " MPISCAN_VERSION "\" \"User Commands\"\n"
                     ".SH NAME\nmpiscan \\- search logs for keywords and convert images to gray with MPI\n");
    put_synopsis(to);
    put_lines(to, ms__man_description);
    put_commands(to);
    put_options(to);
    put_lines(to, ms__man_logs);
    put_lines(to, ms__man_images);
    put_lines(to, ms__man_end);
    return ms_bytes_check(to);
}
