/* Picks: see picks.h. */
#include "logs/prefilter/candidates.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 64 };

void ms_picks_fini(ms_picks *picks)
{
    free(picks->list);
    *picks = (ms_picks){0};
}

ms_code ms_picks_add(ms_picks *picks, const ms_pick *pick)
{
    if (picks->count == picks->cap) {
        size_t cap = picks->cap > 0 ? 2 * picks->cap : FIRST_ROOM;
        ms_pick *list = realloc(picks->list, cap * sizeof *list);
        if (!list) {
            return MS_NOMEM;
        }
        picks->list = list;
        picks->cap = cap;
    }
    picks->list[picks->count++] = *pick;
    return MS_OK;
}

static int by_bytes_then_id(const void *a, const void *b)
{
    const ms_pick *x = a;
    const ms_pick *y = b;
    int order = x->len != y->len ? (x->len > y->len) - (x->len < y->len) : memcmp(x->bytes, y->bytes, x->len);
    return order != 0 ? order : (x->use.id > y->use.id) - (x->use.id < y->use.id);
}

ms_code ms_picks_collect(ms_picks *picks, ms_needles *needles)
{
    if (picks->count > 0) {
        qsort(picks->list, picks->count, sizeof *picks->list, by_bytes_then_id);
    }
    needles->at = calloc(picks->count + 1, sizeof *needles->at);
    needles->uses = calloc(picks->count + 1, sizeof *needles->uses);
    ms_code code = needles->at && needles->uses ? MS_OK : MS_NOMEM;
    for (size_t i = 0; i < picks->count && code == MS_OK; i++) {
        const ms_pick *here = &picks->list[i];
        if (i == 0 || here->len != here[-1].len || memcmp(here->bytes, here[-1].bytes, here->len) != 0) {
            needles->at[needles->count++] = (ms_needle){here->len, (uint32_t)i};
            code = ms_names_push(&needles->list, here->bytes, here->len);
        }
        needles->uses[needles->nuses++] = here->use;
    }
    if (code == MS_OK) {
        needles->at[needles->count].uses = (uint32_t)needles->nuses;
    }
    return code;
}
