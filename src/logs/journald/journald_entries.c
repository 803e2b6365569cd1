/* The entries of a journal, as the chain of entry arrays lists them. Where that is damaged, the objects after
 * the last entry are tried one by one instead. */
#include "logs/journald/journald_internal.h"

#include <string.h>

enum { ITEMS_AT = 24 }; /* offset of an entry array's items */

static size_t item_size(const ms_journald *j)
{
    return j->compact ? 4 : 8;
}

/* Continues with the objects after the last entry. */
static void begin_walk(ms_journald *j)
{
    ms__journald_position *p = &j->position;
    p->walk = p->entry_end > 0 ? p->entry_end : j->header_size;
    p->at = p->n = 0;
    p->item = p->nitems = 0;
}

/* Is the object beyond what may be read, because the file has grown? */
static bool is_beyond(ms_journald *j, uint64_t offset)
{
    const uint8_t *h = NULL;
    uint64_t size = j->bytes.size;
    if (!j->grown || offset % 8 != 0) {
        return false;
    }
    return offset > size || size - offset < MS__JENTRY_MIN ||
           (ms__journald_bytes_at(&j->bytes, offset, 16, &h, NULL) == MS_OK &&
            ms__journald_u64(h + 8) > size - offset);
}

/* The end of the arrays: are all entries there that the header counts? In a journal that was not closed, the
 * last entries may not be listed yet. */
static void end_of_arrays(ms_journald *j)
{
    ms__journald_position *p = &j->position;
    bool open = j->grown || (j->state == MS__JSTATE_ONLINE && (p->nmissing > 0 || p->array == 0));
    p->ended = true;
    if (p->nfound < j->nentries && !open) {
        uint64_t at = p->array > 0 ? p->array : 176;
        ms__journald_note(j, at, "fewer entries are listed than the header says");
        if (p->nfound == 0) {
            p->ended = false;
            begin_walk(j);
        }
    }
}

static ms_code open_array(ms_journald *j, ms_err *err)
{
    ms__journald_position *p = &j->position;
    ms__journald_object object;
    const uint8_t *h = NULL;
    uint64_t offset = p->array == 0 ? j->entry_array : p->next;
    if (offset == 0 || is_beyond(j, offset)) {
        end_of_arrays(j);
        return MS_OK;
    }
    if (offset <= p->array) {
        begin_walk(j);
        return ms__journald_damage(j, p->array, "the chain of entry arrays goes back");
    }
    ms_code code = ms__journald_object_at(j, offset, MS__JARRAY, ITEMS_AT + item_size(j), &object, err);
    if (code == MS_FORMAT) {
        begin_walk(j);
    }
    MS_TRY(code);
    MS_TRY(ms__journald_bytes_at(&j->bytes, offset, ITEMS_AT, &h, err));
    p->array = offset;
    p->next = ms__journald_u64(h + 16);
    p->nitems = (object.size - ITEMS_AT) / item_size(j);
    p->item = 0;
    return MS_OK;
}

static ms_code fill_items(ms_journald *j, ms_err *err)
{
    ms__journald_position *p = &j->position;
    const uint8_t *at = NULL;
    uint64_t left = p->nitems - p->item;
    p->n = left < MS__JITEMS ? (size_t)left : MS__JITEMS;
    p->at = 0;
    MS_TRY(ms__journald_bytes_at(&j->bytes, p->array + ITEMS_AT + p->item * item_size(j), p->n * item_size(j),
                                 &at, err));
    for (size_t i = 0; i < p->n; i++) {
        p->items[i] = j->compact ? ms__journald_u32(at + 4 * i) : ms__journald_u64(at + 8 * i);
    }
    p->item += p->n;
    return ms__journald_work(j, p->n, err);
}

/* The next item of the arrays that is not 0. *offset 0: call again. */
static ms_code next_item(ms_journald *j, uint64_t *offset, ms_err *err)
{
    ms__journald_position *p = &j->position;
    *offset = 0;
    if (p->at == p->n && p->item == p->nitems) {
        return open_array(j, err);
    }
    if (p->at == p->n) {
        return fill_items(j, err);
    }
    *offset = p->items[p->at++];
    if (*offset == 0) {
        p->nmissing++;
    } else if (p->nmissing > 0) {
        ms__journald_note(j, p->array, "items of an entry array are missing");
        p->nmissing = 0;
    }
    return MS_OK;
}

/* The next ENTRY object in the file. *offset 0: call again. */
static ms_code walk(ms_journald *j, uint64_t *offset, ms_err *err)
{
    ms__journald_position *p = &j->position;
    ms__journald_object object;
    const uint8_t *h = NULL;
    uint64_t size = j->bytes.size;
    *offset = 0;
    p->ended = true;
    if (p->walk > size || size - p->walk < MS__JENTRY_MIN) {
        return MS_OK;
    }
    MS_TRY(ms__journald_bytes_at(&j->bytes, p->walk, 16, &h, err));
    if (h[0] == 0 && ms__journald_u64(h + 8) == 0) {
        return MS_OK; /* after the last object */
    }
    MS_TRY(ms__journald_object_at(j, p->walk, 0, 0, &object, err));
    p->ended = false;
    *offset = object.type == MS__JENTRY ? object.offset : 0;
    p->walk += (object.size + 7) / 8 * 8;
    return ms__journald_work(j, 64, err);
}

/* An entry whose size is too small would lose items: then these are what follows. Their offsets are multiples
 * of 8, the type of an object is not; what pads a compact entry is 0. */
static ms_code check_end(ms_journald *j, const ms__journald_object *entry, ms_err *err)
{
    const uint8_t *h = NULL;
    uint64_t end = entry->offset + entry->size;
    uint64_t next = (end + 7) / 8 * 8;
    uint8_t after[24] = {0};
    size_t n = j->bytes.size - end < 24 ? (size_t)(j->bytes.size - end) : 24;
    if (n > 0) {
        MS_TRY(ms__journald_bytes_at(&j->bytes, end, n, &h, err));
        memcpy(after, h, n);
    }
    bool padded = next == end || ms__journald_u32(after) == 0;
    h = after + (next - end);
    bool is_free = h[0] == 0 && (j->state == MS__JSTATE_ONLINE || j->grown || ms__journald_u64(h + 8) == 0);
    return padded && (is_free || h[0] % 8 != 0)
               ? MS_OK
               : ms__journald_damage(j, entry->offset, "an invalid size of an entry");
}

/* Sets the entry; MS_FORMAT when the object is none. */
static ms_code open_entry(ms_journald *j, uint64_t offset, ms__journald_entry *entry, ms_err *err)
{
    ms__journald_position *p = &j->position;
    const uint8_t *h = NULL;
    const size_t item = j->compact ? 4 : 16;
    *entry = (ms__journald_entry){.index = p->nfound};
    if (offset < p->entry_end) {
        return ms__journald_damage(j, offset, "entries are not in order");
    }
    MS_TRY(ms__journald_object_at(j, offset, MS__JENTRY, MS__JENTRY_MIN + item, &entry->object, err));
    p->entry_end = offset + (entry->object.size + 7) / 8 * 8;
    MS_TRY(ms__journald_bytes_at(&j->bytes, offset, MS__JENTRY_MIN, &h, err));
    entry->realtime = ms__journald_u64(h + 24);
    if ((entry->object.size - MS__JENTRY_MIN) % item != 0 || ms__journald_u64(h + 16) == 0 ||
        entry->realtime - 1 >= (UINT64_C(1) << 55) - 1) {
        ms__journald_note(j, offset, "an invalid entry");
        return MS_OK;
    }
    return ms__journald_tolerate(check_end(j, &entry->object, err));
}

ms_code ms__journald_next_entry(ms_journald *journal, ms__journald_entry *entry, bool *more, ms_err *err)
{
    ms_journald *j = journal;
    ms__journald_position *p = &j->position;
    *more = false;
    while (!p->ended) {
        uint64_t offset = 0;
        bool walking = p->walk > 0;
        MS_TRY(ms__journald_tolerate(walking ? walk(j, &offset, err) : next_item(j, &offset, err)));
        if (offset == 0) {
            continue;
        }
        if (is_beyond(j, offset)) {
            p->ended = true;
            break;
        }
        ms_code code = open_entry(j, offset, entry, err);
        if (code == MS_FORMAT) {
            entry->object.size = 0;
        }
        MS_TRY(ms__journald_tolerate(code));
        p->nfound++;
        *more = true;
        return MS_OK;
    }
    return MS_OK;
}
