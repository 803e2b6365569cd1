/* cpio headers. Does no I/O. Private to logs/archive. */
#ifndef MS_LOGS_ARCHIVE_CPIO_HEADER_H
#define MS_LOGS_ARCHIVE_CPIO_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of the longest header, without the name. */
#define MS_CPIO_HEAD ((size_t)116)

typedef struct ms_cpio_header {
    size_t size;         /* bytes before the name */
    size_t nname;        /* with its NUL, >= 1 */
    size_t name_padding; /* bytes after the name */
    uint64_t contents;
    size_t padding; /* bytes after the contents */
    bool is_file;   /* no directory, symbolic link or device */
    bool is_link;   /* has several names, of which only the last has the contents, if any */
    bool has_sum;
    uint32_t sum;
} ms_cpio_header;

/* False unless all of it is there and valid, apart from the name. Local, as all below. */
bool ms_cpio_parse(const uint8_t *head, size_t n, ms_cpio_header *header);
/* Is it a name, with its NUL, of n bytes? */
bool ms_cpio_is_name(const uint8_t *name, size_t n);
/* Do n bytes begin like an archive? */
bool ms_cpio_looks_like(const uint8_t *head, size_t n);

#endif
