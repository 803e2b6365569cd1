/* A slice of tasks as a rank receives it: refused, or the same bytes when it is written again. */
#include "fuzz.h"
#include "tasks/schedule/queue.h"

#include <string.h>

/* Takes all tasks; `data` is what they came from. */
static void take_all(ms_queue *queue, const uint8_t *data, size_t size)
{
    ms_bytes again = {0};
    ms_task last = {0};
    size_t n = 0;
    const ms_task *task = NULL;
    while ((task = ms_queue_pop(queue))) {
        FUZZ_CHECK(task->npath > 0 && strlen(task->path) == task->npath);
        FUZZ_CHECK(task->begin <= task->end && task->end <= task->size);
        FUZZ_CHECK((task->kind == MS_TASK_IMAGE) == (task->output[0] != 0));
        FUZZ_CHECK(n == 0 || last.entry < task->entry || (last.stream && !task->stream) ||
                   (last.entry == task->entry && last.end <= task->begin));
        FUZZ_CHECK(ms_task_put(task, &again) == MS_OK);
        last = *task;
        n++;
    }
    FUZZ_CHECK(again.len == size && (size == 0 || memcmp(again.data, data, size) == 0));
    ms_bytes_fini(&again);
}

/* Gives all tasks but streams away, some at a time from the back. */
static void give_all(ms_queue *queue, const uint8_t *data, size_t size)
{
    size_t left = queue->ntasks;
    while (left > 0) {
        ms_bytes stolen = {0};
        size_t n = 0;
        FUZZ_CHECK(ms_queue_steal(queue, SIZE_MAX, &stolen, &n) == MS_OK && n <= left);
        if (n == 0) {
            ms_task next;
            FUZZ_CHECK(ms_queue_peek(queue, left - 1, &next) && next.stream);
            return;
        }
        FUZZ_CHECK(stolen.len <= size && memcmp(data + size - stolen.len, stolen.data, stolen.len) == 0);
        size -= stolen.len;
        left -= n;
        ms_bytes_fini(&stolen);
    }
    FUZZ_CHECK(size == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ms_queue queue = {0};
    ms_err err = {0};
    ms_code code = ms_queue_add_copy(&queue, data, size, NULL, &err);
    if (code != MS_OK) {
        FUZZ_CHECK(code == MS_FORMAT && err.code == MS_FORMAT && queue.ntasks == 0 && !ms_queue_pop(&queue));
    } else {
        take_all(&queue, data, size);
        FUZZ_CHECK(ms_queue_add_copy(&queue, data, size, NULL, NULL) == MS_OK);
        give_all(&queue, data, size);
    }
    ms_queue_fini(&queue);
    return 0;
}
