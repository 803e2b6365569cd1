/* Engine: compiled keywords, as the matcher uses them. Fixed strings are found by their literals; expressions
 * directly, or by first searching for strings that they require. Its encoding is broadcast, but for what only
 * text beyond ASCII needs. Private to logs/. */
#ifndef MS_LOGS_MATCH_ENGINE_H
#define MS_LOGS_MATCH_ENGINE_H

#include "logs/compile/compiled.h"
#include "logs/match/use_tree.h"
#include "logs/prefilter/byte_runs.h"
#include "logs/prefilter/verify.h"

typedef struct ms_engine {
    ms_compiled block;      /* for blocks of lines */
    ms_compiled confirm;    /* of expressions that `block` only filters: for single lines. Otherwise {0} */
    ms_keywords required;   /* the strings that `block` then searches for */
    ms_verifier verifier;   /* of the keywords, or of `required`, which it borrows */
    ms_byte_runs byte_runs; /* of the keywords' literals */
    ms_use_tree use_tree;   /* ... */
    ms_compiled wide;       /* of expressions: candidates in lines beyond ASCII; {0} until it is needed */
    ms_err wide_refused;    /* why it could not be compiled */
} ms_engine;

/* Frees; idempotent, accepts {0}. Local. */
void ms_engine_fini(ms_engine *engine);
/* Compiles. Borrows the keywords, which must not move, for the engine's life. Errors as in compile.h. On
 * failure *engine is {0}. Local. */
MS_MUST_CHECK ms_code ms_engine_compile(ms_engine *engine, const ms_keywords *keywords, ms_err *err);

/* The expressions as bytes: `confirm` or `block`. Local. */
const ms_compiled *ms_engine_expressions(const ms_engine *engine);
/* Compiles `wide`, once; grows the scratch as needed. MS_LIMIT, MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms_engine_widen(ms_engine *engine, const ms_keywords *keywords, hs_scratch_t **scratch,
                                      ms_err *err);

/* Replaces `block`'s q-gram filter by Hyperscan with literals chosen without the sample; grows the scratch as
 * needed. MS_NOMEM, MS_INTERNAL; on failure nothing has changed. Local. */
MS_MUST_CHECK ms_code ms_engine_drop_qgram_filter(ms_engine *engine, hs_scratch_t **scratch, ms_err *err);

/* Encodes: u8 filtered, blob of `required` as of ms_str_list_encode, blob of `block`, blob of `confirm`
 * (compiled.h). MS_NOMEM, MS_INTERNAL. Local. */
MS_MUST_CHECK ms_code ms_engine_encode(const ms_engine *engine, ms_bytes *to, ms_err *err);
/* Decodes, for the same keywords, which are borrowed as above. MS_FORMAT and MS_LIMIT as ms_compiled_decode,
 * with the same restriction to trusted bytes. On failure *engine is {0}. Local. */
MS_MUST_CHECK ms_code ms_engine_decode(ms_engine *engine, const ms_keywords *keywords, const void *data,
                                       size_t n, ms_err *err);

#endif
