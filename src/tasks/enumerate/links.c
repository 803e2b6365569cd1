/* Files that links led to a second time, by device and inode, so that none is searched twice. The result
 * depends on the files alone, not on the order in which they were found. */
#include "tasks/enumerate/enumerate_internal.h"

#include "base/escape.h"

#include <stdio.h>
#include <stdlib.h>

/* A file that more than one entry may be. */
typedef struct target {
    uint64_t inode;
    uint32_t device;
    uint32_t best; /* the entry that stays */
} target;

typedef struct targets {
    target *list; /* owned */
    uint32_t count;
    ms__index by_id;
} targets;

static uint32_t hash_of(const target *of)
{
    const uint64_t id[2] = {of->inode, of->device};
    return ms_hash(id, sizeof id);
}

static bool same_target(const void *items, uint32_t item, const void *key)
{
    const target *a = (const target *)items + item;
    const target *b = key;
    return a->inode == b->inode && a->device == b->device;
}

static bool is_better(const ms__listing *listing, uint32_t a, uint32_t b)
{
    uint8_t link_a = listing->list[a].link;
    uint8_t link_b = listing->list[b].link;
    return link_a != link_b
               ? link_a < link_b
               : ms_str_compare(ms_str_list_at(&listing->paths, a), ms_str_list_at(&listing->paths, b)) < 0;
}

static uint32_t find(const targets *to, const ms_entry *entry)
{
    target key = {.inode = entry->inode, .device = entry->device};
    return ms__index_find(&to->by_id, hash_of(&key), same_target, to->list, &key);
}

/* The files, each with the best of the entries that lead to it. */
static ms_code collect(const ms__listing *listing, targets *to)
{
    for (uint32_t i = 0; i < listing->paths.count; i++) {
        const ms_entry *entry = &listing->list[i];
        uint32_t at = entry->state == MS_ENTRY_FILE ? find(to, entry) : MS__NONE;
        if (at != MS__NONE && is_better(listing, i, to->list[at].best)) {
            to->list[at].best = i;
        } else if (entry->state == MS_ENTRY_FILE && at == MS__NONE) {
            target *next = &to->list[to->count];
            *next = (target){.inode = entry->inode, .device = entry->device, .best = i};
            MS_TRY(ms__index_add(&to->by_id, hash_of(next), to->count++));
        }
    }
    return MS_OK;
}

static ms_code skip(ms__listing *listing, uint32_t i, uint32_t best)
{
    char shown[1024];
    char text[sizeof shown + 32];
    uint32_t reason = 0;
    ms_str name = ms_str_list_at(&listing->paths, best);
    (void)snprintf(text, sizeof text, "same file as %s",
                   ms_escape_to(shown, sizeof shown, name.data, name.len));
    MS_TRY(ms__listing_reason(listing, text, &reason));
    listing->list[i].state = MS_ENTRY_SKIP;
    listing->list[i].reason = reason;
    return MS_OK;
}

ms_code ms__links_deduplicate(ms__listing *listing)
{
    targets to = {.list = calloc(listing->paths.count + 1, sizeof *to.list)};
    ms_code code = to.list ? collect(listing, &to) : MS_NOMEM;
    for (uint32_t i = 0; i < listing->paths.count && code == MS_OK; i++) {
        const ms_entry *entry = &listing->list[i];
        if (entry->state == MS_ENTRY_FILE) {
            uint32_t best = to.list[find(&to, entry)].best;
            code = best == i ? MS_OK : skip(listing, i, best);
        }
    }
    ms__index_fini(&to.by_id);
    free(to.list);
    return code;
}
