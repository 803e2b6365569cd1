/* Directory cache: keeps the directory of the last file open, so that opening its neighbors does not resolve
 * the whole path again, which is a large part of the work for small files. */
#ifndef MS_LOGS_INPUT_DIRECTORY_CACHE_H
#define MS_LOGS_INPUT_DIRECTORY_CACHE_H

#include "base/bytes.h"

typedef struct ms_directory_cache {
    ms_bytes path; /* with its last '/' and a NUL; empty: no directory yet */
    bool is_open;  /* `fd` is the directory; false: seen once only, or it cannot be opened */
    int fd;
} ms_directory_cache;

/* Closes; idempotent, accepts {0}. Local. */
void ms_directory_cache_fini(ms_directory_cache *cache);

/* open(2) of `path` for reading, without blocking and without acquiring a controlling terminal: a file
 * descriptor that the caller closes, or -1 with errno. `flags` are added. `cache` may be NULL. If the
 * directory has been replaced, files of the old one are opened as long as they exist. Local. */
int ms_directory_cache_open(ms_directory_cache *cache, const char *path, int flags);

#endif
