/* Compressed samples for the suites of logs/: each codec's own library makes them, checksums and all. */
#ifndef TESTS_UNIT_LOGS_PACK_H
#define TESTS_UNIT_LOGS_PACK_H

#include "base/bytes.h"
#include "logs/decode/codec.h"
#include "logs/input/source.h"

enum { FIRST_CODEC = MS_CODEC_GZIP, LAST_CODEC = MS_CODEC_LZIP };

/* Appends one member, with the strongest checksum that the format has. Fails the test when that fails. */
void logs_pack(ms_codec codec, const void *text, size_t n, ms_bytes *to);

/* A gzip header's optional parts, RFC 1952, 2.3.1. */
enum { GZIP_HCRC = 2, GZIP_EXTRA = 4, GZIP_NAME = 8, GZIP_COMMENT = 16 };
void logs_pack_gzip(unsigned flags, const void *text, size_t n, ms_bytes *to);
/* zstd with this window and without the size of its content; a skippable frame of n bytes. */
void logs_pack_zstd(int window_log, const void *text, size_t n, ms_bytes *to);
void logs_pack_skippable(unsigned variant, size_t n, ms_bytes *to);

/* Bytes as a source that gives `piece` at most at a time, and `failure`, if that is an error, after them. */
typedef struct logs_pieces {
    const uint8_t *data;
    size_t n, at, piece;
    ms_code failure;
} logs_pieces;
ms_source logs_pieces_source(logs_pieces *pieces);

/* Everything that decoding gives, in buffers of `room` bytes; the code that ended it, which is final. */
ms_code logs_unpack(ms_codec codec, logs_pieces *from, const ms_decode_limits *limits, size_t room,
                    ms_bytes *to, ms_err *err);

#endif
