/* Engine: keywords, compiled: what the matcher searches with. Fixed strings are found by their literals;
 * expressions directly, or by first looking for strings that they require. As bytes it goes from one rank to
 * the others. Private to logs/. */
#ifndef MS_LOGS_MATCH_ENGINE_H
#define MS_LOGS_MATCH_ENGINE_H

#include "logs/match/compiled.h"
#include "logs/prefilter/byte_runs.h"
#include "logs/prefilter/verify.h"

typedef struct ms_engine {
    ms_compiled block;      /* for blocks of lines */
    ms_compiled confirm;    /* of expressions that `block` only filters: for single lines. Otherwise {0} */
    ms_keywords required;   /* the strings that `block` looks for then */
    ms_verifier verifier;   /* of the keywords, or of `required`; borrows them */
    ms_byte_runs byte_runs; /* of the keywords' literals */
} ms_engine;

/* Frees; idempotent, accepts {0}. Local. */
void ms_engine_fini(ms_engine *engine);
/* Compiles; borrows the keywords for the engine's life, which must not be moved. Errors as those of
 * compile.h. On failure *engine is {0}. Local. */
MS_MUST_CHECK ms_code ms_engine_compile(ms_engine *engine, const ms_keywords *keywords, ms_err *err);

/* Looks for the same without the qgram_filter that `block` has, and without the sample by which that was
 * chosen. Makes the scratch large enough. MS_NOMEM, MS_INTERNAL; on failure nothing has changed. Local. */
MS_MUST_CHECK ms_code ms_engine_leave_qgram_filter(ms_engine *engine, hs_scratch_t **scratch, ms_err *err);

/* u8 filtered, blob of `required` as ms_str_list_encode writes it, blob of `block`, blob of `confirm`
 * (compiled.h). */
MS_MUST_CHECK ms_code ms_engine_encode(const ms_engine *engine, ms_bytes *to, ms_err *err);
/* The inverse, for the same keywords, which are borrowed as above. MS_FORMAT and MS_LIMIT as
 * ms_compiled_decode; read there whom to trust. On failure *engine is {0}. Local. */
MS_MUST_CHECK ms_code ms_engine_decode(ms_engine *engine, const ms_keywords *keywords, const void *data,
                                       size_t n, ms_err *err);

#endif
