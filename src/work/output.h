/* Output: a file that appears under its name whole or not at all. */
#ifndef MS_WORK_OUTPUT_H
#define MS_WORK_OUTPUT_H

#include "base/err.h"

#include <sys/stat.h>

typedef struct ms_output {
    int fd;           /* owned; -1 when there is none */
    char *temporary;  /* owned: its name while it is not finished; NULL when it has none or never gets one */
    const char *path; /* borrowed; NULL: nothing is kept */
} ms_output;

/* Makes the folder, with those above it, unless it is there; MS_IO names it when that or writing into it is
 * refused. Local. */
MS_MUST_CHECK ms_code ms_output_folder(const char *folder, ms_err *err);
/* Opens an empty file beside `path` (missing folders are made), or one that is never kept when path is NULL.
 * MS_IO. On failure *output is {.fd = -1}. Local. */
MS_MUST_CHECK ms_code ms_output_open(ms_output *output, const char *path, ms_err *err);
/* Gives it mode and times like the input's (`like`) and its name, in place of what had that name before; but
 * never in place of the input itself. MS_IO. Local. */
MS_MUST_CHECK ms_code ms_output_commit(ms_output *output, const struct stat *like, ms_err *err);
/* Closes, and removes what was not committed. Idempotent. Local. */
void ms_output_close(ms_output *output);

#endif
