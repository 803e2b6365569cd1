/* Beside: a file that appears under its name whole or not at all: written beside it, without a name where the
 * file system can do that (then nothing is left behind by whatever ends the process), else under a hidden
 * one, and renamed when complete. */
#ifndef MS_BASE_ATOMIC_FILE_H
#define MS_BASE_ATOMIC_FILE_H

#include "base/err.h"

#include <sys/types.h>

typedef struct ms_atomic_file {
    int fd;          /* owned; open for reading and writing while `name` is set and nothing committed */
    int directory;   /* borrowed: what names are relative to, AT_FDCWD for the current directory */
    char *name;      /* owned: what the file becomes; NULL when there is no file */
    char *temporary; /* owned: its name till then; NULL while it has none */
} ms_atomic_file;

/* Opens an empty file of that mode, less the umask, beside `name`. MS_IO, and errno says why; MS_NOMEM. On
 * failure *beside is {0}. Local. */
MS_MUST_CHECK ms_code ms_atomic_file_open(ms_atomic_file *beside, int directory, const char *name,
                                          mode_t mode);
/* Closes the file (a network file system may report a failed write only now) and gives it its name, in place
 * of what had that before; a link there is replaced, not followed. MS_IO, and errno says why; MS_NOMEM. To be
 * called once. Local. */
MS_MUST_CHECK ms_code ms_atomic_file_commit(ms_atomic_file *beside);
/* Closes and frees; what was not committed is removed. Idempotent, accepts {0}, keeps errno. Local. */
void ms_atomic_file_close(ms_atomic_file *beside);

#endif
