/* The ledger: how many files were enumerated, and what became of them. It proves a run complete. */
#ifndef MS_RESULT_LEDGER_H
#define MS_RESULT_LEDGER_H

#include "result/record.h"

/* Every enumerated entry is in exactly one of scanned, skipped, failed, undone. */
typedef struct ms_ledger {
    uint64_t enumerated;
    uint64_t scanned;
    uint64_t binary; /* of these, searched byte by byte: MS_RECORD_BINARY */
    uint64_t skipped;
    uint64_t failed;
    uint64_t undone; /* the run was interrupted before */
    uint64_t nbytes; /* searched */
    uint64_t matching_files;
    uint64_t matching_lines;
    uint64_t matching_members; /* of archives, each of which is one file above */
    uint64_t skipped_members;
    uint64_t images;     /* converted */
    uint64_t lossless;   /* of these, by the method jpeg-lossless */
    uint64_t pixels;     /* of these: width * height * pages */
    uint64_t nbytes_out; /* written for these */
} ms_ledger;

/* Counts one more entry. false when a sum does not fit. Local. */
bool ms_ledger_add(ms_ledger *ledger, const ms_record *record);
/* true when nothing failed or was left undone: the run is complete. */
bool ms_ledger_complete(const ms_ledger *ledger);

#endif
