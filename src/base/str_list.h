/* A list of byte strings in one blob: file names, keywords. A string may contain any byte, also NUL; each is
 * followed by a NUL that is not part of it, so that it can be passed as a C string. Overhead: 9 bytes a
 * string. */
#ifndef MS_BASE_STR_LIST_H
#define MS_BASE_STR_LIST_H

#include "base/bytes.h"

typedef struct ms_str_list {
    ms_bytes blob;  /* the strings, each with its NUL; also keeps a failed push */
    uint64_t *ends; /* owned: ends[i] is the offset after the NUL of string i */
    size_t count;
    size_t cap;
} ms_str_list;

typedef struct ms_str {
    const char *data; /* borrowed from the list until its next push; data[len] is NUL */
    size_t len;       /* bytes */
} ms_str;

/* Frees; idempotent, accepts {0}. Local. */
void ms_str_list_fini(ms_str_list *list);
/* Appends a copy of n bytes; without memory the list has failed, and neither this nor a later push has any
 * effect. Local. */
void ms_str_list_push(ms_str_list *list, const void *data, size_t n);
/* Appends a printed string, of any length. Fails as ms_str_list_push does. Local. */
void ms_str_list_printf(ms_str_list *list, const char *fmt, ...) MS_PRINTF(2, 3);
/* MS_NOMEM when a push has failed, MS_OK otherwise. Local. */
MS_MUST_CHECK ms_code ms_str_list_check(const ms_str_list *list);
/* String i, i < count. Local. */
ms_str ms_str_list_at(const ms_str_list *list, size_t i);
/* memcmp order, a prefix before the longer string: <0, 0, >0. */
int ms_str_compare(ms_str a, ms_str b);

/* u64 count, then a blob for each string. MS_NOMEM when the list or *to has failed. */
MS_MUST_CHECK ms_code ms_str_list_encode(const ms_str_list *list, ms_bytes *to);
/* The inverse, into an empty list; MS_FORMAT when the bytes are not a list. On failure *list is {0}. */
MS_MUST_CHECK ms_code ms_str_list_decode(ms_str_list *list, ms_reader *from);

#endif
