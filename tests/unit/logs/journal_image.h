/* A writer of systemd journals, object by object as the published format has it: regular or compact, keyed or
 * not, fields stored as they are or compressed. For the suites of logs/, and for damage. */
#ifndef TESTS_UNIT_LOGS_JOURNAL_IMAGE_H
#define TESTS_UNIT_LOGS_JOURNAL_IMAGE_H

#include "base/bytes.h"

enum { JOURNAL_XZ = 1, JOURNAL_LZ4 = 2, JOURNAL_ZSTD = 4 };

typedef struct journal_image {
    ms_bytes bytes;
    bool compact, keyed;
    uint8_t compression; /* of payloads of 16 bytes or more; 0: none */
    uint64_t header_size;
    uint64_t array; /* the current entry array, its items, and the next one */
    uint64_t nitems, item;
    uint64_t nentries;
    uint64_t nobjects, tail;
} journal_image;

/* An empty journal, offline. `version` is the size of its header: 208 to 272. */
journal_image journal_begin(bool compact, bool keyed, uint8_t compression, uint64_t version);
/* An entry of fields "NAME=value", ended by NULL. */
void journal_add(journal_image *image, uint64_t realtime, const char *const *fields);
/* Offset of a DATA object with this payload, which is appended if there is none. */
uint64_t journal_data(journal_image *image, const void *payload, size_t n);
/* Appends an ENTRY with these items, and lists it. */
uint64_t journal_entry(journal_image *image, uint64_t realtime, const uint64_t *items, size_t nitems);
/* Appends an object of `size` bytes, of zeros after its header; its offset. */
uint64_t journal_object(journal_image *image, uint8_t type, uint64_t size);
uint64_t journal_get(const journal_image *image, uint64_t at);
void journal_set(journal_image *image, uint64_t at, uint64_t value);
/* Completes the header; more may be added afterwards, and the header completed again. */
void journal_end(journal_image *image);

#endif
