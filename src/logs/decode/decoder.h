/* Decoder: a source of compressed bytes as a source of the decoded ones: every member, frame or stream of a
 * file, every checksum verified, in bounded memory. The format is detected by the first bytes (codec.h),
 * never by a name. */
#ifndef MS_LOGS_DECODE_DECODER_H
#define MS_LOGS_DECODE_DECODER_H

#include "logs/decode/codec.h"
#include "logs/input/source.h"

typedef struct ms_decoder ms_decoder;

/* Decodes `source` from its first byte. What `self` points to is borrowed for the decoder's life, `limits` is
 * copied. MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms_decoder_open(ms_decoder **decoder, ms_codec codec, ms_source source,
                                      const ms_decode_limits *limits, ms_err *err);
void ms_decoder_close(ms_decoder *decoder);

/* Up to cap > 0 decoded bytes; fewer than cap only before the end or an error. MS_FORMAT: truncated or
 * corrupt (with the byte of the source), beyond a limit, or followed by other data. The text before an error
 * is returned first. An error of the source or of limits->on_work, which is polled for each buffer of input
 * or output, is returned as it is. Every error is final. Local. */
MS_MUST_CHECK ms_code ms_decoder_read(ms_decoder *decoder, uint8_t *buf, size_t cap, size_t *n, ms_err *err);
/* Before the first read: reading ends, as at the end, where a member begins at this offset of the source, >
 * 0, until ms_decoder_resume. MS_FORMAT from the reads when no member begins there. Local. */
void ms_decoder_stop_at(ms_decoder *decoder, uint64_t offset);
/* If reading has ended at that offset, lets it continue and returns true. Local. */
MS_MUST_CHECK bool ms_decoder_resume(ms_decoder *decoder);

/* The codec of the members read so far: see ms_codec_of. Local. */
ms_codec ms_decoder_codec(const ms_decoder *decoder);
/* The same as a source; borrows the decoder. */
ms_source ms_decoder_source(ms_decoder *decoder);

#endif
