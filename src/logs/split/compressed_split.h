/* Compressed split: the lines of a split of a compressed file, decoded from the first boundary in it up to
 * the first one after it. Offsets are those of the compressed file. The text between the boundaries B and E
 * of a split is [b, e) of all text; its lines are those that begin in (b, e], of the first split also at 0:
 * so no split needs to know how the text before it ends, and each line belongs to one split. A split succeeds
 * only if its decoder ends exactly at E; if all do, and each begins where the one before it ended, together
 * they have decoded what a decoder of the whole file would have. */
#ifndef MS_LOGS_SPLIT_COMPRESSED_SPLIT_H
#define MS_LOGS_SPLIT_COMPRESSED_SPLIT_H

#include "logs/decode/codec.h"
#include "logs/input/file.h"

typedef struct ms_split ms_split;

/* Does the codec have boundaries that can be found? Local, as all below. */
bool ms_split_supported(ms_codec codec);
/* Should the file be split? False on any error. */
bool ms_split_worthwhile(const ms_file *file, ms_codec codec, const ms_decode_limits *limits);

/* Opens the split [begin, end), begin < end <= size, of the file, which is borrowed. MS_IO, MS_FORMAT,
 * MS_NOMEM. */
MS_MUST_CHECK ms_code ms_split_open(ms_split **split, ms_file *file, ms_codec codec, uint64_t begin,
                                    uint64_t end, const ms_decode_limits *limits, ms_err *err);
void ms_split_close(ms_split *split);

/* The split's lines; borrows the split. MS_FORMAT also when a boundary was a false positive. After any error
 * the whole file has to be decoded. */
ms_source ms_split_source(ms_split *split);

/* The boundaries B and E: 0 for the file's beginning, and its size for its end; 0 and 0 without a boundary in
 * the split, which then has no lines. */
void ms_split_boundaries(const ms_split *split, uint64_t *first, uint64_t *next);

#endif
