/* Compile: keywords -> a Hyperscan database, for blocks or for streams. Private to logs/. */
#ifndef MS_LOGS_COMPILE_H
#define MS_LOGS_COMPILE_H

#include "logs/keywords.h"

#include <hs/hs.h>

typedef struct ms_compiled {
    hs_database_t *db; /* owned */
    size_t *nliteral;  /* owned, one per keyword: see ms_pattern.nliteral */
    size_t nrest;      /* bytes of a lone fixed string that are left to the caller to compare: see prefix.h */
    bool every_line;   /* some keyword needs each line scanned by itself */
    bool lines_if_cr;  /* ... in blocks that hold a CR */
} ms_compiled;

/* Frees; idempotent, accepts {0}. Local. */
void ms_compiled_fini(ms_compiled *compiled);
/* mode is HS_MODE_BLOCK or HS_MODE_STREAM. MS_USAGE names the keyword that cannot be compiled; on failure
 * *compiled is {0}. Local. */
MS_MUST_CHECK ms_code ms_compile(ms_compiled *compiled, const ms_keywords *keywords, unsigned mode,
                                 ms_err *err);

#endif
