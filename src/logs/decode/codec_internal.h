/* The codecs, as listed in codec.c. */
#ifndef MS_LOGS_DECODE_CODEC_INTERNAL_H
#define MS_LOGS_DECODE_CODEC_INTERNAL_H

#include "logs/decode/codec.h"

extern const ms_codec_ops ms__codec_gzip;
extern const ms_codec_ops ms__codec_deflate;
extern const ms_codec_ops ms__codec_zstd;
extern const ms_codec_ops ms__codec_xz;
extern const ms_codec_ops ms__codec_lzma;
extern const ms_codec_ops ms__codec_lzip;
extern const ms_codec_ops ms__codec_bzip2;
extern const ms_codec_ops ms__codec_lz4;

#endif
