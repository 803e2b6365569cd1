/* Pipe: standard input, a FIFO, or whatever else an inherited descriptor is, as a source that is read once,
 * to its end. While there is nothing to read it waits, and calls back. */
#ifndef MS_LOGS_INPUT_PIPE_H
#define MS_LOGS_INPUT_PIPE_H

#include "logs/input/source.h"

typedef struct ms_pipe {
    int fd;       /* owned */
    uint64_t at;  /* bytes read */
    bool waiting; /* nothing has been read since it last waited */
    /* Called every few milliseconds while there is nothing to read: anything but MS_OK ends the reading with
     * that code. NULL: not called. */
    ms_code (*wait)(void *user);
    void *user;
} ms_pipe;

/* Opens "-" and the names of descriptor 0 (a copy of it, which continues where that is), or a FIFO; the
 * caller may then set `wait`. A FIFO is opened without a writer: the first read waits for one. MS_IO: not to
 * be opened, or a terminal, a directory or a device other than /dev/null. Local. */
MS_MUST_CHECK ms_code ms_pipe_open(ms_pipe *pipe, const char *path, ms_err *err);
void ms_pipe_close(ms_pipe *pipe);
/* Borrows the pipe. */
ms_source ms_pipe_source(ms_pipe *pipe);

#endif
