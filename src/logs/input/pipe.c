#include "logs/input/pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

enum { WAIT_MS = 3 }; /* between two calls of `wait`: other ranks may be waiting for a reply */

static int open_path(const char *path)
{
    static const char *const names[] = {"-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"};
    bool standard = false;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        standard = standard || strcmp(path, names[i]) == 0;
    }
    return standard ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
                    : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
}

/* May it be read to an end? */
static bool is_readable(const struct stat *st)
{
    bool null = S_ISCHR(st->st_mode) && st->st_rdev == makedev(1, 3);
    return S_ISFIFO(st->st_mode) || S_ISREG(st->st_mode) || S_ISSOCK(st->st_mode) || null;
}

ms_code ms_pipe_open(ms_pipe *pipe, const char *path, ms_err *err)
{
    struct stat st;
    *pipe = (ms_pipe){.fd = open_path(path)};
    if (pipe->fd < 0) {
        return ms_err_set(err, MS_IO, errno, "cannot be opened");
    }
    if (fstat(pipe->fd, &st) == 0 && is_readable(&st)) {
        return MS_OK;
    }
    ms_pipe_close(pipe);
    return ms_err_set(err, MS_IO, 0, "is not a pipe, FIFO, socket or regular file");
}

void ms_pipe_close(ms_pipe *pipe)
{
    if (pipe->fd >= 0) {
        (void)close(pipe->fd);
    }
    *pipe = (ms_pipe){.fd = -1};
}

/* Until there is something to read, or the end. Descriptor 0 is shared with others, who do not expect it to
 * become nonblocking; so it is asked first. */
static ms_code wait_for_input(ms_pipe *pipe)
{
    struct pollfd input = {.fd = pipe->fd, .events = POLLIN};
    int ready = poll(&input, 1, pipe->waiting ? WAIT_MS : 0);
    while (ready == 0 || (ready < 0 && errno == EINTR)) {
        pipe->waiting = true;
        if (pipe->wait) {
            MS_TRY(pipe->wait(pipe->user));
        }
        ready = poll(&input, 1, WAIT_MS);
    }
    pipe->waiting = false;
    return MS_OK;
}

static ms_code source_read(void *self, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    ms_pipe *pipe = self;
    ssize_t got = -1;
    *n = 0;
    do {
        ms_code code = wait_for_input(pipe);
        if (code != MS_OK) {
            return ms_err_set(err, code, 0, "stopped while waiting for input");
        }
        got = read(pipe->fd, buf, cap);
    } while (got < 0 && (errno == EINTR || errno == EAGAIN));
    if (got < 0) {
        return ms_err_set(err, MS_IO, errno, "reading failed after %llu bytes", (unsigned long long)pipe->at);
    }
    pipe->at += (uint64_t)got;
    *n = (size_t)got;
    return MS_OK;
}

ms_source ms_pipe_source(ms_pipe *pipe)
{
    return (ms_source){.read = source_read, .self = pipe};
}
