/* Cache of compiled sets of expressions, as compiling some thousands takes many seconds in every run: files
 * in a directory that nobody but their owner can write. What is not exactly right in it is ignored, as
 * Hyperscan is not safe against forged databases; nothing here is ever a failure. Private to logs/ and
 * run/stages. */
#ifndef MS_LOGS_COMPILE_COMPILE_CACHE_H
#define MS_LOGS_COMPILE_COMPILE_CACHE_H

#include "base/bytes.h"
#include "logs/keywords/hs_job.h"

/* Where caches of programs are: $XDG_CACHE_HOME or else $HOME/.cache; the caller's to free. NULL: nowhere.
 * Local, as all below. */
char *ms_compile_cache_parent(void);

/* The database of this input, the caller's; NULL when `parent`/mpiscan has none. */
hs_database_t *ms_compile_cache_load(const char *parent, const ms_hs_input *input);
/* Keeps a database; missing directories are made within one of this user. The least recently used ones go
 * when all exceed 256 MB. */
void ms_compile_cache_store(const char *parent, const ms_hs_input *input, const hs_database_t *db);

/* Appends all that the database depends on: versions, processor, expressions. MS_NOMEM, MS_INTERNAL. */
MS_MUST_CHECK ms_code ms_compile_cache_key(ms_bytes *key, const ms_hs_input *input);
/* A file of the cache: u32 magic, u32 version, blob key, blob database as of hs_serialize_database, u64 XXH3
 * of all before. Encode: MS_NOMEM. Decode: the database's bytes in `data`, NULL if it is not one of this key.
 */
MS_MUST_CHECK ms_code ms_compile_cache_encode(ms_bytes *to, const ms_bytes *key, const void *db, size_t ndb);
const uint8_t *ms_compile_cache_decode(const void *data, size_t n, const ms_bytes *key, size_t *ndb);

#endif
