/* Lookahead: a source through a buffer, so that what follows can be examined before it is read, and small
 * pieces cost no reads of their own. */
#ifndef MS_LOGS_INPUT_LOOKAHEAD_H
#define MS_LOGS_INPUT_LOOKAHEAD_H

#include "logs/input/source.h"

/* Bytes that can be examined at once, and consumed ones that can be returned. */
#define MS_LOOKAHEAD_MAX ((size_t)64 << 10)
#define MS_LOOKAHEAD_BACK ((size_t)8)

typedef struct ms_lookahead {
    ms_source from;
    uint8_t *buf; /* owned: buf[at .. len) is unread */
    size_t at, len;
    uint64_t offset; /* in the source, of the next byte */
    bool end;        /* nothing is left but what is in buf */
    ms_code code;    /* the error that ended the source, or MS_OK */
    ms_err why;
} ms_lookahead;

/* Borrows what the source borrows. MS_NOMEM. Local, as all below. */
MS_MUST_CHECK ms_code ms_lookahead_init(ms_lookahead *ahead, ms_source from, ms_err *err);
void ms_lookahead_fini(ms_lookahead *ahead);

/* Reads until `want` <= MS_LOOKAHEAD_MAX bytes are there, or the source ends, which may be by an error. How
 * many there are, which may be more. */
size_t ms_lookahead_fill(ms_lookahead *ahead, size_t want);
/* These bytes; valid until the next call of another function. */
const uint8_t *ms_lookahead_bytes(const ms_lookahead *ahead);
/* Consumes n of them. */
void ms_lookahead_advance(ms_lookahead *ahead, size_t n);
/* Returns the last n <= MS_LOOKAHEAD_BACK bytes that ms_lookahead_advance has consumed. */
void ms_lookahead_back(ms_lookahead *ahead, size_t n);
/* Consumes up to cap bytes into buf: 0 only at the end. Large pieces are read directly. */
size_t ms_lookahead_read(ms_lookahead *ahead, uint8_t *buf, size_t cap);
/* Consumes up to n bytes; fewer only at the end. */
uint64_t ms_lookahead_skip(ms_lookahead *ahead, uint64_t n);

#endif
