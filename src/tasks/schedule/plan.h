/* Plan: entries + number of ranks -> one slice of tasks per rank, of equal cost. Pure: no I/O, no MPI. */
#ifndef MS_TASKS_SCHEDULE_PLAN_H
#define MS_TASKS_SCHEDULE_PLAN_H

#include "tasks/enumerate/enumerate.h"

/* The extent of one task: the lines of a file that begin in [begin, end), or all of it: [0, size). */
typedef struct ms_piece {
    uint32_t entry;
    uint64_t begin, end;
} ms_piece;

/* Streams are rank 0's. Rank r's tasks are pieces[starts[r]] .. pieces[starts[r + 1] - 1]: of FILE and STREAM
 * entries, ascending by entry, then by begin. */
typedef struct ms_plan {
    ms_piece *pieces; /* owned */
    size_t *starts;   /* owned; nranks + 1 of them */
    size_t nranks;
} ms_plan;

/* Pieces that are done already: ascending by entry, then by begin, none overlapping. A file that is
 * done is one piece from 0 to its size. */
typedef struct ms_done {
    const ms_piece *list; /* borrowed */
    size_t count;
} ms_done;

/* Frees; idempotent, accepts {0}. Local. */
void ms_plan_fini(ms_plan *plan);

/* Cost of a task of `nbytes`, in bytes of plain text that are searched in the same time: `byte_cost` for each
 * (0: plain text, which costs 1), and the cost of opening. An approximation: open, fstat, a short read and
 * close of a cached file took 3.6 to 5 us, in which a core searches 40 to 120 KB: 64 KiB; an image with its
 * worker's overhead 0.15 to 0.6 ms: 2 MiB. Saturating. Local. */
uint64_t ms_cost_of(ms_task_kind kind, uint32_t byte_cost, uint64_t nbytes);
/* The same of a piece. Local. */
uint64_t ms_plan_cost(const ms_entries *entries, const ms_piece *piece);

/* Longest-processing-time-first: the costliest task goes to the least loaded rank (ties: the earlier piece,
 * the lower rank), so the makespan is at most 4/3 - 1/(3p) of the best (Graham 1969). With several ranks, a
 * file that can be split and has more than split_size bytes becomes ranges of about the same size, none above
 * split_size; 0: no file is split. What `done` (NULL: nothing) leaves of a file becomes ranges in any case.
 * The same input gives the same plan. nranks >= 1. MS_NOMEM, or MS_LIMIT above UINT32_MAX entries, pieces or
 * ranks; then *plan is {0}. Local. */
MS_MUST_CHECK ms_code ms_plan_make(ms_plan *plan, const ms_entries *entries, size_t nranks,
                                   uint64_t split_size, const ms_done *done, ms_err *err);

#endif
