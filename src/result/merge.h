/* Merge: the records of all ranks in one canonical order, the ledger that proves the run complete, and the
 * digest that two runs with the same answer share. */
#ifndef MS_RESULT_MERGE_H
#define MS_RESULT_MERGE_H

#include "base/str_list.h"
#include "result/join.h"

/* Every enumerated entry is in exactly one of scanned, skipped, failed, undone. */
typedef struct ms_ledger {
    uint64_t enumerated;
    uint64_t scanned;
    uint64_t skipped;
    uint64_t failed;
    uint64_t undone; /* the run was stopped before they were done */
    uint64_t nbytes; /* searched */
    uint64_t matching_files;
    uint64_t matching_lines;
    uint64_t matching_members; /* of archives, each of which is one file above */
    uint64_t skipped_members;
    uint64_t images;     /* converted */
    uint64_t lossless;   /* of these, by the JPEG way */
    uint64_t pixels;     /* of these: width * height * pages */
    uint64_t nbytes_out; /* written for these */
} ms_ledger;

typedef struct ms_merged {
    ms_bytes *parts; /* owned: the gathered bytes the records lie in, and the joined ones */
    size_t nparts;
    const uint8_t **records; /* owned array of nentries pointers into parts, canonical order, none NULL */
    size_t nentries;
    ms_joined *joined; /* owned; njoined of them, ascending by entry: the lines of files searched in ranges */
    size_t njoined;
    ms_ledger ledger;
    char digest[33]; /* 128 bits in hexadecimal */
} ms_merged;

/* Frees; idempotent, accepts {0}. Local. */
void ms_merged_fini(ms_merged *merged);

/* Takes over the `nparts` byte buffers of *parts (the array is copied, the buffers are emptied, also on
 * failure), validates every record in them, joins those of ranges, and puts one record per entry in order.
 * With `partial` (the run was stopped) an entry that has none gets one that says UNDONE. MS_INTERNAL when an
 * entry has no record or two, or ranges with a gap; MS_FORMAT when bytes are not records. On failure *merged
 * is {0}. `paths` and `keywords` are only for the digest. Local. */
MS_MUST_CHECK ms_code ms_merge(ms_merged *merged, ms_bytes *take_parts, size_t nparts,
                               const ms_str_list *paths, const ms_str_list *keywords, bool partial,
                               ms_err *err);

/* Record of entry i < nentries. Local. */
ms_record ms_merged_at(const ms_merged *merged, size_t i);
/* Counts one more entry. false when a sum does not fit. Local. */
bool ms_ledger_add(ms_ledger *ledger, const ms_record *record);
/* true when nothing failed or was left undone: the run is complete. */
bool ms_ledger_complete(const ms_ledger *ledger);

#endif
