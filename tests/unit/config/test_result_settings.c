/* Suite of config/result_settings.c: what shapes the answer is in the list, what does not is not. */
#include "argv.h"

#include "unit.h"

#include <string.h>

#define DECODE "|--max-decompressed=1099511627776|--max-ratio=10000|--memlimit-decompress=134217728"

/* The list of a command line, joined by '|'. */
static const struct {
    const char *line, *words;
} answers[] = {
    {"logs", "logs|--max-line=65536|--max-listing=268435456" DECODE "|--seed=42"},
    {"logs|a|b c|-0|--files-from|-|--include|*.log|--exclude|x|--exclude|y|--follow|--max-depth|3",
     "logs|path=a|path=b "
     "c|--files-from=-|--null|--include=*.log|--exclude=x|--exclude=y|--follow|--max-depth=3|"
     "--max-line=65536|--max-listing=268435456" DECODE "|--seed=42"},
    {"logs|-iwE|-n|-C2|-A1|--max-line|1K|--max-listing|2M|--seed|7|a",
     "logs|path=a|--ignore-case|--word|--regex|--line-number|--before-context=2|--after-context=1|--max-line="
     "1024|"
     "--max-listing=2097152" DECODE "|--seed=7"},
    {"logs|--max-depth|0|--simulate|5",
     "logs|--max-depth=0|--max-line=65536|--max-listing=268435456" DECODE "|--seed=42|--simulate"},
    {"logs|--journal-fields",
     "logs|--max-line=65536|--max-listing=268435456|--journal-fields" DECODE "|--seed=42"},
    {"logs|--encoding|latin1|-a",
     "logs|--max-line=65536|--max-listing=268435456|--text|--encoding=latin1" DECODE "|--seed=42"},
    {"logs|-l|a",
     "logs|path=a|--files-with-matches|--max-line=65536|--max-listing=268435456" DECODE "|--seed=42"},
    /* the form of the report, the comparison, tuning, the shard and the keywords are not in it */
    {"logs|--format|json|-o|r|--color|always|--progress|--grep-status|--baseline|off|--repeat|3|--buffer-"
     "size|64|"
     "--chunk-size|9|--split-size|5|--shard|1/2|-e|x|-f|k",
     "logs|--max-line=65536|--max-listing=268435456" DECODE "|--seed=42"},
    {"images|p|-o|g|--gray|bt709|--to|png|--strip|--image-memory|1G|--image-timeout|2.5|--max-pixels|9|--max-"
     "scans|8|"
     "--report|r",
     "images|path=p|--output=g|--gray=bt709|--to=png|--strip|--image-memory=1073741824|--image-timeout=2.5|"
     "--max-pixels=9|--max-scans=8|--seed=42"},
    {"all|p|-o|g",
     "all|path=p|--max-line=65536|--max-listing=268435456" DECODE "|--output=g|--gray=bt601|--to=same|"
     "--image-memory=2147483648|--image-timeout=60|--max-pixels=300000000|--max-scans=100|--seed=42"},
};

TEST_EACH(list_of, answers)
{
    argv_words words;
    ms_settings settings = {0};
    ms_err err = {0};
    ms_str_list list = {0};
    char joined[1024] = "";
    ck_assert_int_eq(argv_parse(&settings, &words, answers[_i].line, &err), MS_OK);
    ck_assert_int_eq(ms_settings_result_relevant(&settings, &list), MS_OK);
    for (size_t i = 0; i < list.count; i++) {
        strcat(joined, i > 0 ? "|" : "");
        strcat(joined, ms_str_list_at(&list, i).data);
    }
    ck_assert_str_eq(joined, answers[_i].words);
    ms_str_list_fini(&list);
    ms_settings_fini(&settings);
}

static const struct {
    const char *line, *words;
} searches[] = {
    {"logs|a", ""},
    {"logs|-n|--max-line|9|a", ""},
    {"logs|-i|-w|-E|a", "--ignore-case|--word|--regex"},
    {"logs|-e|x|-e|y|-f|k|-f|-|-i|a", "--keyword|--file=k|--file=-|--ignore-case"},
    {"all|-o|g|-e|x|a", "--keyword"},
    {"images|-o|g|a", ""},
};

TEST_EACH(search_table, searches)
{
    ms_settings settings;
    argv_words words;
    ms_err err = {0};
    ms_str_list found = {0};
    char joined[256] = "";
    ck_assert_int_eq(argv_parse(&settings, &words, searches[_i].line, &err), MS_OK);
    ck_assert_int_eq(ms_settings_search(&settings, &found), MS_OK);
    for (size_t i = 0; i < found.count; i++) {
        strcat(joined, i > 0 ? "|" : "");
        strcat(joined, ms_str_list_at(&found, i).data);
    }
    ck_assert_str_eq(joined, searches[_i].words);
    ms_str_list_fini(&found);
    ms_settings_fini(&settings);
}
