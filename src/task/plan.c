/* Plan: longest-processing-time-first over a heap of ranks, then each rank's tasks in ascending order. Pure.
 */
#include "task/plan.h"

#include <stdlib.h>

/* Opening, sizing, reading and closing a small file, as bytes of text searched meanwhile. */
#define OPEN_COST ((uint64_t)64 * 1024)

/* A rank and the cost it has been given. */
struct load {
    uint64_t cost;
    uint32_t rank;
};

void ms_plan_fini(ms_plan *plan)
{
    free(plan->order);
    free(plan->starts);
    *plan = (ms_plan){0};
}

static uint64_t add_costs(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

uint64_t ms_plan_cost(const ms_entry *entry)
{
    return entry->cost > 0 ? entry->cost : add_costs(entry->size, OPEN_COST);
}

static bool is_lighter(const struct load *a, const struct load *b)
{
    return a->cost != b->cost ? a->cost < b->cost : a->rank < b->rank;
}

/* heap[0], the lightest, has become heavier: puts it where it belongs. */
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

/* Costliest first, then the lower entry. */
static int compare_costs(const void *a, const void *b, void *user)
{
    const ms_entry *list = user;
    uint32_t i = *(const uint32_t *)a;
    uint32_t k = *(const uint32_t *)b;
    uint64_t cost_i = ms_plan_cost(&list[i]);
    uint64_t cost_k = ms_plan_cost(&list[k]);
    if (cost_i != cost_k) {
        return cost_i > cost_k ? -1 : 1;
    }
    return (i > k) - (i < k);
}

/* The numbers of the FILE entries, ascending; returns how many. */
static size_t list_files(const ms_entries *entries, uint32_t *order)
{
    size_t n = 0;
    for (size_t i = 0; i < entries->paths.count; i++) {
        if (entries->list[i].state == MS_ENTRY_FILE) {
            order[n++] = (uint32_t)i;
        }
    }
    return n;
}

/* owner[i] = rank of entry i, and starts[r + 1] = number of tasks of rank r. */
static void deal(const ms_entries *entries, const uint32_t *order, size_t n, struct load *heap,
                 uint32_t *owner, ms_plan *plan)
{
    for (size_t r = 0; r < plan->nranks; r++) {
        heap[r] = (struct load){.rank = (uint32_t)r}; /* equal costs, ascending ranks: a heap */
    }
    for (size_t k = 0; k < n; k++) {
        uint32_t i = order[k];
        owner[i] = heap[0].rank;
        plan->starts[heap[0].rank + 1]++;
        heap[0].cost = add_costs(heap[0].cost, ms_plan_cost(&entries->list[i]));
        sink(heap, plan->nranks);
    }
}

/* Counts in starts become sums; order becomes the entries of rank 0, 1, ..., each ascending. */
static void collect(const ms_entries *entries, const uint32_t *owner, size_t *next, ms_plan *plan)
{
    for (size_t r = 0; r < plan->nranks; r++) {
        next[r] = plan->starts[r];
        plan->starts[r + 1] += plan->starts[r];
    }
    for (size_t i = 0; i < entries->paths.count; i++) {
        if (entries->list[i].state == MS_ENTRY_FILE) {
            plan->order[next[owner[i]]++] = (uint32_t)i;
        }
    }
}

ms_code ms_plan_make(ms_plan *plan, const ms_entries *entries, size_t nranks, ms_err *err)
{
    size_t count = entries->paths.count;
    if (count > UINT32_MAX || nranks == 0 || nranks > UINT32_MAX) {
        return ms_err_set(err, MS_LIMIT, 0, "cannot plan %zu files for %zu ranks", count, nranks);
    }
    ms_code code = MS_NOMEM;
    struct load *heap = calloc(nranks, sizeof *heap);
    size_t *next = calloc(nranks, sizeof *next);
    uint32_t *owner = calloc(count + 1, sizeof *owner);
    *plan = (ms_plan){.order = calloc(count + 1, sizeof *plan->order),
                      .starts = calloc(nranks + 1, sizeof *plan->starts),
                      .nranks = nranks};
    if (heap && next && owner && plan->order && plan->starts) {
        size_t n = list_files(entries, plan->order);
        qsort_r(plan->order, n, sizeof *plan->order, compare_costs, entries->list);
        deal(entries, plan->order, n, heap, owner, plan);
        collect(entries, owner, next, plan);
        code = MS_OK;
    } else {
        ms_plan_fini(plan);
        (void)ms_err_set(err, code, 0, "out of memory while planning %zu files", count);
    }
    free(owner);
    free(next);
    free(heap);
    return code;
}
