/* A hash table with open addressing that stores item numbers, not keys. Also the growth of this directory's
 * arrays. */
#include "tasks/enumerate/enumerate_internal.h"

#include <stdlib.h>

void *ms__grown(void *list, size_t *cap, size_t item_size)
{
    size_t more = *cap < 16 ? 16 : *cap + *cap / 2;
    void *grown = reallocarray(list, more, item_size);
    if (grown) {
        *cap = more;
    }
    return grown;
}

uint32_t ms__index_find(const ms__index *index, uint32_t hash, ms__same *same, const void *items,
                        const void *key)
{
    if (index->cap == 0) {
        return MS__NONE;
    }
    /* Terminates: at most half of the slots are used. */
    for (size_t at = hash & (index->cap - 1); index->slots[at] != 0; at = (at + 1) & (index->cap - 1)) {
        uint64_t slot = index->slots[at];
        uint32_t item = (uint32_t)slot - 1;
        if (slot >> 32 == hash && same(items, item, key)) {
            return item;
        }
    }
    return MS__NONE;
}

static void put_slot(uint64_t *slots, size_t cap, uint64_t slot)
{
    size_t at = (size_t)(slot >> 32) & (cap - 1);
    while (slots[at] != 0) {
        at = (at + 1) & (cap - 1);
    }
    slots[at] = slot;
}

static ms_code grow_slots(ms__index *index)
{
    size_t cap = index->cap == 0 ? 64 : index->cap * 2;
    uint64_t *slots = calloc(cap, sizeof *slots);
    if (!slots) {
        return MS_NOMEM;
    }
    for (size_t i = 0; i < index->cap; i++) {
        if (index->slots[i] != 0) {
            put_slot(slots, cap, index->slots[i]);
        }
    }
    free(index->slots);
    index->slots = slots;
    index->cap = cap;
    return MS_OK;
}

ms_code ms__index_add(ms__index *index, uint32_t hash, uint32_t item)
{
    if (index->used >= index->cap / 2 && grow_slots(index) != MS_OK) {
        return MS_NOMEM;
    }
    put_slot(index->slots, index->cap, (uint64_t)hash << 32 | (item + 1U));
    index->used++;
    return MS_OK;
}

void ms__index_fini(ms__index *index)
{
    free(index->slots);
    *index = (ms__index){0};
}
