/* A rank begins with one part, its slice, and gets another with each steal reply. An empty part is only freed
 * when the next task is popped: the current task may lie in it. */
#include "tasks/schedule/queue.h"

#include <stdlib.h>
#include <string.h>

void ms_queue_fini(ms_queue *queue)
{
    for (size_t i = 0; i < queue->nparts; i++) {
        ms_bytes_fini(&queue->parts[i].bytes);
    }
    free(queue->parts);
    *queue = (ms_queue){0};
}

static ms_code grow(ms_queue *queue)
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

/* Whether the bytes are a valid slice; adds up its tasks and their cost. */
static bool check(const ms_bytes *bytes, size_t *ntasks, double *cost)
{
    ms_reader reader = ms_reader_over(bytes->data, bytes->len);
    ms_task last = {0};
    while (reader.at < reader.len) {
        ms_task task = {0};
        if (ms_task_decode(&task, &reader) != MS_OK || (*ntasks > 0 && !ms_task_follows(&last, &task))) {
            return false;
        }
        *cost += (double)ms_task_cost(&task);
        ++*ntasks;
        last = task;
    }
    return true;
}

ms_code ms_queue_add_bytes(ms_queue *queue, ms_bytes *bytes, size_t *nadded, ms_err *err)
{
    ms_queue_part part = {.bytes = *bytes, .end = bytes->len};
    size_t ntasks = 0;
    double cost = 0;
    *bytes = (ms_bytes){0};
    ms_code code = grow(queue);
    if (code == MS_OK && !check(&part.bytes, &ntasks, &cost)) {
        code = MS_FORMAT;
    }
    if (code != MS_OK) {
        ms_bytes_fini(&part.bytes);
        return ms_err_set(err, code, 0,
                          code == MS_NOMEM ? "out of memory for tasks" : "bytes are not a slice of tasks");
    }
    queue->cost += cost;
    queue->ntasks += ntasks;
    queue->parts[queue->nparts++] = part;
    if (nadded) {
        *nadded = ntasks;
    }
    return MS_OK;
}

ms_code ms_queue_add_copy(ms_queue *queue, const void *data, size_t n, size_t *nadded, ms_err *err)
{
    ms_bytes copy = {0};
    ms_bytes_append(&copy, data, n);
    if (ms_bytes_check(&copy) != MS_OK) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for tasks");
    }
    return ms_queue_add_bytes(queue, &copy, nadded, err);
}

/* The task at *at, which moves to the next one. The bytes were checked when they were added. */
static bool view(const ms_queue_part *part, size_t *at, ms_task *task)
{
    ms_reader reader = ms_reader_over(part->bytes.data, part->end);
    reader.at = *at;
    bool found = ms_task_decode(task, &reader) == MS_OK;
    *at = reader.at;
    return found;
}

/* Offset of the task that ends at `end`. */
static size_t start_of(const ms_queue_part *part, size_t end)
{
    ms_reader reader = ms_reader_over(part->bytes.data, end);
    reader.at = end - 4;
    return end - ms_reader_u32(&reader);
}

static void drop_part(ms_queue *queue, size_t i)
{
    ms_bytes_fini(&queue->parts[i].bytes);
    queue->nparts--;
    memmove(&queue->parts[i], &queue->parts[i + 1], (queue->nparts - i) * sizeof *queue->parts);
}

/* The sum has rounding errors: an empty queue is set to 0. */
static void subtract(ms_queue *queue, size_t ntasks, double cost)
{
    queue->ntasks -= ntasks;
    queue->cost = queue->ntasks > 0 ? queue->cost - cost : 0;
}

const ms_task *ms_queue_pop(ms_queue *queue)
{
    while (queue->nparts > 0 && queue->parts[0].first == queue->parts[0].end) {
        drop_part(queue, 0);
    }
    if (queue->nparts == 0 || !view(&queue->parts[0], &queue->parts[0].first, &queue->current)) {
        return NULL;
    }
    subtract(queue, 1, (double)ms_task_cost(&queue->current));
    return &queue->current;
}

bool ms_queue_peek(const ms_queue *queue, size_t k, ms_task *task)
{
    const ms_queue_part *part = queue->nparts > 0 ? &queue->parts[0] : NULL;
    size_t at = part ? part->first : 0;
    bool found = part && at < part->end && view(part, &at, task);
    for (; k > 0 && found; k--) {
        found = at < part->end && view(part, &at, task);
    }
    return found;
}

/* The last part that has tasks left, or NULL. Frees empty parts, except the first, which may hold the current
 * task. */
static ms_queue_part *last_part(ms_queue *queue)
{
    while (queue->nparts > 1 &&
           queue->parts[queue->nparts - 1].first == queue->parts[queue->nparts - 1].end) {
        drop_part(queue, queue->nparts - 1);
    }
    ms_queue_part *part = queue->nparts > 0 ? &queue->parts[queue->nparts - 1] : NULL;
    return part && part->first < part->end ? part : NULL;
}

ms_code ms_queue_steal(ms_queue *queue, size_t max_bytes, ms_bytes *to, size_t *nstolen)
{
    size_t n = 0;
    double cost = 0;
    double half = queue->cost / 2;
    ms_queue_part *part = last_part(queue);
    *nstolen = 0;
    if (!part) {
        return MS_OK;
    }
    size_t begin = part->end;
    while (begin > part->first) {
        ms_task task = {0};
        size_t at = start_of(part, begin);
        size_t start = at;
        if (!view(part, &at, &task) || task.stream || part->end - start > max_bytes) {
            break;
        }
        double more = (double)ms_task_cost(&task);
        if (n > 0 && cost + more > half) {
            break;
        }
        begin = start;
        cost += more;
        n++;
    }
    ms_bytes_append(to, part->bytes.data + begin, part->end - begin);
    MS_TRY(ms_bytes_check(to));
    part->end = begin;
    subtract(queue, n, cost);
    *nstolen = n;
    return MS_OK;
}
