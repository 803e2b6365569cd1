/* A slice of tasks as a rank receives it: refused, or the same bytes when it is written again. */
#include "fuzz.h"
#include "task/task.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ms_slice slice = {0};
    ms_err err = {0};
    ms_bytes again = {0};
    ms_code code = ms_slice_decode(&slice, data, size, &err);
    if (code != MS_OK) {
        FUZZ_CHECK(code == MS_FORMAT && err.code == MS_FORMAT && !slice.tasks && slice.ntasks == 0);
        return 0;
    }
    uint64_t nbytes = 0;
    for (size_t i = 0; i < slice.ntasks; i++) {
        const ms_task *task = &slice.tasks[i];
        FUZZ_CHECK(task->npath > 0 && strlen(task->path) == task->npath);
        FUZZ_CHECK(i == 0 || slice.tasks[i - 1].entry < task->entry ||
                   (slice.tasks[i - 1].entry == task->entry && slice.tasks[i - 1].end <= task->begin));
        FUZZ_CHECK(ms_bytes_put_u32(&again, task->entry) == MS_OK);
        FUZZ_CHECK(ms_bytes_put_u8(&again, (uint8_t)task->kind) == MS_OK);
        FUZZ_CHECK(ms_bytes_put_u64(&again, task->size) == MS_OK);
        FUZZ_CHECK(ms_bytes_put_u64(&again, (uint64_t)task->mtime_ns) == MS_OK);
        FUZZ_CHECK(ms_bytes_put_u64(&again, task->inode) == MS_OK);
        FUZZ_CHECK(ms_bytes_put_u64(&again, task->begin) == MS_OK);
        FUZZ_CHECK(ms_bytes_put_u64(&again, task->end) == MS_OK);
        FUZZ_CHECK(ms_bytes_put_u64(&again, task->cost) == MS_OK);
        FUZZ_CHECK(ms_bytes_put_blob(&again, task->path, task->npath) == MS_OK);
        FUZZ_CHECK(ms_bytes_put_blob(&again, task->output, strlen(task->output)) == MS_OK);
        nbytes += task->end - task->begin;
    }
    FUZZ_CHECK(nbytes == slice.nbytes);
    FUZZ_CHECK(again.len == size && (size == 0 || memcmp(again.data, data, size) == 0));
    ms_bytes_fini(&again);
    ms_slice_fini(&slice);
    return 0;
}
