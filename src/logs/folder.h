/* Folder: the folder of the file that was opened last, so that its neighbours are found without walking the
 * whole path again: of small files that is a good part of all the work. */
#ifndef MS_LOGS_FOLDER_H
#define MS_LOGS_FOLDER_H

#include "base/bytes.h"

typedef struct ms_folder {
    ms_bytes path; /* with its last '/' and a NUL; empty: there is none yet */
    bool held;     /* `fd` is the folder; false: it was seen once only, or cannot be opened */
    int fd;
} ms_folder;

/* Closes; idempotent, accepts {0}. Local. */
void ms_folder_fini(ms_folder *folder);

/* open(2) of `path` for reading, never blocking and never becoming the terminal: a file descriptor for the
 * caller to close, or -1 with errno. `folder` may be NULL. Of a folder that was replaced by another of its
 * name meanwhile, the files of the first are opened as long as they are there. Local. */
int ms_folder_open(ms_folder *folder, const char *path);

#endif
