/* Suite of config/other_options.c: what is typed by those who know grep, ripgrep and ugrep. */
#include "argv.h"
#include "config/config_internal.h"

#include "unit.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* The options of the manuals of GNU grep 3.11 and ripgrep 14, some of ugrep's. Only what is neither ours nor
 * has an advice would be missing. Not here: -v -x -L -m -q -P -a, --text, --encoding, as they are ours or
 * will be. */
static const char *const known[] = {"A",
                                    "B",
                                    "C",
                                    "D",
                                    "E",
                                    "F",
                                    "G",
                                    "H",
                                    "I",
                                    "M",
                                    "N",
                                    "R",
                                    "S",
                                    "T",
                                    "U",
                                    "V",
                                    "Z",
                                    "b",
                                    "c",
                                    "d",
                                    "e",
                                    "f",
                                    "g",
                                    "h",
                                    "i",
                                    "j",
                                    "l",
                                    "n",
                                    "o",
                                    "p",
                                    "r",
                                    "s",
                                    "t",
                                    "u",
                                    "w",
                                    "y",
                                    "z",
                                    "0",
                                    "3",
                                    ".",
                                    "after-context",
                                    "auto-hybrid-regex",
                                    "basic-regexp",
                                    "before-context",
                                    "binary",
                                    "binary-files",
                                    "block-buffered",
                                    "byte-offset",
                                    "case-sensitive",
                                    "color",
                                    "colors",
                                    "colour",
                                    "column",
                                    "context",
                                    "context-separator",
                                    "count",
                                    "count-matches",
                                    "crlf",
                                    "csv",
                                    "debug",
                                    "decompress",
                                    "dereference",
                                    "dereference-recursive",
                                    "devices",
                                    "dfa-size-limit",
                                    "directories",
                                    "engine",
                                    "exclude",
                                    "exclude-dir",
                                    "exclude-from",
                                    "extended-regexp",
                                    "field-match-separator",
                                    "file",
                                    "files-with-matches",
                                    "fixed-strings",
                                    "follow",
                                    "glob",
                                    "glob-case-insensitive",
                                    "group-separator",
                                    "heading",
                                    "help",
                                    "hidden",
                                    "iglob",
                                    "ignore-case",
                                    "ignore-file",
                                    "include",
                                    "include-dir",
                                    "include-zero",
                                    "initial-tab",
                                    "json",
                                    "label",
                                    "line-buffered",
                                    "line-number",
                                    "max-columns",
                                    "max-columns-preview",
                                    "max-depth",
                                    "max-filesize",
                                    "mmap",
                                    "multiline",
                                    "multiline-dotall",
                                    "no-config",
                                    "no-filename",
                                    "no-group-separator",
                                    "no-heading",
                                    "no-ignore",
                                    "no-ignore-case",
                                    "no-ignore-vcs",
                                    "no-line-number",
                                    "no-messages",
                                    "no-mmap",
                                    "no-unicode",
                                    "null",
                                    "null-data",
                                    "one-file-system",
                                    "only-matching",
                                    "passthru",
                                    "pcre2",
                                    "pre",
                                    "pretty",
                                    "recursive",
                                    "regex-size-limit",
                                    "regexp",
                                    "replace",
                                    "search-zip",
                                    "silent",
                                    "smart-case",
                                    "sort",
                                    "sortr",
                                    "stats",
                                    "threads",
                                    "trace",
                                    "trim",
                                    "type",
                                    "type-list",
                                    "type-not",
                                    "unrestricted",
                                    "version",
                                    "vimgrep",
                                    "with-filename",
                                    "word-regexp"};

static bool is_own(const char *name)
{
    for (size_t i = 0; i < ms__noptions; i++) {
        const ms__option *row = &ms__options[i];
        bool here = (row->commands & MS__IN(MS_COMMAND_LOGS)) != 0;
        if (here && (name[1] == 0 ? row->short_name == name[0] : strcmp(row->name, name) == 0)) {
            return true;
        }
    }
    return false;
}

/* Ours, or advised: not both, as a row that an option has replaced is dead. */
TEST_EACH(each_is_ours_or_has_an_advice, known)
{
    const char *name = known[_i];
    const char *use = ms__other_option(name, strlen(name));
    ck_assert_msg(is_own(name) != (use != NULL), "%s", name);
    if (use) {
        char line[64];
        char expected[200];
        ms_settings settings;
        argv_words words;
        ms_err err = {0};
        (void)snprintf(line, sizeof line, "logs|%s%s|x", name[1] ? "--" : "-", name);
        (void)snprintf(expected, sizeof expected, "unknown option '%s%s': %s; try 'mpiscan --help'",
                       name[1] ? "--" : "-", name, use);
        ck_assert_int_eq(argv_parse(&settings, &words, line, &err), MS_USAGE);
        ck_assert_str_eq(err.text, expected);
    }
}

/* The long options that an advice names exist. */
TEST_EACH(advice_names_options_that_exist, known)
{
    const char *use = ms__other_option(known[_i], strlen(known[_i]));
    for (const char *at = use; at && (at = strstr(at, " --")) != NULL;) {
        char name[40];
        size_t n = strspn(at += 3, "abcdefghijklmnopqrstuvwxyz-");
        (void)snprintf(name, sizeof name, "%.*s", (int)n, at);
        ck_assert_msg(is_own(name) || strcmp(name, "event-start") == 0, "%s: --%s", known[_i], name);
    }
}

static const struct {
    const char *typed, *nearest;
} near[] = {
    {"ignore-cas", "ignore-case"},
    {"ignroe-case", "ignore-case"},
    {"inlcude", "include"},
    {"fol", "follow"},
    {"files-with", "files-with-matches"},
    {"colr", "color"},
    {"x", NULL},
    {"bogus", NULL},
    {"zzzzzzzzzz", NULL},
    {"", NULL},
    {"chunk-siz", NULL}, /* hidden */
};

TEST_EACH(nearest_table, near)
{
    const ms__command *logs = &ms__commands[1];
    const char *found = ms__nearest_option(logs, near[_i].typed, strlen(near[_i].typed));
    ck_assert_str_eq(found ? found : "-", near[_i].nearest ? near[_i].nearest : "-");
}

/* A value that looks like an option, as a word of its own. */
static const struct {
    const char *line, *text; /* NULL: taken */
} values[] = {
    {"logs|-o|-e|x",
     "option --output: its value '-e' looks like an option; if it is meant, write --output=-e"},
    {"logs|--output|--format|x", "its value '--format' looks like an option"},
    {"logs|--output=-e|x", NULL},
    {"logs|-o-e|x", NULL},
    {"logs|-o|./-e|x", NULL},
    {"logs|--result|-n|x", "option --result: its value '-n'"},
    {"logs|--journal|-n|x", "option --journal: its value '-n'"},
    {"logs|--resume|--|x", "option --resume: its value '--'"},
    {"logs|--files-from|-0", "option --files-from: its value '-0'"},
    {"logs|--files-from|-", NULL},
    {"logs|-f|-i|x", "option --file: its value '-i'"},
    {"logs|-if|-n|x", "option --file: its value '-n'"},
    {"logs|-f|-", NULL},
    {"logs|--include|-i|x", "option --include: its value '-i'"},
    {"logs|--exclude=-i|x", NULL},
    {"logs|-e|-i|x", NULL}, /* a keyword */
    {"images|--report|-o|x", "option --report: its value '-o'"},
    {"images|-o|--strip|x", "option --output: its value '--strip'"},
};

TEST_EACH(value_that_looks_like_an_option, values)
{
    ms_settings settings;
    argv_words words;
    ms_err err = {0};
    ms_code code = argv_parse(&settings, &words, values[_i].line, &err);
    ck_assert_int_eq(code, values[_i].text ? MS_USAGE : MS_OK);
    ck_assert_msg(!values[_i].text || strstr(err.text, values[_i].text), "%s", err.text);
    ms_settings_fini(&settings);
}
