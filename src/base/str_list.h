/* A list of byte strings in one blob: file names, keywords. A name may hold any byte, also NUL; each is
 * followed by a NUL that is not part of it, so that a name without NUL inside can be given to the system as
 * it is. Costs 8 bytes a name beyond the bytes themselves. */
#ifndef MS_BASE_STR_LIST_H
#define MS_BASE_STR_LIST_H

#include "base/bytes.h"

typedef struct ms_names {
    ms_bytes blob;  /* the names, each with its NUL */
    uint64_t *ends; /* owned: ends[i] is the offset behind name i's NUL */
    size_t count;
    size_t cap;
} ms_names;

typedef struct ms_name {
    const char *data; /* borrowed from the list until its next push; data[len] is NUL */
    size_t len;       /* bytes */
} ms_name;

/* Frees; idempotent, accepts {0}. Local. */
void ms_names_fini(ms_names *names);
/* Appends a copy of n bytes. On MS_NOMEM nothing has changed. Local. */
MS_MUST_CHECK ms_code ms_names_push(ms_names *names, const void *data, size_t n);
/* Name i, i < count. Local. */
ms_name ms_names_at(const ms_names *names, size_t i);
/* memcmp order, the shorter one first when one is the other's beginning: <0, 0, >0. */
int ms_name_compare(ms_name a, ms_name b);

/* u64 count, then one blob a name. */
MS_MUST_CHECK ms_code ms_names_encode(const ms_names *names, ms_bytes *to);
/* The inverse, into an empty list; MS_FORMAT when the bytes are not a list. On failure *names is {0}. */
MS_MUST_CHECK ms_code ms_names_decode(ms_names *names, ms_reader *from);

#endif
