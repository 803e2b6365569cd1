/* Frame boundaries: where in a compressed file a member begins that can be decoded by itself. Found by
 * searching for what members begin with, so a boundary may be a false positive: whoever decodes up to it has
 * to verify that a member ends there. Reads no more than needed. */
#ifndef MS_LOGS_SPLIT_FRAME_BOUNDARIES_H
#define MS_LOGS_SPLIT_FRAME_BOUNDARIES_H

#include "logs/decode/codec.h"
#include "logs/input/file.h"

/* Codecs whose members are searched for: frames of zstd, streams of bzip2. Local, as all below. */
bool ms_frame_boundaries_supported(ms_codec codec);

/* The first boundary in [from, to) of the file, from > 0; `to` without one. Depends on the bytes only, not on
 * the split. Of the limits (may be NULL) only on_work is used. MS_IO. */
MS_MUST_CHECK ms_code ms_frame_boundaries_find(const ms_file *file, ms_codec codec, uint64_t from,
                                               uint64_t to, const ms_decode_limits *limits, uint64_t *at,
                                               ms_err *err);

/* Should the file be split? Searches for a boundary near its beginning; false on any error. */
bool ms_frame_boundaries_worthwhile(const ms_file *file, ms_codec codec);

#endif
