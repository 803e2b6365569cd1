/* The worker program as a process. */
#ifndef MS_IMAGES_CLIENT_CLIENT_INTERNAL_H
#define MS_IMAGES_CLIENT_CLIENT_INTERNAL_H

#include "images/client/client.h"

#include <sys/types.h>

typedef struct ms__worker_process {
    pid_t pid;     /* 0: no process, the rest is undefined */
    int socket;    /* owned: the rank's end of the pair */
    int stderr_fd; /* owned: reading end of the worker's standard error */
} ms__worker_process;

typedef struct ms__worker_exit {
    bool known;            /* false: reaped by other code, or not gone after SIGKILL */
    bool killed;           /* by ms__worker_process_stop, while it was running */
    int status;            /* of waitpid */
    bool out_of_memory;    /* reported on its standard error */
    char stderr_line[160]; /* the first line of its standard error, escaped; may be empty */
} ms__worker_exit;

/* Starts `program --socket 3 --memory BYTES` with no descriptors but 0 to 3, default signal dispositions and
 * an empty mask, in its own process group (a terminal's Ctrl-C goes to the rank alone). On failure *worker is
 * {0}. MS_IO, MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms__worker_process_start(ms__worker_process *worker, const char *program,
                                               uint64_t memory, ms_err *err);
/* Discards what the worker has written to its standard error so far. Local. */
void ms__worker_process_drain_stderr(const ms__worker_process *worker);
/* Waits up to `grace` seconds for the worker to exit, then kills it; reaps it, closes the descriptors and
 * sets *worker to {0}. `end` may be NULL. Accepts {0}. Local. */
void ms__worker_process_stop(ms__worker_process *worker, double grace, ms__worker_exit *end);
/* The exit as text ("was killed by signal 11 (Segmentation fault)"), and the code that fits it. Local. */
void ms__worker_exit_text(const ms__worker_exit *end, uint64_t memory, ms_code *code, char *text,
                          size_t size);

#endif
