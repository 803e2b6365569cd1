/* The central directory against the local headers, in constant memory: sums of hashes, which do not depend on
 * the order. If they agree, a tool that reads the directory sees the members that were searched. */
#include "logs/archive/zip_internal.h"

#include <xxhash.h>

static uint64_t hash_of(uint64_t name, uint64_t what, uint64_t first, uint64_t second)
{
    const uint64_t values[] = {name, what, first, second};
    return XXH3_64bits(values, sizeof values);
}

void ms__zip_sums_add(ms__zip_sums *sums, const ms__zip_entry *entry)
{
    enum { METHOD, CRC, SIZES };
    if (entry->nname == 0 && entry->stored == 0 && entry->size == 0) {
        sums->nfillers++; /* Android's zipflinger fills gaps with them, and does not list them */
        return;
    }
    sums->count++;
    sums->names += entry->name;
    sums->methods += hash_of(entry->name, METHOD, entry->method, entry->flags & MS__ZIP_ENCRYPTED);
    sums->crcs += hash_of(entry->name, CRC, entry->crc, 0);
    sums->sizes += hash_of(entry->name, SIZES, entry->stored, entry->size);
    sums->offsets += entry->name * entry->offset;
}

#define AGAINST "central directory against local headers: "

/* NULL: they agree. A base that is added to each offset adds names * base to their sum. */
static const char *difference(const ms__zip_sums *members, const ms__zip_sums *directory, uint64_t base)
{
    return members->count > directory->count        ? AGAINST "it lacks members"
           : members->count < directory->count      ? AGAINST "it has members that are not there"
           : members->names != directory->names     ? AGAINST "other names"
           : members->methods != directory->methods ? AGAINST "other methods"
           : members->sizes != directory->sizes     ? AGAINST "other sizes"
           : members->crcs != directory->crcs       ? AGAINST "other checksums"
           : members->offsets != directory->offsets + directory->names * base ? AGAINST "other offsets"
                                                                              : NULL;
}

/* MS_OK: there are n bytes at the next one; otherwise the archive is cut off. */
static ms_code need(ms__archive_reader *reader, size_t n)
{
    return ms_lookahead_fill(&reader->in, n) >= n
               ? MS_OK
               : ms__archive_end_early(reader, "cut off in the central directory");
}

static ms_code skip(ms__archive_reader *reader, uint64_t n)
{
    return ms_lookahead_skip(&reader->in, n) == n
               ? MS_OK
               : ms__archive_end_early(reader, "cut off in the central directory");
}

ms_code ms__zip_read_central(ms__zip_directory *directory, ms__archive_reader *reader)
{
    ms_lookahead *in = &reader->in;
    ms__zip_entry entry;
    directory->begin = directory->begun ? directory->begin : in->offset;
    directory->begun = true;
    MS_TRY(need(reader, MS__ZIP_CENTRAL));
    ms__zip_parse_central(ms_lookahead_bytes(in), &entry);
    ms_lookahead_advance(in, MS__ZIP_CENTRAL);
    MS_TRY(need(reader, entry.nname));
    entry.name = XXH3_64bits(ms_lookahead_bytes(in), entry.nname);
    ms_lookahead_advance(in, entry.nname);
    MS_TRY(need(reader, entry.nextra));
    ms__zip_apply_extra(ms_lookahead_bytes(in), entry.nextra, true, &entry);
    MS_TRY(skip(reader, (uint64_t)entry.nextra + entry.ncomment));
    if (entry.part != 0 && entry.part != UINT16_MAX) {
        ms__archive_damage(reader, "split into several files, of which this is one", in->offset);
    }
    ms__zip_sums_add(&directory->sums, &entry);
    directory->end = in->offset;
    return MS_OK;
}

ms_code ms__zip_read_digital(ms__archive_reader *reader)
{
    MS_TRY(need(reader, 8));
    const uint8_t *bytes = ms_lookahead_bytes(&reader->in);
    bool extra_data = bytes[2] == 6;
    return skip(reader,
                extra_data ? 8 + (uint64_t)ms__zip_u32(bytes + 4) : 6 + (uint64_t)ms__zip_u16(bytes + 4));
}

ms_code ms__zip_read_end64(ms__zip_directory *directory, ms__archive_reader *reader)
{
    MS_TRY(need(reader, MS__ZIP_END64));
    const uint8_t *bytes = ms_lookahead_bytes(&reader->in);
    uint64_t length = ms__zip_u64(bytes + 4); /* of what follows it */
    if (length < MS__ZIP_END64 - 12 || length > 1 << 20) {
        return ms__archive_stop(reader, MS_FORMAT, "invalid end record of zip64");
    }
    if (directory->has_end64) {
        ms__archive_damage(reader, "two end records of zip64", reader->in.offset);
    }
    directory->has_end64 = true;
    directory->end64 = reader->in.offset;
    directory->count = ms__zip_u64(bytes + 32);
    directory->size = ms__zip_u64(bytes + 40);
    directory->offset = ms__zip_u64(bytes + 48);
    return skip(reader, 12 + length);
}

/* Its offset is not needed, as it precedes the locator; its base is that of the directory. */
ms_code ms__zip_read_locator64(const ms__zip_directory *directory, ms__archive_reader *reader)
{
    MS_TRY(need(reader, MS__ZIP_LOCATOR64));
    const uint8_t *bytes = ms_lookahead_bytes(&reader->in);
    uint64_t base = directory->begin - directory->offset;
    if (!directory->has_end64 || (directory->begun && ms__zip_u64(bytes + 8) + base != directory->end64)) {
        ms__archive_damage(reader, "no end record of zip64 where its locator says", reader->in.offset);
    }
    return skip(reader, MS__ZIP_LOCATOR64);
}

/* What the end records say, compared with the directory that was read; *base: what its offsets count from. */
static const char *check_end(const ms__zip_directory *directory, const uint8_t *end, uint64_t *base)
{
    const ms__zip_directory *d = directory;
    uint64_t count = ms__zip_u16(end + 10);
    uint64_t size = ms__zip_u32(end + 12);
    uint64_t offset = ms__zip_u32(end + 16);
    uint64_t nentries = d->sums.count + d->sums.nfillers;
    bool wide = d->has_end64;
    if ((ms__zip_u16(end + 4) != 0 && ms__zip_u16(end + 4) != UINT16_MAX) ||
        (ms__zip_u16(end + 6) != 0 && ms__zip_u16(end + 6) != UINT16_MAX)) {
        return "split into several files, of which this is one";
    }
    count = wide && count == UINT16_MAX ? d->count : count;
    size = wide && size == UINT32_MAX ? d->size : size;
    offset = wide && offset == UINT32_MAX ? d->offset : offset;
    *base = d->begin - offset;
    if (wide && d->count != nentries) {
        return "the end record and the central directory differ in the number of members";
    }
    if (count != nentries && (wide || count != (nentries & UINT16_MAX))) {
        return "the end record and the central directory differ in the number of members";
    }
    return d->begun && size != d->end - d->begin
               ? "the end record and the central directory differ in its size"
               : NULL;
}

ms_code ms__zip_read_end(const ms__zip_directory *directory, ms__archive_reader *reader,
                         const ms__zip_sums *members, uint64_t begin)
{
    uint64_t base = 0;
    uint64_t at = reader->in.offset;
    MS_TRY(need(reader, MS__ZIP_END));
    const uint8_t *bytes = ms_lookahead_bytes(&reader->in);
    const char *problem = check_end(directory, bytes, &base);
    bool moved = directory->begun && base != begin && base != 0;
    problem = problem ? problem : moved ? "the central directory is not where the end record says" : NULL;
    problem = problem ? problem : difference(members, &directory->sums, base);
    if (problem) {
        ms__archive_damage(reader, problem, at);
    }
    return skip(reader, MS__ZIP_END + (uint64_t)ms__zip_u16(bytes + 20));
}
