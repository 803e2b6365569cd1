/* Temporary directories of tests, and whole files. A test that fails leaves its directory to be looked at. */
#ifndef TESTS_UNIT_SUPPORT_SCRATCH_H
#define TESTS_UNIT_SUPPORT_SCRATCH_H

#include "base/bytes.h"

typedef struct scratch {
    char root[64]; /* an empty directory of its own, mode 0755 */
    char file[80]; /* <root>/file, not created */
} scratch;

scratch scratch_open(void);
/* Removes it with all that is in it. */
void scratch_close(const scratch *dir);
/* "<root>/<name>" into `to`, which it returns. */
char *scratch_path(const scratch *dir, const char *name, char to[static 256]);

/* A TEST_FIXTURE: the current directory of each test is a scratch directory. */
void scratch_enter(void);
void scratch_leave(void);

/* Creates or replaces a file. */
void file_write(const char *path, const void *data, size_t n);
void file_write_text(const char *path, const char *text);
/* The bytes of a file, and a NUL after them that does not count. The caller's to fini. */
ms_bytes file_read(const char *path);
/* Entries of a directory, hidden ones too. */
size_t directory_count(const char *path);

#endif
