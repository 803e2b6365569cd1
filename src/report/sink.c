#include "report/sink.h"

#include "base/escape.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    BUFFER_SIZE = 64 * 1024,
    ESCAPE_CHUNK = 8 * 1024, /* input bytes escaped at a time; each becomes at most four */
    TEXT_SIZE = 512,
    PRIVATE = 0600 /* a report may have lines of logs that only the user can read */
};

bool ms_sink_ok(const ms_sink *sink)
{
    return sink->err.code == MS_OK && !sink->gone;
}

static void fail(ms_sink *sink, ms_code code, int sys_errno)
{
    if (ms_sink_ok(sink)) {
        (void)ms_err_set(&sink->err, code, sys_errno, "cannot write %s to %s%s", sink->what, sink->label,
                         code == MS_NOMEM ? ": out of memory" : "");
    }
}

void ms_sink_fail(ms_sink *sink, ms_code code)
{
    fail(sink, code, 0);
}

/* A descriptor may be non-blocking: a pipe that its reader has made so. */
static bool wait_writable(int fd)
{
    struct pollfd one = {.fd = fd, .events = POLLOUT};
    return poll(&one, 1, -1) >= 0 || errno == EINTR;
}

static void write_all(ms_sink *sink, const uint8_t *data, size_t n)
{
    while (n > 0 && ms_sink_ok(sink)) {
        ssize_t done = write(sink->fd, data, n);
        if (done >= 0) {
            data += done;
            n -= (size_t)done;
        } else if (errno == EPIPE && sink->may_go) {
            sink->gone = true;
        } else if (errno == EAGAIN ? !wait_writable(sink->fd) : errno != EINTR) {
            fail(sink, MS_IO, errno);
        }
    }
}

static void flush(ms_sink *sink)
{
    write_all(sink, sink->buffer.data, sink->buffer.len);
    ms_bytes_clear(&sink->buffer);
}

static void check_buffer(ms_sink *sink)
{
    if (ms_bytes_check(&sink->buffer) != MS_OK) {
        fail(sink, MS_NOMEM, 0);
    }
}

void ms_sink_put(ms_sink *sink, const void *data, size_t n)
{
    if (!ms_sink_ok(sink)) {
        return;
    }
    if (sink->buffer.len + n > BUFFER_SIZE) {
        flush(sink);
    }
    if (n > BUFFER_SIZE) {
        write_all(sink, data, n);
        return;
    }
    ms_bytes_append(&sink->buffer, data, n);
    check_buffer(sink);
}

void ms_sink_text(ms_sink *sink, const char *text)
{
    ms_sink_put(sink, text, strlen(text));
}

void ms_sink_printf(ms_sink *sink, const char *fmt, ...)
{
    char text[TEXT_SIZE];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    ms_sink_text(sink, text);
}

/* At most ESCAPE_CHUNK of n bytes, not ending within a UTF-8 sequence (of at most 4 bytes). */
static size_t chunk_size(const uint8_t *data, size_t n)
{
    if (n <= ESCAPE_CHUNK) {
        return n;
    }
    for (size_t cut = ESCAPE_CHUNK; cut > ESCAPE_CHUNK - 4; cut--) {
        if ((data[cut] & 0xC0) != 0x80) {
            return cut;
        }
    }
    return ESCAPE_CHUNK;
}

/* `also` NULL: by the mode. */
static void escape(ms_sink *sink, const void *data, size_t n, ms_escape_mode mode, const char *also)
{
    const uint8_t *p = data;
    for (size_t at = 0; at < n && ms_sink_ok(sink);) {
        size_t chunk = chunk_size(p + at, n - at);
        if (sink->buffer.len + 4 * chunk > BUFFER_SIZE) {
            flush(sink);
        }
        if (also) {
            ms_escape_append_also(&sink->buffer, p + at, chunk, also);
        } else {
            ms_escape_append(&sink->buffer, p + at, chunk, mode);
        }
        check_buffer(sink);
        at += chunk;
    }
}

void ms_sink_escape(ms_sink *sink, const void *data, size_t n, ms_escape_mode mode)
{
    escape(sink, data, n, mode, NULL);
}

void ms_sink_escape_also(ms_sink *sink, const void *data, size_t n, const char *also)
{
    escape(sink, data, n, MS_ESCAPE_NAME, also);
}

static void refuse(ms_sink *sink, const char *why)
{
    (void)ms_err_set(&sink->err, MS_IO, 0, "cannot write %s to %s: %s", sink->what, sink->label, why);
}

/* A temporary file in the directory of the target, which replaces it at commit. */
static void open_temporary(ms_sink *sink, const char *target)
{
    ms_code code = ms_atomic_file_open(&sink->file, AT_FDCWD, target, sink->keep_mode ? sink->mode : PRIVATE);
    if (code == MS_OK) {
        sink->fd = sink->file.fd;
    } else {
        fail(sink, code, code == MS_IO ? errno : 0);
    }
}

/* An existing regular file, which must be writable; its permission bits stay, unless they are to be private.
 */
static void open_existing(ms_sink *sink, const char *path, const struct stat *st)
{
    if (faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) != 0) {
        fail(sink, MS_IO, errno);
        return;
    }
    if (!sink->keeps_private) {
        sink->keep_mode = true;
        sink->mode = st->st_mode & 0777;
    }
    open_temporary(sink, path);
}

/* A FIFO, a terminal, /dev/null: no disk. */
static void open_device(ms_sink *sink, const char *path, bool own)
{
    struct stat st;
    sink->fd = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC | (own ? 0 : O_NOFOLLOW));
    sink->owned = sink->fd >= 0;
    if (sink->fd < 0) {
        fail(sink, MS_IO, errno);
    } else if (fstat(sink->fd, &st) != 0 || S_ISREG(st.st_mode)) {
        refuse(sink, "it has just been replaced");
    }
}

/* The standard descriptor that is open on the same file, or -1: `--output /dev/stdout > FILE` must not
 * replace FILE, which the shell has open. */
static int standard_fd(const struct stat *st)
{
    for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++) {
        struct stat own;
        if (fstat(fd, &own) == 0 && own.st_dev == st->st_dev && own.st_ino == st->st_ino) {
            return fd;
        }
    }
    return -1;
}

/* Somebody else may have put a link where a report is to be written, to a file that only this user may write.
 * The links to the program's own descriptors lead nowhere else. */
static bool is_own_descriptor(const char *path)
{
    static const char *const names[] = {"/dev/stdout", "/dev/stderr", "/dev/fd/", "/proc/self/fd/"};
    bool found = false;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t n = strlen(names[i]);
        found = found || (strncmp(path, names[i], n) == 0 && (names[i][n - 1] == '/' || path[n] == 0));
    }
    return found;
}

static void open_path(ms_sink *sink, const char *path)
{
    struct stat st;
    bool own = is_own_descriptor(path);
    if ((own ? stat(path, &st) : lstat(path, &st)) != 0) {
        if (errno == ENOENT && *path) {
            open_temporary(sink, path);
        } else {
            fail(sink, MS_IO, errno);
        }
        return;
    }
    if (S_ISLNK(st.st_mode) || S_ISBLK(st.st_mode)) {
        refuse(sink, S_ISLNK(st.st_mode) ? "it is a symbolic link" : "it is a block device");
        return;
    }
    if (!S_ISREG(st.st_mode)) {
        open_device(sink, path, own);
        return;
    }
    sink->fd = standard_fd(&st);
    if (sink->fd < 0) {
        open_existing(sink, path, &st);
    }
}

/* *sink has `what`, and how it behaves. */
static ms_code open_sink(ms_sink *sink, const char *path, ms_err *err)
{
    (void)snprintf(sink->label, sizeof sink->label, "standard output");
    sink->fd = STDOUT_FILENO;
    if (path) {
        (void)ms_escape_to(sink->label, sizeof sink->label, path, strlen(path));
        open_path(sink, path);
    }
    if (ms_bytes_reserve(&sink->buffer, BUFFER_SIZE) != MS_OK) {
        fail(sink, MS_NOMEM, 0);
    }
    ms_code code = sink->err.code;
    if (code != MS_OK) {
        if (err) {
            *err = sink->err;
        }
        ms_sink_close(sink);
    }
    return code;
}

ms_code ms_sink_open(ms_sink *sink, const char *path, ms_err *err)
{
    *sink = (ms_sink){.what = "the report", .may_go = true};
    return open_sink(sink, path, err);
}

ms_code ms_sink_open_result(ms_sink *sink, const char *path, ms_err *err)
{
    *sink = (ms_sink){.what = "the result file", .keeps_private = true};
    return open_sink(sink, path, err);
}

/* Some file systems do not support fsync. */
static bool sync_failed(int fd)
{
    return fsync(fd) != 0 && errno != EINVAL && errno != ENOSYS && errno != ENOTSUP;
}

/* A network file system may report a failed write only at close(2). Of a descriptor that is not owned a
 * duplicate is closed, which has the same effect. */
static void close_checked(ms_sink *sink)
{
    int fd = sink->owned ? sink->fd : dup(sink->fd);
    sink->owned = false;
    if (fd < 0 || (close(fd) != 0 && errno != EINTR)) {
        fail(sink, MS_IO, errno);
    }
}

static void finish_file(ms_sink *sink)
{
    if ((sink->keep_mode && fchmod(sink->fd, sink->mode) != 0) || sync_failed(sink->fd)) {
        fail(sink, MS_IO, errno);
        return;
    }
    ms_code code = ms_atomic_file_commit(&sink->file);
    if (code != MS_OK) {
        fail(sink, code, code == MS_IO ? errno : 0);
    }
}

ms_code ms_sink_commit(ms_sink *sink, ms_err *err)
{
    flush(sink);
    if (sink->gone) {
        return MS_OK;
    }
    if (!sink->file.name) {
        close_checked(sink);
    } else if (ms_sink_ok(sink)) {
        finish_file(sink);
    }
    if (!ms_sink_ok(sink) && err) {
        *err = sink->err;
    }
    return sink->err.code;
}

void ms_sink_close(ms_sink *sink)
{
    if (sink->owned) {
        (void)close(sink->fd);
    }
    ms_atomic_file_close(&sink->file);
    ms_bytes_fini(&sink->buffer);
    *sink = (ms_sink){0};
}
