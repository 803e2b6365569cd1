/* Bytes from a rank are validated once, whole, by ms_record_decode; views and iterators trust them after
 * that. */
#include "result/record.h"

#include "result/result_internal.h"

enum {
    CLEAN_BYTES = 8 + 4 + 1 + 1 + 8,  /* up to and with nbytes */
    HEAD_BYTES = CLEAN_BYTES + 8 + 4, /* up to and with ncounts */
    COUNT_BYTES = 4 + 8,
    BLOB_HEAD_BYTES = 8,
    HASH_BYTES = 16,
    IMAGE_HEAD_BYTES = 1 + 4 + 4 + 4 + 8 + HASH_BYTES, /* up to and with hash */
    PART_BYTES = 9 * 8
};

/* Among the flags of an encoded record only. */
#define FLAG_CLEAN 128U

ms_code ms_record_put_count(ms_bytes *counts, uint32_t id, uint64_t count)
{
    ms_code code = ms_bytes_reserve(counts, COUNT_BYTES);
    if (code == MS_OK) {
        (void)ms__store_u64(ms__store_u32(counts->data + counts->len, id), count);
        counts->len += COUNT_BYTES;
    }
    return code;
}

void ms_record_count(const ms_record *record, uint32_t i, uint32_t *id, uint64_t *count)
{
    const uint8_t *at = record->counts + (size_t)i * COUNT_BYTES;
    *id = ms__load_u32(at);
    *count = ms__load_u64(at + 4);
}

bool ms_record_has_image(const ms_record *record)
{
    return (record->flags & MS_RECORD_IMAGE) != 0 && record->status == MS_STATUS_SCANNED;
}

static uint8_t *store_image(uint8_t *to, const ms_image_part *image)
{
    *to++ = image->lossless ? 1 : 0;
    to = ms__store_u32(to, image->width);
    to = ms__store_u32(to, image->height);
    to = ms__store_u32(to, image->pages);
    to = ms__store_u64(to, image->nbytes_out);
    to = ms__store_raw(to, image->hash, HASH_BYTES);
    return ms__store_blob(to, image->output, image->noutput);
}

static bool has_part(const ms_record *record)
{
    return (record->flags & MS_RECORD_PART) != 0;
}

static uint8_t *store_part(uint8_t *to, const ms_split_part *part)
{
    to = ms__store_u64(to, part->size);
    to = ms__store_u64(to, part->begin);
    to = ms__store_u64(to, part->end);
    to = ms__store_u64(to, part->nnewlines);
    to = ms__store_u64(to, part->max_listing);
    to = ms__store_u64(to, part->nunlisted);
    to = ms__store_u64(to, part->ntext);
    to = ms__store_u64(to, part->first);
    return ms__store_u64(to, part->next);
}

static bool has_members(const ms_record *record)
{
    return (record->flags & MS_RECORD_MEMBERS) != 0;
}

ms_code ms_record_put_member(ms_bytes *members, const void *name, size_t n, const ms_record *member)
{
    size_t before = members->len;
    MS_TRY(ms_bytes_check(members));
    ms_bytes_put_blob(members, name, n);
    ms_record without_entry = *member;
    without_entry.entry = 0;
    ms_code code = ms_record_encode(&without_entry, members);
    if (code != MS_OK) {
        ms_bytes_cut(members, before);
    }
    return code;
}

static bool is_clean(const ms_record *record)
{
    return record->status == MS_STATUS_SCANNED &&
           (record->flags & ~(MS_RECORD_NAMES_ONLY | MS_RECORD_WITHOUT_MATCH)) == 0 &&
           record->nmatching == 0 && record->ncounts == 0 && record->nlines == 0 &&
           record->nline_bytes == 0 && record->nstage == 0 && record->nmessage == 0;
}

/* Up to and with nbytes. */
static uint8_t *store_head(uint8_t *to, const ms_record *record, size_t size)
{
    to = ms__store_u64(to, size);
    to = ms__store_u32(to, record->entry);
    *to++ = (uint8_t)record->status;
    *to++ = (uint8_t)(record->flags | (is_clean(record) ? FLAG_CLEAN : 0));
    return ms__store_u64(to, record->nbytes);
}

static ms_code encode_clean(const ms_record *record, ms_bytes *to)
{
    ms_code code = ms_bytes_reserve(to, CLEAN_BYTES);
    if (code == MS_OK) {
        (void)store_head(to->data + to->len, record, CLEAN_BYTES);
        to->len += CLEAN_BYTES;
    }
    return code;
}

ms_code ms_record_encode(const ms_record *record, ms_bytes *to)
{
    if (is_clean(record)) {
        return encode_clean(record, to);
    }
    size_t counts_bytes = (size_t)record->ncounts * COUNT_BYTES;
    size_t size = HEAD_BYTES + counts_bytes + 16 + record->nline_bytes + BLOB_HEAD_BYTES + record->nstage +
                  BLOB_HEAD_BYTES + record->nmessage;
    bool has_image = ms_record_has_image(record);
    size += has_image ? IMAGE_HEAD_BYTES + BLOB_HEAD_BYTES + record->image.noutput : 0;
    size += has_part(record) ? PART_BYTES : 0;
    size += has_members(record) ? BLOB_HEAD_BYTES + record->nmember_bytes : 0;
    ms_code code = ms_bytes_reserve(to, size);
    if (code != MS_OK) {
        return code;
    }
    uint8_t *at = store_head(to->data + to->len, record, size);
    at = ms__store_u64(at, record->nmatching);
    at = ms__store_u32(at, record->ncounts);
    at = ms__store_raw(at, record->counts, counts_bytes);
    at = ms__store_u64(at, record->nlines);
    at = ms__store_blob(at, record->lines, record->nline_bytes);
    at = has_image ? store_image(at, &record->image) : at;
    at = has_part(record) ? store_part(at, &record->part) : at;
    at = has_members(record) ? ms__store_blob(at, record->members, record->nmember_bytes) : at;
    at = ms__store_blob(at, record->stage, record->nstage);
    (void)ms__store_blob(at, record->message, record->nmessage);
    to->len += size;
    return MS_OK;
}

/* false when `lossless` is neither 0 nor 1; a read past the end stays in the reader. */
static bool take_image(ms_reader *in, ms_image_part *image)
{
    uint8_t lossless = ms_reader_u8(in);
    image->lossless = lossless == 1;
    image->width = ms_reader_u32(in);
    image->height = ms_reader_u32(in);
    image->pages = ms_reader_u32(in);
    image->nbytes_out = ms_reader_u64(in);
    const uint8_t *hash = ms_reader_take(in, HASH_BYTES);
    if (hash) {
        memcpy(image->hash, hash, HASH_BYTES);
    }
    image->output = (const char *)ms_reader_blob(in, &image->noutput);
    return lossless <= 1;
}

static ms_split_part take_part(ms_reader *in)
{
    ms_split_part part = {.size = ms_reader_u64(in)};
    part.begin = ms_reader_u64(in);
    part.end = ms_reader_u64(in);
    part.nnewlines = ms_reader_u64(in);
    part.max_listing = ms_reader_u64(in);
    part.nunlisted = ms_reader_u64(in);
    part.ntext = ms_reader_u64(in);
    part.first = ms_reader_u64(in);
    part.next = ms_reader_u64(in);
    return part;
}

/* Cuts `size` bytes into the fields of a record; false when they do not fill it exactly. */
static bool split(const uint8_t *data, size_t size, ms_record *record)
{
    ms_reader in = ms_reader_over(data, size);
    (void)ms_reader_u64(&in); /* the size: the caller has read it */
    record->entry = ms_reader_u32(&in);
    uint8_t status = ms_reader_u8(&in);
    uint8_t flags = ms_reader_u8(&in);
    record->flags = (uint8_t)(flags & ~FLAG_CLEAN);
    record->nbytes = ms_reader_u64(&in);
    if ((flags & FLAG_CLEAN) != 0) {
        record->status = (ms_status)status;
        return size == CLEAN_BYTES && is_clean(record);
    }
    record->nmatching = ms_reader_u64(&in);
    record->ncounts = ms_reader_u32(&in);
    record->counts = ms_reader_take(&in, (uint64_t)record->ncounts * COUNT_BYTES);
    record->nlines = ms_reader_u64(&in);
    record->lines = ms_reader_blob(&in, &record->nline_bytes);
    if (in.failed || status > MS_STATUS_UNDONE) {
        return false;
    }
    record->status = (ms_status)status;
    if (ms_record_has_image(record) && !take_image(&in, &record->image)) {
        return false;
    }
    if (has_part(record)) {
        record->part = take_part(&in);
    }
    if (has_members(record)) {
        record->members = ms_reader_blob(&in, &record->nmember_bytes);
    }
    record->stage = (const char *)ms_reader_blob(&in, &record->nstage);
    record->message = (const char *)ms_reader_blob(&in, &record->nmessage);
    return !in.failed && ms_reader_left(&in) == 0 && !is_clean(record);
}

static bool counts_are_sound(const ms_record *record)
{
    uint64_t least_id = 0;
    for (uint32_t i = 0; i < record->ncounts; i++) {
        uint32_t id = 0;
        uint64_t count = 0;
        ms_record_count(record, i, &id, &count);
        if (id < least_id || count == 0 || count > record->nmatching) {
            return false;
        }
        least_id = (uint64_t)id + 1;
    }
    return true;
}

static bool line_is_sound(const ms_line *line)
{
    uint64_t least_id = 0;
    for (uint32_t i = 0; i < line->nids; i++) {
        uint32_t id = ms__load_u32(line->ids + (size_t)i * 4);
        if (id < least_id) {
            return false;
        }
        least_id = (uint64_t)id + 1;
    }
    return line->line_no > 0 && line->text_offset <= line->nbytes &&
           line->ntext <= line->nbytes - line->text_offset && !(line->is_context && line->nids > 0);
}

static bool lines_are_sound(const ms_record *record)
{
    size_t at = 0;
    for (uint64_t i = 0; i < record->nlines; i++) {
        ms_line line;
        if (!ms_record_next_line(record, &at, &line) || !line_is_sound(&line)) {
            return false;
        }
    }
    return at == record->nline_bytes;
}

static bool image_is_sound(const ms_image_part *image)
{
    return image->width > 0 && image->height > 0 && image->pages > 0 && image->nbytes_out > 0 &&
           image->noutput > 0;
}

static bool part_is_sound(const ms_split_part *part)
{
    return part->begin < part->end && part->end <= part->size && part->first <= part->next &&
           part->next <= part->size;
}

/* The fields agree with each other as record.h says. A clean scanned file must hold nothing that the digest,
 * which leaves such files out, would then not cover. */
static bool fields_agree(const ms_record *record)
{
    if ((record->flags & ~(MS_RECORD_NAMES_ONLY | MS_RECORD_IMAGE | MS_RECORD_PART | MS_RECORD_MEMBERS |
                           MS_RECORD_WHOLE | MS_RECORD_BINARY | MS_RECORD_WITHOUT_MATCH)) != 0) {
        return false;
    }
    if ((record->flags & MS_RECORD_BINARY) != 0 &&
        (record->status != MS_STATUS_SCANNED || (record->flags & MS_RECORD_IMAGE) != 0)) {
        return false;
    }
    if ((record->flags & (MS_RECORD_NAMES_ONLY | MS_RECORD_WITHOUT_MATCH)) == MS_RECORD_WITHOUT_MATCH) {
        return false;
    }
    if ((record->flags & MS_RECORD_WHOLE) != 0 && !has_part(record)) {
        return false;
    }
    if (has_part(record) && ((record->flags & MS_RECORD_IMAGE) != 0 || !part_is_sound(&record->part))) {
        return false;
    }
    if ((record->flags & MS_RECORD_IMAGE) != 0 && record->nmatching > 0) {
        return false;
    }
    if ((record->flags & MS_RECORD_NAMES_ONLY) != 0 && record->ncounts > 0) {
        return false;
    }
    if (record->nmatching == 0 && (record->ncounts > 0 || record->nlines > 0)) {
        return false;
    }
    switch (record->status) {
    case MS_STATUS_SCANNED:
        return record->nstage == 0 && record->nmessage == 0 &&
               (!ms_record_has_image(record) || image_is_sound(&record->image));
    case MS_STATUS_SKIPPED:
        return record->nstage == 0 && record->nmatching == 0;
    case MS_STATUS_FAILED:
        return true;
    case MS_STATUS_UNDONE:
        return record->nstage == 0 && record->nmessage == 0;
    }
    return false;
}

/* Decodes a record without its members; the reader moves past it. */
static bool decode_one(ms_record *record, ms_reader *from)
{
    ms_reader ahead = *from;
    uint64_t size = ms_reader_u64(&ahead);
    const uint8_t *data = ms_reader_take(from, size);
    return data && split(data, (size_t)size, record) && fields_agree(record) && counts_are_sound(record) &&
           lines_are_sound(record);
}

/* Is `member` what a record within `archive` may be? */
static bool belongs(const ms_record *archive, const ms_record *member)
{
    unsigned alike = MS_RECORD_NAMES_ONLY | MS_RECORD_MEMBERS | MS_RECORD_WITHOUT_MATCH;
    bool without = (archive->flags & MS_RECORD_WITHOUT_MATCH) != 0;
    bool unwanted = member->status == MS_STATUS_SCANNED && (member->nmatching == 0) != without;
    bool hides_failure = member->status == MS_STATUS_FAILED && archive->status != MS_STATUS_FAILED;
    return member->entry == 0 &&
           ((member->flags & ~MS_RECORD_BINARY) | MS_RECORD_MEMBERS) == (archive->flags & alike) &&
           !has_members(member) && !unwanted && !hides_failure && member->status != MS_STATUS_UNDONE;
}

static bool members_are_sound(const ms_record *record)
{
    ms_reader in = ms_reader_over(record->members, record->nmember_bytes);
    uint64_t nbytes = 0;
    uint64_t nmatching = 0;
    while (ms_reader_left(&in) > 0) {
        size_t nname = 0;
        ms_record member = {0};
        (void)ms_reader_blob(&in, &nname);
        if (in.failed || !decode_one(&member, &in) || !belongs(record, &member) ||
            __builtin_add_overflow(nbytes, member.nbytes, &nbytes) ||
            __builtin_add_overflow(nmatching, member.nmatching, &nmatching)) {
            return false;
        }
    }
    return !in.failed && record->nmember_bytes > 0 && nbytes <= record->nbytes &&
           nmatching <= record->nmatching && record->ncounts == 0 && record->nlines == 0 &&
           (record->status == MS_STATUS_SCANNED || record->status == MS_STATUS_FAILED) &&
           record->flags == (record->flags & (MS_RECORD_NAMES_ONLY | MS_RECORD_MEMBERS | MS_RECORD_BINARY |
                                              MS_RECORD_WITHOUT_MATCH));
}

ms_code ms_record_decode(ms_record *record, ms_reader *from)
{
    ms_record found = {0};
    if (!decode_one(&found, from) || (has_members(&found) && !members_are_sound(&found))) {
        from->failed = true;
        *record = (ms_record){0};
        return MS_FORMAT;
    }
    *record = found;
    return MS_OK;
}

bool ms_record_next_member(const ms_record *record, size_t *at, ms_str *name, ms_record *member)
{
    if (*at >= record->nmember_bytes) {
        return false;
    }
    const uint8_t *from = record->members + *at;
    *name = (ms_str){.data = (const char *)from + BLOB_HEAD_BYTES, .len = (size_t)ms__load_u64(from)};
    from += BLOB_HEAD_BYTES + name->len;
    *member = ms_record_view(from);
    member->entry = record->entry;
    *at = (size_t)(from - record->members) + (size_t)ms__load_u64(from);
    return true;
}

void ms_record_set_entry(uint8_t *data, uint32_t entry)
{
    (void)ms__store_u32(data + 8, entry);
}

ms_record ms_record_view(const uint8_t *data)
{
    ms_record record = {0};
    (void)split(data, (size_t)ms__load_u64(data), &record);
    return record;
}
