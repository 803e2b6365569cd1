/* Entries: collected in any order, then sorted by path bytes and made unique. No system calls. */
#include "base/clock.h"
#include "base/file_id.h"
#include "tasks/enumerate/enumerate_internal.h"

#include <stdlib.h>
#include <string.h>

#define DROPPED 255 /* a state that is internal to this file */

void ms_entries_fini(ms_entries *entries)
{
    ms_str_list_fini(&entries->paths);
    ms_str_list_fini(&entries->reasons);
    ms_str_list_fini(&entries->outputs);
    ms_str_list_fini(&entries->notes);
    free(entries->list);
    *entries = (ms_entries){0};
}

void ms__listing_fini(ms__listing *listing)
{
    ms_str_list_fini(&listing->paths);
    ms_str_list_fini(&listing->reasons);
    ms__index_fini(&listing->reason_index);
    free(listing->list);
    *listing = (ms__listing){0};
}

static bool same_reason(const void *items, uint32_t item, const void *key)
{
    return strcmp(ms_str_list_at(items, item).data, key) == 0;
}

ms_code ms__listing_reason(ms__listing *listing, const char *reason, uint32_t *number)
{
    size_t n = strlen(reason);
    uint32_t hash = ms_hash(reason, n);
    *number = ms__index_find(&listing->reason_index, hash, same_reason, &listing->reasons, reason);
    if (*number != MS__NONE) {
        return MS_OK;
    }
    if (listing->reasons.count >= MS__NONE) {
        return MS_NOMEM;
    }
    ms_str_list_push(&listing->reasons, reason, n);
    MS_TRY(ms_str_list_check(&listing->reasons));
    *number = (uint32_t)(listing->reasons.count - 1);
    return ms__index_add(&listing->reason_index, hash, *number);
}

ms_code ms__listing_add(ms__listing *listing, ms_str path, ms_entry_state state, const struct stat *st,
                        const char *reason)
{
    ms_entry entry = {.state = (uint8_t)state,
                      .relative = (uint32_t)listing->relative,
                      .directory_inode = listing->directory.inode,
                      .directory_device = listing->directory.device};
    if (st) {
        entry.size = (uint64_t)st->st_size;
        entry.mtime_ns = ms_time_ns(st->st_mtim);
        entry.ctime_ns = ms_time_ns(st->st_ctim);
        entry.inode = (uint64_t)st->st_ino;
        entry.device = ms_device_of(st->st_dev);
    }
    if (reason && ms__listing_reason(listing, reason, &entry.reason) != MS_OK) {
        return MS_NOMEM;
    }
    if (listing->paths.count == listing->cap) {
        ms_entry *list = ms__grown(listing->list, &listing->cap, sizeof *list);
        if (!list) {
            return MS_NOMEM;
        }
        listing->list = list;
    }
    if (listing->paths.count >= MS__NONE) {
        return MS_NOMEM;
    }
    ms_str_list_push(&listing->paths, path.data, path.len);
    MS_TRY(ms_str_list_check(&listing->paths));
    listing->list[listing->paths.count - 1] = entry;
    return MS_OK;
}

ms_code ms__listing_fault(ms__listing *listing, ms_str path, int sys_errno)
{
    char text[128];
    return ms__listing_add(listing, path, MS_ENTRY_FAULT, NULL, strerror_r(sys_errno, text, sizeof text));
}

static const char *irregular_kind(mode_t mode)
{
    switch (mode & S_IFMT) {
    case S_IFIFO:
        return "not a regular file: FIFO";
    case S_IFSOCK:
        return "not a regular file: socket";
    case S_IFCHR:
        return "not a regular file: character device";
    case S_IFBLK:
        return "not a regular file: block device";
    default:
        return "not a regular file";
    }
}

ms_code ms__listing_add_stat(ms__listing *listing, ms_str path, const struct stat *st, ms_entry_link link,
                             const ms_enumerate_options *options)
{
    if (!S_ISREG(st->st_mode)) {
        return ms__listing_add(listing, path, listing->named ? MS_ENTRY_FAULT : MS_ENTRY_SKIP, st,
                               irregular_kind(st->st_mode));
    }
    if (options->has_output && st->st_dev == options->out_dev && st->st_ino == options->out_ino) {
        return ms__listing_add(listing, path, MS_ENTRY_SKIP, st, "is the report itself");
    }
    MS_TRY(ms__listing_add(listing, path, MS_ENTRY_FILE, st, NULL));
    listing->list[listing->paths.count - 1].link = (uint8_t)link;
    return MS_OK;
}

void ms__listing_drop(ms__listing *listing, uint32_t i)
{
    listing->list[i].state = DROPPED;
}

static int compare_paths(const void *a, const void *b, void *user)
{
    const ms_str_list *paths = user;
    size_t i = *(const size_t *)a;
    size_t k = *(const size_t *)b;
    int order = ms_str_compare(ms_str_list_at(paths, i), ms_str_list_at(paths, k));
    return order != 0 ? order : (i > k) - (i < k);
}

/* order: the indices of the kept entries, sorted by path; returns how many. */
static size_t sort_entries(ms__listing *listing, size_t *order)
{
    size_t n = 0;
    for (size_t i = 0; i < listing->paths.count; i++) {
        if (listing->list[i].state != DROPPED) {
            order[n++] = i;
        }
    }
    qsort_r(order, n, sizeof *order, compare_paths, &listing->paths);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (kept == 0 || ms_str_compare(ms_str_list_at(&listing->paths, order[kept - 1]),
                                        ms_str_list_at(&listing->paths, order[i])) != 0) {
            order[kept++] = order[i];
        }
    }
    return kept;
}

/* Copies one array at a time and frees the old one, to limit peak memory. */
static ms_code copy_sorted(ms__listing *listing, const size_t *order, size_t n, ms_entries *to)
{
    MS_TRY(ms_bytes_reserve(&to->paths.blob, listing->paths.blob.len));
    for (size_t i = 0; i < n; i++) {
        ms_str path = ms_str_list_at(&listing->paths, order[i]);
        ms_str_list_push(&to->paths, path.data, path.len);
    }
    MS_TRY(ms_str_list_check(&to->paths));
    ms_str_list_fini(&listing->paths);
    to->list = calloc(n, sizeof *to->list);
    if (!to->list) {
        return MS_NOMEM;
    }
    for (size_t i = 0; i < n; i++) {
        to->list[i] = listing->list[order[i]];
    }
    return MS_OK;
}

ms_code ms__listing_finish(ms__listing *listing, ms_entries *to)
{
    if (listing->paths.count > 0) {
        size_t *order = calloc(listing->paths.count, sizeof *order);
        ms_code code = order ? copy_sorted(listing, order, sort_entries(listing, order), to) : MS_NOMEM;
        free(order);
        if (code != MS_OK) {
            ms_entries_fini(to);
            return code;
        }
    }
    to->reasons = listing->reasons;
    listing->reasons = (ms_str_list){0};
    to->nfiltered = listing->nfiltered;
    return MS_OK;
}

ms_file_id ms_entries_id(const ms_entries *entries, size_t i)
{
    const ms_entry *entry = &entries->list[i];
    return (ms_file_id){.size = entry->size,
                        .mtime_ns = entry->mtime_ns,
                        .inode = entry->inode,
                        .device = entry->device,
                        .directory = {.inode = entry->directory_inode, .device = entry->directory_device},
                        .link = entry->link != MS_LINK_NONE};
}

ms_code ms_entries_refuse(ms_entries *entries, size_t i, ms_entry_state state, const char *reason)
{
    enum { MAX_COMPARED = 64 }; /* few reasons repeat: those without a file name */
    size_t n = entries->reasons.count < MAX_COMPARED ? entries->reasons.count : MAX_COMPARED;
    size_t at = 0;
    while (at < n && strcmp(ms_str_list_at(&entries->reasons, at).data, reason) != 0) {
        at++;
    }
    if (at == n) {
        at = entries->reasons.count;
        if (at >= UINT32_MAX) {
            return MS_NOMEM;
        }
        ms_str_list_push(&entries->reasons, reason, strlen(reason));
        MS_TRY(ms_str_list_check(&entries->reasons));
    }
    entries->list[i].state = (uint8_t)state;
    entries->list[i].reason = (uint32_t)at;
    return MS_OK;
}

static ms_code copy_kept(ms_str_list *names, const bool *kept)
{
    ms_str_list copy = {0};
    for (size_t i = 0; i < names->count; i++) {
        ms_str name = ms_str_list_at(names, i);
        if (kept[i]) {
            ms_str_list_push(&copy, name.data, name.len);
        }
    }
    ms_str_list_fini(names);
    *names = copy;
    return ms_str_list_check(names);
}

ms_code ms_entries_keep(ms_entries *entries, bool (*keep)(void *user, ms_str path), void *user)
{
    size_t count = entries->paths.count;
    size_t n = 0;
    bool *kept = calloc(count + 1, sizeof *kept);
    if (!kept) {
        return MS_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        kept[i] = keep(user, ms_str_list_at(&entries->paths, i));
        if (kept[i]) {
            entries->list[n++] = entries->list[i];
        }
    }
    ms_code code = MS_OK;
    MS_TRY_OR(free_kept, copy_kept(&entries->paths, kept));
    MS_TRY_OR(free_kept, copy_kept(&entries->outputs, kept));
free_kept:
    free(kept);
    return code;
}
