/* Needles: see needles.h.
 *
 * Up to some 48 literals Hyperscan 5.4 looks at the last three or four bytes of each
 * (src/fdr/teddy_compile.cpp), beyond that at the last eight (src/fdr/fdr_compile.cpp). So few keywords get
 * short needles whose last bytes are rare, which they share where they can. Many get windows for the sieve
 * (windows.h) where that is quicker by the sample, and otherwise needles of eight bytes that are rare as a
 * whole. */
#include "logs/prefilter/prefilter_literals.h"

#include "logs/prefilter/candidates.h"
#include "logs/prefilter/pair_frequency.h"
#include "logs/prefilter/prefix.h"
#include "logs/prefilter/qgrams.h"

#include <stdlib.h>
#include <string.h>

enum {
    MOST_SPELLINGS = 8, /* of a needle with letters beyond ASCII */
    FEW_NEEDLES = 48,
    FEW_KEYWORDS = 192, /* above, they do not share enough to get by with few needles */
    CROWD = 32          /* keywords that one needle may well stand for */
};

/* What is sought in a needle. */
typedef struct manner {
    size_t width; /* bytes */
    size_t tail;  /* bytes at its end that have to be rare */
    bool share;   /* the same needle for many keywords is good, not bad */
} manner;

typedef struct picking {
    const ms_keywords *keywords;
    const ms_letters *letters;
    ms_rarity *rarity;
    manner manner;
    bool by_sample;
    ms_picks picks; /* owned */
} picking;

void ms_needles_fini(ms_needles *needles)
{
    ms_names_fini(&needles->list);
    free(needles->at);
    free(needles->uses);
    *needles = (ms_needles){0};
}

static ms_code no_memory(ms_err *err)
{
    return ms_err_set(err, MS_NOMEM, 0, "no memory for the keywords");
}

/* Letters, or bytes, of keyword `id`. */
static size_t letters_of(const picking *p, size_t id)
{
    size_t n = p->letters[id].count;
    return n > 0 ? n : ms_names_at(&p->keywords->list, id).len;
}

/* Where the longest needle that ends in front of letter `to` begins. */
static size_t window_before(const picking *p, size_t id, size_t to)
{
    const ms_letter *list = p->letters[id].list;
    if (!list) {
        return to > p->manner.width ? to - p->manner.width : 0;
    }
    size_t from = to;
    size_t nbytes = 0;
    size_t nspellings = 1;
    while (from > 0) {
        const ms_letter *letter = &list[from - 1];
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
static bool spell(const picking *p, ms_needle_use use, size_t spelling, ms_pick *to)
{
    const ms_letter *list = p->letters[use.id].list;
    const char *name = ms_names_at(&p->keywords->list, use.id).data;
    *to = (ms_pick){.use = use};
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

/* The lower, the quicker the search for this needle. */
static double score(const picking *p, const ms_pick *needle)
{
    const manner *m = &p->manner;
    double sum = 0;
    size_t from = needle->len > m->tail ? needle->len - m->tail : 0;
    for (size_t i = from; i + 1 < needle->len; i++) {
        sum += ms_rarity_pair(p->rarity, needle->bytes[i], needle->bytes[i + 1]);
    }
    if (needle->len != m->width) {
        return sum;
    }
    sum += (m->share ? 10 : 30) * ms_rarity_log2(1.0 + ms_rarity_count(p->rarity, needle->bytes));
    double sharers = ms_rarity_noted(p->rarity, needle->bytes);
    if (m->share) {
        return sum - 8 * ms_rarity_log2(sharers + 1);
    }
    return sharers > CROWD ? sum + 10 * ms_rarity_log2(sharers / CROWD) : sum;
}

/* The best needle of keyword `id`, in all its spellings. */
static bool pick_one(picking *p, size_t id)
{
    ms_pick trial;
    ms_needle_use best = {.id = (uint32_t)id};
    double lowest = 0;
    size_t n = letters_of(p, id);
    for (size_t to = n; to > 0; to--) {
        size_t from = window_before(p, id, to);
        ms_needle_use use = {(uint32_t)id, (uint32_t)from, (uint32_t)to};
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
        good = ms_picks_add(&p->picks, &trial) == MS_OK;
    }
    return good;
}

/* Notes what keyword `id` could be found by. */
static void note_all(picking *p, size_t id)
{
    ms_pick trial;
    size_t n = letters_of(p, id);
    for (size_t to = n; to > 0; to--) {
        size_t from = window_before(p, id, to);
        (void)spell(p, (ms_needle_use){(uint32_t)id, (uint32_t)from, (uint32_t)to}, 0, &trial);
        if (trial.len == p->manner.width) {
            ms_rarity_note(p->rarity, trial.bytes);
        }
        if (from == 0) {
            break;
        }
    }
}

static ms_code pick_all(ms_needles *needles, picking *p)
{
    size_t n = p->keywords->list.count;
    const ms_bytes *sample = &p->keywords->sample;
    ms_code code = ms_rarity_new(&p->rarity, sample->data, p->by_sample ? sample->len : 0, p->manner.width);
    for (size_t i = 0; i < n && code == MS_OK; i++) {
        note_all(p, i);
    }
    for (size_t i = 0; i < n && code == MS_OK; i++) {
        code = pick_one(p, i) ? MS_OK : MS_NOMEM;
    }
    code = code == MS_OK ? ms_picks_collect(&p->picks, needles) : code;
    ms_rarity_free(p->rarity);
    p->rarity = NULL;
    ms_picks_fini(&p->picks);
    return code;
}

/* A lone fixed string: the eight bytes that are quickest to search for. */
static ms_code pick_lone(ms_needles *needles, const ms_keywords *keywords)
{
    ms_name name = ms_names_at(&keywords->list, 0);
    size_t end = ms_prefix_choose(name, keywords->ignore_case);
    size_t from = end > MS_NEEDLE_BYTES ? end - MS_NEEDLE_BYTES : 0;
    needles->at = calloc(2, sizeof *needles->at);
    needles->uses = calloc(1, sizeof *needles->uses);
    if (!needles->at || !needles->uses) {
        return MS_NOMEM;
    }
    needles->count = needles->nuses = 1;
    needles->at[0] = (ms_needle){.len = (uint32_t)(end - from)};
    needles->at[1].uses = 1;
    needles->uses[0] = (ms_needle_use){.from = (uint32_t)from, .to = (uint32_t)end};
    return ms_names_push(&needles->list, name.data + from, end - from);
}

ms_code ms_needles_choose(ms_needles *needles, const ms_keywords *keywords, const ms_letters *letters,
                          bool by_sample, ms_err *err)
{
    static const manner few = {.width = 4, .tail = 3, .share = true};
    static const manner many = {.width = MS_NEEDLE_BYTES, .tail = MS_NEEDLE_BYTES};
    size_t n = keywords->list.count;
    picking p = {.keywords = keywords, .letters = letters, .manner = few, .by_sample = by_sample};
    if (keywords->list.blob.len >= UINT32_MAX / MOST_SPELLINGS) {
        return ms_err_set(err, MS_LIMIT, 0, "more than %u bytes of keywords", UINT32_MAX / MOST_SPELLINGS);
    }
    ms_code code = MS_OK;
    if (n == 1 && letters[0].count == 0) {
        code = pick_lone(needles, keywords);
    } else {
        code = n <= FEW_KEYWORDS ? pick_all(needles, &p) : MS_OK;
        if (code == MS_OK && (n > FEW_KEYWORDS || needles->count > FEW_NEEDLES)) {
            ms_needles_fini(needles);
            p.manner = many;
            code = by_sample ? ms_windows_choose(needles, keywords, letters) : MS_OK;
            code = code == MS_OK && needles->count == 0 ? pick_all(needles, &p) : code;
        }
    }
    if (code != MS_OK) {
        ms_needles_fini(needles);
        return no_memory(err);
    }
    return MS_OK;
}
