#include "run/work/readahead.h"

#include "logs/input/file.h"

#include <sys/resource.h>

enum {
    LOOK_EVERY = 8, /* calls */
    DEPTH = 32,     /* tasks that are asked for at most */
    MOST = 1 << 20, /* bytes of each: what follows comes by the kernel's own reading ahead */
};

/* getrusage(2): 0 where the kernel does not count. */
static uint64_t blocks_of_thread(void)
{
    struct rusage usage = {0};
    (void)getrusage(RUSAGE_THREAD, &usage);
    return (uint64_t)usage.ru_inblock;
}

void ms_readahead_look(ms_readahead *ahead, const ms_queue *queue)
{
    ahead->nasked -= ahead->nasked > 0 ? 1 : 0;
    if (ahead->ncalls % LOOK_EVERY == 0) {
        uint64_t nblocks = (ahead->nblocks ? ahead->nblocks : blocks_of_thread)();
        ahead->cold = ahead->ncalls > 0 && nblocks > ahead->known;
        ahead->known = nblocks;
    }
    ahead->ncalls++;
    ms_task task;
    for (; ahead->cold && ahead->nasked < DEPTH && ms_queue_peek(queue, ahead->nasked, &task);
         ahead->nasked++) {
        uint64_t size = task.end - task.begin;
        ms_file_will_need(task.path, task.begin, size < MOST ? size : MOST);
    }
}
