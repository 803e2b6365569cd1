/* Queue: see queue.h. A rank begins with one part, its slice, and gets another with each gift. Parts that are
 * used up leave at the front when the next task is taken, since the task under way may lie in them. */
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

/* Are the bytes a slice, of how many tasks, and of what cost? */
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

ms_code ms_queue_take_over(ms_queue *queue, ms_bytes *take_bytes, size_t *nadded, ms_err *err)
{
    ms_queue_part part = {.bytes = *take_bytes, .end = take_bytes->len};
    size_t ntasks = 0;
    double cost = 0;
    *take_bytes = (ms_bytes){0};
    ms_code code = make_room(queue);
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

ms_code ms_queue_add(ms_queue *queue, const void *data, size_t n, size_t *nadded, ms_err *err)
{
    ms_bytes copy = {0};
    ms_bytes_append(&copy, data, n);
    if (ms_bytes_check(&copy) != MS_OK) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for tasks");
    }
    return ms_queue_take_over(queue, &copy, nadded, err);
}

/* The task at `at`, and where the next one is. The bytes have been checked before. */
static bool view(const ms_queue_part *part, size_t *at, ms_task *task)
{
    ms_reader reader = ms_reader_over(part->bytes.data, part->end);
    reader.at = *at;
    bool found = ms_task_decode(task, &reader) == MS_OK;
    *at = reader.at;
    return found;
}

/* Where the task begins that ends at `end`. */
static size_t before(const ms_queue_part *part, size_t end)
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

/* The sums are of rounded numbers: nothing left costs nothing. */
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
    if (queue->nparts == 0 || !view(&queue->parts[0], &queue->parts[0].first, &queue->taken)) {
        return NULL;
    }
    take_off(queue, 1, (double)ms_task_cost(&queue->taken));
    return &queue->taken;
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
    size_t n = 0;
    double cost = 0;
    double half = queue->cost / 2;
    ms_queue_part *part = last_part(queue);
    *ngiven = 0;
    if (!part) {
        return MS_OK;
    }
    size_t begin = part->end;
    while (begin > part->first) {
        ms_task task = {0};
        size_t at = before(part, begin);
        size_t start = at;
        if (!view(part, &at, &task) || part->end - start > max_bytes) {
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
    take_off(queue, n, cost);
    *ngiven = n;
    return MS_OK;
}
