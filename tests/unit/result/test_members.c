/* Suite of the members in the record of an archive: read back, refused when damaged, covered by the digest,
 * counted by the ledger. */
#include "result/digest.h"
#include "result/merge.h"

#include "samples.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

static ms_code decode(const ms_bytes *bytes, ms_record *record)
{
    ms_reader reader = ms_reader_over(bytes->data, bytes->len);
    return ms_record_decode(record, &reader);
}

TEST(members_are_read_back)
{
    static const char *const names[] = {"dir/bad.gz", "\xff!\n\0x", ""};
    static const size_t sizes[] = {10, 5, 0};
    static const ms_status statuses[] = {MS_STATUS_FAILED, MS_STATUS_SKIPPED, MS_STATUS_SCANNED};
    static const uint64_t nmatching[] = {3, 0, 3};
    static const uint64_t nlines[] = {4, 0, 0};
    ms_bytes bytes = {0};
    ms_record record;
    ms_record member;
    ms_str name;
    size_t at = 0;
    sample_append(&bytes, 10, 77);
    ck_assert_int_eq(decode(&bytes, &record), MS_OK);
    for (size_t i = 0; i < 3; i++) {
        ck_assert(ms_record_next_member(&record, &at, &name, &member));
        ck_assert_uint_eq(name.len, sizes[i]);
        ck_assert_mem_eq(name.data, names[i], name.len);
        ck_assert_uint_eq(member.entry, 77); /* the archive's */
        ck_assert_int_eq(member.status, statuses[i]);
        ck_assert_uint_eq(member.nmatching, nmatching[i]);
        ck_assert_uint_eq(member.nlines, nlines[i]);
    }
    ck_assert(!ms_record_next_member(&record, &at, &name, &member));
    ms_record_set_entry(bytes.data, 3);
    record = ms_record_view(bytes.data);
    at = 0;
    ck_assert(ms_record_next_member(&record, &at, &name, &member) && member.entry == 3);
    ms_bytes_fini(&bytes);
}

TEST(others_have_no_members)
{
    for (unsigned kind = 0; kind < 10; kind++) {
        ms_bytes bytes = {0};
        ms_record record;
        ms_record member;
        ms_str name;
        size_t at = 0;
        sample_append(&bytes, kind, 1);
        ck_assert_int_eq(decode(&bytes, &record), MS_OK);
        ck_assert(!ms_record_next_member(&record, &at, &name, &member));
        ms_bytes_fini(&bytes);
    }
}

/* A sound archive, one thing of which is changed. */
typedef struct made {
    ms_record archive;
    ms_record member;
    ms_bytes members;
} made;

enum { SOUND, NCHANGES = 17 };

static void change_archive(ms_record *archive, int which)
{
    switch (which) {
    case 1: /* less than the sum */
        archive->nmatching = 1;
        break;
    case 2:
        archive->nbytes = 9;
        break;
    case 3: /* hides the failure */
        archive->status = MS_STATUS_SCANNED;
        archive->nstage = 0;
        break;
    case 4:
        archive->status = MS_STATUS_SKIPPED;
        archive->nstage = 0;
        break;
    case 5:
        archive->status = MS_STATUS_UNDONE;
        archive->nstage = 0;
        break;
    case 6:
        archive->flags |= MS_RECORD_PART;
        archive->part = (ms_split_part){.size = 9, .end = 9};
        break;
    case 7: /* unlike its member */
        archive->flags |= MS_RECORD_NAMES_ONLY;
        break;
    case 8:
        archive->nmember_bytes = 0;
        break;
    default:
        break;
    }
}

static void change_member(ms_record *member, int which)
{
    switch (which) {
    case 9:
        member->flags = MS_RECORD_NAMES_ONLY;
        break;
    case 10:
        member->flags = MS_RECORD_PART;
        member->part = (ms_split_part){.size = 9, .end = 9};
        break;
    case 11:
        member->flags = MS_RECORD_IMAGE;
        member->nmatching = 0;
        break;
    case 12: /* clean */
        member->status = MS_STATUS_SCANNED;
        member->nmatching = 0;
        member->nstage = 0;
        break;
    case 13:
        member->status = MS_STATUS_UNDONE;
        member->nstage = 0;
        break;
    case 14: /* the sum of two wraps */
        member->nmatching = UINT64_MAX;
        break;
    case 15:
        member->nbytes = UINT64_MAX;
        break;
    default:
        break;
    }
}

TEST_RANGE(what_is_not_sound_is_refused, 0, NCHANGES)
{
    static const char text[] = "decode";
    made m = {
        .archive = {.nbytes = 20,
                    .nmatching = 4,
                    .flags = MS_RECORD_MEMBERS,
                    .status = MS_STATUS_FAILED,
                    .stage = text,
                    .nstage = 6},
        .member = {.nbytes = 10, .nmatching = 2, .status = MS_STATUS_FAILED, .stage = text, .nstage = 6}};
    ms_bytes bytes = {0};
    ms_record record;
    change_member(&m.member, _i);
    for (int n = 0; n < 2; n++) {
        ck_assert_int_eq(ms_record_put_member(&m.members, "a", 1, &m.member), MS_OK);
    }
    m.archive.members = m.members.data;
    m.archive.nmember_bytes = m.members.len;
    change_archive(&m.archive, _i);
    if (_i == 14) { /* the sums may be anything, but must be some */
        m.archive.nmatching = UINT64_MAX;
    }
    ck_assert_int_eq(ms_record_encode(&m.archive, &bytes), MS_OK);
    if (_i == 16) { /* a section without its flag */
        bytes.data[13] = 0;
    }
    ck_assert_int_eq(decode(&bytes, &record), _i == SOUND ? MS_OK : MS_FORMAT);
    ms_bytes_fini(&bytes);
    ms_bytes_fini(&m.members);
}

/* Members within members: refused, and no stack is deep enough to try. */
TEST(members_within_members)
{
    ms_bytes bytes = {0};
    ms_record record = {.nmatching = 1};
    ck_assert_int_eq(ms_record_encode(&record, &bytes), MS_OK);
    for (unsigned depth = 0; depth < 1000; depth++) {
        ms_bytes members = {0};
        ms_bytes outer = {0};
        ms_record inner = ms_record_view(bytes.data);
        ck_assert_int_eq(ms_record_put_member(&members, "", 0, &inner), MS_OK);
        record.flags = MS_RECORD_MEMBERS;
        record.members = members.data;
        record.nmember_bytes = members.len;
        ck_assert_int_eq(ms_record_encode(&record, &outer), MS_OK);
        ck_assert_int_eq(decode(&outer, &inner), depth == 0 ? MS_OK : MS_FORMAT);
        ms_bytes_fini(&bytes);
        ms_bytes_fini(&members);
        bytes = outer;
    }
    ms_bytes_fini(&bytes);
}

typedef struct hashes {
    char run[33];
    uint64_t one;
} hashes;

static hashes hash(const ms_bytes *bytes)
{
    ms_str_list keywords = {0};
    ms_digest digest;
    ms_ledger ledger = {0};
    hashes found;
    ms_record record = ms_record_view(bytes->data);
    sample_keywords(&keywords);
    ck_assert_int_eq(ms_digest_init(&digest), MS_OK);
    found.one = ms_digest_record(&digest, &record, (ms_str){"a.tar", 5}, &keywords);
    ms_code code = ms_digest_add(&digest, &record, (ms_str){"a.tar", 5}, &keywords);
    ms_digest_finish(&digest, &ledger, found.run);
    found.run[0] = code == MS_OK ? found.run[0] : '?'; /* a keyword that is unknown */
    ms_digest_fini(&digest);
    ms_str_list_fini(&keywords);
    return found;
}

/* Every byte of the section of members that a sound record may have otherwise changes the digest, but for the
 * bytes that a member searched. */
TEST(the_digest_covers_members)
{
    ms_bytes bytes = {0};
    ms_bytes changed = {0};
    size_t nchecked = 0;
    ms_record record;
    sample_append(&bytes, 10, 7);
    hashes before = hash(&bytes);
    ms_bytes_append(&changed, bytes.data, bytes.len);
    record = ms_record_view(changed.data);
    size_t from = (size_t)(record.members - changed.data);
    for (size_t at = from; at < from + record.nmember_bytes; at++) {
        ms_record found;
        changed.data[at] ^= 1;
        if (decode(&changed, &found) == MS_OK && found.nmatching == record.nmatching) {
            hashes after = hash(&changed);
            uint64_t nbytes[2] = {0};
            ms_str name;
            ms_record member;
            for (size_t i = 0; ms_record_next_member(&found, &i, &name, &member);) {
                nbytes[0] += member.nbytes;
            }
            record = ms_record_view(bytes.data);
            for (size_t i = 0; ms_record_next_member(&record, &i, &name, &member);) {
                nbytes[1] += member.nbytes;
            }
            if (nbytes[0] == nbytes[1]) {
                ck_assert_str_ne(after.run, before.run);
                ck_assert_uint_ne(after.one, before.one);
                nchecked++;
            }
        }
        changed.data[at] ^= 1;
    }
    ck_assert_uint_gt(nchecked, 100);
    ms_bytes_fini(&bytes);
    ms_bytes_fini(&changed);
}

/* An archive without hits is not clean when members were skipped. */
TEST(skipped_members_count)
{
    ms_bytes bytes = {0};
    ms_bytes members = {0};
    ms_record skipped = {.status = MS_STATUS_SKIPPED, .message = "an image", .nmessage = 8};
    ms_record archive = {.flags = MS_RECORD_MEMBERS};
    ms_record clean = {0};
    ck_assert_int_eq(ms_record_put_member(&members, "p.png", 5, &skipped), MS_OK);
    archive.members = members.data;
    archive.nmember_bytes = members.len;
    ck_assert_int_eq(ms_record_encode(&archive, &bytes), MS_OK);
    hashes with = hash(&bytes);
    ms_bytes_clear(&bytes);
    ck_assert_int_eq(ms_record_encode(&clean, &bytes), MS_OK);
    ck_assert_str_ne(with.run, hash(&bytes).run);
    ms_bytes_fini(&bytes);
    ms_bytes_fini(&members);
}

TEST(an_unknown_keyword_of_a_member)
{
    ms_bytes bytes = {0};
    ms_str_list none = {0};
    ms_digest digest;
    sample_append(&bytes, 10, 7);
    ms_record record = ms_record_view(bytes.data);
    ck_assert_int_eq(ms_digest_init(&digest), MS_OK);
    ck_assert_int_eq(ms_digest_add(&digest, &record, (ms_str){"a", 1}, &none), MS_FORMAT);
    ms_digest_fini(&digest);
    ms_bytes_fini(&bytes);
}

TEST(the_ledger_counts_members)
{
    ms_bytes part = {0};
    ms_str_list paths = {0};
    ms_str_list keywords = {0};
    ms_merged merged;
    ms_err err = {0};
    sample_keywords(&keywords);
    sample_paths(&paths, 3);
    sample_append(&part, 10, 0);
    sample_append(&part, 11, 1);
    sample_append(&part, 1, 2);
    ck_assert_int_eq(ms_merge(&merged, &part, 1, &paths, &keywords, false, &err), MS_OK);
    ck_assert_uint_eq(merged.ledger.enumerated, 3);
    ck_assert_uint_eq(merged.ledger.failed, 1);
    ck_assert_uint_eq(merged.ledger.skipped, 0);
    ck_assert_uint_eq(merged.ledger.matching_files, 3);
    ck_assert_uint_eq(merged.ledger.matching_lines, 7 + 1 + 3);
    ck_assert_uint_eq(merged.ledger.matching_members, 3);
    ck_assert_uint_eq(merged.ledger.skipped_members, 1);
    ms_merged_fini(&merged);
    ms_str_list_fini(&paths);
    ms_str_list_fini(&keywords);
}
