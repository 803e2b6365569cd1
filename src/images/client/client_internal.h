/* The worker program as a process, for the sources of images/ alone. */
#ifndef MS_IMAGES_CLIENT_CLIENT_INTERNAL_H
#define MS_IMAGES_CLIENT_CLIENT_INTERNAL_H

#include "images/client/client.h"

#include <sys/types.h>

typedef struct ms__worker_process {
    pid_t pid;  /* 0: none; the rest is then of no meaning */
    int socket; /* ours of the pair; owned */
    int errors; /* the reading end of the worker's standard error; owned */
} ms__worker_process;

/* How a child ended, for words. */
typedef struct ms__worker_process_end {
    bool known;     /* false: somebody else reaped it, or it does not go away */
    bool ours;      /* killed by ms__worker_process_kill while it lived */
    int status;     /* of waitpid */
    bool no_memory; /* it complained of that on its standard error */
    char said[160]; /* the first line of what it wrote there, escaped; may be empty */
} ms__worker_process_end;

/* Starts `program --socket 3 --memory BYTES` with nothing open but descriptors 0 to 3, signals as if never
 * touched, in a process group of its own (a terminal's Ctrl-C is for the rank, which decides). On failure
 * *child is {0}. Local. */
MS_MUST_CHECK ms_code ms__worker_process_start(ms__worker_process *child, const char *program,
                                               uint64_t memory, ms_err *err);
/* Forgets what it has written to its standard error so far. Local. */
void ms__worker_process_hush(const ms__worker_process *child);
/* Waits up to `grace` seconds for it to end by itself, kills it if it does not, reaps it and closes our ends:
 * *child is {0} then. `end` may be NULL. Accepts {0}. Local. */
void ms__worker_process_end_of(ms__worker_process *child, double grace, ms__worker_process_end *end);
/* The end in words ("was killed by signal 11 (Segmentation fault)"), and the code that fits it. Local. */
void ms__worker_process_stderr(const ms__worker_process_end *end, uint64_t memory, ms_code *code, char *text,
                               size_t size);

#endif
