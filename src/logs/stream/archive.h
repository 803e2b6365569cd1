/* Archive: the members of a tar archive as streams of text, one behind the other, those of archives within it
 * among them. A member's trouble is its own; the archive goes on behind it. */
#ifndef MS_LOGS_STREAM_ARCHIVE_H
#define MS_LOGS_STREAM_ARCHIVE_H

#include "logs/stream/stream.h"

/* Archives within each other, the outermost one counted. */
#define MS_ARCHIVE_DEPTH 4

typedef struct ms_archive ms_archive;

/* What every member's stream is given. */
typedef struct ms_archive_options {
    ms_stream_foreign_fn foreign;
    ms_decode_limits limits;
} ms_archive_options;

typedef struct ms_archive_member {
    const uint8_t *name; /* "member", or "inner.tar!member"; borrowed until the next call */
    size_t nname;
    ms_stream *stream; /* borrowed until the next call; NULL when it cannot be searched */
    ms_code code;      /* then: why; MS_IO, MS_FORMAT or MS_LIMIT with a text */
    ms_err why;
} ms_archive_member;

/* Over an archive's bytes (see ms_stream_archive), which are borrowed. MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms_archive_open(ms_archive **archive, ms_source from, const ms_archive_options *options,
                                      ms_err *err);
void ms_archive_close(ms_archive *archive);

/* The next member that has contents, *more false at the end. An inner archive is given as a member of its own
 * only when there is trouble with it, behind its members. What the outermost archive's own trouble is, and
 * when it ends it, ms_tar_next says. Local. */
MS_MUST_CHECK ms_code ms_archive_next(ms_archive *archive, ms_archive_member *member, bool *more,
                                      ms_err *err);

/* When reading the member's stream gave MS_ARCHIVE: its members come next, in its stead. MS_LIMIT when it is
 * too deep, or MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms_archive_enter(ms_archive *archive, ms_err *err);

#endif
