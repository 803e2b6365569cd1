#include "logs/prefilter/candidates.h"

#include <stdlib.h>
#include <string.h>

enum { INITIAL_CAP = 64 };

void ms_candidates_fini(ms_candidates *candidates)
{
    free(candidates->list);
    *candidates = (ms_candidates){0};
}

ms_code ms_candidates_add(ms_candidates *candidates, const ms_candidate *candidate)
{
    if (candidates->count == candidates->cap) {
        size_t cap = candidates->cap > 0 ? 2 * candidates->cap : INITIAL_CAP;
        ms_candidate *list = realloc(candidates->list, cap * sizeof *list);
        if (!list) {
            return MS_NOMEM;
        }
        candidates->list = list;
        candidates->cap = cap;
    }
    candidates->list[candidates->count++] = *candidate;
    return MS_OK;
}

static int by_bytes_then_id(const void *a, const void *b)
{
    const ms_candidate *x = a;
    const ms_candidate *y = b;
    int order = x->len != y->len ? (x->len > y->len) - (x->len < y->len) : memcmp(x->bytes, y->bytes, x->len);
    return order != 0 ? order : (x->use.id > y->use.id) - (x->use.id < y->use.id);
}

ms_code ms_candidates_collect(ms_candidates *candidates, ms_prefilter_literals *literals)
{
    if (candidates->count > 0) {
        qsort(candidates->list, candidates->count, sizeof *candidates->list, by_bytes_then_id);
    }
    literals->at = calloc(candidates->count + 1, sizeof *literals->at);
    literals->uses = calloc(candidates->count + 1, sizeof *literals->uses);
    if (!literals->at || !literals->uses) {
        return MS_NOMEM;
    }
    for (size_t i = 0; i < candidates->count; i++) {
        const ms_candidate *here = &candidates->list[i];
        if (i == 0 || here->len != here[-1].len || memcmp(here->bytes, here[-1].bytes, here->len) != 0) {
            literals->at[literals->count++] = (ms_prefilter_literal){here->len, (uint32_t)i};
            ms_str_list_push(&literals->list, here->bytes, here->len);
        }
        literals->uses[literals->nuses++] = here->use;
    }
    literals->at[literals->count].uses = (uint32_t)literals->nuses;
    return ms_str_list_check(&literals->list);
}
