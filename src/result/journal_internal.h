/* What the two halves of the journal share. */
#ifndef MS_RESULT_JOURNAL_INTERNAL_H
#define MS_RESULT_JOURNAL_INTERNAL_H

#include <stddef.h>
#include <stdint.h>
#include <xxhash.h>

#define MS__FRAME_MARK "\xFFmsjrnl\n"
#define MS__FRAME_MARK_BYTES 8U

/* Of the content; its length is the seed. */
uint64_t ms__frame_checksum(const uint8_t *content, size_t n);

#endif
