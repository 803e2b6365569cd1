/* Compiled keywords, and their encoding, so that one rank compiles for all. Private to logs/. */
#ifndef MS_LOGS_COMPILE_COMPILED_H
#define MS_LOGS_COMPILE_COMPILED_H

#include "logs/prefilter/qgram_filter.h"

#include <hs/hs.h>

/* What is known of an expression's events. */
#define MS_TRAIT_WITHIN_LINE 1U /* a line of ASCII in a block matches: no confirmation needed */
#define MS_TRAIT_EXACT 2U       /* a line of ASCII by itself matches */
#define MS_TRAIT_BYTEWISE 4U    /* ... and so does any line */
#define MS_TRAIT_UNKNOWN 8U     /* there are none: each line may match */
#define MS_TRAITS_ALL 15U

typedef struct ms_compiled {
    hs_database_t *db;              /* owned; an event's id is a literal's or, of expressions, a keyword's */
    ms_qgram_filter qgram_filter;   /* of literals with a stride, in place of a database */
    ms_prefilter_literals literals; /* of fixed strings; empty for expressions */
    uint8_t *traits;                /* owned; of expressions, MS_TRAIT_* bits of each keyword */
    size_t ntraits;
    unsigned any;     /* the traits that some keyword has */
    unsigned all;     /* ... and that all have */
    bool every_line;  /* some keyword needs each line scanned by itself */
    bool lines_if_cr; /* ... in blocks that have a CR */
} ms_compiled;

/* Frees; idempotent, accepts {0}. Local. */
void ms_compiled_fini(ms_compiled *compiled);

/* Sets any and all from the traits. Local. */
void ms_compiled_sum_traits(ms_compiled *compiled);

/* Encodes all but the literals' texts: u32 magic, u32 version, u8 flags, u32 stride, u64 count of literals
 * with (u32 length, u32 uses) each, u64 count of uses with (u32 id, u32 from, u32 to) each, blob traits, blob
 * database (empty with a q-gram filter, which is rebuilt). MS_NOMEM, MS_INTERNAL. Local. */
MS_MUST_CHECK ms_code ms_compiled_encode(const ms_compiled *compiled, ms_bytes *to, ms_err *err);

/* Decodes, for the same keywords and, of fixed strings, their case-fold variants. MS_FORMAT: invalid
 * encoding; MS_LIMIT: the database is for another platform or Hyperscan version, so this rank has to compile.
 * Hyperscan checks version, platform and CRC only and is not safe against forged databases: pass nothing but
 * what a rank of this run has encoded. On failure *compiled is {0}. Local. */
MS_MUST_CHECK ms_code ms_compiled_decode(ms_compiled *compiled, const ms_keywords *keywords,
                                         const ms_case_variants *variants, const void *data, size_t n,
                                         ms_err *err);

#endif
