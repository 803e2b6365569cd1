/* Probing every s-th position only is the idea of S. Wu and U. Manber ("A fast algorithm for multi-pattern
 * searching", TR-94-17, University of Arizona, 1994), with positions that do not depend on each other, so
 * that the processor probes several at once. Wider q-grams are rarer, but leave a smaller stride: half the
 * shortest keyword is near the optimum, up to the eight bytes of a machine word. The cost is estimated from
 * the sample; where the sample was not representative, find.c detects it. */
#include "logs/prefilter/qgrams.h"

#include "logs/prefilter/candidates.h"
#include "logs/prefilter/pair_frequency.h"
#include "logs/prefilter/qgram_filter.h"

#include <stdlib.h>
#include <string.h>

enum { MIN_RUN = 4, MAX_USES = 64 };

/* Nanoseconds, as measured; only their ratios matter. */
static const double PROBE_COST = 0.35;    /* one position */
static const double HIT_COST = 10;        /* a literal occurs */
static const double COMPARE_COST = 5;     /* comparing one keyword */
static const double HYPERSCAN_COST = 0.3; /* Hyperscan, per byte, with many literals */
static const double UNSEEN_COUNT = 0.05;  /* count in the sample of a string that is not in it */

typedef struct selection {
    const ms_keywords *keywords;
    const ms_case_variants *variants;
    ms_pair_frequency *frequency;
    size_t width, stride;
    ms_candidates candidates; /* owned */
} selection;

static size_t length_of(const selection *s, size_t id)
{
    return ms_case_length(&s->variants[id], ms_str_list_at(&s->keywords->list, id));
}

/* Character `i` if it is always the same byte (in lower case when case is ignored), else -1. */
static int byte_of(const selection *s, size_t id, size_t i)
{
    const ms_case_variant *list = s->variants[id].list;
    if (list) {
        return list[i].nforms == 1 && list[i].len[0] == 1 ? list[i].bytes[0][0] : -1;
    }
    uint8_t byte = (uint8_t)ms_str_list_at(&s->keywords->list, id).data[i];
    return s->keywords->ignore_case ? ms_ascii_lower(byte) : byte;
}

/* The q-gram at `from`; false when its characters are not one byte each. */
static bool qgram_at(const selection *s, size_t id, size_t from, ms_candidate *to)
{
    *to = (ms_candidate){.use = {(uint32_t)id, (uint32_t)from, (uint32_t)(from + s->width)}};
    int byte = 0;
    while (to->len < s->width && byte >= 0) {
        byte = byte_of(s, id, from + to->len);
        to->bytes[to->len++] = (uint8_t)byte;
    }
    return byte >= 0;
}

/* Length of the longest run of characters that are always the same byte. */
static size_t longest_run(const selection *s, size_t id)
{
    size_t longest = 0;
    size_t run = 0;
    size_t n = length_of(s, id);
    for (size_t i = 0; i < n; i++) {
        run = byte_of(s, id, i) >= 0 ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    return longest;
}

static void count_qgrams(const selection *s, size_t id)
{
    ms_candidate trial;
    size_t n = length_of(s, id);
    for (size_t from = 0; from + s->width <= n; from++) {
        if (qgram_at(s, id, from, &trial)) {
            ms_pair_frequency_add_keyword(s->frequency, trial.bytes);
        }
    }
}

static double hit_cost(double count, double nuses)
{
    return count * (HIT_COST + COMPARE_COST * nuses);
}

/* Cost in the sample of the q-gram at `from`; below 0: not usable. */
static double cost_at(const selection *s, size_t id, size_t from)
{
    ms_candidate trial;
    if (!qgram_at(s, id, from, &trial)) {
        return -1;
    }
    return hit_cost(ms_pair_frequency_count(s->frequency, trial.bytes) + UNSEEN_COUNT,
                    ms_pair_frequency_keywords(s->frequency, trial.bytes));
}

/* Start of the cheapest segment of the keyword, which has one. */
static size_t cheapest_segment(const selection *s, size_t id)
{
    double costs[MS_MAX_STRIDE] = {0}; /* of the segment's q-grams, a ring */
    double lowest = -1;
    size_t best = 0;
    size_t run = 0;
    size_t n = length_of(s, id);
    for (size_t from = 0; from + s->width <= n; from++) {
        double here = cost_at(s, id, from);
        costs[from % s->stride] = here;
        run = here < 0 ? 0 : run + 1;
        double sum = 0;
        for (size_t i = 0; i < s->stride; i++) {
            sum += costs[i];
        }
        if (run >= s->stride && (lowest < 0 || sum < lowest)) {
            lowest = sum;
            best = from + 1 - s->stride;
        }
    }
    return best;
}

static ms_code choose_segment(selection *s, size_t id)
{
    size_t from = cheapest_segment(s, id);
    for (size_t i = 0; i < s->stride; i++) {
        ms_candidate candidate;
        (void)qgram_at(s, id, from + i, &candidate);
        MS_TRY(ms_candidates_add(&s->candidates, &candidate));
    }
    return MS_OK;
}

/* Estimated nanoseconds per byte; a literal with too many uses is too slow where it occurs. */
static double cost_of(const selection *s, const ms_prefilter_literals *literals)
{
    double hits = 0;
    for (size_t i = 0; i < literals->count; i++) {
        uint32_t nuses = literals->at[i + 1].uses - literals->at[i].uses;
        ms_str literal = ms_str_list_at(&literals->list, i);
        hits += hit_cost(ms_pair_frequency_count(s->frequency, (const uint8_t *)literal.data) + UNSEEN_COUNT,
                         nuses);
        if (nuses > MAX_USES) {
            return HYPERSCAN_COST;
        }
    }
    double probe = PROBE_COST + HIT_COST * ms_qgram_filter_false_positives(literals->count);
    return (probe + hits / (double)s->keywords->sample.len) / (double)s->stride;
}

/* Chooses the q-grams for a width and a stride. */
static ms_code choose(selection *s, ms_prefilter_literals *literals, double *cost)
{
    const ms_bytes *sample = &s->keywords->sample;
    ms_code code = MS_OK;
    MS_TRY(ms_pair_frequency_new(&s->frequency, sample->data, sample->len, s->width));
    for (size_t i = 0; i < s->keywords->list.count; i++) {
        count_qgrams(s, i);
    }
    for (size_t i = 0; i < s->keywords->list.count; i++) {
        MS_TRY_OR(fini, choose_segment(s, i));
    }
    MS_TRY_OR(fini, ms_candidates_collect(&s->candidates, literals));
    literals->stride = (uint32_t)s->stride;
    *cost = cost_of(s, literals);
fini:
    ms_candidates_fini(&s->candidates);
    ms_pair_frequency_free(s->frequency);
    s->frequency = NULL;
    return code;
}

ms_code ms_qgrams_choose(ms_prefilter_literals *literals, const ms_keywords *keywords,
                         const ms_case_variants *variants)
{
    selection s = {.keywords = keywords, .variants = variants};
    size_t shortest = SIZE_MAX;
    if (keywords->list.count > MS_QGRAM_FILTER_KEYWORDS) {
        return MS_OK;
    }
    for (size_t i = 0; i < keywords->list.count; i++) {
        size_t n = longest_run(&s, i);
        shortest = n < shortest ? n : shortest;
    }
    if (keywords->sample.len == 0 || shortest < MIN_RUN) {
        return MS_OK;
    }
    s.width = shortest / 2 + 1 < MS_LITERAL_BYTES ? shortest / 2 + 1 : MS_LITERAL_BYTES;
    s.stride = shortest - s.width + 1 < MS_MAX_STRIDE ? shortest - s.width + 1 : MS_MAX_STRIDE;
    double cost = 0;
    ms_code code = choose(&s, literals, &cost);
    if (code != MS_OK || cost >= HYPERSCAN_COST) {
        ms_prefilter_literals_fini(literals);
    }
    return code;
}
