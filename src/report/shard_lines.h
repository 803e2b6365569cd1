/* The lines of a shard's report: read one at a time, none longer than a limit; private to the merge. */
#ifndef MS_REPORT_SHARD_LINES_H
#define MS_REPORT_SHARD_LINES_H

#include "base/bytes.h"

enum { MS__SHARD_LINE_LIMIT = 64 << 20 };

typedef struct ms__lines {
    int fd;           /* owned; -1 when closed */
    const char *path; /* borrowed */
    char shown[200];  /* the path, harmless */
    ms_bytes buffer;  /* what was read ahead; */
    size_t at;        /* where the next line begins in it */
    uint64_t line_no; /* of the last line taken, from 1 */
} ms__lines;

/* Opens a regular file. MS_USAGE with its name when it is none or cannot be opened; then *lines is closed.
 * Local. */
MS_MUST_CHECK ms_code ms__lines_open(ms__lines *lines, const char *path, ms_err *err);
/* Closes and frees; idempotent. Not for {0}, whose descriptor is not closed. Local. */
void ms__lines_close(ms__lines *lines);

/* The next line without its newline: borrowed until the next call; *data is NULL behind the last one.
 * MS_FORMAT when it is longer than the limit or the last one has no newline, MS_IO, MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms__lines_next(ms__lines *lines, const char **data, size_t *n, ms_err *err);
/* The last line of the file without its newline, appended to *to; what ms__lines_next gives does not change.
 * The same errors. Local. */
MS_MUST_CHECK ms_code ms__lines_last(ms__lines *lines, ms_bytes *to, ms_err *err);

#endif
