/* An argv for a test, from one line of text. */
#ifndef TESTS_UNIT_CONFIG_ARGV_H
#define TESTS_UNIT_CONFIG_ARGV_H

#include "config/settings.h"

typedef struct argv_words {
    char text[512];
    char *words[48]; /* NULL-terminated; [0] is "mpiscan" */
    int count;
} argv_words;

/* "logs|-e|a b" -> mpiscan, logs, -e, "a b"; NULL: mpiscan alone. */
void argv_split(argv_words *to, const char *line);
/* The same words as a shell makes them of a line with blanks and '...'; the line's own first word is
 * words[0]. */
void argv_split_shell(argv_words *to, const char *line);
/* Parses the line; the strings of *settings are borrowed from *words. */
MS_MUST_CHECK ms_code argv_parse(ms_settings *settings, argv_words *words, const char *line, ms_err *err);

#endif
