/* Suite of config/value.c. */
#include "config/config_internal.h"

#include "unit.h"

#include <string.h>

static const ms__option *option_named(const char *name)
{
    for (size_t i = 0; i < ms__noptions; i++) {
        if (strcmp(ms__options[i].name, name) == 0) {
            return &ms__options[i];
        }
    }
    ck_abort_msg("no option --%s", name);
    return NULL;
}

/* text NULL: accepted. */
static const struct {
    const char *name;
    const char *value;
    const char *text;
} values[] = {
    {"repeat", "0", NULL},
    {"repeat", "1000", NULL},
    {"repeat", "1001", "option --repeat: '1001' is not a number from 0 to 1000;"},
    {"repeat", "x", "option --repeat: 'x' is not a number from 0 to 1000;"},
    {"repeat", "", "option --repeat: '' is not a number from 0 to 1000;"},
    {"repeat", "-1", "'-1'"},
    {"repeat", "1K", "'1K'"},
    {"seed", "18446744073709551615", NULL},
    {"seed", "18446744073709551616", "'18446744073709551616'"},
    {"files", "1", NULL},
    {"files", "10000000", NULL},
    {"files", "0", "option --files: '0' is not a number from 1 to 10000000;"},
    {"files", "10000001", "'10000001'"},
    {"lines", "0", NULL},
    {"max-line", "1", NULL},
    {"max-line", "1G", NULL},
    {"max-line", "0", "option --max-line: '0' is not a size from 1 to 1G;"},
    {"buffer-size", "64", NULL},
    {"buffer-size", "64M", NULL},
    {"buffer-size", "63", "option --buffer-size: '63' is not a size from 64 to 64M;"},
    {"buffer-size", "65M", "'65M'"},
    {"simulate", "5,7:10,0:0.5", NULL},
    {"simulate", "", "option --simulate: empty value"},
    {"chunk-size", "1", NULL},
    {"chunk-size", "1G", NULL},
    {"chunk-size", "2G", "option --chunk-size: '2G' is not a size from 1 to 1G;"},
    {"inject", "0", NULL},
    {"inject", "1", NULL},
    {"inject", "0.125", NULL},
    {"inject", "1.01", "option --inject: '1.01' is not a number from 0 to 1;"},
    {"inject", "nan", "'nan'"},
    {"image-timeout", "0.1", NULL},
    {"image-timeout", "86400", NULL},
    {"image-timeout", "0.09", "option --image-timeout: '0.09' is not a number from 0.1 to 86400;"},
    {"image-timeout", "86400.5", "'86400.5'"},
    {"megapixels", "0.01", NULL},
    {"megapixels", "400", NULL},
    {"megapixels", "0.009", "option --megapixels: '0.009' is not a number from 0.01 to 400;"},
    {"megapixels", "401", "'401'"},
    {"image-memory", "64M", NULL},
    {"image-memory", "1T", NULL},
    {"image-memory", "63M", "option --image-memory: '63M' is not a size from 64M to 1T;"},
    {"image-memory", "1025G", "'1025G'"},
    {"max-pixels", "1", NULL},
    {"max-pixels", "1000000000000", NULL},
    {"max-pixels", "0", "option --max-pixels: '0' is not a number from 1 to 1000000000000;"},
    {"max-pixels", "300M", "'300M'"},
    {"max-pixels", "1000000000001", "'1000000000001'"},
    {"max-scans", "0", "option --max-scans: '0' is not a number from 1 to 1000000;"},
    {"gray", "linear", NULL},
    {"gray", "bt2020", "option --gray: 'bt2020' is not one of bt601, bt709, linear;"},
    {"to", "jpeg", "option --to: 'jpeg' is not one of same, jpg, png, webp, tiff;"},
    {"format", "csv", NULL},
    {"format", "xml", "option --format: 'xml' is not one of text, json, csv;"},
    {"format", "", "option --format: '' is not one of text, json, csv;"},
    {"color", "alway", "option --color: 'alway' is not one of auto, always, never;"},
    {"output", "", "option --output: empty value;"},
    {"include", "", "option --include: empty value;"},
    {"include", "a[", "option --include: 'a[' is not a glob: '[' without ']';"},
    {"exclude", "*.[ch", "option --exclude: '*.[ch' is not a glob: '[' without ']';"},
    {"include", "[]", "'[' without ']'"},
    {"include", "[!]", "'[' without ']'"},
    {"include", "[^]", "'[' without ']'"},
    {"include", "[a\\]", "'[' without ']'"},
    {"include", "[[:alpha:]", "'[' without ']'"},
    {"include", "[a]b[c", "'[' without ']'"},
    {"include", "a\\", "ends with a backslash"},
    {"include", "[ab]*", NULL},
    {"include", "a]", NULL},
    {"include", "[]]", NULL},
    {"include", "[!]a]", NULL},
    {"include", "[[]", NULL},
    {"include", "[[:]", NULL},
    {"include", "[[:alpha:]]", NULL},
    {"include", "[a\\]]", NULL},
    {"include", "\\[a", NULL},
    {"include", "\\\\", NULL},
    {"max-depth", "1000000", NULL},
    {"max-depth", "1000001", "option --max-depth: '1000001' is not a number from 0 to 1000000;"},
    {"max-depth", "-1", "option --max-depth: '-1' is not a number from 0 to 1000000;"},
    {"keyword", "", "option --keyword: empty keyword (matches every line);"},
    {"keyword", "\n", "empty keyword"},
    {"keyword", "a\n", "empty keyword"},
    {"keyword", "\na", "empty keyword"},
    {"keyword", "a\n\nb", "empty keyword"},
    {"keyword", "a\nb", NULL},
    {"keyword", " ", NULL},
    {"format", "\x1b[31m\n\xff", "'\\x1b[31m\\n\\xff'"},
};

TEST_EACH(value_table, values)
{
    ms__parsed parsed = {0};
    ms_err err = {0};
    ms_code code = ms__store(&parsed, option_named(values[_i].name), values[_i].value, &err);
    if (!values[_i].text) {
        ck_assert_msg(code == MS_OK, "%s", err.text);
    } else {
        ck_assert_int_eq(code, MS_USAGE);
        ck_assert_int_eq(err.code, MS_USAGE);
        ck_assert_msg(strstr(err.text, values[_i].text) != NULL, "%s", err.text);
        ck_assert_msg(strstr(err.text, "; try 'mpiscan --help'") != NULL, "%s", err.text);
    }
    ms_settings_fini(&parsed.settings);
}

/* However long what was typed: the text says what is wrong and how to get help. */
TEST(long_words_are_cut)
{
    char typed[2000];
    memset(typed, '\x01', sizeof typed - 1);
    typed[sizeof typed - 1] = 0;
    for (size_t i = 0; i < ms__noptions; i++) {
        ms__parsed parsed = {0};
        ms_err err = {0};
        if (!ms__options[i].choices && ms__options[i].max == 0) {
            continue;
        }
        ck_assert_int_eq(ms__store(&parsed, &ms__options[i], typed, &err), MS_USAGE);
        ck_assert_ptr_nonnull(strstr(err.text, "...' is not "));
        ck_assert_ptr_nonnull(strstr(err.text, "; try 'mpiscan --help'"));
    }
}
