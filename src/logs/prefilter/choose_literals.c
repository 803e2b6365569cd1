/* Up to about 48 literals Hyperscan 5.4 compares the last three or four bytes of each
 * (src/fdr/teddy_compile.cpp), beyond that the last eight (src/fdr/fdr_compile.cpp). So few keywords get
 * short literals with rare last bytes, shared where possible. Many keywords get q-grams (qgrams.h) where the
 * sample says that the q-gram filter is faster, otherwise literals of eight bytes that are rare as a
 * whole. */
#include "logs/prefilter/choose_literals.h"

#include "logs/prefilter/candidates.h"
#include "logs/prefilter/pair_frequency.h"
#include "logs/prefilter/prefix.h"
#include "logs/prefilter/qgrams.h"

#include <stdlib.h>
#include <string.h>

enum {
    MAX_SPELLINGS = 8, /* encodings of one literal, with characters beyond ASCII */
    FEW_LITERALS = 48,
    FEW_KEYWORDS = 192, /* above, they do not share enough literals to stay below FEW_LITERALS */
    MAX_SHARERS = 32    /* keywords per literal that cost little to compare */
};

/* What makes a good literal. */
typedef struct criteria {
    size_t width; /* bytes */
    size_t tail;  /* bytes at its end that decide how often it is reported */
    bool share;   /* prefer literals that several keywords share */
} criteria;

typedef struct selection {
    const ms_keywords *keywords;
    const ms_case_variants *variants;
    ms_pair_frequency *frequency;
    criteria criteria;
    bool by_sample;
    ms_candidates candidates; /* owned */
} selection;

static ms_code no_memory(ms_err *err)
{
    return ms_err_set(err, MS_NOMEM, 0, "out of memory for the keywords");
}

static size_t length_of(const selection *s, size_t id)
{
    return ms_case_length(&s->variants[id], ms_str_list_at(&s->keywords->list, id));
}

/* Start of the longest literal that ends before character `to`. */
static size_t literal_start(const selection *s, size_t id, size_t to)
{
    const ms_case_variant *list = s->variants[id].list;
    if (!list) {
        return to > s->criteria.width ? to - s->criteria.width : 0;
    }
    size_t from = to;
    size_t nbytes = 0;
    size_t nspellings = 1;
    while (from > 0) {
        const ms_case_variant *variant = &list[from - 1];
        size_t longest = 0;
        for (size_t f = 0; f < variant->nforms; f++) {
            longest = variant->len[f] > longest ? variant->len[f] : longest;
        }
        if (from < to &&
            (nbytes + longest > s->criteria.width || nspellings * variant->nforms > MAX_SPELLINGS)) {
            break;
        }
        nbytes += longest;
        nspellings *= variant->nforms;
        from--;
    }
    return from;
}

/* Writes characters [from, to) in their `spelling`-th combination of encodings (0: as typed); false when
 * there are fewer. */
static bool spell(const selection *s, ms_literal_use use, size_t spelling, ms_candidate *to)
{
    const ms_case_variant *list = s->variants[use.id].list;
    const char *keyword = ms_str_list_at(&s->keywords->list, use.id).data;
    *to = (ms_candidate){.use = use};
    for (size_t i = use.from; i < use.to; i++) {
        if (!list) {
            uint8_t byte = (uint8_t)keyword[i];
            to->bytes[to->len++] = s->keywords->ignore_case ? ms_ascii_lower(byte) : byte;
            continue;
        }
        size_t form = spelling % list[i].nforms;
        spelling /= list[i].nforms;
        memcpy(to->bytes + to->len, list[i].bytes[form], list[i].len[form]);
        to->len += list[i].len[form];
    }
    return spelling == 0;
}

/* Lower is faster to search for. */
static double score(const selection *s, const ms_candidate *literal)
{
    const criteria *c = &s->criteria;
    double sum = 0;
    size_t from = literal->len > c->tail ? literal->len - c->tail : 0;
    for (size_t i = from; i + 1 < literal->len; i++) {
        sum += ms_pair_frequency_pair(s->frequency, literal->bytes[i], literal->bytes[i + 1]);
    }
    if (literal->len != c->width) {
        return sum;
    }
    sum += (c->share ? 10 : 30) *
           ms_pair_frequency_log2(1.0 + ms_pair_frequency_count(s->frequency, literal->bytes));
    double sharers = ms_pair_frequency_keywords(s->frequency, literal->bytes);
    if (c->share) {
        return sum - 8 * ms_pair_frequency_log2(sharers + 1);
    }
    const double max_sharers = MAX_SHARERS;
    return sharers > max_sharers ? sum + 10 * ms_pair_frequency_log2(sharers / max_sharers) : sum;
}

/* Adds the best literal of keyword `id`, in all its encodings. */
static bool choose_one(selection *s, size_t id)
{
    ms_candidate trial;
    ms_literal_use best = {.id = (uint32_t)id};
    double lowest = 0;
    size_t n = length_of(s, id);
    for (size_t to = n; to > 0; to--) {
        size_t from = literal_start(s, id, to);
        ms_literal_use use = {(uint32_t)id, (uint32_t)from, (uint32_t)to};
        (void)spell(s, use, 0, &trial);
        double here = score(s, &trial);
        /* of equal scores the leftmost: a run is then compared once, at its start */
        if (to == n || here <= lowest) {
            lowest = here;
            best = use;
        }
        if (from == 0) {
            break;
        }
    }
    bool added = true;
    for (size_t spelling = 0; spell(s, best, spelling, &trial) && added; spelling++) {
        added = ms_candidates_add(&s->candidates, &trial) == MS_OK;
    }
    return added;
}

/* Counts every literal that keyword `id` could be given, so that score() knows which are shared. */
static void count_strings(selection *s, size_t id)
{
    ms_candidate trial;
    size_t n = length_of(s, id);
    for (size_t to = n; to > 0; to--) {
        size_t from = literal_start(s, id, to);
        (void)spell(s, (ms_literal_use){(uint32_t)id, (uint32_t)from, (uint32_t)to}, 0, &trial);
        if (trial.len == s->criteria.width) {
            ms_pair_frequency_add_keyword(s->frequency, trial.bytes);
        }
        if (from == 0) {
            break;
        }
    }
}

static ms_code choose_all(ms_prefilter_literals *literals, selection *s)
{
    size_t n = s->keywords->list.count;
    const ms_bytes *sample = &s->keywords->sample;
    ms_code code = MS_OK;
    MS_TRY(ms_pair_frequency_new(&s->frequency, sample->data, s->by_sample ? sample->len : 0,
                                 s->criteria.width));
    for (size_t i = 0; i < n; i++) {
        count_strings(s, i);
    }
    for (size_t i = 0; i < n; i++) {
        MS_TRY_OR(fini, choose_one(s, i) ? MS_OK : MS_NOMEM);
    }
    MS_TRY_OR(fini, ms_candidates_collect(&s->candidates, literals));
fini:
    ms_pair_frequency_free(s->frequency);
    s->frequency = NULL;
    ms_candidates_fini(&s->candidates);
    return code;
}

/* A single keyword: the eight bytes that are fastest to search for. */
static ms_code choose_single(ms_prefilter_literals *literals, const ms_keywords *keywords)
{
    ms_str keyword = ms_str_list_at(&keywords->list, 0);
    size_t end = ms_prefix_choose(keyword, keywords->ignore_case);
    size_t from = end > MS_LITERAL_BYTES ? end - MS_LITERAL_BYTES : 0;
    literals->at = calloc(2, sizeof *literals->at);
    literals->uses = calloc(1, sizeof *literals->uses);
    if (!literals->at || !literals->uses) {
        return MS_NOMEM;
    }
    literals->count = literals->nuses = 1;
    literals->at[0] = (ms_prefilter_literal){.len = (uint32_t)(end - from)};
    literals->at[1].uses = 1;
    literals->uses[0] = (ms_literal_use){.from = (uint32_t)from, .to = (uint32_t)end};
    ms_str_list_push(&literals->list, keyword.data + from, end - from);
    return ms_str_list_check(&literals->list);
}

ms_code ms_prefilter_literals_choose(ms_prefilter_literals *literals, const ms_keywords *keywords,
                                     const ms_case_variants *variants, bool by_sample, ms_err *err)
{
    static const criteria few = {.width = 4, .tail = 3, .share = true};
    static const criteria many = {.width = MS_LITERAL_BYTES, .tail = MS_LITERAL_BYTES};
    size_t n = keywords->list.count;
    selection s = {.keywords = keywords, .variants = variants, .criteria = few, .by_sample = by_sample};
    if (keywords->list.blob.len >= UINT32_MAX / MAX_SPELLINGS) {
        return ms_err_set(err, MS_LIMIT, 0, "more than %u bytes of keywords", UINT32_MAX / MAX_SPELLINGS);
    }
    ms_code code = MS_OK;
    if (n == 1 && variants[0].count == 0) {
        code = choose_single(literals, keywords);
    } else {
        code = n <= FEW_KEYWORDS ? choose_all(literals, &s) : MS_OK;
        if (code == MS_OK && (n > FEW_KEYWORDS || literals->count > FEW_LITERALS)) {
            ms_prefilter_literals_fini(literals);
            s.criteria = many;
            code = by_sample ? ms_qgrams_choose(literals, keywords, variants) : MS_OK;
            if (code == MS_OK && literals->count == 0) {
                code = choose_all(literals, &s);
            }
        }
    }
    if (code != MS_OK) {
        ms_prefilter_literals_fini(literals);
        return no_memory(err);
    }
    return MS_OK;
}
