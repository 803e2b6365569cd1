/* zip archives made by hand for the suites of logs/archive. */
#ifndef TESTS_UNIT_LOGS_ARCHIVE_ZIP_IMAGE_H
#define TESTS_UNIT_LOGS_ARCHIVE_ZIP_IMAGE_H

#include "base/bytes.h"

/* Where the sizes and the CRC of a member stand. */
typedef enum zip_sizes {
    ZIP_IN_HEADER,
    ZIP_DESCRIPTOR,       /* after the data, and zeros in the header */
    ZIP_DESCRIPTOR_ALONE, /* without its signature */
    ZIP_DESCRIPTOR_AND_HEADER,
} zip_sizes;

typedef struct zip_item {
    const char *name;
    const char *text;
    uint16_t method;
    uint16_t flags; /* besides bit 3 */
    zip_sizes sizes;
    bool wide;             /* zip64 */
    size_t nname;          /* 0: strlen(name) */
    uint64_t ntext;        /* 0: strlen(text) */
    const uint8_t *packed; /* what is stored instead of the packed text, npacked bytes; or NULL */
    size_t npacked;
    uint64_t at, stored; /* set: offset of the header, size of the data */
    uint32_t crc;        /* set */
} zip_item;

/* Appends a member; what the directory says of it; the end records. */
void zip_local(ms_bytes *to, zip_item *item);
void zip_central(ms_bytes *to, const zip_item *item, uint64_t base);
void zip_end(ms_bytes *to, size_t count, uint64_t begin, uint64_t base, bool wide);
/* An archive of n members, after what *to holds. Its directory counts from `base`, and begins
 * where this says. */
uint64_t zip_archive(ms_bytes *to, zip_item *items, size_t n, uint64_t base);

/* An archive of three members; where its directory begins. What comes out of it. */
size_t zip_three(ms_bytes *to, zip_item items[3]);
#define ZIP_THREE "a=first\n;b=second\n;c=third\n;"

/* Overwrites n bytes at `at` with a number, little-endian. */
void zip_patch(ms_bytes *to, size_t at, uint64_t value, size_t n);

#endif
