/* Windows: see windows.h.
 *
 * Looking at every s-th place only is S. Wu and U. Manber's idea ("A fast algorithm for multi-pattern
 * searching", TR-94-17, University of Arizona, 1994), taken to places that do not depend on each other, so
 * that the processor looks at several at once. The wider the strings, the rarer they are, but the more places
 * there are to look at: half the shortest keyword is near the best for both, up to the eight bytes of a word.
 * What it costs is told from the sample; where the sample was wrong, find.c sees it. */
#include "logs/prefilter/qgrams.h"

#include "logs/prefilter/candidates.h"
#include "logs/prefilter/pair_frequency.h"
#include "logs/prefilter/qgram_filter.h"

#include <stdlib.h>
#include <string.h>

enum { LEAST_RUN = 4, MOST_USES = 64 };

/* In nanoseconds, as measured; only their relations matter. */
static const double LOOK = 0.35;   /* at one place */
static const double EVENT = 10;    /* a literal stands there */
static const double USE = 5;       /* comparing one keyword with what stands there */
static const double LIBRARY = 0.3; /* Hyperscan, a byte, with many literals */
static const double UNSEEN = 0.05; /* times that a string stands in the sample which does not */

typedef struct windowing {
    const ms_keywords *keywords;
    const ms_case_variants *letters;
    ms_pair_frequency *pair_frequency;
    size_t width, stride;
    ms_candidates candidates; /* owned */
} windowing;

static size_t letters_of(const windowing *w, size_t id)
{
    size_t n = w->letters[id].count;
    return n > 0 ? n : ms_str_list_at(&w->keywords->list, id).len;
}

/* Letter `i` as the one byte that it always is, in lower case when the case does not count; -1: it is more,
 * or can be different ones. */
static int byte_of(const windowing *w, size_t id, size_t i)
{
    const ms_case_variant *list = w->letters[id].list;
    if (list) {
        return list[i].nforms == 1 && list[i].len[0] == 1 ? list[i].bytes[0][0] : -1;
    }
    uint8_t byte = (uint8_t)ms_str_list_at(&w->keywords->list, id).data[i];
    return w->keywords->ignore_case ? ms_ascii_lower(byte) : byte;
}

/* The string of `width` letters from `from` on; false when it has letters of other lengths, or forms. */
static bool string_at(const windowing *w, size_t id, size_t from, ms_candidate *to)
{
    *to = (ms_candidate){.use = {(uint32_t)id, (uint32_t)from, (uint32_t)(from + w->width)}};
    int byte = 0;
    while (to->len < w->width && byte >= 0) {
        byte = byte_of(w, id, from + to->len);
        to->bytes[to->len++] = (uint8_t)byte;
    }
    return byte >= 0;
}

/* The length of the longest run of letters that are one byte each, and always the same one. */
static size_t longest_run(const windowing *w, size_t id)
{
    size_t longest = 0;
    size_t run = 0;
    size_t n = letters_of(w, id);
    for (size_t i = 0; i < n; i++) {
        run = byte_of(w, id, i) >= 0 ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    return longest;
}

static void note_all(const windowing *w, size_t id)
{
    ms_candidate trial;
    size_t n = letters_of(w, id);
    for (size_t from = 0; from + w->width <= n; from++) {
        if (string_at(w, id, from, &trial)) {
            ms_pair_frequency_note(w->pair_frequency, trial.bytes);
        }
    }
}

static double event_cost(double count, double nuses)
{
    return count * (EVENT + USE * nuses);
}

/* What the string costs in the sample; below 0: it is none. */
static double cost_at(const windowing *w, size_t id, size_t from)
{
    ms_candidate trial;
    if (!string_at(w, id, from, &trial)) {
        return -1;
    }
    return event_cost(ms_pair_frequency_count(w->pair_frequency, trial.bytes) + UNSEEN,
                      ms_pair_frequency_noted(w->pair_frequency, trial.bytes));
}

/* Where the cheapest window of the keyword begins; it has one. */
static size_t cheapest(const windowing *w, size_t id)
{
    double costs[MS_MOST_STRIDE] = {0}; /* of the window's strings, in a ring */
    double lowest = -1;
    size_t best = 0;
    size_t run = 0;
    size_t n = letters_of(w, id);
    for (size_t from = 0; from + w->width <= n; from++) {
        double here = cost_at(w, id, from);
        costs[from % w->stride] = here;
        run = here < 0 ? 0 : run + 1;
        double sum = 0;
        for (size_t i = 0; i < w->stride; i++) {
            sum += costs[i];
        }
        if (run >= w->stride && (lowest < 0 || sum < lowest)) {
            lowest = sum;
            best = from + 1 - w->stride;
        }
    }
    return best;
}

static ms_code pick_window(windowing *w, size_t id)
{
    size_t from = cheapest(w, id);
    ms_code code = MS_OK;
    for (size_t i = 0; i < w->stride && code == MS_OK; i++) {
        ms_candidate pick;
        (void)string_at(w, id, from + i, &pick);
        code = ms_candidates_add(&w->candidates, &pick);
    }
    return code;
}

/* Nanoseconds a byte, by the sample; a literal with too many uses would be too costly where it stands. */
static double cost_of(const windowing *w, const ms_prefilter_literals *literals)
{
    double events = 0;
    for (size_t i = 0; i < literals->count; i++) {
        uint32_t nuses = literals->at[i + 1].uses - literals->at[i].uses;
        ms_str name = ms_str_list_at(&literals->list, i);
        events += event_cost(ms_pair_frequency_count(w->pair_frequency, (const uint8_t *)name.data) + UNSEEN,
                             nuses);
        if (nuses > MOST_USES) {
            return LIBRARY;
        }
    }
    double look = LOOK + EVENT * ms_qgram_filter_mistaken(literals->count);
    return (look + events / (double)w->keywords->sample.len) / (double)w->stride;
}

/* Chooses the windows for a width and a stride. */
static ms_code choose(windowing *w, ms_prefilter_literals *literals, double *cost)
{
    const ms_bytes *sample = &w->keywords->sample;
    ms_code code = ms_pair_frequency_new(&w->pair_frequency, sample->data, sample->len, w->width);
    for (size_t i = 0; i < w->keywords->list.count && code == MS_OK; i++) {
        note_all(w, i);
    }
    for (size_t i = 0; i < w->keywords->list.count && code == MS_OK; i++) {
        code = pick_window(w, i);
    }
    if (code == MS_OK) {
        code = ms_candidates_collect(&w->candidates, literals);
    }
    *cost = code == MS_OK ? cost_of(w, literals) : 0;
    literals->stride = (uint32_t)w->stride;
    ms_candidates_fini(&w->candidates);
    ms_pair_frequency_free(w->pair_frequency);
    w->pair_frequency = NULL;
    return code;
}

ms_code ms_qgrams_choose(ms_prefilter_literals *literals, const ms_keywords *keywords,
                         const ms_case_variants *letters)
{
    windowing w = {.keywords = keywords, .letters = letters};
    size_t shortest = SIZE_MAX;
    if (keywords->list.count > MS_QGRAM_FILTER_KEYWORDS) {
        return MS_OK;
    }
    for (size_t i = 0; i < keywords->list.count; i++) {
        size_t n = longest_run(&w, i);
        shortest = n < shortest ? n : shortest;
    }
    if (keywords->sample.len == 0 || shortest < LEAST_RUN) {
        return MS_OK;
    }
    w.width = shortest / 2 + 1 < MS_LITERAL_BYTES ? shortest / 2 + 1 : MS_LITERAL_BYTES;
    w.stride = shortest - w.width + 1 < MS_MOST_STRIDE ? shortest - w.width + 1 : MS_MOST_STRIDE;
    double cost = 0;
    ms_code code = choose(&w, literals, &cost);
    if (code != MS_OK || cost >= LIBRARY) {
        ms_prefilter_literals_fini(literals);
    }
    return code;
}
