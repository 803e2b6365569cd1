/* xz blocks: the text of an xz file from one of its blocks on, each block decoded by itself. The index at the
 * end of each stream of the file says where they are. Verifies all that a decoder of the whole file verifies,
 * including the index against each block. */
#ifndef MS_LOGS_SPLIT_XZ_BLOCKS_H
#define MS_LOGS_SPLIT_XZ_BLOCKS_H

#include "logs/decode/codec.h"
#include "logs/input/file.h"

typedef struct ms_xz_blocks ms_xz_blocks;

/* Reads the indexes of the file, which is borrowed. MS_FORMAT when the file is not a sequence of complete xz
 * streams, or has more text than the limit; MS_IO, MS_NOMEM. Local, as all below. */
MS_MUST_CHECK ms_code ms_xz_blocks_open(ms_xz_blocks **blocks, const ms_file *file,
                                        const ms_decode_limits *limits, ms_err *err);
void ms_xz_blocks_close(ms_xz_blocks *blocks);

/* Blocks in all streams. */
uint64_t ms_xz_blocks_count(const ms_xz_blocks *blocks);
/* Offset of the first block at or after `from`; the file's size without one. */
uint64_t ms_xz_blocks_boundary(const ms_xz_blocks *blocks, uint64_t from);

/* Before the first read: starts at the block at boundary `from`; reading ends, as at the end of the text,
 * where the block at boundary `to` begins, until ms_xz_blocks_resume. */
void ms_xz_blocks_select(ms_xz_blocks *blocks, uint64_t from, uint64_t to);
/* If reading has ended at that boundary, lets it continue and returns true. */
bool ms_xz_blocks_resume(ms_xz_blocks *blocks);

/* Up to cap bytes of text; *n == 0 only at the end. MS_FORMAT when a block is corrupt, contradicts the index,
 * or exceeds the limits; MS_IO, MS_NOMEM. Errors are final. */
MS_MUST_CHECK ms_code ms_xz_blocks_read(ms_xz_blocks *blocks, uint8_t *buf, size_t cap, size_t *n,
                                        ms_err *err);

#endif
