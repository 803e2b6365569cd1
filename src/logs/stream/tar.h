/* Tar: the members of an archive in ustar, GNU, pax or version 7 format, in order, read from a source.
 * Returns every byte that some reader would take for a file's contents; links, directories and devices have
 * none. Memory does not depend on the archive. */
#ifndef MS_LOGS_STREAM_TAR_H
#define MS_LOGS_STREAM_TAR_H

#include "logs/input/source.h"

typedef struct ms_tar ms_tar;

typedef struct ms_tar_member {
    const uint8_t *name; /* borrowed until the next member; any bytes */
    size_t nname;
    uint64_t size;
    bool
        sparse; /* stored without its holes, in one of GNU tar's formats: the bytes read are not the file's */
} ms_tar_member;

/* Borrows what the source borrows. MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms_tar_open(ms_tar **tar, ms_source from, ms_err *err);
void ms_tar_close(ms_tar *tar);

/* The next member that has contents; the rest of the one before is skipped. *more is false at the end.
 * MS_FORMAT names the byte (of the archive, decoded) where it is invalid: damaged, cut off, without an end
 * mark (two blocks of zeros; one is accepted), or followed by other data. Another archive after it is read as
 * part of it (as GNU tar with --ignore-zeros). MS_LIMIT: a name or pax header of more than a megabyte. An
 * error of the source is returned as it is. Any error is final. Local. */
MS_MUST_CHECK ms_code ms_tar_next(ms_tar *tar, ms_tar_member *member, bool *more, ms_err *err);

/* The contents of the member last returned. An error of its reads is also the next result of ms_tar_next.
 * Borrows the tar. */
ms_source ms_tar_contents(ms_tar *tar);

#endif
