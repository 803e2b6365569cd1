/* xz blocks: the text of an xz file from one of its blocks on, decoded block by block, each by itself; where
 * they are says the index at the end of each stream of the file. Everything is verified that a decoder of the
 * whole file verifies: what the index says is held against each block. */
#ifndef MS_LOGS_SPLIT_XZ_BLOCKS_H
#define MS_LOGS_SPLIT_XZ_BLOCKS_H

#include "logs/decode/codec.h"
#include "logs/input/file.h"

typedef struct ms_xz_blocks ms_xz_blocks;

/* Reads the indexes of the file, which is borrowed. MS_FORMAT when the file is not made of whole streams of
 * xz, one behind the other, or holds more text than the limit; MS_IO, MS_NOMEM. Local, as all below. */
MS_MUST_CHECK ms_code ms_xz_blocks_open(ms_xz_blocks **blocks, const ms_file *file,
                                        const ms_decode_limits *limits, ms_err *err);
void ms_xz_blocks_close(ms_xz_blocks *blocks);

/* Blocks in all streams. */
uint64_t ms_xz_blocks_count(const ms_xz_blocks *blocks);
/* Where the first block begins that begins at `from` or behind it; the file's size when there is none. */
uint64_t ms_xz_blocks_boundary(const ms_xz_blocks *blocks, uint64_t from);

/* Before the first read: from the block at boundary `from` on; reading ends, as at the end of the text, where
 * the block at boundary `to` begins, till ms_xz_blocks_pass. */
void ms_xz_blocks_select(ms_xz_blocks *blocks, uint64_t from, uint64_t to);
/* Is that where it has ended? Then it goes on. */
bool ms_xz_blocks_pass(ms_xz_blocks *blocks);

/* Up to cap bytes of text; *n == 0 only at the end. MS_FORMAT when a block is corrupt, or not what the index
 * says, or more than the limits allow; MS_IO, MS_NOMEM. Errors are final. */
MS_MUST_CHECK ms_code ms_xz_blocks_read(ms_xz_blocks *blocks, uint8_t *buf, size_t cap, size_t *n,
                                        ms_err *err);

#endif
