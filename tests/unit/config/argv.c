#include "argv.h"

#include <check.h>
#include <string.h>

static void add(argv_words *to, char *word)
{
    ck_assert_uint_lt((size_t)to->count + 1, sizeof to->words / sizeof to->words[0]);
    to->words[to->count++] = word;
    to->words[to->count] = NULL;
}

void argv_split(argv_words *to, const char *line)
{
    static const char program[] = "mpiscan";
    *to = (argv_words){0};
    ck_assert_uint_lt(sizeof program + (line ? strlen(line) : 0), sizeof to->text);
    memcpy(to->text, program, sizeof program);
    add(to, to->text);
    if (!line) {
        return;
    }
    char *word = to->text + sizeof program;
    strcpy(word, line);
    for (char *end = strchr(word, '|'); end; end = strchr(word, '|')) {
        *end = 0;
        add(to, word);
        word = end + 1;
    }
    add(to, word);
}

void argv_split_shell(argv_words *to, const char *line)
{
    *to = (argv_words){0};
    ck_assert_uint_lt(strlen(line) + 1, sizeof to->text);
    char *out = to->text;
    for (const char *p = line + strspn(line, " "); *p; p += strspn(p, " ")) {
        bool quoted = false;
        add(to, out);
        for (; *p && (quoted || *p != ' '); p++) {
            if (*p == '\'') {
                quoted = !quoted;
            } else {
                *out++ = *p;
            }
        }
        *out++ = 0;
    }
}

ms_code argv_parse(ms_settings *settings, argv_words *words, const char *line, ms_err *err)
{
    argv_split(words, line);
    return ms_settings_parse(settings, words->count, words->words, err);
}
