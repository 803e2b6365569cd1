/* Atomic file: a file that appears under its name complete or not at all. Written to an unnamed file in the
 * same directory (O_TMPFILE: nothing is left when the process is killed), or to a temporary name where the
 * file system does not support that, and renamed when complete. */
#ifndef MS_BASE_ATOMIC_FILE_H
#define MS_BASE_ATOMIC_FILE_H

#include "base/err.h"

#include <sys/types.h>

typedef struct ms_atomic_file {
    int fd;          /* owned; open for reading and writing while `name` is set and nothing committed */
    int directory;   /* borrowed: what names are relative to, AT_FDCWD for the current directory */
    char *name;      /* owned: the target; NULL when there is no file */
    char *temporary; /* owned: the name until commit; NULL: unnamed */
} ms_atomic_file;

/* Opens an empty file that will become `name`, with mode & ~umask. MS_IO with errno; MS_NOMEM. On failure
 * *file is {0}. Local. */
MS_MUST_CHECK ms_code ms_atomic_file_open(ms_atomic_file *file, int directory, const char *name, mode_t mode);
/* Closes the file (a network file system may report a failed write only now) and renames it to its
 * target, which is replaced; a symbolic link there is replaced, not followed. MS_IO with errno; MS_NOMEM.
 * Call once. Local. */
MS_MUST_CHECK ms_code ms_atomic_file_commit(ms_atomic_file *file);
/* Closes and frees; what was not committed is removed. Idempotent, accepts {0}, keeps errno. Local. */
void ms_atomic_file_close(ms_atomic_file *file);

#endif
