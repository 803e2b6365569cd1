/* A list of byte strings in one blob: file names, keywords. A name may hold any byte, also NUL; each is
 * followed by a NUL that is not part of it, so that a name without NUL inside can be given to the system as
 * it is. Costs 8 bytes a name beyond the bytes themselves. */
#ifndef MS_BASE_STR_LIST_H
#define MS_BASE_STR_LIST_H

#include "base/bytes.h"

typedef struct ms_str_list {
    ms_bytes blob;  /* the names, each with its NUL; remembers a failed push */
    uint64_t *ends; /* owned: ends[i] is the offset behind name i's NUL */
    size_t count;
    size_t cap;
} ms_str_list;

typedef struct ms_str {
    const char *data; /* borrowed from the list until its next push; data[len] is NUL */
    size_t len;       /* bytes */
} ms_str;

/* Frees; idempotent, accepts {0}. Local. */
void ms_str_list_fini(ms_str_list *names);
/* Appends a copy of n bytes; without memory the list fails, and neither this nor a later push has any effect.
 * Local. */
void ms_str_list_push(ms_str_list *names, const void *data, size_t n);
/* Appends a printed string, of any length. Fails as ms_str_list_push does. Local. */
void ms_str_list_printf(ms_str_list *names, const char *fmt, ...) MS_PRINTF(2, 3);
/* MS_NOMEM when a push has failed, MS_OK otherwise. Local. */
MS_MUST_CHECK ms_code ms_str_list_check(const ms_str_list *names);
/* Name i, i < count. Local. */
ms_str ms_str_list_at(const ms_str_list *names, size_t i);
/* memcmp order, the shorter one first when one is the other's beginning: <0, 0, >0. */
int ms_str_compare(ms_str a, ms_str b);

/* u64 count, then one blob a name. MS_NOMEM when one of the two has failed. */
MS_MUST_CHECK ms_code ms_str_list_encode(const ms_str_list *names, ms_bytes *to);
/* The inverse, into an empty list; MS_FORMAT when the bytes are not a list. On failure *names is {0}. */
MS_MUST_CHECK ms_code ms_str_list_decode(ms_str_list *names, ms_reader *from);

#endif
