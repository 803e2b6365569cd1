/* The destination of a report or a result file: a buffered writer to standard output, a device, or a file
 * that is written atomically. The first error is kept: later puts do nothing and ms_sink_commit returns it,
 * so that a formatter checks once (and ms_sink_ok in its loops). */
#ifndef MS_REPORT_SINK_H
#define MS_REPORT_SINK_H

#include "base/atomic_file.h"
#include "base/bytes.h"
#include "base/escape.h"

#include <sys/types.h>

typedef struct ms_sink {
    int fd;
    bool owned;          /* the sink closes fd */
    ms_atomic_file file; /* owned; has fd when a file is written, else {0} */
    bool keeps_private;  /* a file that is replaced does not keep its mode */
    bool keep_mode;      /* `mode`, of the existing target */
    mode_t mode;
    bool may_go; /* the reader of a pipe may go before the end: then the rest is dropped */
    bool gone;   /* it has */
    ms_bytes buffer;
    ms_err err;       /* the first error */
    const char *what; /* "the report"; for error texts, as the next */
    char label[200];  /* the destination */
} ms_sink;

/* path NULL: standard output. A regular or a new file: a temporary file in the same directory, which
 * replaces it at commit; a new one is readable only by its owner, an existing one keeps its mode. A symbolic
 * link, other than /dev/stdout and the like, is refused, as somebody else may have put it there. Other types
 * (device, FIFO), and a file that standard output or standard error is open on, are written directly. When
 * the reader of a pipe has gone (`| head`), nothing more is written and that is no error. MS_IO, MS_NOMEM. On
 * failure *sink is {0}. Local. */
MS_MUST_CHECK ms_code ms_sink_open(ms_sink *sink, const char *path, ms_err *err);

/* The same for a result file: readable only by its owner, and never in part. */
MS_MUST_CHECK ms_code ms_sink_open_result(ms_sink *sink, const char *path, ms_err *err);

/* Appends n bytes. Local, as all that follow. */
void ms_sink_put(ms_sink *sink, const void *data, size_t n);
/* Appends a C string. */
void ms_sink_text(ms_sink *sink, const char *text);
/* Appends at most 500 formatted bytes: for numbers and fixed words, not for data. */
void ms_sink_printf(ms_sink *sink, const char *fmt, ...) MS_PRINTF(2, 3);
/* Append n bytes as ms_escape_append and ms_escape_append_also write them, in constant memory. */
void ms_sink_escape(ms_sink *sink, const void *data, size_t n, ms_escape_mode mode);
void ms_sink_escape_also(ms_sink *sink, const void *data, size_t n, const char *also);
/* Makes `code` the error if there is none yet: for a formatter that ran out of memory. */
void ms_sink_fail(ms_sink *sink, ms_code code);
bool ms_sink_ok(const ms_sink *sink);

/* Flushes and, for a file, syncs and renames it. Returns the first error of all; then the target has not
 * changed. To be called once. */
MS_MUST_CHECK ms_code ms_sink_commit(ms_sink *sink, ms_err *err);
/* Closes and frees; an uncommitted file is removed. Idempotent, accepts {0}. */
void ms_sink_close(ms_sink *sink);

#endif
