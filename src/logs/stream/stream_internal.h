/* What the files of logs/stream share: the stream's layers, and how it is read at the moment: stream.c
 * detects the format and reads, stream_split.c restricts a stream to a range and skips the holes of its file.
 */
#ifndef MS_LOGS_STREAM_STREAM_INTERNAL_H
#define MS_LOGS_STREAM_STREAM_INTERNAL_H

#include "logs/archive/tar_header.h"
#include "logs/decode/decoder.h"
#include "logs/decode/utf16.h"
#include "logs/input/file.h"
#include "logs/journald/journald.h"
#include "logs/split/compressed_split.h"
#include "logs/stream/stream.h"
#include "logs/stream/tail.h"

enum {
    HEAD = MS_TAR_BLOCK, /* enough to detect a format */
    RAW = 65536,
    MAX_LAYERS = 2, /* compressed data within compressed data, no deeper */
};

typedef struct ms_stream_ops {
    ms_code (*read)(ms_stream *stream, uint8_t *buf, size_t cap, size_t *n, ms_err *err);
} ms_stream_ops;

/* A layer of compression: its input is what was read to detect it, then the rest. Without a decoder it only
 * returns what was read. */
typedef struct ms_stream_layer {
    ms_source below;
    uint64_t nzeros; /* before the head */
    uint8_t *head;   /* owned */
    size_t at, n;
    ms_decoder *decoder; /* owned */
} ms_stream_layer;

struct ms_stream {
    const ms_stream_ops *ops;
    ms_file *file;    /* owned, or NULL */
    ms_split *split;  /* owned: of a compressed file; or NULL */
    ms_source source; /* the file, or the last layer */
    ms_stream_layer layers[MAX_LAYERS + 1];
    size_t nlayers;
    ms_decode_limits limits;
    bool is_split; /* only a split of the file, which must be plain text */
    uint64_t start;
    ms_stream_foreign_fn foreign; /* NULL: every file is a log */
    ms_journald *journal;         /* owned, or NULL */
    bool journal_fields;
    const char *named; /* format that the file's name ends in, or NULL; borrowed */
    bool as_text;      /* what is not decoded is text, whatever it looks like */
    ms_utf16 utf16;
    uint8_t *raw; /* owned: UTF-16 bytes, or what zeros begin; else NULL */
    size_t raw_at, raw_len;
    bool raw_end;
    size_t raw_zeros;          /* raw[raw_at .. raw_zeros) are zeros */
    uint64_t nzeros;           /* returned so far, and nothing else */
    ms_archive_format archive; /* after MS_ARCHIVE */
    uint64_t archive_prefix;   /* bytes before it */
    ms_tail tail;              /* of binary data that are no file of their own */
};

/* Plain text; zeros at the beginning, after which text or an archive follows. */
extern const ms_stream_ops ms__stream_plain_ops;
extern const ms_stream_ops ms__stream_zeros_ops;

/* Is it a file that ends like a zip archive? Then that begins at stream->archive_prefix. Local. */
bool ms__stream_ends_in_archive(ms_stream *stream);

/* Reads a layer without a decoder, `self`: what was read to detect the format, then the rest. Local. */
MS_MUST_CHECK ms_code ms__stream_read_layer(void *self, uint8_t *buf, size_t cap, size_t *n, ms_err *err);

#endif
