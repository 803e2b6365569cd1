#include "run/work/readahead.h"

#include "logs/input/file.h"

#include <sys/resource.h>

enum {
    CHECK_EVERY = 8,     /* calls */
    DEPTH = 32,          /* tasks ahead, at most */
    MAX_BYTES = 1 << 20, /* bytes of each: what follows comes by the kernel's own reading readahead */
};

/* getrusage(2): 0 where the kernel does not count. */
static uint64_t blocks_of_thread(void)
{
    struct rusage usage = {0};
    (void)getrusage(RUSAGE_THREAD, &usage);
    return (uint64_t)usage.ru_inblock;
}

void ms_readahead_fini(ms_readahead *readahead)
{
    ms_directory_cache_fini(&readahead->directory_cache);
}

void ms_readahead_update(ms_readahead *readahead, const ms_queue *queue)
{
    readahead->nadvised -= readahead->nadvised > 0 ? 1 : 0;
    if (readahead->ncalls % CHECK_EVERY == 0) {
        uint64_t nblocks = (readahead->nblocks ? readahead->nblocks : blocks_of_thread)();
        readahead->cold = readahead->ncalls > 0 && nblocks > readahead->last_nblocks;
        readahead->last_nblocks = nblocks;
    }
    readahead->ncalls++;
    ms_task task;
    for (; readahead->cold && readahead->nadvised < DEPTH && ms_queue_peek(queue, readahead->nadvised, &task);
         readahead->nadvised++) {
        uint64_t size = task.end - task.begin; /* 0: of a stream */
        const ms_file_id id = ms_task_id(&task);
        ms_file_will_need(&readahead->directory_cache, task.path, &id, task.begin,
                          size < MAX_BYTES ? size : MAX_BYTES);
    }
}
