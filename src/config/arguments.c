/* The arguments after a command's name, by getopt_long with the rows of the table that this command takes:
 * options may come between operands, "--" ends them. argv is not changed, and a long name must be written in
 * full: an abbreviation that is unique today is ambiguous once an option is added. */
#include "config/config_internal.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

/* getopt_long's view of the table. */
typedef struct accepted {
    const ms__command *command;
    struct option longs[MS__OPTION_LIMIT + 1];
    const ms__option *rows[MS__OPTION_LIMIT]; /* of longs, same order */
    char shorts[2 * MS__OPTION_LIMIT + 3];
    size_t count;
} accepted;

#define LONG_BASE 256 /* getopt_long's value for row i is LONG_BASE + i; short options lie below */
#define OPERAND 1     /* what getopt_long returns for an operand in the order of argv */

/* Fills in the rows that to->command takes. */
static void accept_for(accepted *to)
{
    char *shorts = to->shorts;
    *shorts++ = '-'; /* report operands in the order of argv */
    *shorts++ = ':'; /* report a missing value as ':' */
    for (size_t i = 0; i < ms__noptions; i++) {
        const ms__option *row = &ms__options[i];
        if (!(row->commands & MS__IN(to->command->id))) {
            continue;
        }
        to->longs[to->count] = (struct option){.name = row->name,
                                               .has_arg = row->value ? required_argument : no_argument,
                                               .val = LONG_BASE + (int)to->count};
        to->rows[to->count++] = row;
        if (row->short_name) {
            *shorts++ = row->short_name;
        }
        if (row->short_name && row->value) {
            *shorts++ = ':';
        }
    }
}

static const ms__option *row_of(const accepted *from, int value)
{
    if (value >= LONG_BASE && (size_t)(value - LONG_BASE) < from->count) {
        return from->rows[value - LONG_BASE];
    }
    for (size_t i = 0; i < from->count; i++) {
        if (from->rows[i]->short_name != 0 && from->rows[i]->short_name == value) {
            return from->rows[i];
        }
    }
    return NULL;
}

static bool has_name(const ms__option *row, const char *name, size_t n)
{
    return strlen(row->name) == n && memcmp(row->name, name, n) == 0;
}

/* "--name" or "--name=value": is the name one of this command's, in full? */
static ms_code check_long(const accepted *from, const char *typed, ms_err *err)
{
    const char *name = typed + 2;
    size_t n = strcspn(name, "=");
    for (size_t i = 0; i < from->count; i++) {
        if (has_name(from->rows[i], name, n)) {
            return MS_OK;
        }
    }
    ms__word shown;
    for (size_t i = 0; i < ms__noptions; i++) {
        if (has_name(&ms__options[i], name, n)) {
            bool early = from->command->id == MS_COMMAND_NONE;
            return early ? ms__usage(err, "option '--%s' must follow a command", ms__options[i].name)
                         : ms__usage(err, "option '--%s' is not an option of 'mpiscan %s'",
                                     ms__options[i].name, from->command->name);
        }
    }
    return ms__usage(err, "unknown option '%s'", ms__show(&shown, typed));
}

/* getopt_long found '?' or ':' at `typed`, or at the short option optopt within it. */
static ms_code refuse(const accepted *from, int found, const char *typed, ms_err *err)
{
    const ms__option *row = row_of(from, optopt);
    char short_name[] = {(char)optopt, 0};
    ms__word shown;
    if (!row) {
        return ms__usage(err, "unknown option '-%s'", ms__show(&shown, short_name));
    }
    bool is_long = optopt >= LONG_BASE;
    const char *name = is_long ? row->name : short_name;
    if (found == ':') {
        return ms__usage(err, "option '%s%s' needs a value", is_long ? "--" : "-", name);
    }
    return ms__usage(err, "option '--%s' takes no value: '%s'", name, ms__show(&shown, typed));
}

static ms_code take_operand(ms__parsed *parsed, const ms__command *command, const char *operand, ms_err *err)
{
    ms_str_list *paths = &parsed->settings.paths;
    ms__word shown;
    if (paths->count == command->max_operands) {
        return ms__usage(err, "only one %s allowed: '%s'", command->what, ms__show(&shown, operand));
    }
    ms_str_list_push(paths, operand, strlen(operand));
    return ms_str_list_check(paths) == MS_OK ? MS_OK : ms__no_memory(err);
}

/* What getopt_long found at `typed`: an operand, an option, or an error. */
static ms_code take_found(ms__parsed *parsed, const accepted *from, int found, const char *typed, ms_err *err)
{
    if (found == OPERAND) {
        return take_operand(parsed, from->command, optarg, err);
    }
    if (strncmp(typed, "--", 2) == 0) {
        MS_TRY(check_long(from, typed, err));
    }
    const ms__option *row = found == '?' || found == ':' ? NULL : row_of(from, found);
    return row ? ms__store(parsed, row, optarg, err) : refuse(from, found, typed, err);
}

ms_code ms__parse_arguments(ms__parsed *parsed, const ms__command *command, int argc, char *const *argv,
                            ms_err *err)
{
    accepted from = {.command = command};
    accept_for(&from);
    optind = 0; /* glibc: reset the state of earlier calls */
    opterr = 0;
    while (parsed->settings.command == command->id) {
        int at = optind == 0 ? 1 : optind; /* the word that the call will read */
        int found = getopt_long(argc, argv, from.shorts, from.longs, NULL);
        if (found == -1) {
            break;
        }
        MS_TRY(take_found(parsed, &from, found, argv[at], err));
    }
    bool ended = parsed->settings.command == command->id;
    for (int i = optind; ended && i < argc; i++) {
        MS_TRY(take_operand(parsed, command, argv[i], err));
    }
    return MS_OK;
}
