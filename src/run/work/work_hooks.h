/* Work hooks: what the caller of ms_work_run is called for. */
#ifndef MS_RUN_WORK_WORK_HOOKS_H
#define MS_RUN_WORK_WORK_HOOKS_H

#include "tasks/schedule/task.h"

typedef struct ms_work_hooks {
    /* Called with each task before it begins, borrowed for the call, and with NULL after the last. NULL
     * allowed. */
    void (*on_begin)(void *user, const ms_task *task);
    /* The one poll point: called between blocks, while a task waits for something else than its file, and
     * after each task, with the bytes done since the last call; anything but MS_OK ends the work with that
     * code. It may steal tasks from the queue or add some. NULL allowed. */
    ms_code (*poll)(void *user, uint64_t nbytes);
    /* Called every few milliseconds while a stream has nothing to read, which is no progress; else as poll.
     * NULL allowed. */
    ms_code (*wait)(void *user);
    /* Called with each finished task and its record; borrowed for the call. NULL allowed. */
    ms_code (*on_done)(void *user, const ms_task *task, const uint8_t *record, size_t nrecord);
    void *user;
} ms_work_hooks;

#endif
