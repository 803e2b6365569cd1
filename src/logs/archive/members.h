/* Members of an archive: their names and contents, in order, in one pass over a source of its bytes, whatever
 * the archive's format. Returns every byte that some reader would take for a file's contents; links,
 * directories and devices have none. Memory does not depend on the archive. */
#ifndef MS_LOGS_ARCHIVE_MEMBERS_H
#define MS_LOGS_ARCHIVE_MEMBERS_H

#include "logs/decode/codec.h"
#include "logs/input/source.h"

typedef enum ms_archive_format {
    MS_ARCHIVE_NONE,
    MS_ARCHIVE_TAR,
    MS_ARCHIVE_CPIO,
    MS_ARCHIVE_ZIP,
    MS_ARCHIVE_AR,
} ms_archive_format;

/* The format of an archive that begins so; n < 512 means that there is no more. A magic number alone is not
 * enough where text may begin with it: the fields of the header have to hold. Local. */
ms_archive_format ms_archive_format_of(const uint8_t *head, size_t n);
/* "tar"; never NULL. Local. */
const char *ms_archive_format_name(ms_archive_format format);

/* Does a file of `size` bytes, which is no archive from its first byte, end like a zip archive? Then that
 * begins at byte *prefix, after a program or whatever unpacks it. Local. */
bool ms_archive_after_prefix(ms_pread_fn pread, void *self, uint64_t size, uint64_t *prefix);

/* Bytes at the end of data that tell whether they end like a zip archive: its end records and a comment. */
#define MS_ARCHIVE_TAIL ((size_t)42 + UINT16_MAX)
/* Do data end like one that has members, of which these are the last n bytes, or all? Local. */
bool ms_archive_ends_so(const uint8_t *last, size_t n);

typedef struct ms_archive_input {
    ms_source source; /* borrowed */
    ms_archive_format format;
    uint64_t prefix; /* bytes before the archive: they are its first member */
} ms_archive_input;

typedef struct ms_members ms_members;

typedef struct ms_members_options {
    ms_decode_limits limits; /* of what the archive itself compresses */
    uint64_t *ndecoded;      /* borrowed: counts this against the limit, over several archives; or NULL */
} ms_members_options;

typedef struct ms_member {
    const uint8_t *name; /* borrowed until the next member; any bytes */
    size_t nname;
    ms_code code; /* MS_OK, or MS_FORMAT with a text: the contents cannot be read */
    ms_err why;
} ms_member;

/* Borrows what the source borrows. MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms_members_open(ms_members **members, const ms_archive_input *input,
                                      const ms_members_options *options, ms_err *err);
void ms_members_close(ms_members *members);

/* The next member that is a file, which may be empty, or has contents; the rest of the one before is skipped.
 * *more is false at the end, where an error of the archive is returned: MS_FORMAT names the byte (of the
 * archive, decoded) where it is invalid: damaged, cut off, or among other data. What can be read after a
 * damaged place is. An error of the source is returned as it is. Any error is final. Local. */
MS_MUST_CHECK ms_code ms_members_next(ms_members *members, ms_member *member, bool *more, ms_err *err);

/* The contents of the member last returned, if its code is MS_OK. Borrows the members. */
ms_source ms_members_contents(ms_members *members);

#endif
