/* Literals: see literals.h.
 *
 * Up to some 48 literals Hyperscan 5.4 looks at the last three or four bytes of each
 * (src/fdr/teddy_compile.cpp), beyond that at the last eight (src/fdr/fdr_compile.cpp). So few keywords get
 * short literals whose last bytes are rare, which they share where they can. Many get windows for the
 * qgram_filter (windows.h) where that is quicker by the sample, and otherwise literals of eight bytes that
 * are rare as a whole. */
#include "logs/prefilter/choose_literals.h"

#include "logs/prefilter/candidates.h"
#include "logs/prefilter/pair_frequency.h"
#include "logs/prefilter/prefix.h"
#include "logs/prefilter/qgrams.h"

#include <stdlib.h>
#include <string.h>

enum {
    MOST_SPELLINGS = 8, /* of a literal with letters beyond ASCII */
    FEW_LITERALS = 48,
    FEW_KEYWORDS = 192, /* above, they do not share enough to get by with few literals */
    DENSITY = 32        /* keywords that one literal may well stand for */
};

/* What is sought in a literal. */
typedef struct manner {
    size_t width; /* bytes */
    size_t tail;  /* bytes at its end that have to be rare */
    bool share;   /* the same literal for many keywords is good, not bad */
} manner;

typedef struct picking {
    const ms_keywords *keywords;
    const ms_case_variants *letters;
    ms_pair_frequency *pair_frequency;
    manner manner;
    bool by_sample;
    ms_candidates candidates; /* owned */
} picking;

static ms_code no_memory(ms_err *err)
{
    return ms_err_set(err, MS_NOMEM, 0, "no memory for the keywords");
}

/* Letters, or bytes, of keyword `id`. */
static size_t letters_of(const picking *p, size_t id)
{
    size_t n = p->letters[id].count;
    return n > 0 ? n : ms_str_list_at(&p->keywords->list, id).len;
}

/* Where the longest literal that ends in front of letter `to` begins. */
static size_t window_before(const picking *p, size_t id, size_t to)
{
    const ms_case_variant *list = p->letters[id].list;
    if (!list) {
        return to > p->manner.width ? to - p->manner.width : 0;
    }
    size_t from = to;
    size_t nbytes = 0;
    size_t nspellings = 1;
    while (from > 0) {
        const ms_case_variant *letter = &list[from - 1];
        size_t most = 0;
        for (size_t f = 0; f < letter->nforms; f++) {
            most = letter->len[f] > most ? letter->len[f] : most;
        }
        if (from < to && (nbytes + most > p->manner.width || nspellings * letter->nforms > MOST_SPELLINGS)) {
            break;
        }
        nbytes += most;
        nspellings *= letter->nforms;
        from--;
    }
    return from;
}

/* Writes letters [from, to) in their `spelling`-th way (0: as typed); false when there are not so many. */
static bool spell(const picking *p, ms_literal_use use, size_t spelling, ms_candidate *to)
{
    const ms_case_variant *list = p->letters[use.id].list;
    const char *name = ms_str_list_at(&p->keywords->list, use.id).data;
    *to = (ms_candidate){.use = use};
    for (size_t i = use.from; i < use.to; i++) {
        if (!list) {
            uint8_t byte = (uint8_t)name[i];
            to->bytes[to->len++] = p->keywords->ignore_case ? ms_ascii_lower(byte) : byte;
            continue;
        }
        size_t form = spelling % list[i].nforms;
        spelling /= list[i].nforms;
        memcpy(to->bytes + to->len, list[i].bytes[form], list[i].len[form]);
        to->len += list[i].len[form];
    }
    return spelling == 0;
}

/* The lower, the quicker the search for this literal. */
static double score(const picking *p, const ms_candidate *literal)
{
    const manner *m = &p->manner;
    double sum = 0;
    size_t from = literal->len > m->tail ? literal->len - m->tail : 0;
    for (size_t i = from; i + 1 < literal->len; i++) {
        sum += ms_pair_frequency_pair(p->pair_frequency, literal->bytes[i], literal->bytes[i + 1]);
    }
    if (literal->len != m->width) {
        return sum;
    }
    sum += (m->share ? 10 : 30) *
           ms_pair_frequency_log2(1.0 + ms_pair_frequency_count(p->pair_frequency, literal->bytes));
    double sharers = ms_pair_frequency_noted(p->pair_frequency, literal->bytes);
    if (m->share) {
        return sum - 8 * ms_pair_frequency_log2(sharers + 1);
    }
    const double match_density = DENSITY;
    return sharers > match_density ? sum + 10 * ms_pair_frequency_log2(sharers / match_density) : sum;
}

/* The best literal of keyword `id`, in all its spellings. */
static bool pick_one(picking *p, size_t id)
{
    ms_candidate trial;
    ms_literal_use best = {.id = (uint32_t)id};
    double lowest = 0;
    size_t n = letters_of(p, id);
    for (size_t to = n; to > 0; to--) {
        size_t from = window_before(p, id, to);
        ms_literal_use use = {(uint32_t)id, (uint32_t)from, (uint32_t)to};
        (void)spell(p, use, 0, &trial);
        double here = score(p, &trial);
        if (to == n || here <= lowest) { /* of a run, the front: what is behind it is then compared at once */
            lowest = here;
            best = use;
        }
        if (from == 0) {
            break;
        }
    }
    bool good = true;
    for (size_t spelling = 0; spell(p, best, spelling, &trial) && good; spelling++) {
        good = ms_candidates_add(&p->candidates, &trial) == MS_OK;
    }
    return good;
}

/* Notes what keyword `id` could be found by. */
static void note_all(picking *p, size_t id)
{
    ms_candidate trial;
    size_t n = letters_of(p, id);
    for (size_t to = n; to > 0; to--) {
        size_t from = window_before(p, id, to);
        (void)spell(p, (ms_literal_use){(uint32_t)id, (uint32_t)from, (uint32_t)to}, 0, &trial);
        if (trial.len == p->manner.width) {
            ms_pair_frequency_note(p->pair_frequency, trial.bytes);
        }
        if (from == 0) {
            break;
        }
    }
}

static ms_code pick_all(ms_prefilter_literals *literals, picking *p)
{
    size_t n = p->keywords->list.count;
    const ms_bytes *sample = &p->keywords->sample;
    ms_code code = MS_OK;
    MS_TRY(ms_pair_frequency_new(&p->pair_frequency, sample->data, p->by_sample ? sample->len : 0,
                                 p->manner.width));
    for (size_t i = 0; i < n; i++) {
        note_all(p, i);
    }
    for (size_t i = 0; i < n; i++) {
        MS_TRY_OR(fini, pick_one(p, i) ? MS_OK : MS_NOMEM);
    }
    MS_TRY_OR(fini, ms_candidates_collect(&p->candidates, literals));
fini:
    ms_pair_frequency_free(p->pair_frequency);
    p->pair_frequency = NULL;
    ms_candidates_fini(&p->candidates);
    return code;
}

/* A lone fixed string: the eight bytes that are quickest to search for. */
static ms_code pick_lone(ms_prefilter_literals *literals, const ms_keywords *keywords)
{
    ms_str name = ms_str_list_at(&keywords->list, 0);
    size_t end = ms_prefix_choose(name, keywords->ignore_case);
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
    ms_str_list_push(&literals->list, name.data + from, end - from);
    return ms_str_list_check(&literals->list);
}

ms_code ms_prefilter_literals_choose(ms_prefilter_literals *literals, const ms_keywords *keywords,
                                     const ms_case_variants *letters, bool by_sample, ms_err *err)
{
    static const manner few = {.width = 4, .tail = 3, .share = true};
    static const manner many = {.width = MS_LITERAL_BYTES, .tail = MS_LITERAL_BYTES};
    size_t n = keywords->list.count;
    picking p = {.keywords = keywords, .letters = letters, .manner = few, .by_sample = by_sample};
    if (keywords->list.blob.len >= UINT32_MAX / MOST_SPELLINGS) {
        return ms_err_set(err, MS_LIMIT, 0, "more than %u bytes of keywords", UINT32_MAX / MOST_SPELLINGS);
    }
    ms_code code = MS_OK;
    if (n == 1 && letters[0].count == 0) {
        code = pick_lone(literals, keywords);
    } else {
        code = n <= FEW_KEYWORDS ? pick_all(literals, &p) : MS_OK;
        if (code == MS_OK && (n > FEW_KEYWORDS || literals->count > FEW_LITERALS)) {
            ms_prefilter_literals_fini(literals);
            p.manner = many;
            code = by_sample ? ms_qgrams_choose(literals, keywords, letters) : MS_OK;
            if (code == MS_OK && literals->count == 0) {
                code = pick_all(literals, &p);
            }
        }
    }
    if (code != MS_OK) {
        ms_prefilter_literals_fini(literals);
        return no_memory(err);
    }
    return MS_OK;
}
