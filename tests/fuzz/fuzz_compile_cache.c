/* A file of the cache of compiled expressions: only one of the same key and with the right checksum gives
 * bytes, and those lie within it. */
#include "fuzz.h"
#include "logs/compile/compile_cache.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t text[] = "key";
    ms_bytes key = {0};
    ms_bytes file = {0};
    size_t ndb = 0;
    ms_bytes_append(&key, text, fuzz_take(&data, &size) % sizeof text);
    FUZZ_CHECK(ms_bytes_check(&key) == MS_OK);
    const uint8_t *db = ms_compile_cache_decode(data, size, &key, &ndb);
    FUZZ_CHECK(!db || (ndb > 0 && db > data && db + ndb < data + size));
    if (db) { /* there is one form only */
        FUZZ_CHECK(ms_compile_cache_encode(&file, &key, db, ndb) == MS_OK);
        FUZZ_CHECK(file.len == size && memcmp(file.data, data, size) == 0);
        ms_bytes_clear(&file);
    }
    if (size > 0) {
        FUZZ_CHECK(ms_compile_cache_encode(&file, &key, data, size) == MS_OK);
        db = ms_compile_cache_decode(file.data, file.len, &key, &ndb);
        FUZZ_CHECK(db && ndb == size && memcmp(db, data, size) == 0);
    }
    ms_bytes_fini(&file);
    ms_bytes_fini(&key);
    return 0;
}
