#include "logs/prefilter/required.h"

#include "base/escape.h"
#include "logs/keywords/regex_text.h"
#include "logs/keywords/regex_tokens.h"
#include "logs/prefilter/pair_frequency.h"

#include <ctype.h>
#include <string.h>

enum { MAX_BYTES = 64, LINES_PER_CANDIDATE = 8 };

typedef struct string_builder {
    uint8_t data[MAX_BYTES];
    size_t n;
    ms_required_fn fn;
    void *user;
} string_builder;

static void finish(string_builder *r)
{
    if (r->n >= MS_REQUIRED_MIN) {
        r->fn(r->user, r->data, r->n);
    }
    r->n = 0;
}

/* The text that a token outside of groups stands for; NULL: not one character. */
static const char *text_of(const char *p, size_t *n)
{
    if (*n == 2 && p[0] == '\\') {
        *n = 1;
        return ispunct((unsigned char)p[1]) ? p + 1 : NULL;
    }
    return strchr("^$.()|?*+{[\\", *p) ? NULL : p;
}

static bool is_one_of(char c, const char *set)
{
    return c != 0 && strchr(set, c);
}

/* Length of the quantifier at p, with its lazy or possessive suffix; 0: none. *min_count is the smallest
 * number of repetitions, but at most 1. */
static size_t quantifier_length(const char *p, size_t left, size_t *min_count)
{
    size_t n = left > 0 && is_one_of(*p, "?*+") ? 1 : 0;
    *min_count = n > 0 && *p != '+' ? 0 : 1;
    if (left > 0 && *p == '{') {
        size_t inside = strspn(p + 1, "0123456789,");
        n = inside > 0 && p[1 + inside] == '}' ? inside + 2 : 0;
        *min_count = n > 0 ? 0 : 1; /* whatever its numbers: 0 is safe */
    }
    return n > 0 && n < left && is_one_of(p[n], "?+") ? n + 1 : n;
}

/* Modes, comments, quotes and names change what the rest means; escapes with numbers are not text. */
static bool is_plain(ms_str regex)
{
    bool plain = true;
    for (size_t at = 0; at < regex.len && plain; at++) {
        const char *p = regex.data + at;
        if (*p == '\\') {
            at++;
            plain = !isalnum((unsigned char)p[1]) || is_one_of(p[1], "dDwWsSbBhHvVnrtfaeAzZ");
        } else if (*p == '(') {
            plain = p[1] != '*' && (p[1] != '?' || p[2] == ':');
        }
    }
    return plain;
}

void ms_required_each(ms_str regex, size_t from, size_t end, ms_required_fn fn, void *user)
{
    string_builder r = {.fn = fn, .user = user};
    size_t depth = 0;
    for (size_t at = is_plain(regex) ? from : end; at < end;) {
        const char *p = regex.data + at;
        size_t n = ms_regex_token_length(regex, at);
        size_t min_count = 1;
        size_t nquantifier = quantifier_length(p + n, end - at - n, &min_count);
        size_t ntext = n;
        const char *text = depth == 0 ? text_of(p, &ntext) : NULL;
        if (!text || min_count == 0 || r.n + ntext > MAX_BYTES) {
            finish(&r);
        }
        if (text && min_count > 0) {
            memcpy(r.data + r.n, text, ntext);
            r.n += ntext;
        }
        if (nquantifier > 0) {
            finish(&r);
        }
        depth = ms_group_depth_after(regex, at, depth);
        at += n + nquantifier;
    }
    finish(&r);
}

/* The rarest string of an alternative. */
typedef struct rarest {
    const ms_pair_frequency *frequency;
    uint8_t data[MAX_BYTES];
    size_t n; /* 0: none yet */
    double lowest;
    unsigned count; /* of its rarest MS_REQUIRED_MIN bytes in the sample */
    bool ascii;     /* take no other strings: case is ignored, as PCRE2 does that */
} rarest;

static void keep_rarest(void *user, const uint8_t *data, size_t n)
{
    rarest *best = user;
    if (best->ascii && !ms_is_ascii(data, n)) {
        return;
    }
    for (size_t at = 0; at + MS_REQUIRED_MIN <= n; at++) {
        unsigned count = ms_pair_frequency_count(best->frequency, data + at);
        double here = 10 * ms_pair_frequency_log2(1.0 + count);
        for (size_t i = at; i + 1 < at + MS_REQUIRED_MIN; i++) {
            here += ms_pair_frequency_pair(best->frequency, data[i], data[i + 1]);
        }
        if (best->n == 0 || here < best->lowest) {
            memcpy(best->data, data, n);
            best->n = n;
            best->lowest = here;
            best->count = count;
        }
    }
}

/* One string for each alternative of an expression; false when an alternative has none. */
static bool choose(ms_str_list *to, ms_str regex, const rarest *none, uint64_t *ncandidates)
{
    bool every = true;
    size_t end = 0;
    for (size_t from = 0; from <= regex.len && every; from = end + 1) {
        end = ms_alternative_end(regex, from);
        rarest best = *none;
        ms_required_each(regex, from, end, keep_rarest, &best);
        every = best.n > 0;
        *ncandidates += best.count;
        if (every) {
            ms_str_list_push(to, best.data, best.n);
        }
    }
    return every;
}

/* As choose, for keyword `id`. */
static ms_code choose_for(ms_keywords *required, const ms_keywords *expressions, size_t id,
                          const ms_pair_frequency *frequency, uint64_t *ncandidates, bool *every)
{
    ms_err unused = {0};
    ms_bytes regex = {0};
    rarest none = {.frequency = frequency, .ascii = expressions->ignore_case};
    MS_TRY(ms_regex_translate(&regex, expressions, id, &unused));
    ms_str text = {(const char *)regex.data, regex.len - 1};
    *every = choose(&required->list, text, &none, ncandidates);
    ms_bytes_fini(&regex);
    return ms_str_list_check(&required->list);
}

static size_t count_lines(const ms_bytes *sample)
{
    size_t n = 0;
    for (size_t i = 0; i < sample->len; i++) {
        n += sample->data[i] == '\n';
    }
    return n;
}

ms_code ms_required_choose(ms_keywords *required, const ms_keywords *expressions, ms_err *err)
{
    const ms_bytes *sample = &expressions->sample;
    ms_pair_frequency *frequency = NULL;
    uint64_t ncandidates = 0;
    bool worthwhile = sample->len > 0;
    ms_code code =
        worthwhile ? ms_pair_frequency_new(&frequency, sample->data, sample->len, MS_REQUIRED_MIN) : MS_OK;
    required->ignore_case = expressions->ignore_case;
    for (size_t i = 0; i < expressions->list.count && worthwhile && code == MS_OK; i++) {
        code = choose_for(required, expressions, i, frequency, &ncandidates, &worthwhile);
    }
    ms_pair_frequency_free(frequency);
    worthwhile = worthwhile && ncandidates <= count_lines(sample) / LINES_PER_CANDIDATE;
    if (code == MS_OK && worthwhile) {
        code = ms_keywords_unique(required);
        ms_bytes_append(&required->sample, sample->data, sample->len);
    }
    if (code == MS_OK) {
        code = ms_bytes_check(&required->sample);
    }
    if (code != MS_OK || !worthwhile) {
        ms_keywords_fini(required);
    }
    return code == MS_OK ? MS_OK : ms_err_set(err, MS_NOMEM, 0, "out of memory for the patterns");
}
