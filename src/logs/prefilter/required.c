/* Required: see required.h. */
#include "logs/prefilter/required.h"

#include "logs/keywords/regex_tokens.h"
#include "logs/prefilter/pair_frequency.h"

#include <ctype.h>
#include <string.h>

enum { MOST_BYTES = 64, LINES_A_CANDIDATE = 8 };

/* A string that is being read. */
typedef struct reading {
    uint8_t data[MOST_BYTES];
    size_t n;
    ms_required_fn fn;
    void *user;
} reading;

static void finish(reading *r)
{
    if (r->n >= MS_REQUIRED_LEAST) {
        r->fn(r->user, r->data, r->n);
    }
    r->n = 0;
}

/* The byte that a part outside of groups stands for; -1: something else than one byte. */
static int byte_of(const char *p, size_t n)
{
    if (n == 2 && p[0] == '\\') {
        return ispunct((unsigned char)p[1]) ? (uint8_t)p[1] : -1;
    }
    return n == 1 && !strchr("^$.()|?*+{[\\", *p) ? (uint8_t)*p : -1;
}

static bool is_one_of(char c, const char *set)
{
    return c != 0 && strchr(set, c);
}

/* Bytes of the quantifier at p, with the mark of laziness behind it; 0: none. *least is how often it wants
 * what stands in front of it, if only 0 or 1. */
static size_t quantifier_length(const char *p, size_t left, size_t *least)
{
    size_t n = left > 0 && is_one_of(*p, "?*+") ? 1 : 0;
    *least = n > 0 && *p != '+' ? 0 : 1;
    if (left > 0 && *p == '{') {
        size_t inside = strspn(p + 1, "0123456789,");
        n = inside > 0 && p[1 + inside] == '}' ? inside + 2 : 0;
        *least = n > 0 ? 0 : 1; /* whatever it says */
    }
    return n > 0 && n < left && is_one_of(p[n], "?+") ? n + 1 : n;
}

/* Modes, comments, quotes and names change what the rest means, numbers in escapes are no text. */
static bool is_plain(ms_str name)
{
    bool plain = true;
    for (size_t at = 0; at < name.len && plain; at++) {
        const char *p = name.data + at;
        if (*p == '\\') {
            at++;
            plain = !isalnum((unsigned char)p[1]) || is_one_of(p[1], "dDwWsSbBhHvVnrtfaeAzZ");
        } else if (*p == '(') {
            plain = p[1] != '?' || p[2] == ':';
        }
    }
    return plain;
}

void ms_required_each(ms_str name, size_t from, size_t end, ms_required_fn fn, void *user)
{
    reading r = {.fn = fn, .user = user};
    size_t depth = 0;
    for (size_t at = is_plain(name) ? from : end; at < end;) {
        const char *p = name.data + at;
        size_t n = ms_regex_token_length(name, at);
        size_t least = 1;
        size_t nquantifier = quantifier_length(p + n, end - at - n, &least);
        int byte = depth == 0 ? byte_of(p, n) : -1;
        if (byte < 0 || least == 0 || r.n == MOST_BYTES) {
            finish(&r);
        }
        if (byte >= 0 && least > 0) {
            r.data[r.n++] = (uint8_t)byte;
        }
        if (nquantifier > 0) {
            finish(&r);
        }
        depth = ms_depth_behind(name, at, depth);
        at += n + nquantifier;
    }
    finish(&r);
}

/* The rarest string of an alternative. */
typedef struct rarest {
    const ms_pair_frequency *pair_frequency;
    uint8_t data[MOST_BYTES];
    size_t n; /* 0: none yet */
    double lowest;
    unsigned count; /* of its rarest four bytes in the sample */
} rarest;

static void keep_rarest(void *user, const uint8_t *data, size_t n)
{
    rarest *best = user;
    for (size_t at = 0; at + MS_REQUIRED_LEAST <= n; at++) {
        unsigned count = ms_pair_frequency_count(best->pair_frequency, data + at);
        double here = 10 * ms_pair_frequency_log2(1.0 + count);
        for (size_t i = at; i + 1 < at + MS_REQUIRED_LEAST; i++) {
            here += ms_pair_frequency_pair(best->pair_frequency, data[i], data[i + 1]);
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
static bool choose(ms_str_list *to, ms_str name, const ms_pair_frequency *pair_frequency,
                   uint64_t *ncandidates)
{
    bool every = true;
    size_t end = 0;
    for (size_t from = 0; from <= name.len && every; from = end + 1) {
        end = ms_alternative_end(name, from);
        rarest best = {.pair_frequency = pair_frequency};
        ms_required_each(name, from, end, keep_rarest, &best);
        every = best.n > 0;
        *ncandidates += best.count;
        if (every) {
            ms_str_list_push(to, best.data, best.n);
        }
    }
    return every;
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
    ms_pair_frequency *pair_frequency = NULL;
    uint64_t ncandidates = 0;
    bool pays = sample->len > 0;
    ms_code code =
        pays ? ms_pair_frequency_new(&pair_frequency, sample->data, sample->len, MS_REQUIRED_LEAST) : MS_OK;
    required->ignore_case = expressions->ignore_case;
    for (size_t i = 0; i < expressions->list.count && pays && code == MS_OK; i++) {
        pays = choose(&required->list, ms_str_list_at(&expressions->list, i), pair_frequency, &ncandidates);
        code = ms_str_list_check(&required->list);
    }
    ms_pair_frequency_free(pair_frequency);
    pays = pays && ncandidates <= count_lines(sample) / LINES_A_CANDIDATE;
    if (code == MS_OK && pays) {
        code = ms_keywords_unique(required);
        ms_bytes_append(&required->sample, sample->data, sample->len);
    }
    if (code == MS_OK) {
        code = ms_bytes_check(&required->sample);
    }
    if (code != MS_OK || !pays) {
        ms_keywords_fini(required);
    }
    return code == MS_OK ? MS_OK : ms_err_set(err, MS_NOMEM, 0, "no memory for the patterns");
}
