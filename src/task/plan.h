/* Plan: entries + number of ranks -> one slice of tasks per rank, of equal cost. Pure: no I/O, no MPI. */
#ifndef MS_TASK_PLAN_H
#define MS_TASK_PLAN_H

#include "task/enumerate.h"

/* Rank r's tasks are order[starts[r]] .. order[starts[r + 1] - 1]: indices of FILE entries, ascending. */
typedef struct ms_plan {
    uint32_t *order; /* owned */
    size_t *starts;  /* owned; nranks + 1 of them */
    size_t nranks;
} ms_plan;

/* Frees; idempotent, accepts {0}. Local. */
void ms_plan_fini(ms_plan *plan);

/* What a file costs, in bytes of plain text searched: its size, and 64 KiB for opening and closing it
 * (saturating). An approximation: open, fstat, a short read and close of a cached file took 3.6 to 5 us, in
 * which a core searches 40 to 120 KB. Local. */
uint64_t ms_plan_cost(const ms_entry *entry);

/* Longest-processing-time-first: the costliest task goes to the least loaded rank (ties: the lower entry, the
 * lower rank), so the makespan is at most 4/3 - 1/(3p) of the best (Graham 1969). The same input gives the
 * same plan. nranks >= 1. MS_NOMEM, or MS_LIMIT above UINT32_MAX entries or ranks; then *plan is {0}. Local.
 */
MS_MUST_CHECK ms_code ms_plan_make(ms_plan *plan, const ms_entries *entries, size_t nranks, ms_err *err);

#endif
