/* Workers that misbehave, for the suites of child and client: this very program, started again under the
 * worker's name. What it does at its start is told by the environment variable FAKE_WORKER, what it does with
 * an image by the request. */
#ifndef TESTS_UNIT_IMAGES_FAKE_WORKER_H
#define TESTS_UNIT_IMAGES_FAKE_WORKER_H

#include "images/client/client.h"

#define FAKE_WORKER "MS_FAKE_WORKER"
/* Its values:
 *   serve         does what each request says
 *   exit:N        ends with exit code N at once
 *   say:TEXT      writes TEXT to its standard error and ends with exit code 127 at once
 *   flaky:N:FILE  adds a byte to FILE; ends at once while that has at most N bytes, serves from then on
 *   find:         looks for the worker program and tells on standard output what came of it */

/* request.max_pixels says what to do. */
typedef enum fake_deed {
    FAKE_ANSWER,      /* writes fake_output; width is request.max_scans, pages its process id */
    FAKE_FAULT,       /* MS_FORMAT, "not an image at all" */
    FAKE_REPORT,      /* a fault whose text tells of its surroundings */
    FAKE_CRASH,       /* SIGSEGV */
    FAKE_KILL,        /* SIGKILL */
    FAKE_TERM,        /* SIGTERM */
    FAKE_SYSCALL,     /* SIGSYS */
    FAKE_EXIT,        /* exit code 5 */
    FAKE_EAT,         /* takes memory until refused, and dies as GLib does */
    FAKE_GARBAGE,     /* an answer of random bytes */
    FAKE_LONG,        /* a good answer with bytes behind */
    FAKE_HUGE,        /* a packet larger than any answer */
    FAKE_TWICE,       /* two good answers at once */
    FAKE_LATE,        /* the answer to another request, otherwise good */
    FAKE_WRONG_SIZE,  /* says more bytes than it wrote */
    FAKE_CLOSE,       /* closes its socket and lives on */
    FAKE_HANG,        /* never answers */
    FAKE_STOP,        /* stops itself by SIGSTOP */
    FAKE_ANSWER_DIE,  /* answers, then ends */
    FAKE_ANSWER_TALK, /* answers, and once more a little later */
    FAKE_ANSWER_FILE, /* answers with a descriptor attached */
    FAKE_SHOUT,       /* writes a megabyte to its standard error first */
} fake_deed;

extern const char fake_output[]; /* what FAKE_ANSWER writes, with a NUL behind */

/* From now on a client starts fake workers that begin like this. */
void fake_worker_use(const char *begin);
/* The path of this program. */
const char *fake_worker_path(char *to, size_t size);

#endif
