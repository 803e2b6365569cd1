/* Gray output: writes, counts and hashes the bytes of one gray image. Nothing else of the worker writes to
 * the file. */
#ifndef MS_IMAGES_FORMATS_GRAY_OUTPUT_H
#define MS_IMAGES_FORMATS_GRAY_OUTPUT_H

#include "images/protocol/worker_protocol.h"

#include <xxhash.h>

typedef struct ms_gray_output {
    int fd;              /* borrowed */
    XXH3_state_t *state; /* owned */
    uint64_t nbytes;     /* written so far */
    ms_bytes insert;     /* owned: inserted when nbytes reaches insert_at; metadata that no library writes */
    uint64_t insert_at;
    ms_err err; /* of the first failed write; later ones do nothing */
} ms_gray_output;

/* Borrows fd until fini. Local. */
MS_MUST_CHECK ms_code ms_gray_output_init(ms_gray_output *output, int fd, ms_err *err);
/* Idempotent, accepts {0}. Local. */
void ms_gray_output_fini(ms_gray_output *output);
/* Writes all n bytes. MS_IO, reason in output->err. Local. */
MS_MUST_CHECK ms_code ms_gray_output_write(ms_gray_output *output, const void *data, size_t n);
/* Truncates to nothing written. MS_IO, reason in errno. Local. */
MS_MUST_CHECK ms_code ms_gray_output_restart(ms_gray_output *output);
/* Sets the reply's nbytes and hash (XXH3-128, canonical form). Local. */
void ms_gray_output_end(ms_gray_output *output, ms_gray_reply *reply);

#endif
