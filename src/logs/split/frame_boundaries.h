/* Boundaries: where in a compressed file a member begins that can be decoded by itself, so that ranges of the
 * file can be. Looks for what members begin with: what it finds may be no boundary, but bytes that look like
 * one, so whoever decodes up to it has to see that he comes out there. Reads no more than it needs. */
#ifndef MS_LOGS_SPLIT_FRAME_BOUNDARIES_H
#define MS_LOGS_SPLIT_FRAME_BOUNDARIES_H

#include "logs/decode/codec.h"
#include "logs/input/file.h"

/* Codecs whose members are looked for: frames of zstd, streams of bzip2. Local, as all below. */
bool ms_frame_boundaries_known(ms_codec codec);

/* The first boundary in [from, to) of the file, from > 0; `to` when there is none. The same bytes give the
 * same answer, also for another range that holds it. Of the limits (may be NULL) only on_work counts. MS_IO.
 */
MS_MUST_CHECK ms_code ms_frame_boundaries_find(const ms_file *file, ms_codec codec, uint64_t from,
                                               uint64_t to, const ms_decode_limits *limits, uint64_t *at,
                                               ms_err *err);

/* Is it worth while to split the file? Looks for a boundary near its beginning; trouble is a no. */
bool ms_frame_boundaries_pay(const ms_file *file, ms_codec codec);

#endif
