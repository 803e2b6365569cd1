/* Bytes as a file, for what reads descriptors. */
#ifndef TESTS_UNIT_GRAY_MEMORY_FILE_H
#define TESTS_UNIT_GRAY_MEMORY_FILE_H

#include <stddef.h>

/* A file in memory with these bytes; the caller's to close. */
int memory_file(const void *data, size_t n);

#endif
