/* Tar: the members of an archive, one behind the other, pulled out of a source: ustar, GNU, pax and
 * version 7. Hands on every byte that some reader would take for a file's contents; links, directories and
 * devices have none. Memory does not depend on the archive. */
#ifndef MS_LOGS_STREAM_TAR_H
#define MS_LOGS_STREAM_TAR_H

#include "logs/input/source.h"

typedef struct ms_tar ms_tar;

typedef struct ms_tar_member {
    const uint8_t *name; /* borrowed until the next member; any bytes */
    size_t nname;
    uint64_t size;
    bool sparse; /* stored without its holes, in one of GNU tar's ways: what can be read is not the file */
} ms_tar_member;

/* Borrows what the source borrows. MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms_tar_open(ms_tar **tar, ms_source from, ms_err *err);
void ms_tar_close(ms_tar *tar);

/* The next member that has contents; what was not read of the one before is passed over. *more is false at
 * the end. MS_FORMAT names the byte (of the archive, decoded) from which on it is no archive: it is damaged,
 * cut off, has no end mark (two blocks of zeros; one is accepted), or other data behind it; another archive
 * behind it belongs to it (GNU tar reads so with --ignore-zeros). MS_LIMIT: a name or pax header of more than
 * a megabyte. An error of the source is handed on. All these end the archive: further calls give the same.
 * Local. */
MS_MUST_CHECK ms_code ms_tar_next(ms_tar *tar, ms_tar_member *member, bool *more, ms_err *err);

/* The contents of the member that ms_tar_next gave last. An error that its reads give is also what the next
 * ms_tar_next gives. Borrows the tar. */
ms_source ms_tar_contents(ms_tar *tar);

#endif
