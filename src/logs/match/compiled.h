/* Compiled: keywords as the matching library wants them, and the same as bytes, so that one rank compiles for
 * all. Private to logs/. */
#ifndef MS_LOGS_MATCH_COMPILED_H
#define MS_LOGS_MATCH_COMPILED_H

#include "logs/prefilter/qgram_filter.h"

#include <hs/hs.h>

typedef struct ms_compiled {
    hs_database_t *db;              /* owned; an event's id is a literal's or, of expressions, a keyword's */
    ms_qgram_filter qgram_filter;   /* of literals with a stride, instead of a database */
    ms_prefilter_literals literals; /* of fixed strings; none for expressions */
    uint8_t *direct; /* owned; of expressions, one per keyword: 1 when its events need no confirming */
    size_t ndirect;
    bool every_line;  /* some keyword needs each line scanned by itself */
    bool lines_if_cr; /* ... in blocks that hold a CR */
} ms_compiled;

/* Frees; idempotent, accepts {0}. Local. */
void ms_compiled_fini(ms_compiled *compiled);

/* All of it but the literals' texts: u32 magic, u32 version, u8 flags, u32 stride, u64 literals with (u32
 * length, u32 uses) each, u64 uses with (u32 id, u32 from, u32 to) each, blob direct, blob database (empty
 * when there is a qgram_filter, which is made anew). MS_NOMEM, MS_INTERNAL. Local. */
MS_MUST_CHECK ms_code ms_compiled_encode(const ms_compiled *compiled, ms_bytes *to, ms_err *err);

/* The inverse, for the same keywords and, of fixed strings, their letters. MS_FORMAT when the bytes are not
 * that, MS_LIMIT when this machine or its library cannot take the database: then it has to compile for
 * itself. The database's own bytes are protected by the library's version, platform and CRC checks alone, and
 * what it does with bytes that were made to deceive it is unknown: give it only what a rank of this run has
 * encoded. On failure *compiled is {0}. Local. */
MS_MUST_CHECK ms_code ms_compiled_decode(ms_compiled *compiled, const ms_keywords *keywords,
                                         const ms_case_variants *letters, const void *data, size_t n,
                                         ms_err *err);

#endif
