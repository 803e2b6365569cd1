/* Suite of logs/scan/scanner.c, and of all of logs/ together: seeded random files through windows of all
 * sizes must give what the slow reference gives. */
#include "logs/match/engine.h"
#include "logs_fixture.h"
#include "unit.h"

#include <regex.h>
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

/* ---- regular expressions, against those of the C library ---- */

typedef struct regex_set {
    const char *pcre[4];  /* for the program */
    const char *posix[4]; /* the same for regcomp */
    const char *seeds[8]; /* what the random text is made of */
    int flags;            /* for regcomp */
    bool word_refused;    /* an anchor in its middle: -w is a usage error */
} regex_set;

static const regex_set regex_sets[] = {
    {{"^foo"}, {"^foo"}, {"foo", "o"}, 0, false},
    {{"foo$"}, {"foo$"}, {"foo", "o"}, 0, false},
    {{"^foo$", "^$"}, {"^foo$", "^$"}, {"foo"}, 0, false},
    {{"a*"}, {"a*"}, {"a"}, 0, false},
    {{"^a*$", "b"}, {"^a*$", "b"}, {"a", "b"}, 0, false},
    {{"\\bfoo"}, {"\\bfoo"}, {"foo", " foo"}, 0, false},
    {{"foo\\b"}, {"foo\\b"}, {"foo", "foo "}, 0, false},
    {{"foo\\sbar"}, {"foo[[:space:]]bar"}, {"foo", "bar", "foo bar", "foo\rbar", "foo\nbar"}, 0, false},
    {{"\\Afoo", "foo\\z"}, {"^foo", "foo$"}, {"foo"}, 0, true},
    {{"foo\\Z"}, {"foo$"}, {"foo"}, 0, true},
    {{"foo|bar|^x", "o$|b"}, {"foo|bar|^x", "o$|b"}, {"foo", "bar", "x"}, 0, false},
    {{"^(foo|bar)", "^x$|o"}, {"^(foo|bar)", "^x$|o"}, {"foo", "bar", "x", "o"}, 0, false},
    {{"(?i)foo"}, {"foo"}, {"foo"}, REG_ICASE, false},
    {{"(?m)^foo$"}, {"^foo$"}, {"foo"}, 0, true},
    {{"(?-m)^foo$"}, {"^foo$"}, {"foo"}, 0, true},
    {{"(?-m:^foo)"}, {"^foo"}, {"foo"}, 0, true},
    {{"(?s)foo.x"}, {"foo(.|[^a])x"}, {"foo", "foo x", "x"}, 0, false},
    {{"foo.x"}, {"foo(.|[^a])x"}, {"foo", "foo-x", "x"}, 0, false},
    {{"foo[^x]"}, {"foo[^x]"}, {"foo", "x"}, 0, false},
    {{"[^x]foo"}, {"[^x]foo"}, {"foo", "x"}, 0, false},
    {{"foo\\W"}, {"foo[^[:alnum:]_]"}, {"foo", "x"}, 0, false},
    {{"\\s+$"}, {"[[:space:]]+$"}, {" ", "a", "\r"}, 0, false},
    {{"^\\s*$"}, {"^[[:space:]]*$"}, {" ", "a", "\r"}, 0, false},
    {{"x\\r"}, {"x\r"}, {"x", "x\r"}, 0, false},
    {{"x\\r$"}, {"x\r$"}, {"x", "x\r"}, 0, false},
    {{"(foo|^)$"}, {"(foo|^)$"}, {"foo"}, 0, true},
    {{"fo{2,3}($|b)"}, {"fo{2,3}($|b)"}, {"foo", "fooo", "b"}, 0, true},
    {{"[$]x", "\\$"}, {"[$]x", "\\$"}, {"$", "$x"}, 0, false},
    {{"a.{3,40}b"}, {"a(.|[^a]|a){3,40}b"}, {"a", "b", "xxxx"}, 0, false},
    {{"\\x66oo", "\\x00"}, {"foo", "[^\x01-\xFF]"}, {"foo"}, 0, false},
    {{"\\Qf.o\\E$", "f.o"}, {"f\\.o$", "f(.|[^a])o"}, {"f.o", "foo"}, 0, false},
    {{"foo\\d+", "\\D$"}, {"foo[0-9]+", "[^0-9]$"}, {"foo", "0", "foo1"}, 0, false},
};

enum { NREGEX_SETS = sizeof regex_sets / sizeof regex_sets[0] };

static bool match_regex(void *user, uint32_t id, const uint8_t *line, size_t n)
{
    const regex_t *compiled = user;
    regmatch_t where = {0, (regoff_t)n};
    char *copy = calloc(n + 1, 1); /* the sanitizer wants a NUL after it, whatever REG_STARTEND says */
    if (!copy) {
        ck_abort_msg("no memory");
    }
    memcpy(copy, line, n);
    bool hit = regexec(&compiled[id], copy, 1, &where, REG_STARTEND) == 0;
    free(copy);
    return hit;
}

static void regex_rounds(const regex_set *set, unsigned flags, int number)
{
    regex_t compiled[4];
    size_t n = 0;
    for (; set->posix[n]; n++) {
        char wrapped[256];
        (void)snprintf(wrapped, sizeof wrapped,
                       flags & WORD ? "(^|[^A-Za-z0-9_])(%s)([^A-Za-z0-9_]|$)" : "%s", set->posix[n]);
        int icase = (flags & IGNORE_CASE) != 0 ? REG_ICASE : 0;
        ck_assert_int_eq(regcomp(&compiled[n], wrapped, REG_EXTENDED | set->flags | icase), 0);
    }
    scratch directory = scratch_open();
    ms_keywords keywords = logs_keywords(set->pcre, flags | REGEX);
    ms_keywords seeds = logs_keywords(set->seeds, 0);
    ms_err err = {0};
    ms_matcher *matcher = NULL;
    ms_code code = ms_matcher_new(&matcher, &keywords, NULL, &err);
    bool refused = (flags & WORD) != 0 && set->word_refused;
    if (code != (refused ? MS_USAGE : MS_OK)) {
        ck_abort_msg("set %d %s: %d %s", number, set->pcre[0], code, err.text);
    }
    for (uint64_t round = 0; round < ROUNDS && !refused; round++) {
        chance c = {(uint64_t)number * 1000 + round};
        char about[96];
        (void)snprintf(about, sizeof about, "regex set %d %s flags %u round %llu", number, set->pcre[0],
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
                              .user = compiled},
                             about};
            logs_compare(&one, text.len, text.data, text.len);
        }
        ms_bytes_fini(&text);
    }
    ms_matcher_free(matcher);
    ms_keywords_fini(&keywords);
    ms_keywords_fini(&seeds);
    for (size_t i = 0; i < n; i++) {
        regfree(&compiled[i]);
    }
    scratch_close(&directory);
}

TEST_RANGE(regular_expressions_in_random_files, 0, NREGEX_SETS)
{
    for (unsigned flags = 0; flags < 4; flags++) {
        regex_rounds(&regex_sets[_i], flags, _i);
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
