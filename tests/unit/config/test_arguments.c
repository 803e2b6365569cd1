/* Suite of config/arguments.c: which words are options, values and operands. */
#include "argv.h"

#include "unit.h"

#include <string.h>

/* The operands found, joined by '|'; and whether -i and -n were. */
static const struct {
    const char *line;
    const char *operands;
    bool ignore_case;
    bool lines;
} orders[] = {
    {"logs", "", false, false},
    {"logs|a|b", "a|b", false, false},
    {"logs|-i|a", "a", true, false},
    {"logs|a|-i|b|-n|c", "a|b|c", true, true},
    {"logs|a|-in|b", "a|b", true, true},
    {"logs|a|--|-i|b", "a|-i|b", false, false},
    {"logs|-i|--|--|-n", "--|-n", true, false},
    {"logs|--", "", false, false},
    {"logs|a|--", "a", false, false},
    {"logs|-", "-", false, false},
    {"logs|-e|-i|a", "a", false, false},
    {"logs|-e|--|a|-i", "a", true, false},
    {"logs||a", "|a", false, false},
    {"logs|b|a|b", "b|a|b", false, false},
    {"logs|--ignore-case|a|--line-number", "a", true, true},
};

static void join(char *to, const ms_str_list *names)
{
    *to = 0;
    for (size_t i = 0; i < names->count; i++) {
        strcat(to, i == 0 ? "" : "|");
        strcat(to, ms_str_list_at(names, i).data);
    }
}

TEST_EACH(order_table, orders)
{
    ms_settings settings;
    argv_words words;
    ms_err err = {0};
    char joined[256];
    ms_code code = argv_parse(&settings, &words, orders[_i].line, &err);
    ck_assert_msg(code == MS_OK, "%s", err.text);
    join(joined, &settings.paths);
    ck_assert_str_eq(joined, orders[_i].operands);
    ck_assert_int_eq(settings.ignore_case, orders[_i].ignore_case);
    ck_assert_int_eq(settings.lines, orders[_i].lines);
    ms_settings_fini(&settings);
}

static const struct {
    const char *line;
    const char *text; /* the beginning of the message */
} refusals[] = {
    {"logs|--foo", "unknown option '--foo';"},
    {"logs|--foo=1", "unknown option '--foo=1';"},
    {"logs|a|--foo|b", "unknown option '--foo';"},
    {"logs|-Y", "unknown option '-Y';"},
    {"logs|-iYn", "unknown option '-Y';"},
    {"logs|-i-", "unknown option '--';"},
    {"logs|-:", "unknown option '-:';"},
    {"logs|-\xff", "unknown option '-\\xff';"},
    {"logs|-\x01", "unknown option '-\\x01';"},
    {"logs|-?", "unknown option '-?';"},
    {"logs|-e", "option '-e' needs a value;"},
    {"logs|-ie", "option '-e' needs a value;"},
    {"logs|a|--keyword", "option '--keyword' needs a value;"},
    {"logs|--follow=yes", "option '--follow' takes no value: '--follow=yes';"},
    {"logs|--follow=", "option '--follow' takes no value: '--follow=';"},
    /* unique, ambiguous, and without its value: an abbreviation is never taken */
    {"logs|--fol", "unknown option '--fol' (did you mean '--follow'?);"},
    {"logs|--fo", "unknown option '--fo';"},
    {"logs|--form=json", "unknown option '--form=json' (did you mean '--format'?);"},
    {"logs|--keywor", "unknown option '--keywor' (did you mean '--keyword'?);"},
    {"logs|--helpp", "unknown option '--helpp' (did you mean '--help'?);"},
    {"logs|--=x", "unknown option '--=x';"},
    /* another command's */
    {"logs|--lines|5", "option '--lines' is not an option of 'mpiscan logs';"},
    {"logs|--man", "option '--man' is not an option of 'mpiscan logs';"},
    {"generate|logs|--follow|d", "option '--follow' is not an option of 'mpiscan generate logs';"},
    {"generate|logs|-n|d", "option '-n' is not an option of 'mpiscan generate logs';"},
    {"-i|x", "option '-i' must follow a command;"},
    {"--follow|logs", "option '--follow' must follow a command;"},
    {"generate|logs|a|b", "only one directory to write into allowed: 'b';"},
    {"generate|logs|a|--|b", "only one directory to write into allowed: 'b';"},
};

TEST_EACH(refusal_table, refusals)
{
    ms_settings settings;
    argv_words words;
    ms_err err = {0};
    ck_assert_int_eq(argv_parse(&settings, &words, refusals[_i].line, &err), MS_USAGE);
    ck_assert_msg(strncmp(err.text, refusals[_i].text, strlen(refusals[_i].text)) == 0, "%s", err.text);
    ck_assert_ptr_nonnull(strstr(err.text, "; try 'mpiscan --help'"));
}

TEST(argv_is_left_alone)
{
    ms_settings settings;
    argv_words words;
    argv_words before;
    ms_err err = {0};
    argv_split(&words, "logs|a|-i|b|--max-depth|3|-e|x|c|--|-d");
    memcpy(&before, &words, sizeof before);
    ck_assert_int_eq(ms_settings_parse(&settings, words.count, words.words, &err), MS_OK);
    ck_assert_mem_eq(&before, &words, sizeof before);
    ms_settings_fini(&settings);
}

TEST(many_operands)
{
    enum { N = 5000 };
    char *argv[N + 3];
    char program[] = "mpiscan";
    char logs[] = "logs";
    char operand[] = "p";
    char option[] = "-i";
    ms_settings settings;
    ms_err err = {0};
    argv[0] = program;
    argv[1] = logs;
    for (size_t i = 0; i < N; i++) {
        argv[i + 2] = i % 2 ? operand : option;
    }
    argv[N + 2] = NULL;
    ck_assert_int_eq(ms_settings_parse(&settings, N + 2, argv, &err), MS_OK);
    ck_assert_uint_eq(settings.paths.count, N / 2);
    ms_settings_fini(&settings);
}
