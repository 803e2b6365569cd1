/* DATA objects. A payload's hash is compared whenever all of it is in memory; fields that are not part of the
 * line are read as far as PROBE. */
#include "logs/journald/journald_internal.h"

#include <string.h>

enum {
    HASH_AT = 16,
    ENTRY_AT = 40,
    NENTRIES_AT = 56,
    REGULAR = 64, /* offset of the payload */
    COMPACT = 72,
    PROBE = MS__JRANGE,
};

static const struct {
    const char *name;
    uint8_t n;
    ms__jfield field;
} names[] = {
#define NAME(name, field)                                                                                    \
    {                                                                                                        \
        name "=", sizeof name, field                                                                         \
    }
    NAME("MESSAGE", MS__JFIELD_MESSAGE),
    NAME("_HOSTNAME", MS__JFIELD_HOST),
    NAME("SYSLOG_IDENTIFIER", MS__JFIELD_IDENT),
    NAME("_COMM", MS__JFIELD_COMM),
    NAME("_PID", MS__JFIELD_PID),
    NAME("SYSLOG_PID", MS__JFIELD_SYSLOG_PID),
    NAME("_SOURCE_REALTIME_TIMESTAMP", MS__JFIELD_TIME),
#undef NAME
};

static ms__jfield field_of(const uint8_t *data, size_t n)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (n >= names[i].n && memcmp(data, names[i].name, names[i].n) == 0) {
            return names[i].field;
        }
    }
    return MS__JFIELD_OTHER;
}

/* A payload may be in this slot, or in the one beside it (index ^ 1). */
static size_t slot_of(uint64_t offset)
{
    return offset / 8 * UINT64_C(0x9E3779B97F4A7C15) >> 48 & (MS__NJSLOTS - 1);
}

static const ms__journald_slot *find_slot(const ms_journald *j, uint64_t offset)
{
    size_t at = slot_of(offset);
    const ms__journald_slot *slot = &j->slots[at];
    if (slot->offset != offset) {
        slot = &j->slots[at ^ 1];
    }
    return slot->offset == offset && offset > 0 ? slot : NULL;
}

/* Objects that one entry has are not cached. */
static void cache(const ms_journald *j, uint64_t offset, const ms__journald_payload *p)
{
    size_t n = p->field != MS__JFIELD_OTHER || j->options.fields ? p->n : 0;
    size_t at = slot_of(offset);
    ms__journald_slot *slot = &j->slots[at];
    if (p->nentries < 2 || n > MS__JSLOT_BYTES) {
        return;
    }
    if (slot->offset != 0) {
        j->slots[at ^ 1] = *slot;
    }
    slot->offset = offset;
    slot->hash = p->hash;
    slot->first_entry = p->first_entry;
    slot->field = (uint8_t)p->field;
    slot->n = (uint8_t)n;
    if (n > 0) {
        memcpy(slot->bytes, p->data, n);
    }
}

/* A payload with another hash is damaged, and searched as it is. */
static void check_hash(ms_journald *j, uint64_t offset, const ms__journald_payload *p)
{
    uint64_t hash =
        j->keyed ? ms__journald_siphash(p->data, p->n, j->file_id) : ms__journald_jenkins(p->data, p->n);
    if (hash != p->hash) {
        ms__journald_note(j, offset, "a wrong hash of a field");
    }
}

/* Reads what is stored, as much as needed. */
static ms_code unpack(ms_journald *j, const ms__journald_object *object, ms__journald_payload *p, ms_err *err)
{
    uint64_t head = j->compact ? COMPACT : REGULAR;
    uint64_t at = object->offset + head;
    uint64_t stored = object->size - head;
    bool whole = false;
    MS_TRY(ms__journald_unpack(j, at, stored, object->flags, PROBE, &p->data, &p->n, &whole, err));
    p->field = field_of(p->data, p->n);
    bool wanted = p->field != MS__JFIELD_OTHER || j->options.fields;
    if (!whole && wanted) {
        MS_TRY(
            ms__journald_unpack(j, at, stored, object->flags, MS__JFIELD_MAX, &p->data, &p->n, &whole, err));
        if (!whole) {
            ms__journald_over_limit(j, object->offset, "a field of more than 16 MiB");
        }
    }
    if (whole) {
        check_hash(j, object->offset, p);
    }
    p->n = wanted ? p->n : 0;
    return MS_OK;
}

ms_code ms__journald_payload_at(ms_journald *journal, uint64_t offset, ms__journald_payload *payload,
                                ms_err *err)
{
    ms_journald *j = journal;
    const ms__journald_slot *slot = find_slot(j, offset);
    const uint8_t *h = NULL;
    ms__journald_object object;
    if (slot) {
        *payload = (ms__journald_payload){.field = (ms__jfield)slot->field,
                                          .data = slot->bytes,
                                          .n = slot->n,
                                          .hash = slot->hash,
                                          .first_entry = slot->first_entry};
        return MS_OK;
    }
    uint64_t min = (j->compact ? COMPACT : REGULAR) + 1;
    MS_TRY(ms__journald_object_at(j, offset, MS__JDATA, min, &object, err));
    MS_TRY(ms__journald_bytes_at(&j->bytes, offset, REGULAR, &h, err));
    *payload = (ms__journald_payload){.hash = ms__journald_u64(h + HASH_AT),
                                      .first_entry = ms__journald_u64(h + ENTRY_AT),
                                      .nentries = ms__journald_u64(h + NENTRIES_AT)};
    MS_TRY(unpack(j, &object, payload, err));
    cache(j, offset, payload);
    return ms__journald_work(j, 64 + payload->n, err);
}
