/* Header and objects of a journal: "Journal File Format", sections "Header" and "Objects". */
#include "logs/journald/journald_internal.h"

#include <string.h>

enum {
    /* incompatible flags */
    FLAG_KEYED = 4,
    FLAG_COMPACT = 16,
    FLAGS_KNOWN = 31,
    OBJECT_HEADER = 16,
    WORK_INTERVAL = 1 << 20,
    WORK_FLOOR = 1 << 30, /* what any journal may take: about a second */
    WORK_RATIO = 1000,    /* ... and for each byte; real journals take 10 */
};

void ms__journald_note(ms_journald *journal, uint64_t offset, const char *what)
{
    if (journal->nfaults++ == 0) {
        (void)ms_err_set(&journal->fault, MS_FORMAT, 0, "the journal is corrupt at byte %llu: %s",
                         (unsigned long long)offset, what);
    }
}

ms_code ms__journald_damage(ms_journald *journal, uint64_t offset, const char *what)
{
    ms__journald_note(journal, offset, what);
    return MS_FORMAT;
}

void ms__journald_over_limit(ms_journald *journal, uint64_t offset, const char *what)
{
    if (journal->nfaults++ == 0) {
        (void)ms_err_set(&journal->fault, MS_LIMIT, 0,
                         "the journal has %s at byte %llu: the rest of it is not searched", what,
                         (unsigned long long)offset);
    }
}

ms_code ms__journald_tolerate(ms_code code)
{
    return code == MS_FORMAT ? MS_OK : code;
}

ms_code ms__journald_work(ms_journald *journal, uint64_t amount, ms_err *err)
{
    journal->work += amount;
    if (journal->work < WORK_INTERVAL) {
        return MS_OK;
    }
    uint64_t size = journal->bytes.size;
    journal->all_work += journal->work;
    journal->work = 0;
    if ((journal->all_work - 1) / WORK_RATIO > size + WORK_FLOOR / WORK_RATIO) {
        return ms_err_set(
            err, MS_LIMIT, 0,
            "the journal refers to the same data again and again: the rest of it is not searched");
    }
    return ms_decode_poll(&journal->options.limits, err);
}

/* Is what the header says about itself and the file possible? */
static ms_code check_header(ms_journald *j)
{
    if (j->header_size < MS__JHEADER_MIN || j->header_size % 8 != 0 || j->header_size > j->bytes.size) {
        return ms__journald_damage(j, 88, "an invalid size of the header");
    }
    if (j->state > 2) {
        ms__journald_note(j, 16, "an unknown state");
    }
    bool is_cut =
        j->arena_size > UINT64_MAX - j->header_size || j->header_size + j->arena_size > j->bytes.size;
    if (is_cut && !j->grown && j->nfaults++ == 0) {
        (void)ms_err_set(&j->fault, MS_FORMAT, 0, "the journal is cut short: %llu of %llu bytes are there",
                         (unsigned long long)j->bytes.size,
                         (unsigned long long)(j->header_size + j->arena_size));
    }
    return MS_OK;
}

ms_code ms__journald_header(ms_journald *journal, ms_err *err)
{
    ms_journald *j = journal;
    const uint8_t *h = NULL;
    if (j->bytes.size < MS__JHEADER_MIN) {
        return ms__journald_damage(j, j->bytes.size, "it ends within its header");
    }
    MS_TRY(ms__journald_bytes_at(&j->bytes, 0, MS__JHEADER_MIN, &h, err));
    uint32_t flags = ms__journald_u32(h + 12);
    j->keyed = (flags & FLAG_KEYED) != 0;
    j->compact = (flags & FLAG_COMPACT) != 0;
    j->state = h[16];
    memcpy(j->file_id, h + 24, sizeof j->file_id);
    j->header_size = ms__journald_u64(h + 88);
    j->arena_size = ms__journald_u64(h + 96);
    j->nentries = ms__journald_u64(h + 152);
    j->entry_array = ms__journald_u64(h + 176);
    if ((flags & ~(uint32_t)FLAGS_KNOWN) != 0) {
        j->nfaults++;
        return ms_err_set(&j->fault, MS_FORMAT, 0,
                          "the journal has unknown incompatible flags (0x%x at byte 12): it is not searched",
                          flags);
    }
    return check_header(j);
}

ms_code ms__journald_object_at(ms_journald *journal, uint64_t offset, uint8_t type, uint64_t min,
                               ms__journald_object *object, ms_err *err)
{
    static const char *const expected[MS__JTYPES] = {
        [0] = "an object is expected",
        [MS__JDATA] = "a DATA object is expected",
        [MS__JENTRY] = "an ENTRY object is expected",
        [MS__JARRAY] = "an ENTRY_ARRAY object is expected",
    };
    const uint8_t *h = NULL;
    uint64_t size = journal->bytes.size;
    if (offset % 8 != 0 || offset < journal->header_size || offset > size || size - offset < OBJECT_HEADER) {
        return ms__journald_damage(journal, offset, "an invalid offset of an object");
    }
    MS_TRY(ms__journald_bytes_at(&journal->bytes, offset, OBJECT_HEADER, &h, err));
    *object =
        (ms__journald_object){.offset = offset, .size = ms__journald_u64(h + 8), .type = h[0], .flags = h[1]};
    if (type == 0 ? h[0] == 0 || h[0] >= MS__JTYPES : h[0] != type) {
        return ms__journald_damage(journal, offset, expected[type]);
    }
    if (object->size < min || object->size < OBJECT_HEADER || object->size > size - offset) {
        return ms__journald_damage(journal, offset, "an invalid size of an object");
    }
    return MS_OK;
}
