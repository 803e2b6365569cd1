/* Where the data of a zip member end whose length was not known when they were written. */
#include "logs/archive/zip_internal.h"

#include <isa-l/crc.h>
#include <string.h>

typedef struct form {
    bool has_signature, wide; /* sizes of eight bytes */
} form;

static size_t length_of(form f)
{
    return (f.has_signature ? 4U : 0U) + (f.wide ? 20U : 12U);
}

static bool agrees(const uint8_t *bytes, form f, bool any, ms__zip_entry *entry)
{
    const uint8_t *at = bytes + (f.has_signature ? 4 : 0);
    uint32_t crc = ms__zip_u32(at);
    uint64_t stored = f.wide ? ms__zip_u64(at + 4) : ms__zip_u32(at + 4);
    uint64_t size = f.wide ? ms__zip_u64(at + 12) : ms__zip_u32(at + 8);
    /* Four bytes hold the size modulo 2^32, as of some writers of large members. */
    uint64_t mask = f.wide ? UINT64_MAX : UINT32_MAX;
    bool same =
        stored == (entry->stored & mask) && (any || (size == (entry->size & mask) && crc == entry->crc));
    if (same && any) {
        entry->crc = crc;
        entry->size = size;
    }
    return same;
}

/* One that is followed by another record is preferred, then one with the width that the header suggests. */
size_t ms__zip_match_descriptor(const uint8_t *bytes, size_t n, bool any, ms__zip_entry *entry)
{
    bool has_signature = ms__zip_signature_of(bytes, n) == MS__ZIP_IS_DESCRIPTOR;
    for (unsigned i = 0; i < 8; i++) {
        form f = {.has_signature = (i & 2) == 0, .wide = ((i & 1) == 0) == entry->zip64};
        size_t length = length_of(f);
        bool followed = n >= length && ms__zip_signature_of(bytes + length, n - length) != MS__ZIP_IS_OTHER;
        if (n >= length && (followed || i >= 4) && (has_signature || !f.has_signature) &&
            agrees(bytes, f, any, entry)) {
            return length;
        }
    }
    return 0;
}

/* State of a search: the CRC up to some byte. */
typedef struct progress {
    size_t at;
    uint32_t crc;
} progress;

enum { BEHIND = MS__ZIP_MAX_DESCRIPTOR }; /* how far an end may be before the one that was tried last */

static bool ends_at(const ms__zip_search *search, const uint8_t *bytes, size_t n, size_t at, progress *p)
{
    ms__zip_entry entry = {.stored = search->nbefore + at};
    if (ms__zip_match_descriptor(bytes + at, n - at, true, &entry) == 0) {
        return false;
    }
    if (search->any) {
        return true;
    }
    if (at > BEHIND && p->at < at - BEHIND) {
        p->crc = crc32_gzip_refl(p->crc, bytes + p->at, at - BEHIND - p->at);
        p->at = at - BEHIND;
    }
    entry.size = entry.stored;
    entry.crc = crc32_gzip_refl(p->crc, bytes + p->at, at - p->at);
    return ms__zip_match_descriptor(bytes + at, n - at, false, &entry) > 0;
}

/* A descriptor without a signature is found by the one of the record after it. */
static bool find_around(const ms__zip_search *search, const uint8_t *bytes, size_t n, size_t at, progress *p,
                        size_t *end)
{
    static const size_t before[] = {20, 12};
    ms__zip_signature signature = ms__zip_signature_of(bytes + at, n - at);
    *end = at;
    if (signature == MS__ZIP_IS_OTHER || signature == MS__ZIP_IS_DESCRIPTOR) {
        return signature == MS__ZIP_IS_DESCRIPTOR && ends_at(search, bytes, n, at, p);
    }
    for (size_t i = 0; i < 2; i++) {
        *end = at - before[i];
        if (at >= before[i] && ends_at(search, bytes, n, *end, p)) {
            return true;
        }
    }
    return false;
}

/* Near the end of the bytes a descriptor, and what follows it, may not be there yet. */
bool ms__zip_find_end(const ms__zip_search *search, const uint8_t *bytes, size_t n, size_t *end)
{
    enum { MARGIN = MS__ZIP_MAX_DESCRIPTOR + 4 };
    progress p = {.crc = search->crc};
    size_t limit = search->last ? n : n > MARGIN ? n - MARGIN : 0;
    for (size_t at = 0; at < limit; at++) {
        const uint8_t *next = memchr(bytes + at, 'P', limit - at);
        if (!next) {
            break;
        }
        at = (size_t)(next - bytes);
        if (find_around(search, bytes, n, at, &p, end)) {
            return true;
        }
    }
    *end = search->last ? n : limit > 20 ? limit - 20 : 0;
    return false;
}
