/* Tail: the last bytes of a source that is read once, to tell at its end whether it hid an archive after a
 * program: in a file that is looked for before it is read. */
#ifndef MS_LOGS_STREAM_TAIL_H
#define MS_LOGS_STREAM_TAIL_H

#include "base/bytes.h"
#include "logs/input/source.h"

/* Begins with {0}. */
typedef struct ms_tail {
    ms_source from;
    bool end;       /* it has no more */
    ms_bytes bytes; /* the last, at least as many as may tell */
} ms_tail;

/* The source is read through the tail from here on; the n bytes at head have been, with `end` to its end.
 * Borrows what the source borrows. MS_NOMEM. Local, as all below. */
MS_MUST_CHECK ms_code ms_tail_init(ms_tail *tail, ms_source from, const uint8_t *head, size_t n, bool end,
                                   ms_err *err);
void ms_tail_fini(ms_tail *tail);
/* Gives the source's bytes, and at its end MS_FORMAT if they end like a zip archive. Borrows the tail. */
ms_source ms_tail_source(ms_tail *tail);

#endif
