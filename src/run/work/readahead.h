/* Ahead: while the disk has to be waited for, the files of the next tasks are asked for before their turn, so
 * that many requests are under way at once. Files that are in memory cost next to nothing. */
#ifndef MS_RUN_WORK_READAHEAD_H
#define MS_RUN_WORK_READAHEAD_H

#include "tasks/schedule/queue.h"

typedef struct ms_readahead {
    uint64_t (*nblocks)(
        void);      /* blocks that disks had to give to this thread: NULL: as the kernel counts them */
    uint64_t known; /* of them, at the last look */
    uint64_t ncalls;
    size_t nasked; /* of the tasks that come next: those already asked for */
    bool cold;     /* the disk gave more between the last two looks */
} ms_readahead;

/* Before each task, when it has been taken from the queue. Local. */
void ms_readahead_look(ms_readahead *ahead, const ms_queue *queue);

#endif
