/* Directory cache: opens listed files in the directories that they were listed in, by descriptor. It keeps
 * the last one, so that opening its neighbors does not resolve the whole path again, which is a large part of
 * the work for small files. */
#ifndef MS_LOGS_INPUT_DIRECTORY_CACHE_H
#define MS_LOGS_INPUT_DIRECTORY_CACHE_H

#include "base/bytes.h"
#include "base/file_id.h"

typedef struct ms_directory_cache {
    ms_bytes path; /* with its last '/' and a NUL; empty: no directory yet */
    bool is_open;  /* `fd` is the directory */
    int fd;
    ms_directory_id id;
} ms_directory_cache;

/* Closes; idempotent, accepts {0}. Local. */
void ms_directory_cache_fini(ms_directory_cache *cache);

/* Opens `path` for reading, without blocking and without acquiring a controlling terminal: *fd, which the
 * caller closes. A file of a known directory is opened in that one only: a directory, or one above it, that
 * has become another, or a symbolic link, leads nowhere. `cache` may be NULL. What the file itself is has to
 * be checked then (ms_file_id_check). MS_IO. Local. */
MS_MUST_CHECK ms_code ms_directory_cache_open(ms_directory_cache *cache, const char *path,
                                              const ms_file_id *listed, int *fd, ms_err *err);

#endif
