/* Output file: written atomically (base/atomic_file.h), with mode and times of its input. */
#ifndef MS_RUN_WORK_OUTPUT_FILE_H
#define MS_RUN_WORK_OUTPUT_FILE_H

#include "base/atomic_file.h"

#include <sys/stat.h>

typedef struct ms_output {
    int fd;              /* to write to; -1 when closed */
    const char *path;    /* borrowed; NULL: not kept, and fd is owned */
    ms_atomic_file file; /* owned; has fd when there is a path */
} ms_output;

/* mkdir -p. MS_IO names the directory, also when it is not writable. Local. */
MS_MUST_CHECK ms_code ms_output_directory(const char *directory, ms_err *err);
/* Opens an empty file that becomes `path` (missing directories are created), or with NULL one that is not
 * kept. MS_IO. On failure *output is {.fd = -1}. Local. */
MS_MUST_CHECK ms_code ms_output_open(ms_output *output, const char *path, ms_err *err);
/* Sets mode and times of the input (`like`) and renames the file to its path, replacing a file there, but
 * never the input itself. MS_IO. Local. */
MS_MUST_CHECK ms_code ms_output_commit(ms_output *output, const struct stat *like, ms_err *err);
/* Closes, and removes what was not committed. Idempotent. Local. */
void ms_output_close(ms_output *output);

#endif
