/* File: the raw bytes of a regular file, or of those of its lines that begin in a split of it. Interprets
 * nothing but newlines. */
#ifndef MS_LOGS_INPUT_FILE_H
#define MS_LOGS_INPUT_FILE_H

#include "base/file_id.h"
#include "logs/input/directory_cache.h"
#include "logs/input/source.h"

typedef struct ms_file ms_file;

/* Opens the regular file `path`. `size` is its length when it was enumerated: no more is read, so that a log
 * that is still being written has the same contents in every run. 0: read to the end (files of /proc report
 * 0), but nothing if the file has a length by now. `cache` may be NULL. MS_IO: cannot be opened. Never blocks
 * on a FIFO. Local. */
MS_MUST_CHECK ms_code ms_file_open(ms_file **file, ms_directory_cache *cache, const char *path, uint64_t size,
                                   ms_err *err);
/* The same for a listed file. MS_CHANGED: it is another regular file now, which *file is, with its size of
 * now; MS_IO: none, or not to be opened. Local. */
MS_MUST_CHECK ms_code ms_file_open_listed(ms_file **file, ms_directory_cache *cache, const char *path,
                                          const ms_file_id *listed, ms_err *err);
void ms_file_close(ms_file *file);

/* Starts reading a range of a listed file that will be opened soon into the page cache, without waiting.
 * `cache` may be NULL. Errors are ignored. Local. */
void ms_file_will_need(ms_directory_cache *cache, const char *path, const ms_file_id *listed, uint64_t from,
                       uint64_t n);

/* Before the first read: pages that reading brings into the page cache are dropped again (RWF_DONTCACHE,
 * Linux 6.14); on older kernels all pages of the file are. Local. */
void ms_file_drop_cache(ms_file *file);

/* Before the first read: restricts the file to the lines that begin in [begin, end), begin < end <= size. A
 * line begins at 0 and after each newline. MS_IO. Local. */
MS_MUST_CHECK ms_code ms_file_select(ms_file *file, uint64_t begin, uint64_t end, ms_err *err);

/* Reads up to cap bytes at `offset` without changing the position; fewer only at the end, as enumerated or as
 * of now. MS_IO. Local. */
MS_MUST_CHECK ms_code ms_file_peek(const ms_file *file, uint64_t offset, uint8_t *buf, size_t cap, size_t *n,
                                   ms_err *err);
/* An ms_pread_fn (source.h): ms_file_peek of the ms_file `self`. Local. */
MS_MUST_CHECK ms_code ms_file_pread(void *self, uint64_t offset, uint8_t *buf, size_t cap, size_t *n,
                                    ms_err *err);
/* Is it longer by now than when it was enumerated? Local. */
bool ms_file_has_grown(const ms_file *file);
/* Sets the position, at <= size. Local. */
void ms_file_seek(ms_file *file, uint64_t at);
/* Size when it was enumerated. Local. */
uint64_t ms_file_size(const ms_file *file);

/* Up to cap bytes into buf, *n == 0 only at the end. MS_IO: reading fails, the file is shorter than it was,
 * or no regular file any more (except a device that can be read); MS_LIMIT: a file without a size does not
 * end. Local. */
MS_MUST_CHECK ms_code ms_file_read(ms_file *file, uint8_t *buf, size_t cap, size_t *n, ms_err *err);
/* Skips a multiple of `unit` bytes of a hole of a sparse file: they are zeros. Returns how many; 0: there is
 * no hole here, or none is known. Local. */
uint64_t ms_file_skip_hole(ms_file *file, uint64_t unit);
/* The same as a source; borrows the file. */
ms_source ms_file_source(ms_file *file);

/* Offset of the next byte that is read. Local. */
uint64_t ms_file_offset(const ms_file *file);

#endif
