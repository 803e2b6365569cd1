/* Archives read member by member: what comes out, as text, for the suites of logs/archive. */
#ifndef TESTS_UNIT_LOGS_ARCHIVE_ARCHIVE_READING_H
#define TESTS_UNIT_LOGS_ARCHIVE_ARCHIVE_READING_H

#include "base/bytes.h"
#include "logs/archive/members.h"

/* A source that gives `step` bytes at a time, and an error in the end when `fails`. */
typedef struct archive_pieces {
    const ms_bytes *image;
    size_t at, step;
    bool fails;
    unsigned nafter; /* reads after the end */
} archive_pieces;

ms_source archive_source(archive_pieces *pieces);

/* What comes out of an archive read `cap` bytes at a time (0: no contents), only the first of each member
 * unless `all`: "name=contents;" for each member, "name=contents!error;" for one with an error that does not
 * end the archive, "name!error;" for one that cannot be read; then "." or "!" and the archive's error. */
ms_bytes archive_read(ms_archive_format format, const archive_pieces *pieces, size_t cap, bool all);
ms_bytes archive_read_with(const ms_archive_input *input, const ms_members_options *options, size_t cap,
                           bool all);
/* Reads it in pieces of many sizes. */
void archive_expect(ms_archive_format format, const ms_bytes *image, const char *want);

#endif
