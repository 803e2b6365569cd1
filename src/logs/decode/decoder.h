/* Decoder: a source of compressed bytes as a source of the bytes they stand for. Every member, frame or
 * stream of a file in turn, whole, every checksum verified, in bounded memory. What the bytes are is told by
 * their first ones (codec.h), never by a name. */
#ifndef MS_LOGS_DECODE_DECODER_H
#define MS_LOGS_DECODE_DECODER_H

#include "logs/decode/codec.h"
#include "logs/input/source.h"

typedef struct ms_decoder ms_decoder;

/* Over `source` (what `self` points to is borrowed for the decoder's life) from its first byte on. `limits`
 * is copied. MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms_decoder_open(ms_decoder **decoder, ms_codec codec, ms_source source,
                                      const ms_decode_limits *limits, ms_err *err);
void ms_decoder_close(ms_decoder *decoder);

/* Up to cap > 0 decoded bytes; fewer than cap only before the end or an error. MS_FORMAT: truncated or
 * corrupt, at which byte of the source; beyond a limit; something else follows. What comes before an error is
 * handed on first. An error of the source, or of limits->on_work, which is asked for each buffer of input or
 * of output, is handed on as it is. Every error is final. Local. */
MS_MUST_CHECK ms_code ms_decoder_read(ms_decoder *decoder, uint8_t *buf, size_t cap, size_t *n, ms_err *err);
/* Before the first read: reading ends, as at the end, where a member begins at this offset of the source, >
 * 0, till ms_decoder_pass. Where none begins there the reads give MS_FORMAT. Local. */
void ms_decoder_stop_at(ms_decoder *decoder, uint64_t offset);
/* Is that where it has ended? Then it goes on. Local. */
MS_MUST_CHECK bool ms_decoder_pass(ms_decoder *decoder);

/* What it has turned out to be: see ms_codec_of. Local. */
ms_codec ms_decoder_codec(const ms_decoder *decoder);
/* The same as a source; borrows the decoder. */
ms_source ms_decoder_source(ms_decoder *decoder);

#endif
