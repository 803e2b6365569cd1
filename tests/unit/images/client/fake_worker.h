/* Workers that misbehave, for the suites of this directory: this very program, started again under the
 * worker's name. The environment variable FAKE_WORKER says what it does at its start, the
 * request what it does with an image. */
#ifndef TESTS_UNIT_IMAGES_FAKE_WORKER_H
#define TESTS_UNIT_IMAGES_FAKE_WORKER_H

#include "images/client/client.h"

#define FAKE_WORKER "MS_FAKE_WORKER"
/* Its values:
 *   serve         does what each request says
 *   exit:N        ends with exit code N at once
 *   say:TEXT      writes TEXT to its standard error and ends with exit code 127 at once
 *   flaky:N:FILE  adds a byte to FILE; ends at once while that has at most N bytes, serves from then on
 *   find:         finds the worker program and prints the result */

/* request.max_pixels says what to do. */
typedef enum fake_deed {
    FAKE_ANSWER,      /* writes fake_output, replies; width is request.max_scans, pages its process id */
    FAKE_FAULT,       /* MS_FORMAT, "not an image at all" */
    FAKE_REPORT,      /* a fault whose text describes its environment */
    FAKE_CRASH,       /* SIGSEGV */
    FAKE_KILL,        /* SIGKILL */
    FAKE_TERM,        /* SIGTERM */
    FAKE_SYSCALL,     /* SIGSYS */
    FAKE_EXIT,        /* exit code 5 */
    FAKE_EAT,         /* allocates memory until that fails, and aborts as GLib does */
    FAKE_GARBAGE,     /* a reply of random bytes */
    FAKE_LONG,        /* a good reply followed by more bytes */
    FAKE_HUGE,        /* a packet larger than any reply */
    FAKE_TWICE,       /* two good replies at once */
    FAKE_LATE,        /* the reply to another request, otherwise good */
    FAKE_WRONG_SIZE,  /* reports more bytes than it wrote */
    FAKE_CLOSE,       /* closes its socket and keeps running */
    FAKE_HANG,        /* never replies */
    FAKE_STOP,        /* stops itself by SIGSTOP */
    FAKE_ANSWER_DIE,  /* replies, then exits */
    FAKE_ANSWER_TALK, /* replies, and once more a little later */
    FAKE_ANSWER_FILE, /* replies with a descriptor attached */
    FAKE_SHOUT,       /* writes a megabyte to its standard error first */
} fake_deed;

extern const char fake_output[]; /* what FAKE_ANSWER writes, NUL-terminated */

/* From now on a client starts fake workers that begin like this. */
void fake_worker_use(const char *begin);
/* The path of this program. */
const char *fake_worker_path(char *to, size_t size);

#endif
