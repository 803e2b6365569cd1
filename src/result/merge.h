/* Merge: the records of all ranks in canonical order, with their ledger and digest. */
#ifndef MS_RESULT_MERGE_H
#define MS_RESULT_MERGE_H

#include "base/str_list.h"
#include "result/join.h"
#include "result/ledger.h"

typedef struct ms_merged {
    ms_bytes *parts; /* owned: the gathered bytes that hold the records, and the joined ones */
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

/* Takes the `nparts` byte buffers of *take_parts (the array is copied, the buffers are emptied, also on
 * failure), validates every record in them, joins those of ranges, and puts one record per entry in order.
 * With `partial` (the run was interrupted) an entry without one gets an UNDONE record. MS_INTERNAL when an
 * entry has no record or two, or ranges with a gap; MS_FORMAT when bytes are not records. On failure *merged
 * is {0}. `paths` and `keywords` are only for the digest. Local. */
MS_MUST_CHECK ms_code ms_merge(ms_merged *merged, ms_bytes *take_parts, size_t nparts,
                               const ms_str_list *paths, const ms_str_list *keywords, bool partial,
                               ms_err *err);

/* Record of entry i < nentries. Local. */
ms_record ms_merged_at(const ms_merged *merged, size_t i);

#endif
