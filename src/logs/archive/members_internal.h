/* What the readers of all formats share; the formats, as listed in members.c. */
#ifndef MS_LOGS_ARCHIVE_MEMBERS_INTERNAL_H
#define MS_LOGS_ARCHIVE_MEMBERS_INTERNAL_H

#include "base/bytes.h"
#include "logs/archive/members.h"
#include "logs/input/lookahead.h"

typedef struct ms_members_ops {
    /* *self is owned by the caller until close. MS_NOMEM. */
    ms_code (*open)(void **self, const ms_archive_input *input, const ms_members_options *options,
                    ms_err *err);
    ms_code (*next)(void *self, ms_member *member, bool *more, ms_err *err);
    ms_code (*read)(void *self, uint8_t *buf, size_t cap, size_t *n, ms_err *err); /* as of ms_source */
    uint64_t (*skip_zeros)(void *self, uint64_t unit);                             /* NULL: none */
    void (*close)(void *self);                                                     /* accepts NULL */
} ms_members_ops;

extern const ms_members_ops ms__tar_ops;
extern const ms_members_ops ms__cpio_ops;
extern const ms_members_ops ms__zip_ops;
extern const ms_members_ops ms__ar_ops;
bool ms__ar_looks_like(const uint8_t *head, size_t n);
bool ms__zip_looks_like(const uint8_t *head, size_t n);

/* The first part of every reader. */
typedef struct ms__archive_reader {
    ms_lookahead in;
    const char *format; /* static text, "tar" */
    ms_code code;       /* the error that ended the reading, or MS_OK */
    ms_err why;
    ms_code damage; /* the first error after which reading continued, or MS_OK */
    ms_err damage_why;
} ms__archive_reader;

/* Each fails at the next byte: "tar archive: WHAT at byte N". Local, as all below. */
MS_MUST_CHECK ms_code ms__archive_stop(ms__archive_reader *reader, ms_code code, const char *what);
MS_MUST_CHECK ms_code ms__archive_no_memory(ms__archive_reader *reader);
/* The archive ends too early: the source failed, or it is cut off. */
MS_MUST_CHECK ms_code ms__archive_end_early(ms__archive_reader *reader, const char *what);
/* Notes an error at byte `offset`, after which reading continues. */
void ms__archive_damage(ms__archive_reader *reader, const char *what, uint64_t offset);
/* The error that ended the reading, or MS_OK. */
MS_MUST_CHECK ms_code ms__archive_error(const ms__archive_reader *reader, ms_err *err);
/* The result at the archive's end: that error, or the damage before it. */
MS_MUST_CHECK ms_code ms__archive_result(const ms__archive_reader *reader, ms_err *err);

#endif
