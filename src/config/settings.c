/* argv -> settings: finds the command, parses its arguments, then checks the options against each other. */
#include "config/config_internal.h"

#include <iconv.h>
#include <stdio.h>
#include <string.h>

void ms_settings_fini(ms_settings *settings)
{
    ms_str_list_fini(&settings->paths);
    ms_str_list_fini(&settings->keywords);
    ms_str_list_fini(&settings->keyword_files);
    ms_str_list_fini(&settings->and_keywords);
    ms_str_list_fini(&settings->not_keywords);
    ms_str_list_fini(&settings->include);
    ms_str_list_fini(&settings->exclude);
    *settings = (ms_settings){0};
}

static ms_code set_defaults(ms__parsed *parsed, ms_err *err)
{
    parsed->settings.max_depth = UINT64_MAX;
    parsed->before = MS__NOT_GIVEN;
    parsed->after = MS__NOT_GIVEN;
    parsed->around = MS__NOT_GIVEN;
    for (size_t i = 0; i < ms__noptions; i++) {
        if (ms__options[i].initial) {
            MS_TRY(ms__store(parsed, &ms__options[i], ms__options[i].initial, err));
        }
    }
    return MS_OK;
}

/* How many words of argv, from argv[1] on, match the command's name. */
static int matching_words(const ms__command *command, int argc, char *const *argv)
{
    int n = 0;
    while (command->words[n] && n + 1 < argc && strcmp(command->words[n], argv[n + 1]) == 0) {
        n++;
    }
    return n;
}

static bool is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

/* Only the first word of a command of two was given. */
static ms_code refuse_partial(const char *word, ms_err *err)
{
    char all[128] = "";
    size_t n = 0;
    for (size_t i = 1; i < ms__ncommands; i++) {
        const ms__command *command = &ms__commands[i];
        if (strcmp(command->words[0], word) == 0 && n < sizeof all) {
            int wrote =
                snprintf(all + n, sizeof all - n, "%s'mpiscan %s'", n == 0 ? "" : " or ", command->name);
            n += wrote > 0 ? (size_t)wrote : 0;
        }
    }
    return ms__usage(err, "'%s' is incomplete: use %s", word, all);
}

/* Sets *command and the index in argv of the last word of its name (0 when there is none). */
static ms_code find_command(int argc, char *const *argv, const ms__command **command, int *last, ms_err *err)
{
    *command = &ms__commands[0];
    *last = 0;
    if (argc < 2) {
        return ms_err_set(err, MS_USAGE, 0,
                          "no command: use logs, images, all, report or generate, as in "
                          "'mpiscan logs [PATH...]'\n"
                          "try 'mpiscan --help'");
    }
    if (argv[1][0] == '-') {
        return MS_OK;
    }
    ms__word shown;
    int begun = 0; /* words of the name of a command that has more of them */
    for (size_t i = 1; i < ms__ncommands; i++) {
        int n = matching_words(&ms__commands[i], argc, argv);
        if (n > 0 && !ms__commands[i].words[n]) {
            *command = &ms__commands[i];
            *last = n;
            return MS_OK;
        }
        begun = n > begun ? n : begun;
    }
    if (begun > 0 && begun + 1 < argc && is_help(argv[begun + 1])) {
        *last = begun;
        return MS_OK;
    }
    if (begun > 0) {
        return refuse_partial(argv[1], err);
    }
    return ms__usage(err, "unknown command '%s' (to search logs: mpiscan logs -e KEYWORD PATH...)",
                     ms__show(&shown, argv[1]));
}

static ms_code check_report(const ms__parsed *parsed, ms_err *err)
{
    const ms_settings *settings = &parsed->settings;
    bool context =
        parsed->before != MS__NOT_GIVEN || parsed->after != MS__NOT_GIVEN || parsed->around != MS__NOT_GIVEN;
    bool names = (settings->files_with_matches || settings->files_without_match) && !settings->quiet;
    const char *name = settings->files_with_matches ? "-l (files with matches)" : "-L (files without match)";
    if (settings->files_with_matches && settings->files_without_match) {
        return ms__usage(err, "-l (files with matches) and -L (files without match) cannot be combined");
    }
    if (names && settings->lines) {
        return ms__usage(err, "-n (lines) and %s cannot be combined", name);
    }
    if (names && (context || settings->event_start)) {
        return ms__usage(err, "%s and %s cannot be combined",
                         context ? "context lines (-A, -B, -C)" : "--event-start", name);
    }
    if (context && settings->event_start) {
        return ms__usage(err, "context lines (-A, -B, -C) and --event-start cannot be combined");
    }
    if ((context || settings->event_start) && parsed->view == MS__VIEW_DEFAULT && !settings->quiet) {
        return ms__usage(err, context ? "context lines need -n" : "--event-start needs -n");
    }
    if (settings->lines && settings->format == MS_FORMAT_CSV) {
        return ms__usage(err, "--format csv and -n cannot be combined: use --format json");
    }
    if (settings->result && settings->output && strcmp(settings->result, settings->output) == 0) {
        return ms__usage(err, "the report and the result file cannot be the same file");
    }
    return MS_OK;
}

static ms_code check_images(const ms_settings *settings, ms_err *err)
{
    bool all = settings->command == MS_COMMAND_ALL;
    bool has_input = settings->paths.count > 0 || settings->files_from;
    if (!all && settings->command != MS_COMMAND_IMAGES) {
        return MS_OK;
    }
    for (size_t i = 0; i < settings->paths.count && !all; i++) {
        if (strcmp(ms_str_list_at(&settings->paths, i).data, "-") == 0) {
            return ms__usage(err, "'images' cannot read standard input (-)");
        }
    }
    if (all && !has_input) {
        return ms__usage(err, "'all' needs a path");
    }
    if (has_input && !settings->gray_dir) {
        return ms__usage(err, "'%s' needs a directory to write into: -o DIR", all ? "all" : "images");
    }
    if (all && settings->format == MS_FORMAT_CSV) {
        return ms__usage(err, "--format csv cannot be used with 'all': use --format json");
    }
    return MS_OK;
}

/* Nobody sees more than the exit status, so each file is searched up to its first line, unless a report or a
 * result is written. */
static void combine_quiet(ms_settings *settings)
{
    bool seen = settings->output || settings->result || settings->command == MS_COMMAND_REPORT;
    settings->grep_status = true;
    settings->baseline = MS_BASELINE_OFF;
    if (!seen && !settings->files_without_match) {
        settings->files_with_matches = true;
        settings->lines = false;
        settings->counts = false;
    }
}

/* The fields that follow from several options. Context needs lines. */
static void combine(ms__parsed *parsed)
{
    ms_settings *settings = &parsed->settings;
    uint64_t around = parsed->around == MS__NOT_GIVEN ? 0 : parsed->around;
    settings->regex = parsed->syntax != MS__SYNTAX_FIXED;
    settings->perl = parsed->syntax == MS__SYNTAX_PERL;
    settings->lines = parsed->view == MS__VIEW_LINES;
    settings->counts = parsed->view == MS__VIEW_COUNT;
    if (settings->quiet) {
        combine_quiet(settings);
    }
    if (settings->lines) {
        settings->before = parsed->before == MS__NOT_GIVEN ? around : parsed->before;
        settings->after = parsed->after == MS__NOT_GIVEN ? around : parsed->after;
    }
}

static ms_code check_simulate(const ms_settings *settings, ms_err *err)
{
    ms__word shown;
    double nsec = 0;
    return !settings->simulate || ms_settings_simulated(settings->simulate, 0, &nsec) == MS_OK
               ? MS_OK
               : ms__usage(err, "option --simulate: '%s' is not NSEC[,RANK:FACTOR]...",
                           ms__show(&shown, settings->simulate));
}

static ms_code check_encoding(const ms_settings *settings, ms_err *err)
{
    ms__word shown;
    const char *name = settings->encoding;
    iconv_t iconv =
        name && name[0] != 0 ? iconv_open("UTF-8", name) : (iconv_t)-1; /* NOLINT: POSIX has it so */
    if (iconv != (iconv_t)-1) {                                         /* NOLINT */
        (void)iconv_close(iconv);
        return MS_OK;
    }
    return !name ? MS_OK
                 : ms__usage(err, "option --encoding: unknown encoding '%s' (\"iconv -l\" lists the names)",
                             ms__show(&shown, name));
}

static bool is_standard_input(const char *path)
{
    static const char *const names[] = {"-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"};
    bool is = false;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        is = is || strcmp(path, names[i]) == 0;
    }
    return is;
}

static size_t readers_of_standard_input(const ms_settings *settings)
{
    size_t n = settings->files_from && is_standard_input(settings->files_from) ? 1 : 0;
    for (size_t i = 0; i < settings->keyword_files.count; i++) {
        n += is_standard_input(ms_str_list_at(&settings->keyword_files, i).data) ? 1 : 0;
    }
    for (size_t i = 0; i < settings->paths.count; i++) {
        n += is_standard_input(ms_str_list_at(&settings->paths, i).data) ? 1 : 0;
    }
    return n;
}

static ms_code check(ms__parsed *parsed, const ms__command *command, ms_err *err)
{
    const ms_settings *settings = &parsed->settings;
    if (settings->paths.count < command->min_operands) {
        return ms__usage(err, "'%s' needs a %s", command->name, command->what);
    }
    if (command->min_operands > 0 && ms_str_list_at(&settings->paths, 0).len == 0) {
        return ms__usage(err, "the %s has an empty name", command->what);
    }
    if (settings->null_separated && !settings->files_from) {
        return ms__usage(err, "-0 needs --files-from");
    }
    if (settings->journal && settings->resume) {
        return ms__usage(err, "--journal and --resume cannot be combined");
    }
    if (readers_of_standard_input(settings) > 1) {
        return ms__usage(err,
                         "standard input (-) can be used only once, as a path, in -f or in --files-from");
    }
    combine(parsed);
    MS_TRY(check_report(parsed, err));
    MS_TRY(check_simulate(settings, err));
    MS_TRY(check_encoding(settings, err));
    return check_images(settings, err);
}

/* Parses and checks what follows the command's name; on failure the caller frees parsed->settings. */
static ms_code read_command(ms__parsed *parsed, const ms__command *command, int argc, char *const *argv,
                            ms_err *err)
{
    parsed->settings.command = command->id;
    MS_TRY(set_defaults(parsed, err));
    MS_TRY(ms__parse_arguments(parsed, command, argc, argv, err));
    if (parsed->settings.command == MS_COMMAND_NONE) {
        return ms__usage(err, "no command");
    }
    return parsed->settings.command == command->id ? check(parsed, command, err) : MS_OK;
}

ms_code ms_settings_parse(ms_settings *settings, int argc, char *const *argv, ms_err *err)
{
    *settings = (ms_settings){0};
    const ms__command *command = NULL;
    int last = 0;
    MS_TRY(find_command(argc, argv, &command, &last, err));
    if (command->id == MS_COMMAND_HELP) {
        settings->command = MS_COMMAND_HELP;
        return MS_OK;
    }
    ms__parsed parsed = {0};
    ms_code code = read_command(&parsed, command, argc - last, argv + last, err);
    ms_command picked = parsed.settings.command;
    if (code == MS_OK && picked == command->id) {
        *settings = parsed.settings;
        return MS_OK;
    }
    ms_settings_fini(&parsed.settings);
    settings->command = code == MS_OK ? picked : MS_COMMAND_NONE;
    return code;
}
