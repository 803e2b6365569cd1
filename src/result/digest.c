/* Definition of the digest: XXH3, 128 bits, seed 0, in its canonical form as 32 lower-case hexadecimal
 * digits, over the following bytes. Integers are little-endian; a blob is its length as u64, then its bytes,
 * which makes the whole injective. Entry numbers and keyword ids are replaced by their texts. */
#include "result/digest.h"

#include "result/result_internal.h"

#include <stdio.h>
#include <string.h>
#include <xxhash.h>

/* For each entry in canonical order, but not for a clean file (SCANNED with nmatching 0, not BINARY,
 * no image, no members):
 *
 *   for an image that was converted:
 *     u8 'I', blob path, u8 flags, u8 lossless, u32 width, u32 height, u32 pages, u64 nbytes_out,
 *     16 bytes hash, blob output's name without its directory (that of -o may differ between runs, and the
 *     tree below it follows from path)
 *
 *   for any other:
 *     u8 'R', blob path, u8 status, u8 flags, u64 nmatching,
 *     u32 number of counts, for each in the order of the keywords: blob keyword, u64 lines it matches
 *     u64 number of lines, for each: u64 line_no, u64 offset, u64 nbytes, u8 flags (as in the
 *       record), u32 number of keywords, blob text (as ms_line_shown says), u64 text_offset unless 0, for
 * each keyword in their order: blob keyword blob stage, blob message for each member in the record of an
 * archive: u8 'M', blob name, and what follows the path of an 'R'
 *
 * Flags are 2 with 'I', and with 'R' BINARY, and when nmatching is not 0 those of NAMES_ONLY and
 * WITHOUT_MATCH: whether a file that failed was an image does not count. Then, once: u8 'L', and as u64
 * enumerated, scanned, skipped, failed, nbytes, matching_files, matching_lines; the sums over images follow
 * from the images. */

static void feed(XXH3_state_t *state, const void *data, size_t n)
{
    if (n > 0) {
        (void)XXH3_128bits_update(state, data, n); /* fails only without data */
    }
}

static void feed_u64(XXH3_state_t *state, uint64_t value)
{
    uint8_t raw[8];
    (void)ms__store_u64(raw, value);
    feed(state, raw, sizeof raw);
}

static void feed_blob(XXH3_state_t *state, const void *data, size_t n)
{
    feed_u64(state, n);
    feed(state, data, n);
}

/* false when there is no such keyword. */
static bool feed_keyword(XXH3_state_t *state, const ms_str_list *keywords, uint32_t id)
{
    if (id >= keywords->count) {
        return false;
    }
    ms_str keyword = ms_str_list_at(keywords, id);
    feed_blob(state, keyword.data, keyword.len);
    return true;
}

static bool feed_counts(XXH3_state_t *state, const ms_record *record, const ms_str_list *keywords)
{
    bool known = true;
    uint8_t raw[4];
    (void)ms__store_u32(raw, record->ncounts);
    feed(state, raw, sizeof raw);
    for (uint32_t i = 0; i < record->ncounts; i++) {
        uint32_t id = 0;
        uint64_t count = 0;
        ms_record_count(record, i, &id, &count);
        known = feed_keyword(state, keywords, id) && known;
        feed_u64(state, count);
    }
    return known;
}

static bool feed_lines(XXH3_state_t *state, const ms_record *record, const ms_str_list *keywords)
{
    bool known = true;
    ms_line line;
    feed_u64(state, record->nlines);
    for (size_t at = 0; ms_record_next_line(record, &at, &line);) {
        uint8_t raw[8 + 8 + 8 + 1 + 4 + 8];
        uint8_t *to = ms__store_u64(raw, line.line_no);
        to = ms__store_u64(to, line.offset);
        to = ms__store_u64(to, line.nbytes);
        *to++ = ms__line_flags(line.is_context, line.is_cut, line.text_offset > 0);
        to = ms__store_u32(to, line.nids);
        size_t shown = ms_line_shown(&line);
        (void)ms__store_u64(to, shown);
        feed(state, raw, sizeof raw);
        feed(state, line.text, shown);
        if (line.text_offset > 0) {
            feed_u64(state, line.text_offset);
        }
        for (uint32_t i = 0; i < line.nids; i++) {
            known = feed_keyword(state, keywords, ms_line_id(&line, i)) && known;
        }
    }
    return known;
}

static void feed_image(XXH3_state_t *state, const ms_image_part *image, ms_str path)
{
    uint8_t raw[1 + 1 + 4 + 4 + 4 + 8 + sizeof image->hash];
    uint8_t *to = raw;
    *to++ = MS_RECORD_IMAGE;
    *to++ = image->lossless ? 1 : 0;
    to = ms__store_u32(to, image->width);
    to = ms__store_u32(to, image->height);
    to = ms__store_u32(to, image->pages);
    to = ms__store_u64(to, image->nbytes_out);
    (void)ms__store_raw(to, image->hash, sizeof image->hash);
    feed(state, "I", 1);
    feed_blob(state, path.data, path.len);
    feed(state, raw, sizeof raw);
    const char *slash = memrchr(image->output, '/', image->noutput);
    size_t directory = slash ? (size_t)(slash + 1 - image->output) : 0;
    feed_blob(state, image->output + directory, image->noutput - directory);
}

/* A file ('R') or a member ('M'). */
static bool feed_log(XXH3_state_t *state, const char *tag, const ms_record *record, ms_str path,
                     const ms_str_list *keywords)
{
    uint8_t flags =
        record->nmatching > 0 ? record->flags & (MS_RECORD_NAMES_ONLY | MS_RECORD_WITHOUT_MATCH) : 0;
    flags |= record->flags & MS_RECORD_BINARY;
    uint8_t status_and_flags[] = {(uint8_t)record->status, flags};
    feed(state, tag, 1);
    feed_blob(state, path.data, path.len);
    feed(state, status_and_flags, sizeof status_and_flags);
    feed_u64(state, record->nmatching);
    bool known = feed_counts(state, record, keywords);
    known = feed_lines(state, record, keywords) && known;
    feed_blob(state, record->stage, record->nstage);
    feed_blob(state, record->message, record->nmessage);
    return known;
}

static bool feed_record(XXH3_state_t *state, const ms_record *record, ms_str path,
                        const ms_str_list *keywords)
{
    if (ms_record_has_image(record)) {
        feed_image(state, &record->image, path);
        return true;
    }
    bool known = feed_log(state, "R", record, path, keywords);
    ms_str name;
    ms_record member;
    for (size_t at = 0; ms_record_next_member(record, &at, &name, &member);) {
        known = feed_log(state, "M", &member, name, keywords) && known;
    }
    return known;
}

ms_code ms_digest_init(ms_digest *digest)
{
    *digest = (ms_digest){.run = XXH3_createState(), .one = XXH3_createState()};
    if (!digest->run || !digest->one || XXH3_128bits_reset(digest->run) != XXH_OK) {
        ms_digest_fini(digest);
        return MS_NOMEM;
    }
    return MS_OK;
}

void ms_digest_fini(ms_digest *digest)
{
    (void)XXH3_freeState(digest->run);
    (void)XXH3_freeState(digest->one);
    *digest = (ms_digest){0};
}

ms_code ms_digest_add(ms_digest *digest, const ms_record *record, ms_str path, const ms_str_list *keywords)
{
    if (record->status == MS_STATUS_SCANNED && record->nmatching == 0 && record->nmember_bytes == 0 &&
        (record->flags & MS_RECORD_BINARY) == 0 && !ms_record_has_image(record)) {
        return MS_OK;
    }
    return feed_record(digest->run, record, path, keywords) ? MS_OK : MS_FORMAT;
}

void ms_digest_finish(ms_digest *digest, const ms_ledger *ledger, char hex[33])
{
    const uint64_t numbers[] = {ledger->enumerated,    ledger->scanned, ledger->skipped,
                                ledger->failed,        ledger->nbytes,  ledger->matching_files,
                                ledger->matching_lines};
    feed(digest->run, "L", 1);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        feed_u64(digest->run, numbers[i]);
    }
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(digest->run));
    for (size_t i = 0; i < sizeof canonical.digest; i++) {
        (void)snprintf(hex + 2 * i, 3, "%02x", (unsigned)canonical.digest[i]);
    }
}

uint64_t ms_digest_record(ms_digest *digest, const ms_record *record, ms_str path,
                          const ms_str_list *keywords)
{
    (void)XXH3_128bits_reset(digest->one);
    (void)feed_record(digest->one, record, path, keywords);
    feed_u64(digest->one, record->nbytes);
    return XXH3_128bits_digest(digest->one).low64;
}
