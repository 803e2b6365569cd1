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

/* An option of other commands. */
static ms_code refuse_here(const accepted *from, const char *dashes, const char *name, ms_err *err)
{
    return from->command->id == MS_COMMAND_NONE
               ? ms__usage(err, "option '%s%s' must follow a command", dashes, name)
               : ms__usage(err, "option '%s%s' is not an option of 'mpiscan %s'", dashes, name,
                           from->command->name);
}

/* An option of no command; `name` is its letter or long name, `typed` all of it. */
static ms_code refuse_unknown(const accepted *from, const char *typed, const char *name, size_t n,
                              ms_err *err)
{
    ms__word shown;
    const char *advice = ms__other_option(name, n);
    const char *nearest = n > 1 && !advice ? ms__nearest_option(from->command, name, n) : NULL;
    (void)ms__show(&shown, typed);
    if (nearest) {
        return ms__usage(err, "unknown option '%s' (did you mean '--%s'?)", shown.text, nearest);
    }
    return advice ? ms__usage(err, "unknown option '%s': %s", shown.text, advice)
                  : ms__usage(err, "unknown option '%s'", shown.text);
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
    for (size_t i = 0; i < ms__noptions; i++) {
        if (has_name(&ms__options[i], name, n)) {
            return refuse_here(from, "--", ms__options[i].name, err);
        }
    }
    return refuse_unknown(from, typed, name, n, err);
}

static ms_code refuse_short(const accepted *from, char letter, ms_err *err)
{
    const char typed[] = {'-', letter, 0};
    for (size_t i = 0; i < ms__noptions && letter != 0; i++) {
        if (ms__options[i].short_name == letter) {
            return refuse_here(from, "", typed, err);
        }
    }
    return refuse_unknown(from, typed, typed + 1, 1, err);
}

/* getopt_long found '?' or ':' at `typed`, or at the short option optopt within it. */
static ms_code refuse(const accepted *from, int found, const char *typed, ms_err *err)
{
    const ms__option *row = row_of(from, optopt);
    char short_name[] = {(char)optopt, 0};
    if (!row) {
        return refuse_short(from, (char)optopt, err);
    }
    ms__word shown;
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

/* "-o -e x": the name of a file was forgotten, most probably. A keyword may well begin with a dash, and a
 * number or a choice that does is refused anyway. */
static bool is_option_like(const ms__option *row, const char *value)
{
    bool names = row->kind == MS__KIND_TEXT || row->kind == MS__KIND_LIST || row->kind == MS__KIND_GLOBS;
    return names && value[0] == '-' && value[1] != 0;
}

/* What getopt_long found at `typed`: an operand, an option, or an error. `last` is the last word that it
 * took: the value, if that is a word of its own. */
static ms_code take_found(ms__parsed *parsed, const accepted *from, int found, const char *typed,
                          const char *last, ms_err *err)
{
    if (found == OPERAND) {
        return take_operand(parsed, from->command, optarg, err);
    }
    if (strncmp(typed, "--", 2) == 0) {
        MS_TRY(check_long(from, typed, err));
    }
    const ms__option *row = found == '?' || found == ':' ? NULL : row_of(from, found);
    if (row && optarg && is_option_like(row, optarg) && last == optarg) {
        ms__word shown;
        return ms__usage(err,
                         "option --%s: its value '%s' looks like an option; if it is meant, write --%s=%s",
                         row->name, ms__show(&shown, optarg), row->name, shown.text);
    }
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
        MS_TRY(take_found(parsed, &from, found, argv[at], argv[optind - 1], err));
    }
    bool ended = parsed->settings.command == command->id;
    for (int i = optind; ended && i < argc; i++) {
        MS_TRY(take_operand(parsed, command, argv[i], err));
    }
    return MS_OK;
}
