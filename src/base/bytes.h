/* Growable bytes, and a bounds-checked reader over bytes: the two halves of every wire format of the program.
 * Integers are little-endian, written byte by byte. Both remember a failure, so that a group of fields is
 * checked once, at its end. */
#ifndef MS_BASE_BYTES_H
#define MS_BASE_BYTES_H

#include "base/err.h"

#include <stdint.h>

typedef struct ms_bytes {
    uint8_t *data; /* owned; NULL when cap is 0 */
    size_t len;
    size_t cap;
    bool failed; /* a put ran out of memory: the contents are incomplete */
} ms_bytes;

/* Frees, and resets a failure; idempotent, accepts {0}. Local. */
void ms_bytes_fini(ms_bytes *bytes);
/* Resets contents and failure, keeps the memory. Local. */
void ms_bytes_clear(ms_bytes *bytes);
/* Makes capacity for `extra` more bytes after len, for a caller that writes there. MS_NOMEM, also when the
 * writer has failed before; this itself does not mark the writer as failed. On MS_NOMEM nothing has changed.
 * Local. */
MS_MUST_CHECK ms_code ms_bytes_reserve(ms_bytes *bytes, size_t extra);
/* MS_NOMEM when a put has failed since the last clear, MS_OK otherwise. Call it before the bytes are used
 * (sent, written, hashed, read). Local. */
MS_MUST_CHECK ms_code ms_bytes_check(const ms_bytes *bytes);
/* Appends n bytes. This and each put: all or nothing; without memory the writer has failed, and further puts
 * have no effect. Local. */
void ms_bytes_append(ms_bytes *bytes, const void *data, size_t n);
void ms_bytes_put_u8(ms_bytes *bytes, uint8_t value);
void ms_bytes_put_u32(ms_bytes *bytes, uint32_t value);
void ms_bytes_put_u64(ms_bytes *bytes, uint64_t value);
/* IEEE 754 binary64, its bits as a u64. */
void ms_bytes_put_f64(ms_bytes *bytes, double value);
/* u64 length, then the bytes. */
void ms_bytes_put_blob(ms_bytes *bytes, const void *data, size_t n);
/* Truncates to `len`, a length at which the writer had not failed, and resets a failure. */
void ms_bytes_cut(ms_bytes *bytes, size_t len);
/* Overwrites eight bytes at `at` (at + 8 <= len) with a u64; nothing when the writer has failed. */
void ms_bytes_set_u64(ms_bytes *bytes, size_t at, uint64_t value);

/* Borrows `data` for its own lifetime. After the first read past the end `failed` stays true and every
 * further read gives zeros, so that a decoder may check once at the end of a group of fields. */
typedef struct ms_reader {
    const uint8_t *data;
    size_t len;
    size_t at;
    bool failed;
} ms_reader;

ms_reader ms_reader_over(const void *data, size_t len);
uint8_t ms_reader_u8(ms_reader *reader);
uint32_t ms_reader_u32(ms_reader *reader);
uint64_t ms_reader_u64(ms_reader *reader);
double ms_reader_f64(ms_reader *reader);
/* n bytes in place (borrowed from the reader's data), or NULL and failed when fewer are left. n == 0 gives a
 * pointer that must not be read. */
const uint8_t *ms_reader_take(ms_reader *reader, uint64_t n);
/* A blob as ms_bytes_put_blob writes it; *n is 0 on failure. */
const uint8_t *ms_reader_blob(ms_reader *reader, size_t *n);
/* Bytes not read yet; 0 once failed. */
size_t ms_reader_left(const ms_reader *reader);

/* For hash tables: FNV-1a, folded to 32 bits. Not collision resistant. Local. */
uint32_t ms_hash(const void *data, size_t n);

#endif
