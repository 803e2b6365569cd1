/* Queue: see queue.h. A rank begins with one part, its slice, and gets another with each gift. Parts that are
 * used up leave at the front when the next task is taken, since the task under way may lie in them. */
#include "task/queue.h"

#include <stdlib.h>
#include <string.h>

void ms_queue_fini(ms_queue *queue)
{
    for (size_t i = 0; i < queue->nparts; i++) {
        ms_slice_fini(&queue->parts[i].slice);
    }
    free(queue->parts);
    *queue = (ms_queue){0};
}

static double cost_of(const ms_task *task)
{
    return (double)task->cost;
}

static ms_code make_room(ms_queue *queue)
{
    if (queue->nparts < queue->cap) {
        return MS_OK;
    }
    size_t cap = queue->cap > 0 ? 2 * queue->cap : 4;
    ms_queue_part *parts = realloc(queue->parts, cap * sizeof *parts);
    if (!parts) {
        return MS_NOMEM;
    }
    queue->parts = parts;
    queue->cap = cap;
    return MS_OK;
}

ms_code ms_queue_add(ms_queue *queue, const void *data, size_t n, size_t *nadded, ms_err *err)
{
    ms_queue_part part = {0};
    if (make_room(queue) != MS_OK) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for tasks");
    }
    ms_code code = ms_slice_decode(&part.slice, data, n, err);
    if (code != MS_OK) {
        return code;
    }
    part.end = part.slice.ntasks;
    for (size_t i = 0; i < part.end; i++) {
        queue->cost += cost_of(&part.slice.tasks[i]);
    }
    queue->ntasks += part.end;
    if (nadded) {
        *nadded = part.end;
    }
    queue->parts[queue->nparts++] = part;
    return MS_OK;
}

static void drop_part(ms_queue *queue, size_t i)
{
    ms_slice_fini(&queue->parts[i].slice);
    queue->nparts--;
    memmove(&queue->parts[i], &queue->parts[i + 1], (queue->nparts - i) * sizeof *queue->parts);
}

/* The sum is of rounded numbers: nothing left costs nothing. */
static void take_off(ms_queue *queue, size_t ntasks, double cost)
{
    queue->ntasks -= ntasks;
    queue->cost = queue->ntasks > 0 ? queue->cost - cost : 0;
}

const ms_task *ms_queue_take(ms_queue *queue)
{
    while (queue->nparts > 0 && queue->parts[0].first == queue->parts[0].end) {
        drop_part(queue, 0);
    }
    if (queue->nparts == 0) {
        return NULL;
    }
    ms_queue_part *part = &queue->parts[0];
    const ms_task *task = &part->slice.tasks[part->first++];
    take_off(queue, 1, cost_of(task));
    return task;
}

size_t ms_queue_next(const ms_queue *queue, const ms_task **next)
{
    const ms_queue_part *part = queue->nparts > 0 ? &queue->parts[0] : NULL;
    *next = part ? part->slice.tasks + part->first : NULL;
    return part ? part->end - part->first : 0;
}

/* The last part that has tasks left, or NULL. Used-up parts behind the first, which may hold the task under
 * way, go. */
static ms_queue_part *last_part(ms_queue *queue)
{
    while (queue->nparts > 1 &&
           queue->parts[queue->nparts - 1].first == queue->parts[queue->nparts - 1].end) {
        drop_part(queue, queue->nparts - 1);
    }
    ms_queue_part *part = queue->nparts > 0 ? &queue->parts[queue->nparts - 1] : NULL;
    return part && part->first < part->end ? part : NULL;
}

ms_code ms_queue_give(ms_queue *queue, size_t max_bytes, ms_bytes *to, size_t *ngiven)
{
    size_t start = to->len;
    size_t nbytes = 0;
    double cost = 0;
    ms_queue_part *part = last_part(queue);
    *ngiven = 0;
    if (!part) {
        return MS_OK;
    }
    size_t i = part->end;
    for (; i > part->first; i--) {
        const ms_task *task = &part->slice.tasks[i - 1];
        if (nbytes + ms_task_nbytes(task) > max_bytes ||
            (i < part->end && cost + cost_of(task) > queue->cost / 2)) {
            break;
        }
        nbytes += ms_task_nbytes(task);
        cost += cost_of(task);
    }
    for (size_t k = i; k < part->end; k++) { /* ascending, as ms_slice_decode wants them */
        if (ms_task_put(&part->slice.tasks[k], to) != MS_OK) {
            to->len = start;
            return MS_NOMEM;
        }
    }
    *ngiven = part->end - i;
    part->end = i;
    take_off(queue, *ngiven, cost);
    return MS_OK;
}
