/* Log probe: what rank 0 reads of the logs before the plan: whether they can be split, and the text they
 * begin with; and the text of keyword files. A log that cannot be read is skipped here: whoever scans it
 * reports that. */
#ifndef MS_RUN_WORK_LOG_PROBE_H
#define MS_RUN_WORK_LOG_PROBE_H

#include "base/bytes.h"
#include "logs/decode/codec.h"
#include "tasks/enumerate/enumerate.h"

/* Sets `splits` of the logs above `size` bytes that can be split into ranges: plain text, and compressed
 * files of at most `max_compressed` bytes that have boundaries (logs/split/compressed_split.h). Reads the
 * first bytes, and some more where a compressed file is searched for boundaries. `visit` (may be NULL) is
 * called with each file before it is opened. Local. */
void ms_log_probe_splits(ms_entries *entries, uint64_t size, uint64_t max_compressed, ms_visit_fn visit,
                         void *user);

/* Appends up to n bytes of text, decoded, out of the first listed->size bytes of the listed file. An error, a
 * limit or a lack of memory ends it early, unreported. Local. */
void ms_log_probe_text(ms_bytes *text, const char *path, const ms_file_id *listed,
                       const ms_decode_limits *limits, size_t n);

typedef struct ms_log_text {
    bool as_text;         /* ms_stream_set_text */
    const char *encoding; /* of bytes that are not UTF-8: ms_stream_set_encoding; or NULL; borrowed */
} ms_log_text;

/* The text of a file, however it is stored: at most `limit` bytes, appended to *to. `text`: a const
 * ms_log_text. MS_FORMAT when it is not text, MS_LIMIT, MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms_log_decode(void *text, const ms_bytes *bytes, size_t limit, ms_bytes *to,
                                    ms_err *err);

#endif
