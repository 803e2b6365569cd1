/* Opener: opens files by way of the folder of the file that was opened last, so that its neighbours are found
 * without walking the whole path again: of small files that is a good part of all the work. */
#ifndef MS_LOGS_INPUT_DIRECTORY_CACHE_H
#define MS_LOGS_INPUT_DIRECTORY_CACHE_H

#include "base/bytes.h"

typedef struct ms_opener {
    ms_bytes path; /* with its last '/' and a NUL; empty: there is none yet */
    bool held;     /* `fd` is the folder; false: it was seen once only, or cannot be opened */
    int fd;
} ms_opener;

/* Closes; idempotent, accepts {0}. Local. */
void ms_opener_fini(ms_opener *opener);

/* open(2) of `path` for reading, never blocking and never becoming the terminal: a file descriptor for the
 * caller to close, or -1 with errno. `opener` may be NULL. Of a folder that was replaced by another of its
 * name meanwhile, the files of the first are opened as long as they are there. Local. */
int ms_opener_open(ms_opener *opener, const char *path);

#endif
