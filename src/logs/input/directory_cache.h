/* Opener: opens files by way of the directory of the file that was opened last, so that its neighbors are
 * found without walking the whole path again: of small files that is a good part of all the work. */
#ifndef MS_LOGS_INPUT_DIRECTORY_CACHE_H
#define MS_LOGS_INPUT_DIRECTORY_CACHE_H

#include "base/bytes.h"

typedef struct ms_directory_cache {
    ms_bytes path; /* with its last '/' and a NUL; empty: there is none yet */
    bool held;     /* `fd` is the directory; false: it was seen once only, or cannot be opened */
    int fd;
} ms_directory_cache;

/* Closes; idempotent, accepts {0}. Local. */
void ms_directory_cache_fini(ms_directory_cache *directory_cache);

/* open(2) of `path` for reading, never blocking and never becoming the terminal: a file descriptor for the
 * caller to close, or -1 with errno. `directory_cache` may be NULL. Of a directory that was replaced by
 * another of its name meanwhile, the files of the first are opened as long as they are there. Local. */
int ms_directory_cache_open(ms_directory_cache *directory_cache, const char *path);

#endif
