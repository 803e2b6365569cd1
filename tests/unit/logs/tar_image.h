/* Archives made by hand for the suites of tar_header.c, tar.c and archive.c. */
#ifndef TESTS_UNIT_LOGS_TAR_IMAGE_H
#define TESTS_UNIT_LOGS_TAR_IMAGE_H

#include "base/bytes.h"

/* Magics of the three formats; version 7 has none. */
#define USTAR "ustar\00000"
#define GNU_TAR "ustar  \0"
#define VERSION_7 "\0\0\0\0\0\0\0\0"

/* Appends a header with a right checksum. */
void tar_header(ms_bytes *to, const char *magic, char type, const char *name, uint64_t size);
/* Writes the checksum anew into the header at `at`; as some old programs did, of signed bytes. */
void tar_sum(ms_bytes *to, size_t at, bool with_sign);
/* Appends contents and the zeros after them. */
void tar_body(ms_bytes *to, const void *data, size_t n);
/* A header of this type, and contents after it. */
void tar_member(ms_bytes *to, const char *magic, char type, const char *name, const char *contents);
/* Appends n zeros. */
void tar_zeros(ms_bytes *to, size_t n);

#endif
