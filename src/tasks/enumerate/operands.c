/* Operands that are not directories, by identity (parent directory, base name), so that a file is listed once
 * when it is named by two paths, or named and also found below a directory. */
#include "tasks/enumerate/enumerate_internal.h"

#include <stdlib.h>
#include <string.h>

void ms__operands_fini(ms__operands *operands)
{
    free(operands->list);
    *operands = (ms__operands){0};
}

/* Offset of the base name. Trailing slashes belong to it: FILE/ is not FILE. */
static size_t base_of(ms_str path)
{
    size_t end = path.len;
    while (end > 0 && path.data[end - 1] == '/') {
        end--;
    }
    while (end > 0 && path.data[end - 1] != '/') {
        end--;
    }
    return end;
}

/* stat of the directory that is the first n bytes of the path ("." when n is 0). The last one is cached:
 * consecutive operands are mostly of one directory. */
static ms_code stat_parent(ms__operands *operands, ms_str path, size_t n)
{
    if (operands->parent.data && operands->parent.len == n &&
        memcmp(operands->parent.data, path.data, n) == 0) {
        return MS_OK;
    }
    char *name = n == 0 ? strdup(".") : strndup(path.data, n);
    if (!name) {
        return MS_NOMEM;
    }
    struct stat st = {0};
    operands->parent_known = stat(name, &st) == 0;
    operands->dev = (uint64_t)st.st_dev;
    operands->ino = (uint64_t)st.st_ino;
    operands->parent = (ms_str){.data = path.data, .len = n};
    free(name);
    return MS_OK;
}

ms_code ms__operands_enter(ms__operands *operands, ms__listing *listing, ms_str path)
{
    MS_TRY(stat_parent(operands, path, base_of(path)));
    listing->directory = (ms_directory_id){0};
    if (operands->parent_known) {
        listing->directory = (ms_directory_id){.inode = operands->ino, .device = ms_device_of(operands->dev)};
    }
    return MS_OK;
}

ms_code ms__operands_add(ms__operands *operands, const ms__listing *listing, ms_str path, uint32_t root)
{
    size_t base = base_of(path);
    if (base > UINT32_MAX || stat_parent(operands, path, base) != MS_OK) {
        return MS_NOMEM;
    }
    if (!operands->parent_known) {
        return MS_OK; /* no identity but the path */
    }
    if (operands->count == operands->cap) {
        ms__operand *list = ms__grown(operands->list, &operands->cap, sizeof *list);
        if (!list) {
            return MS_NOMEM;
        }
        operands->list = list;
    }
    operands->list[operands->count++] = (ms__operand){.dev = operands->dev,
                                                      .ino = operands->ino,
                                                      .entry = (uint32_t)(listing->paths.count - 1),
                                                      .root = root,
                                                      .base = (uint32_t)base};
    return MS_OK;
}

static ms_str base_name(const ms__operand *operand, const ms__listing *listing)
{
    ms_str path = ms_str_list_at(&listing->paths, operand->entry);
    return (ms_str){.data = path.data + operand->base, .len = path.len - operand->base};
}

static int compare_directories(const ms__operand *a, uint64_t dev, uint64_t ino)
{
    return a->dev != dev ? (a->dev < dev ? -1 : 1) : a->ino != ino ? (a->ino < ino ? -1 : 1) : 0;
}

static int compare_identities(const ms__operand *a, const ms__operand *b, const ms__listing *listing)
{
    int order = compare_directories(a, b->dev, b->ino);
    return order != 0 ? order : ms_str_compare(base_name(a, listing), base_name(b, listing));
}

static int compare_operands(const void *a, const void *b, void *user)
{
    const ms__operand *left = a;
    const ms__operand *right = b;
    int order = compare_identities(left, right, user);
    return order != 0 ? order : (left->root > right->root) - (left->root < right->root);
}

void ms__operands_deduplicate(ms__operands *operands, ms__listing *listing)
{
    if (operands->count == 0) {
        return;
    }
    qsort_r(operands->list, operands->count, sizeof *operands->list, compare_operands, listing);
    size_t kept = 1;
    for (size_t i = 1; i < operands->count; i++) {
        if (compare_identities(&operands->list[kept - 1], &operands->list[i], listing) == 0) {
            ms__listing_drop(listing, operands->list[i].entry);
        } else {
            operands->list[kept++] = operands->list[i];
        }
    }
    operands->count = kept;
}

/* Index of the first operand not before (dev, ino), or with `after` of the first one after it. */
static size_t bound(const ms__operands *operands, uint64_t dev, uint64_t ino, bool after)
{
    size_t low = 0;
    size_t high = operands->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_directories(&operands->list[middle], dev, ino) < (after ? 1 : 0)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

size_t ms__operands_in(const ms__operands *operands, uint64_t dev, uint64_t ino, size_t *first)
{
    *first = bound(operands, dev, ino, false);
    return bound(operands, dev, ino, true) - *first;
}

const ms__operand *ms__operands_find(const ms__operand *list, size_t count, const ms__listing *listing,
                                     ms_str name)
{
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = ms_str_compare(base_name(&list[middle], listing), name);
        if (order == 0) {
            return &list[middle];
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}
