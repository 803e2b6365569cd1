/* Spool: the bytes of a source in a temporary file without a name, for formats that need random access.
 * Blocks of zeros are holes. */
#ifndef MS_LOGS_INPUT_SPOOL_H
#define MS_LOGS_INPUT_SPOOL_H

#include "logs/input/source.h"

/* Bytes of a source that are spooled at most. */
#define MS_SPOOL_MAX ((uint64_t)4 << 30)

typedef struct ms_spool ms_spool;

/* Reads the source to its end into a new file in $TMPDIR, or /tmp. An error of the source, and MS_LIMIT for
 * more than MS_SPOOL_MAX bytes, leave a spool of the bytes before it; any other error (MS_IO: the file cannot
 * be created or written; MS_NOMEM) leaves NULL. Local. */
MS_MUST_CHECK ms_code ms_spool_open(ms_spool **spool, ms_source from, ms_err *err);
void ms_spool_close(ms_spool *spool);

/* Bytes in it. Local. */
uint64_t ms_spool_size(const ms_spool *spool);
/* An ms_pread_fn over the ms_spool `self`. MS_IO. Local. */
MS_MUST_CHECK ms_code ms_spool_pread(void *self, uint64_t offset, uint8_t *buf, size_t cap, size_t *n,
                                     ms_err *err);

#endif
