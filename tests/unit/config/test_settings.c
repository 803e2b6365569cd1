/* Suite of config/settings.c: argv -> settings, field by field. */
#include "argv.h"

#include "unit.h"

#include <string.h>

#define AT(field) offsetof(ms_settings, field)

/* After parsing `line`, the field holds `value`, or `text` (a list joined by '|'). */
static const struct {
    const char *line;
    char type; /* b bool, u uint64_t, d thousandths of a double, t text, n names, e enum */
    size_t offset;
    uint64_t value;
    const char *text;
} fields[] = {
    {"logs", 'e', AT(command), MS_COMMAND_LOGS, NULL},
    {"generate|logs|d", 'e', AT(command), MS_COMMAND_GENERATE_LOGS, NULL},
    {"images", 'e', AT(command), MS_COMMAND_IMAGES, NULL},
    {"all|-o|g|p", 'e', AT(command), MS_COMMAND_ALL, NULL},
    {"generate|images|d", 'e', AT(command), MS_COMMAND_GENERATE_IMAGES, NULL},
    {"generate|images|d", 'n', AT(paths), 0, "d"},
    {"generate|logs|d", 'n', AT(paths), 0, "d"},
    {"generate|logs|--files|3|d", 'n', AT(paths), 0, "d"},
    {"logs|help", 'n', AT(paths), 0, "help"},
    /* which keywords */
    {"logs", 'n', AT(keywords), 0, ""},
    {"logs|-e|a b|-ec|--keyword|d|--keyword=e=f", 'n', AT(keywords), 0, "a b|c|d|e=f"},
    {"logs|-e|a\nb", 'n', AT(keywords), 0, "a\nb"},
    {"logs|-f|x|--file=y", 'n', AT(keyword_files), 0, "x|y"},
    {"logs|--and|a|--and=b\nc", 'n', AT(and_keywords), 0, "a|b\nc"},
    {"logs|--not|a|--not|b", 'n', AT(not_keywords), 0, "a|b"},
    {"logs|-v", 'b', AT(invert), 1, NULL},
    {"logs|--invert-match", 'b', AT(invert), 1, NULL},
    {"logs|-i", 'b', AT(ignore_case), 1, NULL},
    {"logs", 'b', AT(ignore_case), 0, NULL},
    {"logs|--word", 'b', AT(word), 1, NULL},
    {"logs", 'b', AT(regex), 0, NULL},
    {"logs|-E", 'b', AT(regex), 1, NULL},
    {"logs|-FE", 'b', AT(regex), 1, NULL},
    {"logs|-E|--fixed", 'b', AT(regex), 0, NULL},
    /* which files */
    {"logs|-f|-|-f|x", 'n', AT(keyword_files), 0, "-|x"},
    {"logs|-f|-|--files-from|x", 't', AT(files_from), 0, "x"},
    {"logs|--include|*.log|--include=*.txt", 'n', AT(include), 0, "*.log|*.txt"},
    {"logs|--exclude|*.gz", 'n', AT(exclude), 0, "*.gz"},
    {"logs|--files-from|-", 't', AT(files_from), 0, "-"},
    {"logs", 't', AT(files_from), 0, NULL},
    {"logs|-0|--files-from|x", 'b', AT(null_separated), 1, NULL},
    {"logs|--follow", 'b', AT(follow), 1, NULL},
    {"logs|--journal-fields", 'b', AT(journal_fields), 1, NULL},
    {"logs|-a", 'b', AT(text), 1, NULL},
    {"logs", 'b', AT(drop_cache), 0, NULL},
    {"logs|--drop-cache", 'b', AT(drop_cache), 1, NULL},
    {"logs", 'u', AT(max_depth), UINT64_MAX, NULL},
    {"logs|--max-depth|0", 'u', AT(max_depth), 0, NULL},
    {"logs", 'u', AT(shard.count), 0, NULL},
    {"logs|--shard|2/3", 'u', AT(shard.index), 2, NULL},
    {"images|--shard=2/3", 'u', AT(shard.count), 3, NULL},
    {"all|p|-o|g|--shard|1/1", 'u', AT(shard.count), 1, NULL},
    {"logs|--shard|1000000/1000000", 'u', AT(shard.index), 1000000, NULL},
    /* what is reported */
    {"logs", 'b', AT(lines), 0, NULL},
    {"logs|-n", 'b', AT(lines), 1, NULL},
    {"logs|-nc", 'b', AT(lines), 0, NULL},
    {"logs|-cn", 'b', AT(lines), 1, NULL},
    {"logs|-l", 'b', AT(files_with_matches), 1, NULL},
    {"logs|-lnc", 'b', AT(files_with_matches), 1, NULL},
    {"logs|-L", 'b', AT(files_without_match), 1, NULL},
    {"logs|-L|-v", 'b', AT(files_with_matches), 0, NULL},
    {"logs|-m5", 'u', AT(max_count), 5, NULL},
    {"logs", 'u', AT(max_count), 0, NULL},
    {"logs|-q", 'b', AT(quiet), 1, NULL},
    {"logs|-q", 'b', AT(grep_status), 1, NULL},
    {"logs|-q", 'e', AT(baseline), MS_BASELINE_OFF, NULL},
    {"logs|-q|-n|-C2", 'b', AT(files_with_matches), 1, NULL},
    {"logs|-q|-n", 'b', AT(lines), 0, NULL},
    {"logs|-q|-n|-o|r", 'b', AT(lines), 1, NULL},
    {"logs|-q|-n|--result|r", 'b', AT(files_with_matches), 0, NULL},
    {"logs|-q|-L", 'b', AT(files_with_matches), 0, NULL},
    {"report|-q|r", 'b', AT(quiet), 1, NULL},
    {"logs|-n|--event-start|^x", 't', AT(event_start), 0, "^x"},
    {"logs|-c|--event-start=^x", 't', AT(event_start), 0, "^x"},
    {"logs|-n", 'u', AT(before), 0, NULL},
    {"logs|-n|-C3", 'u', AT(before), 3, NULL},
    {"logs|-n|-C3", 'u', AT(after), 3, NULL},
    {"logs|-n|-A1|-C3", 'u', AT(after), 1, NULL},
    {"logs|-n|-C3|-A1", 'u', AT(before), 3, NULL},
    {"logs|-n|-B|2", 'u', AT(before), 2, NULL},
    {"logs|-n|-B|2", 'u', AT(after), 0, NULL},
    {"logs|-n|-B0|-C|5", 'u', AT(before), 0, NULL},
    {"logs|-n|-C3|-c", 'u', AT(after), 0, NULL},
    {"logs|-C3|-c", 'b', AT(lines), 0, NULL},
    {"logs", 'u', AT(max_line), 65536, NULL},
    {"logs|--max-line|1K", 'u', AT(max_line), 1024, NULL},
    {"logs", 'e', AT(format), MS_FORMAT_TEXT, NULL},
    {"logs|--format=json|-n", 'e', AT(format), MS_FORMAT_JSON, NULL},
    {"logs|--format|csv", 'e', AT(format), MS_FORMAT_CSV, NULL},
    {"logs|--format|csv|--format|text", 'e', AT(format), MS_FORMAT_TEXT, NULL},
    {"logs|-n|--format|csv|-c", 'e', AT(format), MS_FORMAT_CSV, NULL},
    {"logs|-o|r.txt", 't', AT(output), 0, "r.txt"},
    {"logs", 'e', AT(color), MS_WHEN_AUTO, NULL},
    {"logs|--color|never", 'e', AT(color), MS_WHEN_NEVER, NULL},
    {"logs|--color|always", 'e', AT(color), MS_WHEN_ALWAYS, NULL},
    {"logs|--progress", 'b', AT(progress), 1, NULL},
    {"logs|--grep-status", 'b', AT(grep_status), 1, NULL},
    /* how to compare */
    {"logs", 'e', AT(baseline), MS_BASELINE_AUTO, NULL},
    {"logs|--baseline|run", 'e', AT(baseline), MS_BASELINE_RUN, NULL},
    {"logs|--baseline|estimate", 'e', AT(baseline), MS_BASELINE_ESTIMATE, NULL},
    {"logs|--baseline|off", 'e', AT(baseline), MS_BASELINE_OFF, NULL},
    {"logs", 'u', AT(repeat), 0, NULL},
    {"logs|--repeat|7", 'u', AT(repeat), 7, NULL},
    /* images */
    {"images", 't', AT(gray_dir), 0, NULL},
    {"images|-o|g", 't', AT(gray_dir), 0, "g"},
    {"images|p|--output=g", 't', AT(gray_dir), 0, "g"},
    {"images|p|-o|g", 't', AT(output), 0, NULL},
    {"images|-o|g|--files-from|x", 't', AT(gray_dir), 0, "g"},
    {"all|--files-from|x|-o|g", 't', AT(files_from), 0, "x"},
    {"images|--report|r", 't', AT(output), 0, "r"},
    {"all|p|-o|g|--report|r", 't', AT(output), 0, "r"},
    {"all|p|-o|g|--report|r", 't', AT(gray_dir), 0, "g"},
    {"logs|-o|r", 't', AT(gray_dir), 0, NULL},
    {"images", 'e', AT(formula), MS_FORMULA_BT601, NULL},
    {"images|--gray|bt601", 'e', AT(formula), MS_FORMULA_BT601, NULL},
    {"images|--gray|bt709", 'e', AT(formula), MS_FORMULA_BT709, NULL},
    {"all|p|-o|g|--gray=linear", 'e', AT(formula), MS_FORMULA_LINEAR, NULL},
    {"images", 'e', AT(target), MS_TARGET_SAME, NULL},
    {"images|--to|same", 'e', AT(target), MS_TARGET_SAME, NULL},
    {"images|--to|jpg", 'e', AT(target), MS_TARGET_JPG, NULL},
    {"images|--to|png", 'e', AT(target), MS_TARGET_PNG, NULL},
    {"images|--to|webp", 'e', AT(target), MS_TARGET_WEBP, NULL},
    {"images|--to|tiff", 'e', AT(target), MS_TARGET_TIFF, NULL},
    {"images", 'b', AT(strip), 0, NULL},
    {"images|--strip", 'b', AT(strip), 1, NULL},
    {"images", 'u', AT(image_memory), 2ULL << 30, NULL},
    {"images|--image-memory|64M", 'u', AT(image_memory), 64ULL << 20, NULL},
    {"images", 'd', AT(image_timeout), 60000, NULL},
    {"images|--image-timeout|0.1", 'd', AT(image_timeout), 100, NULL},
    {"images", 'u', AT(max_pixels), 300000000, NULL},
    {"images|--max-pixels|7", 'u', AT(max_pixels), 7, NULL},
    {"images", 'u', AT(max_scans), 100, NULL},
    {"all|p|-o|g|--max-scans|7", 'u', AT(max_scans), 7, NULL},
    {"images|--format|csv", 'e', AT(format), MS_FORMAT_CSV, NULL},
    {"images|--format|json", 'e', AT(format), MS_FORMAT_JSON, NULL},
    {"all|p|-o|g|--format|json|-n|-C2", 'u', AT(before), 2, NULL},
    {"all|p|-o|g|-l", 'b', AT(files_with_matches), 1, NULL},
    {"all|p|-o|g|-i|-e|x", 'n', AT(keywords), 0, "x"},
    {"images|--include|*.png|--follow", 'n', AT(include), 0, "*.png"},
    {"images|--baseline|run|--repeat|3", 'u', AT(repeat), 3, NULL},
    {"images|--seed|5|--chunk-size|64|--progress|--color|never", 'u', AT(seed), 5, NULL},
    {"all|--seed|5|--buffer-size|1M|--grep-status|p|-o|g", 'u', AT(buffer_size), 1ULL << 20, NULL},
    {"generate|images|d", 'u', AT(count), 10, NULL},
    {"generate|images|d|--count|3", 'u', AT(count), 3, NULL},
    {"generate|images|d", 'd', AT(megapixels), 6000, NULL},
    {"generate|images|d|--megapixels|0.25", 'd', AT(megapixels), 250, NULL},
    {"generate|images|d|--seed|9", 'u', AT(seed), 9, NULL},
    {"images", 'u', AT(count), 10, NULL},
    {"images", 'd', AT(megapixels), 6000, NULL},
    /* the demo set and generate: the same defaults */
    {"logs", 'u', AT(files), 40, NULL},
    {"logs", 'u', AT(lines_a_file), 1000, NULL},
    {"logs", 'd', AT(inject), 300, NULL},
    {"logs", 'u', AT(seed), 42, NULL},
    {"logs|--seed|7", 'u', AT(seed), 7, NULL},
    {"generate|logs|d", 'u', AT(files), 40, NULL},
    {"generate|logs|d|--files|400", 'u', AT(files), 400, NULL},
    {"generate|logs|d|--lines|0", 'u', AT(lines_a_file), 0, NULL},
    {"generate|logs|d|--inject|1", 'd', AT(inject), 1000, NULL},
    {"generate|logs|d|--seed=0", 'u', AT(seed), 0, NULL},
    {"generate|logs|d", 'e', AT(style), MS_STYLE_LOGIN, NULL},
    {"generate|logs|d|--style|syslog", 'e', AT(style), MS_STYLE_SYSLOG, NULL},
    /* tuning */
    {"logs", 'u', AT(chunk_size), 16ULL << 20, NULL},
    {"logs|--chunk-size|64", 'u', AT(chunk_size), 64, NULL},
    {"logs|--no-steal", 'b', AT(no_steal), 1, NULL},
    {"logs", 'b', AT(no_steal), 0, NULL},
    {"logs|--simulate|5,1:10", 't', AT(simulate), 0, "5,1:10"},
    {"logs", 'u', AT(buffer_size), 1ULL << 20, NULL},
    {"logs|--buffer-size|2M", 'u', AT(buffer_size), 2ULL << 20, NULL},
    /* other things to show: nothing else is set */
    {"--help", 'e', AT(command), MS_COMMAND_HELP, NULL},
    {"-h", 'e', AT(command), MS_COMMAND_HELP, NULL},
    {"help", 'e', AT(command), MS_COMMAND_HELP, NULL},
    {"help|logs", 'e', AT(command), MS_COMMAND_HELP, NULL},
    {"logs|--help", 'e', AT(command), MS_COMMAND_HELP, NULL},
    {"logs|-e|x|a|-h|--foo", 'e', AT(command), MS_COMMAND_HELP, NULL},
    {"logs|-e|x|a|-h", 'n', AT(keywords), 0, ""},
    {"logs|-e|x|a|-h", 'n', AT(paths), 0, ""},
    {"logs|a|-h|--|b", 'n', AT(paths), 0, ""},
    {"generate|logs|a|-h|b|c", 'e', AT(command), MS_COMMAND_HELP, NULL},
    {"generate|--help", 'e', AT(command), MS_COMMAND_HELP, NULL},
    {"generate|logs|-h", 'e', AT(command), MS_COMMAND_HELP, NULL},
    {"generate|images|-h", 'e', AT(command), MS_COMMAND_HELP, NULL},
    {"all|-h", 'e', AT(command), MS_COMMAND_HELP, NULL},
    {"--version", 'e', AT(command), MS_COMMAND_VERSION, NULL},
    {"-V", 'e', AT(command), MS_COMMAND_VERSION, NULL},
    {"logs|-V", 'e', AT(command), MS_COMMAND_VERSION, NULL},
    {"--man", 'e', AT(command), MS_COMMAND_MAN, NULL},
};

static void check_names(const ms_str_list *names, const char *joined)
{
    char all[256] = "";
    for (size_t i = 0; i < names->count; i++) {
        strcat(all, i == 0 ? "" : "|");
        strcat(all, ms_str_list_at(names, i).data);
    }
    ck_assert_str_eq(all, joined);
}

static void check_field(const void *field, char type, uint64_t value, const char *text)
{
    unsigned narrow = 0;
    double real = 0;
    switch (type) {
    case 'b':
        ck_assert_uint_eq(*(const bool *)field, value);
        return;
    case 'u':
        ck_assert_uint_eq(*(const uint64_t *)field, value);
        return;
    case 'd':
        memcpy(&real, field, sizeof real);
        ck_assert_uint_eq((uint64_t)(real * 1000 + 0.5), value);
        return;
    case 'e':
        memcpy(&narrow, field, sizeof narrow);
        ck_assert_uint_eq(narrow, value);
        return;
    case 't':
        ck_assert_pstr_eq(*(const char *const *)field, text);
        return;
    default:
        check_names(field, text);
    }
}

TEST_EACH(field_table, fields)
{
    ms_settings settings;
    argv_words words;
    ms_err err = {0};
    memset(&settings, 0xA5, sizeof settings);
    ms_code code = argv_parse(&settings, &words, fields[_i].line, &err);
    ck_assert_msg(code == MS_OK, "%s", err.text);
    check_field((const unsigned char *)&settings + fields[_i].offset, fields[_i].type, fields[_i].value,
                fields[_i].text);
    ms_settings_fini(&settings);
}

static const struct {
    const char *line;
    const char *text; /* somewhere in the message */
} refusals[] = {
    {"foo", "unknown command 'foo'"},
    {"foo\x1b[m|logs", "unknown command 'foo\\x1b[m'"},
    {"", "unknown command ''"},
    {"log", "unknown command 'log'"},
    {"--", "no command"},
    {"--|logs", "no command"},
    {"generate", "use 'mpiscan generate logs' or 'mpiscan generate images';"},
    {"generate|videos|d", "use 'mpiscan generate logs' or 'mpiscan generate images';"},
    {"generate|images", "'generate images' needs a directory"},
    {"generate|images|", "has an empty name"},
    {"generate|images|a|b", "'b'"},
    {"generate|images|d|--files|3", "option '--files' is not an option of 'mpiscan generate images'"},
    {"generate|logs|d|--count|3", "option '--count' is not an option of 'mpiscan generate logs'"},
    {"logs|--report|r", "option '--report' is not an option of 'mpiscan logs'"},
    {"logs|--gray|bt601", "option '--gray' is not an option of 'mpiscan logs'"},
    {"images|-e|x", "option '-e' is not an option of 'mpiscan images'"},
    {"images|--keyword|x", "option '--keyword' is not an option of 'mpiscan images'"},
    {"images|--grep-status", "option '--grep-status' is not an option of 'mpiscan images'"},
    {"logs|--simulate|x", "option --simulate: 'x' is not NSEC[,RANK:FACTOR]...;"},
    {"logs|--simulate|-1", "option --simulate"},
    {"logs|--simulate|1,", "option --simulate"},
    {"logs|--simulate|,1:1", "option --simulate"},
    {"logs|--simulate|1,2", "option --simulate"},
    {"logs|--simulate|1,a:2", "option --simulate"},
    {"logs|--simulate|1,2:", "option --simulate"},
    {"logs|--simulate|1,2:3:4", "option --simulate"},
    {"logs|--simulate|1,2:nan", "option --simulate"},
    {"logs|--simulate|11111111111111111111111111111111111111111111111111111111111111111",
     "option --simulate"},
    {"images|--buffer-size|1M", "option '--buffer-size' is not an option of 'mpiscan images'"},
    {"images|p", "'images' needs a directory to write into: -o DIR;"},
    {"images|--files-from|x", "'images' needs a directory to write into: -o DIR;"},
    {"images|p|--report|r", "'images' needs a directory to write into: -o DIR;"},
    {"images|p|-o|", "option --output: empty value"},
    {"all", "'all' needs a path;"},
    {"all|-o|g", "'all' needs a path;"},
    {"all|p", "'all' needs a directory to write into: -o DIR;"},
    {"all|p|-o|g|--format|csv", "use --format json;"},
    {"all|p|-o|g|-n|-l", "-n (lines) and -l (files with matches)"},
    {"generate|--files|3|logs|d", "'mpiscan generate logs'"},
    {"generate|logs", "'generate logs' needs a directory"},
    {"generate|logs|--files|3", "'generate logs' needs a directory"},
    {"generate|logs|", "has an empty name"},
    {"generate|logs|a|b", "'b'"},
    {"logs|a|b|--foo", "'--foo'"},
    {"logs|-e|x|-e|", "empty keyword (matches every line)"},
    {"logs|a|-0", "-0 needs --files-from"},
    {"logs|-f|-|--files-from|-", "standard input (-) can be used only once"},
    {"logs|-f|-|a|-f|-", "standard input (-) can be used only once"},
    {"logs|a|--exclude|x[", "'x['"},
    {"logs|--files-from|", "--files-from"},
    {"logs|--output|", "--output"},
    {"logs|-o|", "--output"},
    {"logs|-C|2", "context lines need -n"},
    {"logs|-A0", "context lines need -n"},
    {"logs|-B1", "context lines need -n"},
    {"logs|-n|-l", "-n (lines) and -l (files with matches)"},
    {"logs|-l|-c|-n", "-n (lines) and -l (files with matches)"},
    {"logs|-l|-C|2", "context lines (-A, -B, -C) and -l"},
    {"logs|-l|-A|2|-c", "context lines (-A, -B, -C) and -l"},
    {"logs|-l|-L", "-l (files with matches) and -L (files without match)"},
    {"logs|-L|-n", "-n (lines) and -L"},
    {"logs|-L|-C|2", "context lines (-A, -B, -C) and -L"},
    {"logs|-L|--event-start|x", "--event-start and -L"},
    {"logs|-l|--event-start|x", "--event-start and -l"},
    {"logs|-n|-A1|--event-start|x", "context lines (-A, -B, -C) and --event-start"},
    {"logs|--event-start|x", "--event-start needs -n"},
    {"logs|--and|", "--and: empty keyword"},
    {"logs|--encoding|latin-one", "--encoding: unknown encoding 'latin-one'"},
    {"logs|--encoding=", "--encoding: empty value"},
    {"logs|--not|a\n", "--not: empty keyword"},
    {"logs|-m0", "'0' is not a number from 1"},
    {"logs|-n|--format|csv", "use --format json"},
    {"logs|--format|csv|-c|-n", "use --format json"},
    {"logs|-e|x|-f|y|--include|z|--exclude|z|a|--repeat|many", "'many'"},
};

static void check_blank(const ms_settings *settings)
{
    const ms_str_list *const lists[] = {
        &settings->paths,        &settings->keywords, &settings->keyword_files, &settings->and_keywords,
        &settings->not_keywords, &settings->include,  &settings->exclude};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        ck_assert_uint_eq(lists[i]->count, 0);
        ck_assert_ptr_null(lists[i]->blob.data);
        ck_assert_ptr_null(lists[i]->ends);
    }
    ck_assert_int_eq(settings->command, MS_COMMAND_NONE);
    ck_assert(!settings->ignore_case && !settings->lines && !settings->files_with_matches);
    ck_assert(!settings->null_separated && !settings->follow);
    ck_assert_ptr_null(settings->files_from);
    ck_assert_ptr_null(settings->output);
    ck_assert_ptr_null(settings->gray_dir);
    ck_assert_uint_eq(settings->max_depth + settings->files + settings->seed + settings->buffer_size, 0);
    ck_assert_int_eq(settings->format, MS_FORMAT_TEXT);
}

TEST_EACH(refusal_table, refusals)
{
    ms_settings settings;
    argv_words words;
    ms_err err = {0};
    memset(&settings, 0xA5, sizeof settings);
    ck_assert_int_eq(argv_parse(&settings, &words, refusals[_i].line, &err), MS_USAGE);
    ck_assert_int_eq(err.code, MS_USAGE);
    ck_assert_msg(strstr(err.text, refusals[_i].text) != NULL, "%s", err.text);
    const char *end = strstr(err.text, "; try 'mpiscan --help'");
    ck_assert_msg(end && strlen(end) == strlen("; try 'mpiscan --help'"), "%s", err.text);
    check_blank(&settings);
}

TEST(bare_program_gets_two_lines)
{
    ms_settings settings;
    argv_words words;
    ms_err err = {0};
    memset(&settings, 0xA5, sizeof settings);
    ck_assert_int_eq(argv_parse(&settings, &words, NULL, &err), MS_USAGE);
    const char *line = strchr(err.text, '\n');
    ck_assert_ptr_nonnull(line);
    ck_assert_str_eq(line, "\ntry 'mpiscan --help'");
    ck_assert_ptr_nonnull(strstr(err.text, "mpiscan logs"));
    check_blank(&settings);
    ck_assert_int_eq(ms_settings_parse(&settings, 0, words.words + 1, &err), MS_USAGE);
}

TEST(parses_again_and_again)
{
    ms_settings settings;
    argv_words words;
    ms_err err = {0};
    for (int round = 0; round < 3; round++) {
        ck_assert_int_eq(argv_parse(&settings, &words, "logs|-i|a|--|b", &err), MS_OK);
        ck_assert_uint_eq(settings.paths.count, 2);
        ms_settings_fini(&settings);
        /* leaves getopt in the middle of a word */
        ck_assert_int_eq(argv_parse(&settings, &words, "logs|-iZnnn", &err), MS_USAGE);
        ck_assert_int_eq(argv_parse(&settings, &words, "logs|-ihnnn", &err), MS_OK);
        ms_settings_fini(&settings);
        ck_assert_int_eq(argv_parse(&settings, &words, "generate|logs|d|--lines|5", &err), MS_OK);
        ck_assert_uint_eq(settings.lines_a_file, 5);
        ms_settings_fini(&settings);
    }
}

TEST(err_may_be_null)
{
    ms_settings settings;
    argv_words words;
    ck_assert_int_eq(argv_parse(&settings, &words, "logs|--foo", NULL), MS_USAGE);
    ck_assert_int_eq(argv_parse(&settings, &words, "logs|--repeat|x", NULL), MS_USAGE);
}

TEST(fini_twice)
{
    ms_settings settings;
    argv_words words;
    ms_err err = {0};
    ck_assert_int_eq(argv_parse(&settings, &words, "logs|-e|x|-f|y|--include|z|--exclude|z|a", &err), MS_OK);
    ms_settings_fini(&settings);
    check_blank(&settings);
    ms_settings_fini(&settings);
    ms_settings zero = {0};
    ms_settings_fini(&zero);
}
