/* zip: the members of an archive by their local headers, in one pass; the central directory, which is last,
 * is then compared with them. */
#include "logs/archive/zip_internal.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum { SEARCHED = 8 << 10 }; /* bytes that are searched for a record at once, at least */

typedef struct zip_reader {
    ms__archive_reader base;
    ms_decode_limits limits;
    uint64_t ndecoded; /* unless it is counted over several archives */
    uint64_t begin;    /* offset of the archive's first byte */
    uint64_t prefix;   /* bytes before the archive that have not been read, when they are the member */
    bool prefix_seen;
    bool has_member; /* contents are of one that has not been skipped */
    bool begun;      /* a record has been read */
    bool ended;      /* by the end record */
    bool damaged;    /* the bytes are no record: one is searched for */
    ms__zip_contents contents;
    ms__zip_sums members;
    ms__zip_directory directory;
    ms_bytes name;
} zip_reader;

static void zip_close(void *self)
{
    zip_reader *zip = self;
    if (zip) {
        ms__zip_contents_fini(&zip->contents);
        ms_bytes_fini(&zip->name);
        ms_lookahead_fini(&zip->base.in);
        free(zip);
    }
}

static ms_code zip_open(void **self, const ms_archive_input *input, const ms_members_options *options,
                        ms_err *err)
{
    zip_reader *zip = calloc(1, sizeof *zip);
    if (!zip) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for an archive");
    }
    zip->base.format = "zip";
    zip->limits = options->limits;
    zip->begin = input->prefix;
    zip->prefix = input->prefix;
    zip->contents.reader = &zip->base;
    zip->contents.limits = &zip->limits;
    zip->contents.ndecoded = options->ndecoded ? options->ndecoded : &zip->ndecoded;
    ms_code code = ms_lookahead_init(&zip->base.in, input->source, err);
    if (code != MS_OK) {
        zip_close(zip);
        return code;
    }
    *self = zip;
    return MS_OK;
}

static ms_code zip_read(void *self, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    zip_reader *zip = self;
    if (zip->has_member) {
        return ms__zip_contents_read(&zip->contents, buf, cap, n, err);
    }
    *n = 0;
    if (zip->base.code == MS_OK && zip->prefix > 0) {
        *n = ms_lookahead_read(&zip->base.in, buf, zip->prefix < cap ? (size_t)zip->prefix : cap);
        zip->prefix -= *n;
        zip->base.code = *n > 0 ? MS_OK : ms__archive_end_early(&zip->base, "cut off");
    }
    return ms__archive_error(&zip->base, err);
}

/* Skips the rest of the member. */
static ms_code end_member(zip_reader *zip)
{
    MS_TRY(zip->base.code);
    if (zip->has_member) {
        zip->has_member = false;
        MS_TRY(ms__zip_contents_skip(&zip->contents));
        zip->damaged = zip->contents.lost;
        ms__zip_sums_add(&zip->members, &zip->contents.entry);
        return MS_OK;
    }
    uint64_t n = zip->prefix;
    zip->prefix = 0;
    return ms_lookahead_skip(&zip->base.in, n) == n ? MS_OK : ms__archive_end_early(&zip->base, "cut off");
}

static ms_code read_name(zip_reader *zip, ms__zip_entry *entry)
{
    ms_lookahead *in = &zip->base.in;
    ms_bytes_clear(&zip->name);
    if (ms_lookahead_fill(in, entry->nname) < entry->nname) {
        return ms__archive_end_early(&zip->base, "cut off in a header");
    }
    ms_bytes_append(&zip->name, ms_lookahead_bytes(in), entry->nname);
    entry->name = XXH3_64bits(ms_lookahead_bytes(in), entry->nname);
    ms_lookahead_advance(in, entry->nname);
    if (ms_lookahead_fill(in, entry->nextra) < entry->nextra) {
        return ms__archive_end_early(&zip->base, "cut off in a header");
    }
    ms__zip_apply_extra(ms_lookahead_bytes(in), entry->nextra, false, entry);
    ms_lookahead_advance(in, entry->nextra);
    return ms_bytes_check(&zip->name) == MS_OK ? MS_OK : ms__archive_no_memory(&zip->base);
}

/* A local header at the next byte; *found when its member is a file, or has contents all the same. */
static ms_code read_local(zip_reader *zip, ms_member *member, bool *found)
{
    ms_lookahead *in = &zip->base.in;
    ms__zip_entry entry;
    uint64_t offset = in->offset;
    if (ms_lookahead_fill(in, MS__ZIP_LOCAL) < MS__ZIP_LOCAL) {
        return ms__archive_end_early(&zip->base, "cut off in a header");
    }
    if (!ms__zip_parse_local(ms_lookahead_bytes(in), &entry)) {
        zip->damaged = true;
        return MS_OK;
    }
    if (zip->directory.begun && !zip->ended) {
        ms__archive_damage(&zip->base, "a member after the central directory", offset);
    }
    if (zip->ended) { /* another archive */
        zip->begin = offset;
        zip->members = (ms__zip_sums){0};
        zip->directory = (ms__zip_directory){0};
        zip->ended = false;
    }
    ms_lookahead_advance(in, MS__ZIP_LOCAL);
    MS_TRY(read_name(zip, &entry));
    entry.offset = offset;
    bool slash = zip->name.len > 0 && zip->name.data[zip->name.len - 1] == '/';
    entry.empty = slash && entry.method == 0 && entry.stored == 0 && entry.size == 0;
    ms_code code = ms__zip_contents_begin(&zip->contents, &entry, &zip->base.why);
    if (code != MS_OK) {
        zip->base.code = code;
        return code;
    }
    zip->has_member = true;
    *found = !zip->contents.known || entry.stored > 0 || entry.size > 0 || (zip->name.len > 0 && !slash);
    *member = (ms_member){.name = zip->name.data, .nname = zip->name.len};
    member->code = zip->contents.code;
    member->why = zip->contents.why;
    return MS_OK;
}

/* Between the last member and the directory of an Android package: its length, pairs, its length again, and a
 * magic number. Source: APK Signature Scheme v2, "APK Signing Block". */
static bool skip_signing_block(zip_reader *zip)
{
    static const char magic[] = "APK Sig Block 42";
    ms_lookahead *in = &zip->base.in;
    size_t held = ms_lookahead_fill(in, MS_LOOKAHEAD_MAX);
    const uint8_t *bytes = ms_lookahead_bytes(in);
    uint64_t length = held >= 8 ? ms__zip_u64(bytes) : 0;
    if (length < 24 || length > held - 8 || memcmp(bytes + length - 8, magic, sizeof magic - 1) != 0) {
        return false;
    }
    ms_lookahead_advance(in, (size_t)length + 8);
    return true;
}

static bool is_record(const uint8_t *bytes, size_t n)
{
    ms__zip_signature signature = ms__zip_signature_of(bytes, n);
    if (signature == MS__ZIP_IS_LOCAL) {
        return n >= MS__ZIP_LOCAL && ms__zip_is_local(bytes) && ms__zip_u16(bytes + 26) > 0;
    }
    return signature != MS__ZIP_IS_OTHER && signature != MS__ZIP_IS_DESCRIPTOR;
}

/* Continues at the next record, if there is one. */
static ms_code skip_damage(zip_reader *zip)
{
    ms_lookahead *in = &zip->base.in;
    const char *what = zip->ended             ? "other data after the end record"
                       : zip->directory.begun ? "other data after the central directory"
                       : zip->begun           ? "other data between the members"
                                              : "other data before the first member";
    ms__archive_damage(&zip->base, what, in->offset);
    zip->damaged = false;
    ms_lookahead_advance(in, 1);
    for (size_t n = ms_lookahead_fill(in, SEARCHED); n > 0; n = ms_lookahead_fill(in, SEARCHED)) {
        size_t end = in->end || n <= MS__ZIP_LOCAL ? n : n - MS__ZIP_LOCAL;
        const uint8_t *bytes = ms_lookahead_bytes(in);
        size_t at = 0;
        while (at < end && !is_record(bytes + at, n - at)) {
            const uint8_t *next = memchr(bytes + at + 1, 'P', end - at - 1);
            at = next ? (size_t)(next - bytes) : end;
        }
        ms_lookahead_advance(in, at);
        if (at < end) {
            break;
        }
    }
    return MS_OK;
}

/* The source's end. */
static ms_code read_eof(zip_reader *zip)
{
    ms_code code = zip->base.in.code;
    if (zip->ended && code == MS_OK) {
        return MS_OK;
    }
    return ms__archive_end_early(&zip->base, zip->directory.begun
                                                 ? "no end record (it may be cut off)"
                                                 : "no central directory (it may be cut off)");
}

static ms_code read_end(zip_reader *zip)
{
    if (!zip->directory.begun) {
        zip->directory.begin = zip->directory.end = zip->base.in.offset;
    }
    MS_TRY(ms__zip_read_end(&zip->directory, &zip->base, &zip->members, zip->begin));
    zip->ended = true;
    return MS_OK;
}

/* What is no record: zeros after the end, a mark before the first member, a block of Android, or damage. */
static ms_code read_other(zip_reader *zip, size_t held)
{
    ms_lookahead *in = &zip->base.in;
    const uint8_t *bytes = ms_lookahead_bytes(in);
    bool zero = zip->ended && bytes[0] == 0;
    bool marks_one_part = !zip->begun && held >= 4 && memcmp(bytes, "PK00", 4) == 0; /* 8.5.5 */
    if (zero || marks_one_part) {
        ms_lookahead_advance(in, zero ? 1 : 4);
        return MS_OK;
    }
    if (!zip->begun || zip->directory.begun || zip->ended || !skip_signing_block(zip)) {
        zip->damaged = true;
    }
    return MS_OK;
}

/* A descriptor before the first member marks an archive that is split (8.5.4). */
static ms_code read_descriptor(zip_reader *zip)
{
    if (zip->begun) {
        zip->damaged = true;
        return MS_OK;
    }
    ms__archive_damage(&zip->base, "split into several files, of which this is one", zip->base.in.offset);
    ms_lookahead_advance(&zip->base.in, 4);
    return MS_OK;
}

/* The record at the next byte. */
static ms_code read_record(zip_reader *zip, ms_member *member, bool *found, bool *end)
{
    size_t held = ms_lookahead_fill(&zip->base.in, 4);
    ms__zip_signature signature = ms__zip_signature_of(ms_lookahead_bytes(&zip->base.in), held);
    if (held == 0) {
        *end = true;
        return read_eof(zip);
    }
    ms_code code = MS_OK;
    bool between = zip->ended && signature != MS__ZIP_IS_LOCAL;
    switch (between ? MS__ZIP_IS_OTHER : signature) {
    case MS__ZIP_IS_LOCAL:
        code = read_local(zip, member, found);
        break;
    case MS__ZIP_IS_CENTRAL:
        code = ms__zip_read_central(&zip->directory, &zip->base);
        break;
    case MS__ZIP_IS_DIGITAL:
        code = ms__zip_read_digital(&zip->base);
        break;
    case MS__ZIP_IS_END64:
        code = ms__zip_read_end64(&zip->directory, &zip->base);
        break;
    case MS__ZIP_IS_LOCATOR64:
        code = ms__zip_read_locator64(&zip->directory, &zip->base);
        break;
    case MS__ZIP_IS_END:
        code = read_end(zip);
        break;
    case MS__ZIP_IS_DESCRIPTOR:
        return read_descriptor(zip);
    case MS__ZIP_IS_OTHER:
        return read_other(zip, held);
    }
    zip->begun = true;
    return code;
}

static ms_code zip_next(void *self, ms_member *member, bool *more, ms_err *err)
{
    static const char before[] = "(data before the archive)";
    zip_reader *zip = self;
    bool end = false;
    if (zip->prefix > 0 && !zip->prefix_seen) {
        zip->prefix_seen = true;
        *member = (ms_member){.name = (const uint8_t *)before, .nname = sizeof before - 1};
        *more = true;
        return MS_OK;
    }
    while (!*more && !end && end_member(zip) == MS_OK) {
        ms_code code = zip->damaged ? skip_damage(zip) : read_record(zip, member, more, &end);
        end = end || code != MS_OK;
    }
    return *more && zip->base.code == MS_OK ? MS_OK : ms__archive_result(&zip->base, err);
}

const ms_members_ops ms__zip_ops = {.open = zip_open, .next = zip_next, .read = zip_read, .close = zip_close};

/* The second proof: bytes that no text has, or no header has. */
bool ms__zip_looks_like(const uint8_t *head, size_t n)
{
    size_t mark = n >= 8 && (memcmp(head, "PK00", 4) == 0 || memcmp(head, "PK\7\10", 4) == 0) ? 4 : 0;
    ms__zip_signature signature = ms__zip_signature_of(head + mark, n - mark);
    const uint8_t *rest = head + mark + 4;
    n = n > mark + 4 ? n - mark - 4 : 0;
    if (signature == MS__ZIP_IS_LOCAL) {
        return n < MS__ZIP_LOCAL - 4 || memchr(rest, 0, MS__ZIP_LOCAL - 4) != NULL ||
               ms__zip_is_local(head + mark);
    }
    static const uint8_t zeros[16] = {0};
    bool is_end = signature == MS__ZIP_IS_END && n >= 16 && memcmp(rest, zeros, 16) == 0;
    return mark == 0 && (is_end || (signature == MS__ZIP_IS_END64 && n >= 8 && ms__zip_u64(rest) == 44));
}
