/* What a rank says of itself: refused, or the same bytes when it is written again. */
#include "fuzz.h"
#include "result/rankstat.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { MOST = 8 };
    ms_rankstat stats[MOST];
    ms_bytes again = {0};
    ms_reader reader = ms_reader_over(data, size);
    size_t n = 0;
    size_t used = 0;
    while (n < MOST && ms_reader_left(&reader) > 0 && ms_rankstat_decode(&stats[n], &reader) == MS_OK) {
        FUZZ_CHECK(memchr(stats[n].host, 0, sizeof stats[n].host));
        FUZZ_CHECK(ms_rankstat_encode(&stats[n], &again) == MS_OK);
        used = reader.at;
        n++;
    }
    FUZZ_CHECK(again.len == used && (used == 0 || memcmp(again.data, data, used) == 0));
    if (n > 0) {
        double imbalance = ms_rankstat_imbalance(stats, n);
        FUZZ_CHECK(imbalance >= 0 && imbalance <= (double)n - 1 + 1e-9);
    }
    ms_bytes_fini(&again);
    return 0;
}
