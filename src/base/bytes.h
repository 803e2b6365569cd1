/* Growable bytes, and a bounds-checked reader over bytes: the two halves of every wire format of the program.
 * Integers are little-endian, written byte by byte. */
#ifndef MS_BASE_BYTES_H
#define MS_BASE_BYTES_H

#include "base/err.h"

#include <stdint.h>

typedef struct ms_bytes {
    uint8_t *data; /* owned; NULL when cap is 0 */
    size_t len;
    size_t cap;
} ms_bytes;

/* Frees; idempotent, accepts {0}. Local. */
void ms_bytes_fini(ms_bytes *bytes);
/* Keeps the memory, forgets the contents. Local. */
void ms_bytes_clear(ms_bytes *bytes);
/* Room for `extra` more bytes behind len. On MS_NOMEM nothing has changed. Local. */
MS_MUST_CHECK ms_code ms_bytes_reserve(ms_bytes *bytes, size_t extra);
/* Appends n bytes. On MS_NOMEM nothing has changed. Local. */
MS_MUST_CHECK ms_code ms_bytes_append(ms_bytes *bytes, const void *data, size_t n);
MS_MUST_CHECK ms_code ms_bytes_put_u8(ms_bytes *bytes, uint8_t value);
MS_MUST_CHECK ms_code ms_bytes_put_u32(ms_bytes *bytes, uint32_t value);
MS_MUST_CHECK ms_code ms_bytes_put_u64(ms_bytes *bytes, uint64_t value);
/* IEEE 754 binary64, its bits as a u64. */
MS_MUST_CHECK ms_code ms_bytes_put_f64(ms_bytes *bytes, double value);
/* u64 length, then the bytes. */
MS_MUST_CHECK ms_code ms_bytes_put_blob(ms_bytes *bytes, const void *data, size_t n);
/* Overwrites eight bytes at `at` (at + 8 <= len) with a u64. */
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

/* For tables: FNV-1a, folded. Not for what somebody may want to collide. Local. */
uint32_t ms_hash(const void *data, size_t n);

#endif
