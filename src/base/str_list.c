/* A list of byte strings in one blob: see names.h. */
#include "base/str_list.h"

#include <stdlib.h>
#include <string.h>

void ms_str_list_fini(ms_str_list *names)
{
    ms_bytes_fini(&names->blob);
    free(names->ends);
    *names = (ms_str_list){0};
}

static ms_code grow_ends(ms_str_list *names)
{
    size_t cap = names->cap < 16 ? 16 : names->cap + names->cap / 2;
    uint64_t *ends = reallocarray(names->ends, cap, sizeof *ends);
    if (!ends) {
        return MS_NOMEM;
    }
    names->ends = ends;
    names->cap = cap;
    return MS_OK;
}

ms_code ms_str_list_push(ms_str_list *names, const void *data, size_t n)
{
    if (n == SIZE_MAX || ms_bytes_reserve(&names->blob, n + 1) != MS_OK) {
        return MS_NOMEM;
    }
    if (names->count == names->cap && grow_ends(names) != MS_OK) {
        return MS_NOMEM;
    }
    if (n > 0) {
        memcpy(names->blob.data + names->blob.len, data, n);
    }
    names->blob.data[names->blob.len + n] = 0;
    names->blob.len += n + 1;
    names->ends[names->count++] = names->blob.len;
    return MS_OK;
}

ms_str ms_str_list_at(const ms_str_list *names, size_t i)
{
    uint64_t start = i == 0 ? 0 : names->ends[i - 1];
    return (ms_str){.data = (const char *)names->blob.data + start,
                    .len = (size_t)(names->ends[i] - start - 1)};
}

int ms_str_compare(ms_str a, ms_str b)
{
    int order = memcmp(a.data, b.data, a.len < b.len ? a.len : b.len);
    if (order != 0) {
        return order;
    }
    return (a.len > b.len) - (a.len < b.len);
}

ms_code ms_str_list_encode(const ms_str_list *names, ms_bytes *to)
{
    ms_code code = ms_bytes_put_u64(to, names->count);
    for (size_t i = 0; i < names->count && code == MS_OK; i++) {
        ms_str name = ms_str_list_at(names, i);
        code = ms_bytes_put_blob(to, name.data, name.len);
    }
    return code;
}

ms_code ms_str_list_decode(ms_str_list *names, ms_reader *from)
{
    uint64_t count = ms_reader_u64(from);
    ms_code code = MS_OK;
    for (uint64_t i = 0; i < count && code == MS_OK; i++) {
        size_t n = 0;
        const uint8_t *data = ms_reader_blob(from, &n);
        code = data ? ms_str_list_push(names, data, n) : MS_FORMAT;
    }
    if (code == MS_OK && from->failed) {
        code = MS_FORMAT;
    }
    if (code != MS_OK) {
        ms_str_list_fini(names);
    }
    return code;
}
