/* Lines of a shard's report: see shard_lines.h. */
#include "report/shard_lines.h"

#include "base/escape.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 64 << 10 };

static ms_code too_long(const ms__lines *lines, uint64_t line_no, ms_err *err)
{
    return ms_err_set(err, MS_FORMAT, 0, "%s, line %llu: longer than %d MiB", lines->shown,
                      (unsigned long long)line_no, MS__SHARD_LINE_LIMIT >> 20);
}

static ms_code is_cut(const ms__lines *lines, ms_err *err)
{
    return ms_err_set(err, MS_FORMAT, 0, "%s does not end with a whole line: it was cut off", lines->shown);
}

ms_code ms__lines_open(ms__lines *lines, const char *path, ms_err *err)
{
    struct stat st;
    *lines = (ms__lines){.fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK), .path = path};
    (void)ms_escape_to(lines->shown, sizeof lines->shown, path, strlen(path));
    if (lines->fd < 0 || fstat(lines->fd, &st) != 0) {
        ms_code code = ms_err_set(err, MS_USAGE, errno, "%s cannot be read", lines->shown);
        ms__lines_close(lines);
        return code;
    }
    if (!S_ISREG(st.st_mode)) {
        ms__lines_close(lines);
        return ms_err_set(err, MS_USAGE, 0, "%s is not a regular file: the merge reads it twice",
                          lines->shown);
    }
    return MS_OK;
}

void ms__lines_close(ms__lines *lines)
{
    if (lines->fd >= 0) {
        (void)close(lines->fd);
        lines->fd = -1;
    }
    ms_bytes_fini(&lines->buffer);
}

/* Reads at most CHUNK more bytes into the buffer; *n is 0 at the end of the file. */
static ms_code read_more(ms__lines *lines, size_t *n, ms_err *err)
{
    ms_bytes *buffer = &lines->buffer;
    if (lines->at > 0) {
        memmove(buffer->data, buffer->data + lines->at, buffer->len - lines->at);
        buffer->len -= lines->at;
        lines->at = 0;
    }
    if (ms_bytes_reserve(buffer, CHUNK) != MS_OK) {
        return ms_err_set(err, MS_NOMEM, 0, "no memory to read %s", lines->shown);
    }
    ssize_t got = read(lines->fd, buffer->data + buffer->len, CHUNK);
    if (got < 0) {
        return ms_err_set(err, MS_IO, errno, "cannot read %s", lines->shown);
    }
    *n = (size_t)got;
    buffer->len += *n;
    return MS_OK;
}

ms_code ms__lines_next(ms__lines *lines, const char **data, size_t *n, ms_err *err)
{
    size_t searched = 0; /* bytes of the line that hold no newline */
    *data = NULL;
    for (;;) {
        size_t left = lines->buffer.len - lines->at;
        const uint8_t *begin = left > 0 ? lines->buffer.data + lines->at : NULL;
        const uint8_t *end = left > searched ? memchr(begin + searched, '\n', left - searched) : NULL;
        if (end) {
            *data = (const char *)begin;
            *n = (size_t)(end - begin);
            lines->at += *n + 1;
            lines->line_no++;
            return MS_OK;
        }
        searched = left;
        if (searched > MS__SHARD_LINE_LIMIT) {
            return too_long(lines, lines->line_no + 1, err);
        }
        size_t more = 0;
        ms_code code = read_more(lines, &more, err);
        if (code != MS_OK || more == 0) {
            return code != MS_OK ? code : left > 0 ? is_cut(lines, err) : MS_OK;
        }
    }
}

/* The last `n` bytes of a file of `size`, which end with a newline, into *to. */
static ms_code read_tail(const ms__lines *lines, size_t size, size_t n, ms_bytes *to, ms_err *err)
{
    ms_bytes_clear(to);
    if (ms_bytes_reserve(to, n) != MS_OK) {
        return ms_err_set(err, MS_NOMEM, 0, "no memory to read %s", lines->shown);
    }
    while (to->len < n) {
        ssize_t got = pread(lines->fd, to->data + to->len, n - to->len, (off_t)(size - n + to->len));
        if (got < 0) {
            return ms_err_set(err, MS_IO, errno, "cannot read %s", lines->shown);
        }
        if (got == 0) {
            return is_cut(lines, err);
        }
        to->len += (size_t)got;
    }
    return to->data[n - 1] == '\n' ? MS_OK : is_cut(lines, err);
}

ms_code ms__lines_last(ms__lines *lines, ms_bytes *to, ms_err *err)
{
    struct stat st;
    if (fstat(lines->fd, &st) != 0) {
        return ms_err_set(err, MS_IO, errno, "cannot read %s", lines->shown);
    }
    size_t size = st.st_size > 0 ? (size_t)st.st_size : 0;
    if (size == 0) {
        return ms_err_set(err, MS_FORMAT, 0, "%s is empty", lines->shown);
    }
    for (size_t n = size < CHUNK ? size : CHUNK;; n = n < size / 4 ? 4 * n : size) {
        ms_code code = read_tail(lines, size, n, to, err);
        if (code != MS_OK) {
            return code;
        }
        const uint8_t *before = n > 1 ? memrchr(to->data, '\n', n - 1) : NULL;
        if (before || n == size) {
            size_t from = before ? (size_t)(before - to->data) + 1 : 0;
            memmove(to->data, to->data + from, n - 1 - from);
            to->len = n - 1 - from;
            return MS_OK;
        }
        if (n > MS__SHARD_LINE_LIMIT) {
            return ms_err_set(err, MS_FORMAT, 0, "%s: its last line is longer than %d MiB", lines->shown,
                              MS__SHARD_LINE_LIMIT >> 20);
        }
    }
}
