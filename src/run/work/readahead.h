/* Readahead: while tasks wait for the disk, the kernel is advised to read the files of the next tasks, so
 * that many requests are in flight. Costs almost nothing for cached files. */
#ifndef MS_RUN_WORK_READAHEAD_H
#define MS_RUN_WORK_READAHEAD_H

#include "logs/input/directory_cache.h"
#include "tasks/schedule/queue.h"

typedef struct ms_readahead {
    uint64_t (*nblocks)(void); /* blocks that this thread read from disks; NULL: getrusage */
    uint64_t last_nblocks;     /* at the last check */
    uint64_t ncalls;
    size_t nadvised; /* of the next tasks: those that the kernel was advised of */
    bool cold;       /* blocks were read between the last two checks */
    ms_directory_cache directory_cache;
} ms_readahead;

/* Closes; idempotent, accepts {0}. Local. */
void ms_readahead_fini(ms_readahead *readahead);

/* Call before each task, after it was popped from the queue. Local. */
void ms_readahead_update(ms_readahead *readahead, const ms_queue *queue);

#endif
