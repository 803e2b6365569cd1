/* The codecs that codec.c chooses from. */
#ifndef MS_LOGS_CODEC_INTERNAL_H
#define MS_LOGS_CODEC_INTERNAL_H

#include "logs/codec.h"

extern const ms_codec_ops ms__codec_gzip;

#endif
