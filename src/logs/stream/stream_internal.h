/* What the files of logs/stream share: the stream's layers, and how it is read at the moment. stream.c opens
 * and closes, identify.c detects what the bytes are, text.c the encoding of the text, stream_split.c
 * restricts a stream to a range and skips the holes of its file. */
#ifndef MS_LOGS_STREAM_STREAM_INTERNAL_H
#define MS_LOGS_STREAM_STREAM_INTERNAL_H

#include "logs/archive/tar_header.h"
#include "logs/decode/decoder.h"
#include "logs/input/file.h"
#include "logs/journald/journald.h"
#include "logs/split/compressed_split.h"
#include "logs/stream/stream.h"
#include "logs/stream/tail.h"
#include "logs/text/byte_test.h"
#include "logs/text/charset.h"
#include "logs/text/mixed_text.h"

enum {
    HEAD = MS_TAR_BLOCK,             /* enough to detect a format, and all that is used for it */
    TEXT_HEAD = MS_BYTE_TEST_SAMPLE, /* by which text is judged, and its encoding */
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

/* Bytes from `at` to `len`. */
typedef struct ms_stream_kept {
    uint8_t *data; /* owned */
    size_t at, len, cap;
} ms_stream_kept;

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
    const char *named;    /* format that the file's name ends in, or NULL; borrowed */
    bool as_text;         /* what is not decoded is text, whatever it looks like */
    const char *encoding; /* --encoding, borrowed; or NULL */

    bool ascii;          /* the first bytes are ASCII */
    bool binary;         /* ms_stream_is_binary */
    bool judged;         /* by the file's first bytes, though this is a range */
    bool elf;            /* a program or core file: searched byte by byte, however many NULs it has */
    bool spans;          /* some of the text so far was of another encoding */
    bool watch;          /* text so far: compressed data may follow */
    const char *found;   /* such data: what they are; or NULL */
    size_t mark;         /* bytes of a byte-order mark that the text begins with */
    ms_mixed mixed;      /* the encoding of what is read next */
    ms_charset *charset; /* owned: of --encoding; or NULL */
    ms_stream_kept in;   /* read, and not yet decoded or returned */
    ms_stream_kept out;  /* decoded, and not yet returned, as the reader's buffers are small */
    uint64_t nused;      /* bytes of the source that have become text */
    bool in_end;         /* the source has no more */
    ms_err failure;      /* ... but this error, to be returned after the text before it */
    bool ended;          /* all has been returned */

    uint8_t *raw; /* owned: what zeros begin; else NULL */
    size_t raw_at, raw_len;
    size_t raw_zeros;          /* raw[raw_at .. raw_zeros) are zeros */
    uint64_t nzeros;           /* returned so far, and nothing else */
    ms_archive_format archive; /* after MS_ARCHIVE */
    uint64_t archive_prefix;   /* bytes before it */
    ms_tail tail;              /* of binary data that are no file of their own */
};

extern const ms_stream_ops ms__stream_first_ops; /* before the first read */
extern const ms_stream_ops ms__stream_zeros_ops; /* zeros so far, after which text or an archive follows */
extern const ms_stream_ops ms__stream_text_ops;
extern const ms_stream_ops ms__stream_plain_ops; /* UTF-8, of a systemd journal */

/* Reads the source as it is. Local, as all of these. */
MS_MUST_CHECK ms_code ms__stream_read_source(ms_stream *stream, uint8_t *buf, size_t cap, size_t *n,
                                             ms_err *err);
/* Reads a layer without a decoder, `self`: what was read to detect the format, then the rest. */
MS_MUST_CHECK ms_code ms__stream_read_layer(void *self, uint8_t *buf, size_t cap, size_t *n, ms_err *err);
/* Room for cap bytes. MS_NOMEM. */
MS_MUST_CHECK ms_code ms__stream_reserve(ms_stream_kept *kept, size_t cap, ms_err *err);
/* What the first bytes of the text (TEXT_HEAD, or all of it) say of its encoding. MS_FORMAT: they are no
 * text.
 */
MS_MUST_CHECK ms_code ms__stream_judge(ms_stream *stream, const uint8_t *head, size_t n, ms_err *err);
/* The text begins with buf[0 .. *n), which is TEXT_HEAD bytes or all of it, `end`: all of it; cap >=
 * TEXT_HEAD. Sets *n to the bytes of text in buf, and selects how to read the rest. As ms__stream_judge. */
MS_MUST_CHECK ms_code ms__stream_begin_text(ms_stream *stream, uint8_t *buf, size_t cap, size_t *n, bool end,
                                            ms_err *err);
/* Is it a file that ends like a zip archive? Then that begins at stream->archive_prefix. Local. */
bool ms__stream_ends_in_archive(ms_stream *stream);

#endif
