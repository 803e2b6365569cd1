/* The digest of an answer: the same for two runs with the same hits, images, faults and ledger, regardless of
 * their times and numbers of ranks. It is computed record by record and covers only what the JSON report
 * shows, so it can be computed from that. Definition: digest.c. */
#ifndef MS_RESULT_DIGEST_H
#define MS_RESULT_DIGEST_H

#include "result/ledger.h"

struct XXH3_state_s;

typedef struct ms_digest {
    struct XXH3_state_s *run; /* owned: of all records added so far */
    struct XXH3_state_s *one; /* owned: for ms_digest_record */
} ms_digest;

/* MS_NOMEM; then *digest is {0}. Local. */
MS_MUST_CHECK ms_code ms_digest_init(ms_digest *digest);
/* Frees; idempotent, accepts {0}. Local. */
void ms_digest_fini(ms_digest *digest);

/* Adds the record of the next entry in canonical order. MS_FORMAT when it names a keyword id that `keywords`
 * does not have; the digest is unusable then. The record must have been validated. Local. */
MS_MUST_CHECK ms_code ms_digest_add(ms_digest *digest, const ms_record *record, ms_str path,
                                    const ms_str_list *keywords);
/* Writes the digest of all records added and of `ledger`: 32 hexadecimal digits and a NUL. Adding after it is
 * wrong. Local. */
void ms_digest_finish(ms_digest *digest, const ms_ledger *ledger, char hex[33]);

/* 64 bits of one record: what ms_digest_add covers, also of a clean file, and the bytes searched (of which
 * the ledger has the sum): of two runs with different digests some file has different hashes. The records
 * added to *digest are not affected. The record must have been validated. Local. */
uint64_t ms_digest_record(ms_digest *digest, const ms_record *record, ms_str path,
                          const ms_str_list *keywords);

#endif
