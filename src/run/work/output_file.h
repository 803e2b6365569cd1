/* Output: a file that appears under its name whole or not at all. */
#ifndef MS_RUN_WORK_OUTPUT_FILE_H
#define MS_RUN_WORK_OUTPUT_FILE_H

#include "base/atomic_file.h"

#include <sys/stat.h>

typedef struct ms_output {
    int fd;              /* where to write; -1 when there is none */
    const char *path;    /* borrowed; NULL: nothing is kept, and fd is owned */
    ms_atomic_file file; /* owned; has fd when there is a path */
} ms_output;

/* Makes the directory, with those above it, unless it is there; MS_IO names it when that or writing into it
 * is refused. Local. */
MS_MUST_CHECK ms_code ms_output_directory(const char *directory, ms_err *err);
/* Opens an empty file beside `path` (missing directories are made), or one that is never kept when path is
 * NULL. MS_IO. On failure *output is {.fd = -1}. Local. */
MS_MUST_CHECK ms_code ms_output_open(ms_output *output, const char *path, ms_err *err);
/* Gives it mode and times like the input's (`like`) and its name, in place of what had that name before; but
 * never in place of the input itself. MS_IO. Local. */
MS_MUST_CHECK ms_code ms_output_commit(ms_output *output, const struct stat *like, ms_err *err);
/* Closes, and removes what was not committed. Idempotent. Local. */
void ms_output_close(ms_output *output);

#endif
