/* Queue: the tasks that a rank has still to do. It takes them from the front, in the order of its slice; what
 * it gives to a rank that has none goes from the back, and what it is given by another comes behind. They
 * stay as the bytes they came as (tasks/schedule/task.h), which is what a million of them cost. Pure: no I/O,
 * no MPI, so that a simulation can use it. */
#ifndef MS_TASKS_SCHEDULE_QUEUE_H
#define MS_TASKS_SCHEDULE_QUEUE_H

#include "tasks/schedule/task.h"

/* Tasks that came together: those at bytes.data + first up to end are left. */
typedef struct ms_queue_part {
    ms_bytes bytes; /* owned */
    size_t first, end;
} ms_queue_part;

typedef struct ms_queue {
    ms_queue_part *parts; /* owned; nparts of them */
    size_t nparts, cap;
    size_t ntasks; /* left, all parts together */
    double cost;   /* of these: see ms_cost_of */
    ms_task taken; /* the last one */
} ms_queue;

/* Frees; idempotent, accepts {0}. Local. */
void ms_queue_fini(ms_queue *queue);
/* Takes over encoded tasks, *take_bytes is empty afterwards, behind those that are there; *nadded (may be
 * NULL) gets how many. MS_FORMAT when the bytes are not a slice; MS_NOMEM. On failure the tasks that are
 * there have not changed. Local. */
MS_MUST_CHECK ms_code ms_queue_take_over(ms_queue *queue, ms_bytes *take_bytes, size_t *nadded, ms_err *err);
/* The same of a copy. Local. */
MS_MUST_CHECK ms_code ms_queue_add(ms_queue *queue, const void *data, size_t n, size_t *nadded, ms_err *err);
/* Takes the next task, or NULL when none is left. It is valid until the next take or fini, whatever is given
 * or added meanwhile. Local. */
const ms_task *ms_queue_take(ms_queue *queue);
/* Looks at the task that comes when `k` more have been taken, borrowed until the queue changes; false when it
 * is not known. Walks over the k. Local. */
bool ms_queue_peek(const ms_queue *queue, size_t k, ms_task *task);
/* Gives tasks away: appends them, encoded, to *to, and *ngiven is how many they are. From the back, about
 * half of the cost that is left, at most max_bytes encoded, but at least one task if one is left that fits. A
 * task that was taken is never given. On MS_NOMEM the queue has not changed. Local. */
MS_MUST_CHECK ms_code ms_queue_give(ms_queue *queue, size_t max_bytes, ms_bytes *to, size_t *ngiven);

#endif
