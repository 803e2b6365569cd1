/* Regular expressions, made of tokens that the first bytes choose, over a block of lines: every line must be
 * found by just the keywords that find it when it is alone, and when it is fed in pieces. */
#include "fuzz.h"
#include "logs/match/matcher.h"

#include <string.h>

static const char *const tokens[] = {
    "a",   "b",    "o",           " ",      ".",     "^",     "$",      "|",     "(",     ")",
    "*",   "+",    "?",           "{2}",    "{1,3}", "[^a]",  "[a\\n]", "\\s",   "\\S",   "\\w",
    "\\W", "\\d",  "\\D",         "\\b",    "\\B",   "\\r",   "\\n",    "\\x00", "\\A",   "\\z",
    "\\Z", "(?i)", "(?-i)",       "(?s)",   "(?m)",  "(?-m)", "(?-m:",  "(?:",   "\\Qa$", "\\E",
    "A",   "_",    "[[:space:]]", "[^\\n]", "\\v",   "\\h",   "(?x)",   "\\$"};

enum { NTOKENS = sizeof tokens / sizeof tokens[0], MOST_TOKENS = 10, MOST_TEXT = 512 };

static ms_keywords choose(const uint8_t **data, size_t *size)
{
    uint8_t flags = fuzz_take(data, size);
    ms_keywords keywords = {.regex = true, .ignore_case = (flags & 1) != 0, .word = (flags & 2) != 0};
    for (unsigned n = 1 + (flags >> 2 & 1U); n > 0; n--) {
        char text[MOST_TOKENS * 16] = "";
        size_t at = 0;
        for (unsigned left = 1 + fuzz_take(data, size) % MOST_TOKENS; left > 0; left--) {
            const char *token = tokens[fuzz_take(data, size) % NTOKENS];
            size_t ntoken = strlen(token);
            memcpy(text + at, token, ntoken);
            at += ntoken;
        }
        ms_str_list_push(&keywords.list, text, at);
        FUZZ_CHECK(ms_str_list_check(&keywords.list) == MS_OK);
    }
    return keywords;
}

/* The keywords of the line that begins at `at`, as bits. */
typedef struct finds {
    uint8_t bits[MOST_TEXT];
} finds;

static ms_code note(void *user, const ms_match *match)
{
    finds *f = user;
    FUZZ_CHECK(match->start < MOST_TEXT && match->nids > 0 && f->bits[match->start] == 0);
    for (uint32_t i = 0; i < match->nids; i++) {
        f->bits[match->start] |= (uint8_t)(1U << match->ids[i]);
    }
    return MS_OK;
}

static uint8_t alone(ms_matcher *matcher, const uint8_t *line, size_t n)
{
    finds f = {0};
    ms_err err = {0};
    bool empty = n == 0;
    FUZZ_CHECK(ms_matcher_block(matcher, empty ? (const uint8_t *)"\n" : line, empty ? 1 : n, note, &f,
                                &err) == MS_OK);
    return f.bits[0];
}

/* *given is false when the library cannot take the expression for streams. */
static uint8_t in_pieces(ms_matcher *matcher, const uint8_t *line, size_t n, bool *given)
{
    ms_err err = {0};
    const uint32_t *ids = NULL;
    uint32_t nids = 0;
    uint8_t bits = 0;
    ms_code code = ms_matcher_long_begin(matcher, &err);
    FUZZ_CHECK(code == MS_OK || code == MS_LIMIT);
    *given = code == MS_OK;
    if (!*given) {
        return 0;
    }
    if (n > 1) {
        FUZZ_CHECK(ms_matcher_long_feed(matcher, line, n / 2, &err) == MS_OK);
    }
    if (n > 0) {
        FUZZ_CHECK(ms_matcher_long_feed(matcher, line + n / 2, n - n / 2, &err) == MS_OK);
    }
    FUZZ_CHECK(ms_matcher_long_end(matcher, &ids, &nids, &err) == MS_OK);
    for (uint32_t i = 0; i < nids; i++) {
        bits |= (uint8_t)(1U << ids[i]);
    }
    return bits;
}

static void compare(ms_matcher *matcher, const ms_keywords *keywords, const uint8_t *text, size_t n)
{
    finds together = {0};
    ms_err err = {0};
    FUZZ_CHECK(ms_matcher_block(matcher, text, n, note, &together, &err) == MS_OK);
    for (size_t at = 0; at < n;) {
        const uint8_t *newline = memchr(text + at, '\n', n - at);
        size_t end = newline ? (size_t)(newline - text) : n;
        size_t content = newline && end > at && text[end - 1] == '\r' ? end - 1 : end;
        bool given = true;
        uint8_t single = alone(matcher, text + at, content - at);
        uint8_t pieces = in_pieces(matcher, text + at, content - at, &given);
        if (together.bits[at] != single || (given && pieces != single)) {
            (void)fprintf(stderr, "line at %zu: together %x alone %x in pieces %x%s; keyword 1: %s\n", at,
                          together.bits[at], single, pieces, keywords->word ? " (-w)" : "",
                          ms_str_list_at(&keywords->list, 0).data);
            abort();
        }
        at = newline ? end + 1 : n;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ms_err err = {0};
    ms_matcher *matcher = NULL;
    ms_keywords keywords = choose(&data, &size);
    size = size < MOST_TEXT ? size : MOST_TEXT;
    ms_code code = ms_matcher_new(&matcher, &keywords, NULL, &err);
    FUZZ_CHECK(code == MS_OK ||
               (code == MS_USAGE && strstr(err.text, "keyword ") && strstr(err.text, "index")));
    if (code == MS_OK && size > 0) {
        compare(matcher, &keywords, data, size);
    }
    ms_matcher_free(matcher);
    ms_keywords_fini(&keywords);
    return 0;
}
