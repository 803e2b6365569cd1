/* Stream: a file, or any other source of bytes, as searchable text. Hides where the bytes come from and how
 * they are stored. Removes up to two layers of compression, then a byte-order mark; UTF-16 and UTF-32 become
 * UTF-8, also where they begin in the middle; a systemd journal becomes lines (logs/journald). An archive is
 * not text: it is reported, and its bytes are available. Formats are detected by contents, never by a name.
 */
#ifndef MS_LOGS_STREAM_STREAM_H
#define MS_LOGS_STREAM_STREAM_H

#include "base/file_id.h"
#include "logs/archive/members.h"
#include "logs/decode/codec.h"
#include "logs/input/directory_cache.h"
#include "logs/input/source.h"

typedef struct ms_stream ms_stream;

/* Opens the regular file `path`; `size`, `cache` and errors as ms_file_open. Local. */
MS_MUST_CHECK ms_code ms_stream_open(ms_stream **stream, ms_directory_cache *cache, const char *path,
                                     uint64_t size, ms_err *err);
/* The same for a listed file; also MS_CHANGED, as ms_file_open_listed, with a stream. Local. */
MS_MUST_CHECK ms_code ms_stream_open_listed(ms_stream **stream, ms_directory_cache *cache, const char *path,
                                            const ms_file_id *listed, ms_err *err);
/* Opens a stream over a source; what its `self` points to is borrowed for the stream's life. MS_NOMEM.
 * Local. */
MS_MUST_CHECK ms_code ms_stream_over(ms_stream **stream, ms_source source, ms_err *err);
void ms_stream_close(ms_stream *stream);

/* Smallest buffer for a read. */
#define MS_STREAM_MIN_READ 16

/* Before the first read: `foreign` is called with the first bytes, before any is returned, and again with the
 * first bytes of each decoded layer; it gives MS_FOREIGN with a text when the file is not a log. Local. */
typedef ms_code (*ms_stream_foreign_fn)(const uint8_t *head, size_t n, ms_err *err);
void ms_stream_set_foreign(ms_stream *stream, ms_stream_foreign_fn foreign);

/* Can ms_stream_select split it? True for plain text, stored as it is or compressed once (*decoded; then see
 * ms_stream_split_worthwhile). Reads the file's beginning; false if that is more than 16 MiB of zeros. After
 * that only ms_stream_split_worthwhile and ms_stream_close may be called. Local. */
MS_MUST_CHECK bool ms_stream_can_split(ms_stream *stream, bool *decoded);
/* After true for a compressed file: does it have boundaries within (compressed_split.h)? Reads the file
 * within these limits. Local. */
MS_MUST_CHECK bool ms_stream_split_worthwhile(const ms_stream *stream, const ms_decode_limits *limits);
/* Before the first read: limits of decoding; by default none but memory. Local. */
void ms_stream_set_limits(ms_stream *stream, const ms_decode_limits *limits);

/* Before the first read: with `as_text` what no codec decodes is searched byte by byte; otherwise formats
 * that hide their text, and data that look compressed or encrypted, are an error. Local. */
void ms_stream_set_text(ms_stream *stream, bool as_text);
/* Before the first read: the compressed format that the file's name ends in (static text), or NULL. Data that
 * are none and no text either are then damaged, which is an error. Local. */
void ms_stream_set_named(ms_stream *stream, const char *format);

/* Before the first read: the encoding of text without a byte-order mark, a name that iconv(3) knows, borrowed
 * for the stream's life; NULL: UTF-16 and UTF-32 are detected, other bytes stay as they are. Local. */
void ms_stream_set_encoding(ms_stream *stream, const char *encoding);

/* After the first read: is it searched byte by byte, and begins with other than text: with a NUL, or more
 * control characters than text has, in its first 32 KiB? The same for a file and its ranges. Local. */
bool ms_stream_is_binary(const ms_stream *stream);

/* Before the first read: lines of a systemd journal have all fields (journald.h). Local. */
void ms_stream_set_journal_fields(ms_stream *stream, bool fields);

/* ms_file_drop_cache (file.h). Before the first read. Local. */
void ms_stream_drop_cache(ms_stream *stream);

/* Which lines of a file a stream has after ms_stream_select. */
typedef struct ms_stream_split {
    bool decoded;         /* of a compressed file: ms_stream_start then counts from the first line's byte */
    uint64_t first, next; /* then: the boundaries of ms_split_boundaries (compressed_split.h) */
} ms_stream_split;

/* Before the first read, after the limits: only the lines that begin in [begin, end), begin < end <= size, of
 * a plain file; or, of a file that begins like a compressed one, the lines of ms_split_source
 * (compressed_split.h). With begin > 0 the format is not detected. After any error with a compressed file the
 * whole file has to be decoded. MS_IO, MS_FORMAT, MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms_stream_select(ms_stream *stream, uint64_t begin, uint64_t end,
                                       ms_stream_split *split, ms_err *err);

/* Up to cap >= MS_STREAM_MIN_READ bytes of text into buf; *n == 0 only at the end. MS_IO: reading fails, or
 * the file is shorter than it was or no regular file any more; MS_FORMAT: unsupported, truncated or corrupt;
 * MS_LIMIT: beyond the limits; what was read before is valid. MS_ARCHIVE: an archive; what was read
 * before, if anything, is zeros before it, and not text. Local. */
MS_MUST_CHECK ms_code ms_stream_read(ms_stream *stream, uint8_t *buf, size_t cap, size_t *n, ms_err *err);

/* Between two reads: skips zeros that would be read next, if that costs less than reading them (the hole of a
 * sparse file), and returns how many; mostly 0. Local. */
uint64_t ms_stream_skip_zeros(ms_stream *stream);

/* After a read that gave MS_ARCHIVE: the archive's bytes, from its first. Borrows the stream. */
ms_archive_input ms_stream_archive(const ms_stream *stream);

/* Offset, in the file or in the decoded text, of the first byte of text: after a UTF-8 byte-order mark, of a
 * split's first line, else 0. Known after the first read. Local. */
uint64_t ms_stream_start(const ms_stream *stream);

#endif
