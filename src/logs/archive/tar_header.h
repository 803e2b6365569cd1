/* Tar headers: blocks of ustar, GNU and version 7. Does no I/O. Private to logs/. Formats: POSIX.1-2017, pax,
 * "ustar Interchange Format"; GNU tar manual, "Basic Tar Format". */
#ifndef MS_LOGS_ARCHIVE_TAR_HEADER_H
#define MS_LOGS_ARCHIVE_TAR_HEADER_H

#include "base/bytes.h"

enum { MS_TAR_BLOCK = 512, MS_TAR_TYPE = 156 };

/* Do n bytes begin like an archive: with the magic of ustar, whatever the checksum, or with a valid header of
 * version 7, which has no magic? Never for fewer than MS_TAR_BLOCK bytes. Local, as all below. */
bool ms_tar_looks_like(const uint8_t *head, size_t n);

/* Is the block a header with a valid checksum, signed or unsigned? */
bool ms_tar_is_header(const uint8_t block[MS_TAR_BLOCK]);
bool ms_tar_is_zero(const uint8_t *data, size_t n);

/* The number in a field: octal digits, or base 256. A field of blanks and NULs is 0. False when it is
 * invalid, negative or does not fit. */
bool ms_tar_number(const uint8_t *field, size_t n, uint64_t *value);
bool ms_tar_size(const uint8_t block[MS_TAR_BLOCK], uint64_t *size);
/* Appends the member's name, of ustar with its prefix. The caller checks *to. */
void ms_tar_name(const uint8_t block[MS_TAR_BLOCK], ms_bytes *to);

#endif
