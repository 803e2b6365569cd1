/* What the suites of demo/ share: a directory that vanishes with the test, and files and streams as bytes in
 * memory. */
#ifndef TESTS_UNIT_DEMO_SCRATCH_H
#define TESTS_UNIT_DEMO_SCRATCH_H

#include "demo/demo_internal.h"

typedef struct scratch {
    char root[64]; /* an empty directory of its own */
} scratch;

scratch scratch_open(void);
void scratch_close(const scratch *dir);
/* "<root>/<name>" into `to`, which it returns. */
char *scratch_path(const scratch *dir, const char *name, char to[static 256]);

/* The bytes of a file, NUL-terminated; the test fails when it cannot be read. The caller's to fini.
 */
ms_bytes file_bytes(const char *path);
void file_make(const char *path, const void *data, size_t n);
/* Entries of a directory, hidden ones too. */
size_t directory_count(const char *path);

/* All lines of a file of the set, NUL-terminated, filled `block` bytes at a time. The caller's to
 * fini. */
ms_bytes lines_bytes(const ms_demo_logs_options *options, uint64_t index, bool injected, size_t block);
/* Lines of `text` (each ends with '\n', the whole with a NUL) that hold `phrase`; NULL counts them all. */
size_t lines_with(const ms_bytes *text, const char *phrase);

#endif
