/* Range: the lines of a range of a compressed file, decoded from the first boundary in it up to the first one
 * behind it. Offsets are those of the compressed file. The text between the boundaries B and E of the range
 * is [b, e) of all text; its lines are those that begin in (b, e], of the first range also at 0: so that no
 * range has to know how the text in front of it ends, and each line belongs to one. A range that goes well
 * has come out at E exactly; if all do, and each begins where the one before it has come out, they have
 * decoded what a decoder of the whole file would have. */
#ifndef MS_LOGS_SPLIT_COMPRESSED_SPLIT_H
#define MS_LOGS_SPLIT_COMPRESSED_SPLIT_H

#include "logs/decode/codec.h"
#include "logs/input/file.h"

typedef struct ms_split ms_split;

/* Codecs of which a range can be had. Local, as all below. */
bool ms_split_known(ms_codec codec);
/* Is it worth while to split the file into ranges? Trouble is a no. */
bool ms_split_pays(const ms_file *file, ms_codec codec, const ms_decode_limits *limits);

/* Of [begin, end), begin < end <= size, of the file, which is borrowed. MS_IO, MS_FORMAT, MS_NOMEM. */
MS_MUST_CHECK ms_code ms_split_open(ms_split **range, ms_file *file, ms_codec codec, uint64_t begin,
                                    uint64_t end, const ms_decode_limits *limits, ms_err *err);
void ms_split_close(ms_split *range);

/* The range's lines. MS_FORMAT also when a boundary turns out to be none: then, as with every error, only the
 * whole file's decoder knows what is right. Borrows the range. */
ms_source ms_split_source(ms_split *range);

/* The boundaries B and E: 0 for the file's beginning, and its size for its end; 0 and 0 when no boundary is
 * in the range, which has no lines then. */
void ms_split_boundaries(const ms_split *range, uint64_t *first, uint64_t *next);

#endif
