/* Output file: written atomically (base/atomic_file.h), with mode and times of its input. Directories below
 * the one that all outputs are in are opened one after the other, and no symbolic link there is followed; new
 * ones get the mode of the input's. */
#ifndef MS_RUN_WORK_OUTPUT_FILE_H
#define MS_RUN_WORK_OUTPUT_FILE_H

#include "base/atomic_file.h"

#include <sys/stat.h>

typedef struct ms_output {
    int fd;              /* to write to; -1 when closed */
    const char *path;    /* borrowed; NULL: not kept, and fd is owned */
    int directory;       /* owned, when there is a path: of the file */
    ms_atomic_file file; /* owned; has fd when there is a path */
} ms_output;

/* Where an output goes. */
typedef struct ms_output_place {
    const char *path;  /* NULL: nowhere, it is not kept */
    size_t nroot;      /* bytes of the path that are the directory of all outputs */
    const char *input; /* whose last directories have the same names as those of the path below there */
    mode_t mode;       /* of the input */
} ms_output_place;

/* mkdir -p, the last component with that mode. MS_IO names the directory, also when it is not writable.
 * Local. */
MS_MUST_CHECK ms_code ms_output_directory(const char *directory, mode_t mode, ms_err *err);
/* Opens an empty file that becomes place->path, with the permission bits of the input as the umask allows.
 * MS_IO. On failure *output is {.fd = -1}. Local. */
MS_MUST_CHECK ms_code ms_output_open(ms_output *output, const ms_output_place *place, ms_err *err);
/* Sets the times of the input (`like`) and renames the file to its path, replacing a file there, but never
 * the input itself. MS_IO. Local. */
MS_MUST_CHECK ms_code ms_output_commit(ms_output *output, const struct stat *like, ms_err *err);
/* Closes, and removes what was not committed. Idempotent. Local. */
void ms_output_close(ms_output *output);

#endif
