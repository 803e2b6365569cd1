/* A task: one file, or a range of one, that a rank has to do; and its encoded form, in which it is scattered,
 * queued (tasks/schedule/queue.h) and sent to a rank that steals it. A slice is the encoded tasks of one
 * rank: streams, then files, each ascending by entry, then by begin. */
#ifndef MS_TASKS_SCHEDULE_TASK_H
#define MS_TASKS_SCHEDULE_TASK_H

#include "tasks/schedule/plan.h"

typedef struct ms_task {
    uint32_t entry;   /* index into rank 0's enumeration */
    uint64_t size;    /* of the file, in bytes, at enumeration: no more is read, even if it has grown since */
    int64_t mtime_ns; /* version of the file: see ms_entry, as the next */
    int64_t ctime_ns;
    uint64_t inode;
    uint32_t device; /* see ms_file_id, as the next two */
    ms_directory_id directory;
    bool link;
    bool stream;    /* not a file: see MS_ENTRY_STREAM. Never stolen */
    uint64_t begin; /* the lines that begin in [begin, end) are the task; 0 and size: the whole file */
    uint64_t end;
    uint32_t byte_cost; /* see ms_cost_of */
    const char *path;   /* borrowed; path[npath] is NUL */
    size_t npath;
    const char *output; /* borrowed, ends with NUL: where an image goes; "" for a log */
    ms_task_kind kind;
} ms_task;

bool ms_task_is_part(const ms_task *task);
/* How to recognize its file when it is opened. Local. */
ms_file_id ms_task_id(const ms_task *task);
/* Whether `next` may follow `last` in a slice. */
bool ms_task_follows(const ms_task *last, const ms_task *next);

uint64_t ms_task_cost(const ms_task *task);

/* Appends one encoded task: u32 entry, u8 flags (1: an image, 2: a range, 4: a byte_cost, 8: a link, 16: a
 * stream), u64 size, u64 mtime_ns, u64 ctime_ns, u64 inode, u32 device, u64
 * inode and u32 device of the directory, of a range u64 begin and u64 end, the u32 byte_cost
 * unless it is 0, u32 length of the path, path, NUL, the same of an image's output, u32 number of all these
 * bytes, by which the tasks can also be read from the back. Usually 62 bytes and the name. On MS_NOMEM
 * nothing has changed. Local. */
MS_MUST_CHECK ms_code ms_task_put(const ms_task *task, ms_bytes *to);
/* Size of the encoded task in bytes. Local. */
size_t ms_task_nbytes(const ms_task *task);
/* The same of a piece of an entry. Local. */
MS_MUST_CHECK ms_code ms_task_encode(const ms_entries *entries, const ms_piece *piece, ms_bytes *to);
/* Decodes the task at the reader, borrowed from its bytes. MS_FORMAT when the task or its range is invalid,
 * a stream is an image or a range, or a path is empty or contains a NUL; then *task is {0} and the reader has
 * failed. Local. */
MS_MUST_CHECK ms_code ms_task_decode(ms_task *task, ms_reader *from);

#endif
