/* A zip archive after a program or a script that unpacks it, or other data. Its end tells where it begins. */
#include "logs/archive/zip_internal.h"

#include <stdlib.h>
#include <string.h>

enum { TAIL = MS_ARCHIVE_TAIL };

/* A file, and its last bytes. */
typedef struct tail {
    ms_pread_fn pread;
    void *self;
    uint64_t size;
    uint8_t *bytes; /* owned */
    size_t n;
} tail;

static bool read_at(const tail *t, uint64_t at, uint8_t *buf, size_t n)
{
    size_t got = 0;
    ms_err ignored = {0};
    return at <= t->size && n <= t->size - at && t->pread(t->self, at, buf, n, &got, &ignored) == MS_OK &&
           got == n;
}

static bool has_locator(const tail *t, const uint8_t *end)
{
    return end - t->bytes >= MS__ZIP_LOCATOR64 &&
           ms__zip_signature_of(end - MS__ZIP_LOCATOR64, MS__ZIP_LOCATOR64) == MS__ZIP_IS_LOCATOR64;
}

/* The end record of an archive with members, whose comment reaches to the end of the file; or before other
 * data, such as a signature, if a directory or a record of zip64 ends there. */
static bool is_end(const tail *t, const uint8_t *end, size_t left)
{
    uint8_t head[4];
    uint64_t at = t->size - left;
    if (ms__zip_signature_of(end, left) != MS__ZIP_IS_END || ms__zip_u16(end + 10) == 0) {
        return false;
    }
    uint64_t size = ms__zip_u32(end + 12);
    return ms__zip_u16(end + 20) == left - MS__ZIP_END || has_locator(t, end) ||
           (size <= at && read_at(t, at - size, head, sizeof head) &&
            ms__zip_signature_of(head, sizeof head) == MS__ZIP_IS_CENTRAL);
}

/* NULL: none. */
static const uint8_t *find_end(const tail *t)
{
    for (size_t left = MS__ZIP_END; left <= t->n; left++) {
        const uint8_t *end = t->bytes + t->n - left;
        if (is_end(t, end, left)) {
            return end;
        }
    }
    return NULL;
}

static ms_code read_last(void *self, uint64_t offset, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    const tail *t = self;
    (void)err;
    memcpy(buf, t->bytes + offset, cap); /* read_at has compared them with the size */
    *n = cap;
    return MS_OK;
}

bool ms_archive_ends_so(const uint8_t *last, size_t n)
{
    size_t left = n < TAIL ? n : TAIL;
    tail t = {
        .pread = read_last, .size = left, .bytes = (uint8_t *)(uintptr_t)(last + (n - left)), .n = left};
    t.self = &t;
    return find_end(&t) != NULL;
}

/* Where the directory begins, and what its offsets count from. With zip64, as its end record says, which
 * stands before the locator. */
static bool find_directory(const tail *t, const uint8_t *end, uint64_t *begin, uint64_t *base)
{
    uint8_t end64[MS__ZIP_END64];
    uint64_t at = t->size - t->n + (uint64_t)(end - t->bytes);
    uint64_t size = ms__zip_u32(end + 12);
    uint64_t offset = ms__zip_u32(end + 16);
    bool wide = has_locator(t, end) && at >= MS__ZIP_LOCATOR64 + MS__ZIP_END64;
    if (wide) {
        at -= MS__ZIP_LOCATOR64 + MS__ZIP_END64;
        if (!read_at(t, at, end64, sizeof end64) || ms__zip_signature_of(end64, 4) != MS__ZIP_IS_END64) {
            return false;
        }
        size = ms__zip_u64(end64 + 40);
        offset = ms__zip_u64(end64 + 48);
    }
    *begin = at - size;
    *base = *begin - offset; /* may wrap around, as offsets added to it do */
    return size <= at;
}

/* The directory's first entry; its extra fields go into the buffer of the tail. */
static bool read_first(tail *t, uint64_t begin, ms__zip_entry *entry)
{
    uint8_t head[MS__ZIP_CENTRAL];
    if (!read_at(t, begin, head, sizeof head) || ms__zip_signature_of(head, 4) != MS__ZIP_IS_CENTRAL) {
        return false;
    }
    ms__zip_parse_central(head, entry);
    bool whole = read_at(t, begin + sizeof head + entry->nname, t->bytes, entry->nextra);
    if (whole) {
        ms__zip_apply_extra(t->bytes, entry->nextra, true, entry);
    }
    return whole;
}

/* The first member; or the directory, or the end record, where what it refers to is not there: as in the last
 * part of an archive that is split. */
static bool find(tail *t, uint64_t *prefix)
{
    uint8_t head[4];
    ms__zip_entry entry;
    uint64_t begin = 0;
    uint64_t base = 0;
    const uint8_t *end = find_end(t);
    if (!end) {
        return false;
    }
    *prefix = t->size - t->n + (uint64_t)(end - t->bytes);
    if (find_directory(t, end, &begin, &base) && read_first(t, begin, &entry)) {
        bool whole = base + entry.offset < begin && read_at(t, base + entry.offset, head, sizeof head) &&
                     ms__zip_signature_of(head, sizeof head) == MS__ZIP_IS_LOCAL;
        *prefix = whole ? base + entry.offset : begin;
    }
    return true;
}

bool ms_archive_after_prefix(ms_pread_fn pread, void *self, uint64_t size, uint64_t *prefix)
{
    tail t = {.pread = pread, .self = self, .size = size, .n = size < TAIL ? (size_t)size : TAIL};
    t.bytes = size > MS__ZIP_END ? malloc(TAIL) : NULL;
    bool found = t.bytes && read_at(&t, size - t.n, t.bytes, t.n) && find(&t, prefix);
    free(t.bytes);
    return found;
}
