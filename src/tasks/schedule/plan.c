#include "tasks/schedule/plan.h"

#include <stdlib.h>

/* Opening, stat, reading and closing a small file, as bytes of text searched in the same time. */
#define OPEN_COST ((uint64_t)64 * 1024)
/* The same of an image, with a request to the worker program. */
#define IMAGE_COST ((uint64_t)2 << 20)

/* A rank and the cost assigned to it. */
struct load {
    uint64_t cost;
    uint32_t rank;
};

/* The pieces while they are assigned. */
struct assignment {
    const ms_entries *entries;
    ms_piece *pieces; /* in canonical order */
    size_t n;
    uint32_t *order; /* piece numbers, costliest first */
    uint32_t *owner; /* rank of each piece */
    struct load *heap;
};

void ms_plan_fini(ms_plan *plan)
{
    free(plan->pieces);
    free(plan->starts);
    *plan = (ms_plan){0};
}

static uint64_t add_costs(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

uint64_t ms_cost_of(ms_task_kind kind, uint32_t byte_cost, uint64_t nbytes)
{
    uint64_t each = byte_cost > 0 ? byte_cost : 1;
    uint64_t cost = nbytes > UINT64_MAX / each ? UINT64_MAX : nbytes * each;
    return add_costs(cost, kind == MS_TASK_IMAGE ? IMAGE_COST : OPEN_COST);
}

uint64_t ms_plan_cost(const ms_entries *entries, const ms_piece *piece)
{
    const ms_entry *entry = &entries->list[piece->entry];
    return ms_cost_of((ms_task_kind)entry->kind, entry->byte_cost, piece->end - piece->begin);
}

/* Adds the range [begin, end) of entry i, in pieces of at most split_size (0: in one) whose sizes differ by
 * one byte at the most; only counts while d->pieces is NULL. */
static void add_range(struct assignment *d, uint32_t i, uint64_t begin, uint64_t end, uint64_t split_size)
{
    uint64_t size = end - begin;
    uint64_t n = split_size == 0 || size <= split_size ? 1 : (size - 1) / split_size + 1;
    if (!d->pieces) {
        d->n = n > UINT32_MAX || d->n > UINT32_MAX ? (size_t)UINT32_MAX + 1 : d->n + (size_t)n;
        return;
    }
    for (uint64_t k = 0; k < n; k++) {
        end = begin + size / n + (k < size % n ? 1 : 0);
        d->pieces[d->n++] = (ms_piece){.entry = i, .begin = begin, .end = end};
        begin = end;
    }
}

/* Adds the parts of all entries that are not done. */
static void add_pieces(struct assignment *d, uint64_t split_size, const ms_done *done)
{
    const ms_piece *next = done ? done->list : NULL;
    const ms_piece *last = done ? done->list + done->count : NULL;
    for (uint32_t i = 0; i < d->entries->paths.count; i++) {
        const ms_entry *entry = &d->entries->list[i];
        uint64_t at = 0;
        bool unlisted = true;
        while (next < last && next->entry < i) {
            next++;
        }
        for (; next < last && next->entry == i; next++) {
            if (next->begin > at && entry->state == MS_ENTRY_FILE) {
                add_range(d, i, at, next->begin, entry->splits ? split_size : 0);
            }
            at = next->end;
            unlisted = false;
        }
        bool task = entry->state == MS_ENTRY_FILE || entry->state == MS_ENTRY_STREAM;
        if (task && (unlisted || at < entry->size)) {
            add_range(d, i, at, entry->size, entry->splits ? split_size : 0);
        }
    }
}

static bool is_lighter(const struct load *a, const struct load *b)
{
    return a->cost != b->cost ? a->cost < b->cost : a->rank < b->rank;
}

/* Restores the heap after heap[0] has become heavier. */
static void sink(struct load *heap, size_t n)
{
    size_t at = 0;
    for (;;) {
        size_t child = 2 * at + 1;
        if (child + 1 < n && is_lighter(&heap[child + 1], &heap[child])) {
            child++;
        }
        if (child >= n || !is_lighter(&heap[child], &heap[at])) {
            return;
        }
        struct load moved = heap[at];
        heap[at] = heap[child];
        heap[child] = moved;
        at = child;
    }
}

/* Costliest first, then the earlier piece. */
static int compare_costs(const void *a, const void *b, void *user)
{
    const struct assignment *d = user;
    uint32_t i = *(const uint32_t *)a;
    uint32_t k = *(const uint32_t *)b;
    uint64_t cost_i = ms_plan_cost(d->entries, &d->pieces[i]);
    uint64_t cost_k = ms_plan_cost(d->entries, &d->pieces[k]);
    if (cost_i != cost_k) {
        return cost_i > cost_k ? -1 : 1;
    }
    return (i > k) - (i < k);
}

static ms_code list_pieces(struct assignment *d, uint64_t split_size, const ms_done *done, ms_err *err)
{
    add_pieces(d, split_size, done);
    size_t total = d->n;
    if (total > UINT32_MAX) {
        return ms_err_set(err, MS_LIMIT, 0, "more than %u tasks: --split-size is too small", UINT32_MAX);
    }
    d->pieces = calloc(total + 1, sizeof *d->pieces);
    d->order = calloc(total + 1, sizeof *d->order);
    d->owner = calloc(total + 1, sizeof *d->owner);
    if (!d->pieces || !d->order || !d->owner) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory while planning %zu tasks", total);
    }
    d->n = 0;
    add_pieces(d, split_size, done);
    for (size_t k = 0; k < d->n; k++) {
        d->order[k] = (uint32_t)k;
    }
    return MS_OK;
}

/* owner[k] = rank of piece k, and starts[r + 1] = number of tasks of rank r. */
static void assign(struct assignment *d, ms_plan *plan)
{
    for (size_t r = 0; r < plan->nranks; r++) {
        d->heap[r] = (struct load){.rank = (uint32_t)r}; /* equal costs, ascending ranks: a heap */
    }
    for (size_t k = 0; k < d->n; k++) {
        uint32_t i = d->order[k];
        if (d->entries->list[d->pieces[i].entry].state == MS_ENTRY_STREAM) {
            d->owner[i] = 0; /* it may take any time, in which others steal the rest */
            plan->starts[1]++;
            continue;
        }
        d->owner[i] = d->heap[0].rank;
        plan->starts[d->heap[0].rank + 1]++;
        d->heap[0].cost = add_costs(d->heap[0].cost, ms_plan_cost(d->entries, &d->pieces[i]));
        sink(d->heap, plan->nranks);
    }
}

/* Counts in starts become sums; plan->pieces become those of rank 0, 1, ..., each ascending. `next`: scratch,
 * nranks elements. */
static void collect(const struct assignment *d, size_t *next, ms_plan *plan)
{
    for (size_t r = 0; r < plan->nranks; r++) {
        next[r] = plan->starts[r];
        plan->starts[r + 1] += plan->starts[r];
    }
    for (size_t k = 0; k < d->n; k++) {
        plan->pieces[next[d->owner[k]]++] = d->pieces[k];
    }
}

static ms_code make(ms_plan *plan, struct assignment *d, ms_err *err)
{
    size_t *next = calloc(plan->nranks, sizeof *next);
    d->heap = calloc(plan->nranks, sizeof *d->heap);
    plan->pieces = calloc(d->n + 1, sizeof *plan->pieces);
    plan->starts = calloc(plan->nranks + 1, sizeof *plan->starts);
    ms_code code = MS_OK;
    if (next && d->heap && plan->pieces && plan->starts) {
        if (plan->nranks > 1) { /* else it gets all, in any order */
            qsort_r(d->order, d->n, sizeof *d->order, compare_costs, d);
        }
        assign(d, plan);
        collect(d, next, plan);
    } else {
        code = ms_err_set(err, MS_NOMEM, 0, "out of memory while planning %zu tasks", d->n);
    }
    free(next);
    return code;
}

ms_code ms_plan_make(ms_plan *plan, const ms_entries *entries, size_t nranks, uint64_t split_size,
                     const ms_done *done, ms_err *err)
{
    size_t count = entries->paths.count;
    if (count > UINT32_MAX || nranks == 0 || nranks > UINT32_MAX) {
        return ms_err_set(err, MS_LIMIT, 0, "cannot plan %zu files for %zu ranks", count, nranks);
    }
    struct assignment d = {.entries = entries};
    *plan = (ms_plan){.nranks = nranks};
    ms_code code = MS_OK;
    MS_TRY_OR(free_assignment, list_pieces(&d, nranks > 1 ? split_size : 0, done, err));
    MS_TRY_OR(free_assignment, make(plan, &d, err));
free_assignment:
    if (code != MS_OK) {
        ms_plan_fini(plan);
    }
    free(d.heap);
    free(d.owner);
    free(d.order);
    free(d.pieces);
    return code;
}
