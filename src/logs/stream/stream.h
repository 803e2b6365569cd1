/* Stream: a file, or any source of bytes, as a stream of searchable text. Hides where the bytes come from and
 * how they are stored; the scanner only ever asks for the next bytes. Takes compression off, up to twice,
 * then a byte-order mark or UTF-16. An archive is no text: it is told, and its bytes can be had. Nothing is
 * told by a name. */
#ifndef MS_LOGS_STREAM_STREAM_H
#define MS_LOGS_STREAM_STREAM_H

#include "logs/decode/codec.h"
#include "logs/input/directory_cache.h"
#include "logs/input/source.h"

typedef struct ms_stream ms_stream;

/* Opens the regular file `path`. `size` is its length when it was enumerated: no more is read, so that a log
 * that is still being written has the same contents in every run; 0 means: to the end (files of /proc say 0),
 * but nothing when the file has a length by now. `directory_cache`: see ms_file_open. MS_IO: cannot be
 * opened. Never blocks on a FIFO. Local. */
MS_MUST_CHECK ms_code ms_stream_open(ms_stream **stream, ms_directory_cache *directory_cache,
                                     const char *path, uint64_t size, ms_err *err);
/* Over a source; what its `self` points to is borrowed for the stream's life. Local. */
MS_MUST_CHECK ms_code ms_stream_over(ms_stream **stream, ms_source source, ms_err *err);
void ms_stream_close(ms_stream *stream);

/* The least room that a read needs. */
#define MS_STREAM_LEAST 16

/* Asks `foreign` about the first bytes, before any is handed on: MS_FOREIGN with a text when the file is not
 * a log. Asked again about the first bytes of what was compressed. Before the first read. Local. */
typedef ms_code (*ms_stream_foreign_fn)(const uint8_t *head, size_t n, ms_err *err);
void ms_stream_set_foreign(ms_stream *stream, ms_stream_foreign_fn foreign);

/* May ms_stream_select divide it? It is plain text, as it is stored or behind one compression: *decoded, and
 * then ms_stream_pays says whether it should. Reads the file's beginning, and says no where that is more than
 * 16 MiB of zeros; after that the stream is good for nothing but ms_stream_pays and ms_stream_close. Local.
 */
MS_MUST_CHECK bool ms_stream_splits(ms_stream *stream, bool *decoded);
/* Behind a yes for what is compressed: does it have boundaries within the file (range.h)? Takes reading, for
 * which these limits go. Local. */
MS_MUST_CHECK bool ms_stream_pays(const ms_stream *stream, const ms_decode_limits *limits);
/* What decoding may cost; without it nothing is limited but memory. Before the first read. Local. */
void ms_stream_set_limits(ms_stream *stream, const ms_decode_limits *limits);

/* Inode and time of change of the file, which was opened by its path. MS_IO. Local. */
MS_MUST_CHECK ms_code ms_stream_identity(const ms_stream *stream, uint64_t *inode, int64_t *mtime_ns,
                                         ms_err *err);
/* ms_file_drop_cache (file.h) of the file. Before the first read. Local. */
void ms_stream_drop_cache(ms_stream *stream);

/* Which lines of a file a stream is of, when it has been selected. */
typedef struct ms_stream_part {
    bool decoded;         /* out of a compressed file: ms_stream_start counts from the first line's byte */
    uint64_t first, next; /* then: the boundaries of ms_split_boundaries (range.h) */
} ms_stream_part;

/* Before the first read, behind the limits: only the lines that begin in [begin, end), begin < end <= size,
 * of a plain file; or the lines that ms_split_source (range.h) gives of a file that begins like a compressed
 * one. A range with begin > 0 is not asked what it looks like. With a compressed file, any error means that
 * only the whole file can tell what is right. MS_IO, MS_FORMAT, MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms_stream_select(ms_stream *stream, uint64_t begin, uint64_t end, ms_stream_part *part,
                                       ms_err *err);

/* Up to cap >= MS_STREAM_LEAST bytes of text into buf; *n == 0 only at the end. MS_IO when reading fails, or
 * the file is shorter than it was or no regular file any more, MS_FORMAT when it is stored in a way that is
 * not searched, truncated or corrupt, MS_LIMIT when it holds more than the limits allow; what was read before
 * counts. MS_ARCHIVE: it is a tar archive; what was read before, if anything, is zeros in front of it, and no
 * text. Local. */
MS_MUST_CHECK ms_code ms_stream_read(ms_stream *stream, uint8_t *buf, size_t cap, size_t *n, ms_err *err);

/* After a read that gave MS_ARCHIVE: the archive's bytes, from its first on. Borrows the stream. */
ms_source ms_stream_archive(const ms_stream *stream);

/* Offset, in the file or in what was compressed, of the first byte of text: behind a UTF-8 byte-order mark,
 * of a range's first line, else 0. Known after the first read. Local. */
uint64_t ms_stream_start(const ms_stream *stream);

#endif
