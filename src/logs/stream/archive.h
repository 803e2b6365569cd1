/* Archive: the members of an archive as streams of text, in order, including those of nested archives. An
 * error in a member does not end the archive. */
#ifndef MS_LOGS_STREAM_ARCHIVE_H
#define MS_LOGS_STREAM_ARCHIVE_H

#include "logs/stream/stream.h"

/* Depth of nesting, including the outermost archive. */
#define MS_ARCHIVE_DEPTH 4

typedef struct ms_archive ms_archive;

/* Options of every member's stream. */
typedef struct ms_archive_options {
    ms_stream_foreign_fn foreign;
    ms_decode_limits limits;
    bool text;
    const char *encoding;
    bool journal_fields;
} ms_archive_options;

typedef struct ms_archive_member {
    const uint8_t *name; /* "member", or "inner.tar!member"; borrowed until the next call */
    size_t nname;
    ms_stream *stream; /* borrowed until the next call; NULL when it cannot be searched */
    ms_code code;      /* then the error: MS_IO, MS_FORMAT or MS_LIMIT with a text */
    ms_err why;
} ms_archive_member;

/* Opens an archive over its bytes, as of ms_stream_archive, which are borrowed. MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms_archive_open(ms_archive **archive, const ms_archive_input *input,
                                      const ms_archive_options *options, ms_err *err);
void ms_archive_close(ms_archive *archive);

/* The next member as of ms_members_next, *more false at the end. A nested archive is itself returned only
 * when it has an error, after its members. Errors of the outermost archive are as of ms_members_next. Local.
 */
MS_MUST_CHECK ms_code ms_archive_next(ms_archive *archive, ms_archive_member *member, bool *more,
                                      ms_err *err);

/* After reading the member's stream gave MS_ARCHIVE: its members are next, in its place. MS_LIMIT when it is
 * nested too deeply, MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms_archive_enter(ms_archive *archive, ms_err *err);

#endif
