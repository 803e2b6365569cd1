/* File: the raw bytes of one regular file, or of those of its lines that begin in a range of it. Knows
 * nothing of what the bytes mean but where a newline is. */
#ifndef MS_LOGS_INPUT_FILE_H
#define MS_LOGS_INPUT_FILE_H

#include "logs/input/directory_cache.h"
#include "logs/input/source.h"

typedef struct ms_file ms_file;

/* Opens the regular file `path`. `size` is its length when it was enumerated: no more is read, so that a log
 * that is still being written has the same contents in every run; 0 means: to the end (files of /proc say 0),
 * but nothing when the file has a length by now. `directory_cache` (may be NULL) makes opening files of one
 * directory cheaper. MS_IO: cannot be opened. Never blocks on a FIFO. Local. */
MS_MUST_CHECK ms_code ms_file_open(ms_file **file, ms_directory_cache *directory_cache, const char *path,
                                   uint64_t size, ms_err *err);
void ms_file_close(ms_file *file);

/* What fstat(2) tells of the file. MS_IO. Local. */
MS_MUST_CHECK ms_code ms_file_identity(const ms_file *file, uint64_t *inode, int64_t *mtime_ns, ms_err *err);

/* Asks the disk for bytes of a file that will be opened soon, and does not wait for them. What cannot be had
 * is nobody's business yet. Local. */
void ms_file_will_need(const char *path, uint64_t from, uint64_t n);

/* Before the first read: what is read of the file shall not stay in the kernel's memory, unless it was there
 * before (Linux 6.14 and newer; before that, none of it stays). Local. */
void ms_file_drop_cache(ms_file *file);

/* Before the first read: narrows the file to the lines that begin in [begin, end), begin < end <= size. A
 * line begins at 0 and behind each newline. MS_IO. Local. */
MS_MUST_CHECK ms_code ms_file_select(ms_file *file, uint64_t begin, uint64_t end, ms_err *err);

/* Up to cap bytes from `offset` on, wherever the file is being read; fewer only at its end, as it was when it
 * was enumerated or is now. MS_IO. Local. */
MS_MUST_CHECK ms_code ms_file_peek(const ms_file *file, uint64_t offset, uint8_t *buf, size_t cap, size_t *n,
                                   ms_err *err);
/* The next read is from here, at <= size. Local. */
void ms_file_seek(ms_file *file, uint64_t at);
/* Bytes when it was enumerated. Local. */
uint64_t ms_file_size(const ms_file *file);

/* Up to cap bytes into buf, *n == 0 only at the end. MS_IO when reading fails, the file is shorter than it
 * was, or no regular file any more (a device that gives bytes goes for one); MS_LIMIT when a file without a
 * size does not end. Local. */
MS_MUST_CHECK ms_code ms_file_read(ms_file *file, uint8_t *buf, size_t cap, size_t *n, ms_err *err);
/* The same as a source; borrows the file. */
ms_source ms_file_source(ms_file *file);

/* Offset of the next byte that is read. Local. */
uint64_t ms_file_offset(const ms_file *file);

#endif
