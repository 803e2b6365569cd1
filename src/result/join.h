/* Join: the records of a file's ranges -> the record that the whole file would have given. Its lines stay
 * where they are, in the records of the ranges: they may be millions. */
#ifndef MS_RESULT_JOIN_H
#define MS_RESULT_JOIN_H

#include "result/record.h"

/* The lines of a joined record. */
typedef struct ms_joined {
    uint32_t entry;
    ms_line_run *runs; /* owned; their lines borrow from the records of the ranges */
    size_t nruns;
    uint64_t nlines;
    size_t nline_bytes;
} ms_joined;

/* Frees; idempotent, accepts {0}. Local. */
void ms_joined_fini(ms_joined *joined);

/* Appends the one record of n >= 1 validated part records, ascending by begin, to *to, without its lines,
 * which the empty *joined gets. As if the file had been read in one pass: ranges after the first that
 * failed, or with MS_RECORD_NAMES_ONLY after the first with a match, are dropped. With `partial` there may be
 * gaps; ranges after the first gap are dropped, and the record is UNDONE. A part that is WHOLE is the answer.
 * Where ranges of a compressed file are not adjacent, the file FAILED: it has changed. MS_INTERNAL when
 * ranges overlap or, without `partial`, do not cover the file; MS_FORMAT when sums overflow. On failure
 * *joined is {0}. Local. */
MS_MUST_CHECK ms_code ms_join(const uint8_t *const *parts, size_t n, bool partial, ms_bytes *to,
                              ms_joined *joined, ms_err *err);
/* Sets the lines of a record made by ms_join; borrowed. Local. */
void ms_joined_set_lines(const ms_joined *joined, ms_record *record);

/* Fills *err (MS_LIMIT) for a file whose last nunlisted > 0 matching lines were counted but not listed.
 * Local. */
void ms_join_unlisted(uint64_t nunlisted, ms_err *err);

#endif
