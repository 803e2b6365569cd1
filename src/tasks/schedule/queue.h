/* Queue: the tasks that a rank has still to do. It pops them from the front, in the order of its slice; tasks
 * are stolen from the back, and stolen tasks are appended. They stay encoded (tasks/schedule/task.h), because
 * a million of them must be small. Pure: no I/O, no MPI, so that a simulation can use it. */
#ifndef MS_TASKS_SCHEDULE_QUEUE_H
#define MS_TASKS_SCHEDULE_QUEUE_H

#include "tasks/schedule/task.h"

/* Tasks that were added together: those in bytes.data[first, end) are left. */
typedef struct ms_queue_part {
    ms_bytes bytes; /* owned */
    size_t first, end;
} ms_queue_part;

typedef struct ms_queue {
    ms_queue_part *parts; /* owned; nparts of them */
    size_t nparts, cap;
    size_t ntasks;   /* left, all parts together */
    double cost;     /* of these: see ms_cost_of */
    ms_task current; /* popped last */
} ms_queue;

/* Frees; idempotent, accepts {0}. Local. */
void ms_queue_fini(ms_queue *queue);
/* Appends encoded tasks; moves *bytes, which is empty afterwards. *nadded (may be NULL): number of tasks.
 * MS_FORMAT when the bytes are not a slice; MS_NOMEM. On failure the queue has not changed. Local. */
MS_MUST_CHECK ms_code ms_queue_add_bytes(ms_queue *queue, ms_bytes *bytes, size_t *nadded, ms_err *err);
/* The same with a copy of the bytes. Local. */
MS_MUST_CHECK ms_code ms_queue_add_copy(ms_queue *queue, const void *data, size_t n, size_t *nadded,
                                        ms_err *err);
/* Removes and returns the next task, NULL when the queue is empty. Valid until the next pop or fini, also
 * when tasks are stolen or added in between. Local. */
const ms_task *ms_queue_pop(ms_queue *queue);
/* The task that will be popped after `k` others, borrowed until the queue changes; false when it is not in
 * the first part. O(k). Local. */
bool ms_queue_peek(const ms_queue *queue, size_t k, ms_task *task);
/* Removes tasks from the back for another rank and appends them, encoded, to *to; *nstolen: how many. About
 * half of the remaining cost, at most max_bytes encoded, but at least one task if one fits. A popped task and
 * a stream are never stolen. On MS_NOMEM the queue has not changed. Local. */
MS_MUST_CHECK ms_code ms_queue_steal(ms_queue *queue, size_t max_bytes, ms_bytes *to, size_t *nstolen);

#endif
