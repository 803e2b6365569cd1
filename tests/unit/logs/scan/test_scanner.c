/* Suite of logs/scan/scanner.c, and of all of logs/ together: seeded random files through windows of all
 * sizes must give what the slow reference gives. */
#include "base/escape.h"
#include "logs/keywords/pcre.h"
#include "logs/match/engine.h"
#include "logs_fixture.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 12 };

static const size_t windows[] = {64, 65, 66, 79, 80, 97, 128, 200, 333, 1024, 65536};

/* Lines that begin an event, and the expression that means the same. */
#define EVENT_START "^[a-f]"

static bool begins_event(const uint8_t *line, size_t n)
{
    return n > 0 && line[0] >= 'a' && line[0] <= 'f';
}

/* Roles of up to 16 keywords, each with one or more. */
static const uint8_t roles[][16] = {
    {1, 2, 1, 1, 2, 1, 2, 1, 1, 2, 1, 1, 2, 1, 1, 2}, {4, 1, 1, 4, 1, 1, 1, 4, 1, 1, 1, 4, 1, 1, 4, 1},
    {2, 2, 4, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2}, {4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4},
    {3, 1, 4, 1, 1, 3, 1, 1, 4, 1, 1, 1, 1, 1, 1, 1}, {2, 1, 5, 1, 1, 1, 6, 1, 1, 1, 1, 1, 1, 1, 1, 1}};

static ms_scan_options random_options(chance *c, size_t window)
{
    ms_scan_options options = {.buffer_size = window, .max_line = 1 + chance_below(c, 100)};
    options.roles = chance_below(c, 2) == 0 ? roles[chance_below(c, sizeof roles / sizeof roles[0])] : NULL;
    options.invert = chance_below(c, 3) == 0;
    options.max_count = chance_below(c, 3) == 0 ? 1 + chance_below(c, 4) : 0;
    size_t kind = chance_below(c, 6);
    options.files_with_matches = kind == 0;
    options.lines = kind > 1;
    if (kind > 2) {
        options.before = chance_below(c, 5);
        options.after = chance_below(c, 5);
    }
    if (kind == 5) {
        options.before = options.after = 0;
        options.event_start = EVENT_START;
    }
    return options;
}

/* Random files for one set of keywords. */
static void rounds(const scratch *directory, const ms_keywords *keywords, reference_match_fn *match,
                   void *user, uint64_t seed, const char *about)
{
    ms_err err = {0};
    ms_matcher *matcher = NULL;
    if (ms_matcher_new(&matcher, keywords, NULL, &err) != MS_OK) {
        ck_abort_msg("%s: %s", about, err.text);
    }
    for (uint64_t round = 0; round < ROUNDS; round++) {
        chance c = {seed * 1000 + round};
        char name[160];
        (void)snprintf(name, sizeof name, "%s, seed %llu round %llu", about, (unsigned long long)seed,
                       (unsigned long long)round);
        ms_bytes text = logs_random_text(&c, keywords, chance_below(&c, 1500), 20 + chance_below(&c, 400));
        file_write(directory->file, text.data, text.len);
        for (size_t i = 0; i < sizeof windows / sizeof windows[0]; i++) {
            ms_scan_options options = random_options(&c, windows[i]);
            logs_case one = {directory,
                             matcher,
                             {.keywords = keywords,
                              .options = &options,
                              .is_event = begins_event,
                              .match = match,
                              .user = user},
                             name};
            logs_compare(&one, text.len, text.data, text.len);
        }
        ms_bytes_fini(&text);
    }
    ms_matcher_free(matcher);
}

static const char *const fixed_sets[][8] = {
    {"foo"},
    {"a"},
    {"aa"},
    {"abab", "aba", "ab", "b", "bab"},
    {"unauthorized access"},
    {"unauthorized access", "failed password", "access", "zed", "fail"},
    {"foo", "Foo", "FOO", "oof", "foo bar", "o"},
    {"-x-", "x", "_x", "x_", "--"},
    {"foo\r"},
    {"unauthorized access\r"},
    {"\r", "a\rb"},
    {"\1"},
    {"a\1b", "\1\1", "a"},
    {"\xC3\xA9", "caf\xC3\xA9", "\xA9"},
    {"\xC3\x84pfel", "stra\xC3\x9F"
                     "e"},
    {"\xD0\xB6", "\xCF\x82", "\xCE\xA3", "\xCF\x83"},
    {"\xFF", "\xFF\xFF"},
    {"        "},
    {"a long keyword that is longer than the smallest window, so that it lies on the boundary of two of "
     "them, "
     "at least"},
};

TEST_EACH(fixed_strings_in_random_files, fixed_sets)
{
    scratch directory = scratch_open();
    for (unsigned flags = 0; flags < 4; flags++) {
        ms_keywords keywords = logs_keywords(fixed_sets[_i], flags);
        char about[64];
        (void)snprintf(about, sizeof about, "fixed set %d flags %u", _i, flags);
        rounds(&directory, &keywords, NULL, NULL, (uint64_t)_i * 4 + flags, about);
        ms_keywords_fini(&keywords);
    }
    scratch_close(&directory);
}

/* So many that are looked for at some places only, when a sample says that they are rare. */
TEST_RANGE(dozens_of_strings_in_random_files, 0, 16)
{
    static const char *const bits[] = {"a", "B", "-", " ", "x", "foo", "\xC3\xA9"};
    scratch directory = scratch_open();
    chance c = {(uint64_t)_i};
    ms_keywords keywords = {.ignore_case = (_i & IGNORE_CASE) != 0, .word = (_i & WORD) != 0};
    for (size_t i = 0; i < 200 || keywords.list.count < 100;
         i++) { /* some of one letter: runs to be skipped */
        ms_bytes word = {0};
        for (size_t left = 6 + chance_below(&c, 12); left > 0; left--) {
            const char *bit = bits[i % 20 == 0 ? i / 20 % 3 : chance_below(&c, 6)];
            ms_bytes_append(&word, bit, strlen(bit));
        }
        ms_bytes_append(&word, bits[6], i % 3 == 0 ? 2 : 0);
        ms_str_list_push(&keywords.list, word.data, word.len);
        ms_bytes_fini(&word);
    }
    ck_assert_int_eq(ms_keywords_unique(&keywords), MS_OK);
    while (keywords.sample.len < 100000) {
        ms_bytes_append(&keywords.sample, "of them nothing\n", 16);
    }
    ms_engine engine = {0};
    ms_err err = {0};
    ck_assert_int_eq(ms_engine_compile(&engine, &keywords, &err), MS_OK);
    ck_assert_uint_ge(engine.block.literals.stride, 2);
    ms_engine_fini(&engine);
    rounds(&directory, &keywords, NULL, NULL, (uint64_t)_i + 1000, "dozens of strings");
    ms_keywords_fini(&keywords);
    scratch_close(&directory);
}

/* ---- regular expressions, against PCRE2 alone ---- */

typedef struct regex_set {
    const char *list[4];
    const char *seeds[8]; /* what the random text is made of */
} regex_set;

static const regex_set regex_sets[] = {
    {{"^foo"}, {"foo", "o"}},
    {{"foo$"}, {"foo", "o"}},
    {{"^foo$", "^$"}, {"foo"}},
    {{"a*"}, {"a"}},
    {{"^a*$", "b"}, {"a", "b"}},
    {{"\\bfoo"}, {"foo", " foo"}},
    {{"foo\\b"}, {"foo", "foo "}},
    {{"foo\\sbar"}, {"foo", "bar", "foo bar", "foo\rbar", "foo\nbar"}},
    {{"\\Afoo", "foo\\z"}, {"foo"}},
    {{"foo\\Z"}, {"foo"}},
    {{"foo|bar|^x", "o$|b"}, {"foo", "bar", "x"}},
    {{"^(foo|bar)", "^x$|o"}, {"foo", "bar", "x", "o"}},
    {{"(?i)foo"}, {"foo"}},
    {{"(?m)^foo$"}, {"foo"}},
    {{"(?-m)^foo$"}, {"foo"}},
    {{"(?-m:^foo)"}, {"foo"}},
    {{"(?s)foo.x"}, {"foo", "foo x", "x"}},
    {{"foo.x"}, {"foo", "foo-x", "x"}},
    {{"foo[^x]"}, {"foo", "x"}},
    {{"[^x]foo"}, {"foo", "x"}},
    {{"foo\\W"}, {"foo", "x"}},
    {{"\\s+$"}, {" ", "a", "\r"}},
    {{"^\\s*$"}, {" ", "a", "\r"}},
    {{"x\\r"}, {"x", "x\r"}},
    {{"x\\r$"}, {"x", "x\r"}},
    {{"(foo|^)$"}, {"foo"}},
    {{"fo{2,3}($|b)"}, {"foo", "fooo", "b"}},
    {{"[$]x", "\\$"}, {"$", "$x"}},
    {{"a.{3,40}b"}, {"a", "b", "xxxx"}},
    {{"\\x66oo", "\\x00"}, {"foo"}},
    {{"\\Qf.o\\E$", "f.o"}, {"f.o", "foo"}},
    {{"foo\\d+", "\\D$"}, {"foo", "0", "foo1"}},
    {{"foo(?!bar)", "(?<=x)foo"}, {"foo", "bar", "x"}},
    {{"(foo|x)\\1", "^(?>x|xf)o"}, {"foo", "x", "o"}},
    {{"\\xC3?\\X{3}x", "fo"}, {"x", "fo"}},
    {{"(?:\xC3\xA9)?x", "^.{4}$", "\\b\xD0\xB6"}, {"x", "\xC3\xA9", "\xD0\xB6", "\xFF"}},
    {{"[\xC3\xA4\xC3\xA9]o", "a.b"}, {"a", "b", "o", "\xC3\xA9", "\xFF"}},
    {{"\\p{Greek}+x", "foo"}, {"x", "\xCF\x82", "\xCE\xA3", "foo"}},
    {{"\xCF\x82", "k"}, {"\xCE\xA3", "\xE2\x84\xAA", "K"}},
    {{"\xFF.o", "o\xFF"}, {"o", "\xFF", "\xFF-o", "\xFF\xC3\xA9o"}},
    {{"o\\K", "^"}, {"o", "x"}},
};

enum { NREGEX_SETS = sizeof regex_sets / sizeof regex_sets[0] };

typedef struct regexes {
    pcre2_code *chars[4];
    pcre2_code *bytes[4]; /* NULL: none, as it has characters */
    bool raw[4];          /* not UTF-8: it is about bytes */
} regexes;

static pcre2_code *compile_regex(const char *regex, unsigned flags, uint32_t options)
{
    char wrapped[256];
    bool whole = (flags & WHOLE_LINE) != 0;
    bool word = !whole && (flags & WORD) != 0;
    (void)snprintf(wrapped, sizeof wrapped, "%s(?:%s\\E)%s",
                   whole  ? "^"
                   : word ? "(?<!\\w)"
                          : "",
                   regex,
                   whole  ? "$"
                   : word ? "(?!\\w)"
                          : "");
    int message = 0;
    size_t at = 0;
    options |= (flags & IGNORE_CASE) ? PCRE2_CASELESS : 0U;
    return pcre2_compile((PCRE2_SPTR)wrapped, PCRE2_ZERO_TERMINATED, options, &message, &at, NULL);
}

static bool matches_regex(const pcre2_code *code, const uint8_t *line, size_t n)
{
    pcre2_match_data *result = pcre2_match_data_create(1, NULL);
    bool matched = code && pcre2_match(code, line, n, 0, 0, result, NULL) >= 0;
    pcre2_match_data_free(result);
    return matched;
}

/* As characters, where invalid bytes are no letters; with a keyword of ASCII, an invalid line also as bytes.
 */
static bool match_regex(void *user, uint32_t id, const uint8_t *line, size_t n)
{
    const regexes *r = user;
    uint8_t *text = malloc(3 * n + 1);
    size_t ntext = 0;
    bool valid = true;
    for (size_t at = 0; at < n && text;) {
        uint32_t code_point = 0;
        size_t len = ms_utf8_decode(line + at, n - at, &code_point);
        memcpy(text + ntext, len > 0 ? line + at : (const uint8_t *)"\xEF\xBF\xBD", len > 0 ? len : 3);
        ntext += len > 0 ? len : 3;
        at += len > 0 ? len : 1;
        valid = valid && len > 0;
    }
    bool matched = r->raw[id] ? matches_regex(r->bytes[id], line, n)
                              : matches_regex(r->chars[id], text, ntext) ||
                                    (!valid && matches_regex(r->bytes[id], line, n));
    free(text);
    return matched;
}

static void compile_regexes(regexes *r, const regex_set *set, unsigned flags)
{
    *r = (regexes){0};
    for (size_t i = 0; set->list[i]; i++) {
        r->raw[i] = !ms_utf8_valid(set->list[i], strlen(set->list[i]));
        r->chars[i] = compile_regex(set->list[i], flags, PCRE2_UTF | PCRE2_UCP);
        bool bytes = r->raw[i] || ms_is_ascii((const uint8_t *)set->list[i], strlen(set->list[i]));
        r->bytes[i] = bytes ? compile_regex(set->list[i], flags, 0) : NULL;
    }
}

static void regex_rounds(const regex_set *set, unsigned flags, int number)
{
    regexes compiled;
    compile_regexes(&compiled, set, flags);
    scratch directory = scratch_open();
    ms_keywords keywords = logs_keywords(set->list, flags | REGEX);
    ms_keywords seeds = logs_keywords(set->seeds, 0);
    ms_err err = {0};
    ms_matcher *matcher = NULL;
    ms_code code = ms_matcher_new(&matcher, &keywords, NULL, &err);
    if (code != MS_OK) {
        ck_abort_msg("set %d %s: %d %s", number, set->list[0], code, err.text);
    }
    for (uint64_t round = 0; round < ROUNDS; round++) {
        chance c = {(uint64_t)number * 1000 + round};
        char about[96];
        (void)snprintf(about, sizeof about, "regex set %d %s flags %u round %llu", number, set->list[0],
                       flags, (unsigned long long)round);
        ms_bytes text = logs_random_text(&c, &seeds, chance_below(&c, 800), 20 + chance_below(&c, 200));
        file_write(directory.file, text.data, text.len);
        for (size_t i = 0; i < sizeof windows / sizeof windows[0]; i++) {
            ms_scan_options options = random_options(&c, windows[i]);
            options.max_line = 65536; /* the reference does not know where an expression matches */
            logs_case one = {&directory,
                             matcher,
                             {.keywords = &keywords,
                              .options = &options,
                              .is_event = begins_event,
                              .match = match_regex,
                              .user = &compiled},
                             about};
            logs_compare(&one, text.len, text.data, text.len);
        }
        ms_bytes_fini(&text);
    }
    ms_matcher_free(matcher);
    ms_keywords_fini(&keywords);
    ms_keywords_fini(&seeds);
    for (size_t i = 0; i < 4; i++) {
        pcre2_code_free(compiled.chars[i]);
        pcre2_code_free(compiled.bytes[i]);
    }
    scratch_close(&directory);
}

TEST_RANGE(regular_expressions_in_random_files, 0, NREGEX_SETS)
{
    static const unsigned flags[] = {0, IGNORE_CASE, WORD, IGNORE_CASE | WORD, WHOLE_LINE, PERL};
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        regex_rounds(&regex_sets[_i], flags[i], _i);
    }
}

/* ---- files whose bytes are not the text ---- */

/* Code points that are letters or line ends, as UTF-16 with a mark in `file`, and as UTF-8 in `text`. */
static void random_utf16(chance *c, bool big_endian, ms_bytes *file, ms_bytes *text)
{
    static const struct {
        uint16_t units[2];
        const char *utf8;
    } runes[] = {{{'f', 0}, "f"},
                 {{'o', 0}, "o"},
                 {{' ', 0}, " "},
                 {{0xE4, 0}, "\xC3\xA4"},
                 {{'\r', 0}, "\r"},
                 {{0xD83D, 0xDE00}, "\xF0\x9F\x98\x80"},
                 {{0x20AC, 0}, "\xE2\x82\xAC"},
                 {{'\n', 0}, "\n"}};
    size_t n = chance_below(c, 800);
    size_t kinds = chance_below(c, 3) == 0 ? 8 : 7; /* the one without line ends has one long line */
    uint16_t unit = 0xFEFF;
    for (size_t i = 0; i <= n; i++) {
        size_t at = chance_below(c, kinds);
        const uint16_t units[2] = {i == 0 ? unit : runes[at].units[0], i == 0 ? 0 : runes[at].units[1]};
        for (size_t j = 0; j < 2 && (j == 0 || units[j] != 0); j++) {
            const uint8_t raw[2] = {(uint8_t)(units[j] >> (big_endian ? 8 : 0)),
                                    (uint8_t)(units[j] >> (big_endian ? 0 : 8))};
            ms_bytes_append(file, raw, 2);
        }
        ms_bytes_append(text, runes[at].utf8, i == 0 ? 0 : strlen(runes[at].utf8));
    }
}

TEST(utf16_files)
{
    static const char *const list[] = {"foo", "\xC3\xA4", "\xF0\x9F\x98\x80 ", NULL};
    ms_err err = {0};
    scratch directory = scratch_open();
    ms_keywords keywords = logs_keywords(list, 0);
    ms_matcher *matcher = NULL;
    ck_assert_int_eq(ms_matcher_new(&matcher, &keywords, NULL, &err), MS_OK);
    for (uint64_t round = 0; round < 40; round++) {
        chance c = {round};
        ms_bytes file = {0};
        ms_bytes text = {0};
        random_utf16(&c, round % 2 == 0, &file, &text);
        file_write(directory.file, file.data, file.len);
        for (size_t i = 0; i < sizeof windows / sizeof windows[0]; i++) {
            ms_scan_options options = random_options(&c, windows[i]);
            logs_case one = {&directory,
                             matcher,
                             {.keywords = &keywords, .options = &options, .is_event = begins_event},
                             "utf-16"};
            logs_compare(&one, file.len, text.data, text.len);
        }
        ms_bytes_fini(&file);
        ms_bytes_fini(&text);
    }
    ms_matcher_free(matcher);
    ms_keywords_fini(&keywords);
    scratch_close(&directory);
}
