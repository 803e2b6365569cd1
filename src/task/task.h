/* A task: one file, or a range of one, that a rank has to do, and its form as bytes for the scatter. */
#ifndef MS_TASK_TASK_H
#define MS_TASK_TASK_H

#include "task/plan.h"

typedef struct ms_task {
    uint32_t entry;   /* index into rank 0's enumeration */
    uint64_t size;    /* of the file, in bytes, at enumeration: no more is read, even if it has grown since */
    int64_t mtime_ns; /* which state of the file that was: see ms_entry */
    uint64_t inode;
    uint64_t begin; /* the lines that begin in [begin, end) are the task; 0 and size: the whole file */
    uint64_t end;
    uint64_t cost;    /* see ms_plan_cost */
    const char *path; /* borrowed; path[npath] is NUL */
    size_t npath;
    const char *output; /* borrowed, ends with NUL: where an image goes; "" for a log */
    ms_task_kind kind;
} ms_task;

bool ms_task_is_part(const ms_task *task);

/* A slice: the tasks of one rank, ascending by entry, then by begin. */
typedef struct ms_slice {
    ms_names paths; /* path of task i */
    ms_names outputs;
    ms_task *tasks; /* owned; the paths borrow from `paths` */
    size_t ntasks;
    uint64_t nbytes; /* sum of what the tasks read: end - begin */
} ms_slice;

/* Frees; idempotent, accepts {0}. Local. */
void ms_slice_fini(ms_slice *slice);
/* Appends one encoded task: u32 entry, u8 kind, u64 size, u64 mtime_ns, u64 inode, u64 begin, u64 end, u64
 * cost, blob path, blob output. On MS_NOMEM nothing has changed. Local. */
MS_MUST_CHECK ms_code ms_task_put(const ms_task *task, ms_bytes *to);
/* How many bytes that appends. Local. */
size_t ms_task_nbytes(const ms_task *task);
/* The same of a piece of an entry. Local. */
MS_MUST_CHECK ms_code ms_task_encode(const ms_entries *entries, const ms_piece *piece, ms_bytes *to);
/* All tasks in n bytes, into the empty *slice (copies what it needs). MS_FORMAT when the bytes are not tasks,
 * are not ascending, the sizes overflow, a range is none, or a path is empty or holds a NUL; on failure
 * *slice is {0}. Local. */
MS_MUST_CHECK ms_code ms_slice_decode(ms_slice *slice, const void *data, size_t n, ms_err *err);

#endif
