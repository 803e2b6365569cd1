/* The text is in one blob, so that a million names are two allocations and not a million. */
#include "base/str_list.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void ms_str_list_fini(ms_str_list *list)
{
    ms_bytes_fini(&list->blob);
    free(list->ends);
    *list = (ms_str_list){0};
}

static bool grow_ends(ms_str_list *list)
{
    size_t cap = list->cap < 16 ? 16 : list->cap + list->cap / 2;
    uint64_t *ends = reallocarray(list->ends, cap, sizeof *ends);
    if (!ends) {
        return false;
    }
    list->ends = ends;
    list->cap = cap;
    return true;
}

void ms_str_list_push(ms_str_list *list, const void *data, size_t n)
{
    if (n == SIZE_MAX || ms_bytes_reserve(&list->blob, n + 1) != MS_OK ||
        (list->count == list->cap && !grow_ends(list))) {
        list->blob.failed = true;
        return;
    }
    ms_bytes_append(&list->blob, data, n);
    ms_bytes_put_u8(&list->blob, 0);
    list->ends[list->count++] = list->blob.len;
}

void ms_str_list_printf(ms_str_list *list, const char *fmt, ...)
{
    char *text = NULL;
    va_list args;
    va_start(args, fmt);
    int n = vasprintf(&text, fmt, args);
    va_end(args);
    if (n < 0) {
        list->blob.failed = true;
        return;
    }
    ms_str_list_push(list, text, (size_t)n);
    free(text);
}

ms_code ms_str_list_check(const ms_str_list *list)
{
    return ms_bytes_check(&list->blob);
}

ms_str ms_str_list_at(const ms_str_list *list, size_t i)
{
    uint64_t start = i == 0 ? 0 : list->ends[i - 1];
    return (ms_str){.data = (const char *)list->blob.data + start,
                    .len = (size_t)(list->ends[i] - start - 1)};
}

int ms_str_compare(ms_str a, ms_str b)
{
    int order = memcmp(a.data, b.data, a.len < b.len ? a.len : b.len);
    if (order != 0) {
        return order;
    }
    return (a.len > b.len) - (a.len < b.len);
}

ms_code ms_str_list_encode(const ms_str_list *list, ms_bytes *to)
{
    MS_TRY(ms_str_list_check(list));
    ms_bytes_put_u64(to, list->count);
    for (size_t i = 0; i < list->count; i++) {
        ms_str name = ms_str_list_at(list, i);
        ms_bytes_put_blob(to, name.data, name.len);
    }
    return ms_bytes_check(to);
}

/* On failure *list has the strings decoded so far. */
static ms_code decode(ms_str_list *list, ms_reader *from)
{
    uint64_t count = ms_reader_u64(from);
    for (uint64_t i = 0; i < count; i++) {
        size_t n = 0;
        const uint8_t *data = ms_reader_blob(from, &n);
        if (!data) {
            return MS_FORMAT;
        }
        ms_str_list_push(list, data, n);
        MS_TRY(ms_str_list_check(list));
    }
    return from->failed ? MS_FORMAT : MS_OK;
}

ms_code ms_str_list_decode(ms_str_list *list, ms_reader *from)
{
    ms_code code = decode(list, from);
    if (code != MS_OK) {
        ms_str_list_fini(list);
    }
    return code;
}
