/* What one rank did, as bytes for the gather, and how evenly the ranks were busy. */
#include "result/rankstat.h"

#include <math.h>
#include <string.h>

ms_code ms_rankstat_encode(const ms_rankstat *stat, ms_bytes *to)
{
    ms_bytes_put_u32(to, stat->rank);
    ms_bytes_put_blob(to, stat->host, strnlen(stat->host, sizeof stat->host - 1));
    ms_bytes_put_u32(to, stat->ncores);
    ms_bytes_put_u64(to, stat->tasks);
    ms_bytes_put_u64(to, stat->taken);
    ms_bytes_put_u64(to, stat->given);
    ms_bytes_put_u64(to, stat->asked);
    ms_bytes_put_u64(to, stat->nbytes);
    ms_bytes_put_f64(to, stat->busy_seconds);
    ms_bytes_put_f64(to, stat->wait_seconds);
    ms_bytes_put_u8(to, stat->journal_ended ? 1 : 0);
    ms_bytes_put_f64(to, stat->stood_seconds);
    ms_bytes_put_blob(to, stat->stood_at, strnlen(stat->stood_at, sizeof stat->stood_at - 1));
    return ms_bytes_check(to);
}

ms_code ms_rankstat_decode(ms_rankstat *stat, ms_reader *from)
{
    ms_rankstat found = {0};
    size_t nhost = 0;
    found.rank = ms_reader_u32(from);
    const uint8_t *host = ms_reader_blob(from, &nhost);
    found.ncores = ms_reader_u32(from);
    found.tasks = ms_reader_u64(from);
    found.taken = ms_reader_u64(from);
    found.given = ms_reader_u64(from);
    found.asked = ms_reader_u64(from);
    found.nbytes = ms_reader_u64(from);
    found.busy_seconds = ms_reader_f64(from);
    found.wait_seconds = ms_reader_f64(from);
    uint8_t ended = ms_reader_u8(from);
    found.journal_ended = ended == 1;
    found.stood_seconds = ms_reader_f64(from);
    size_t nstood = 0;
    const uint8_t *stood_at = ms_reader_blob(from, &nstood);
    *stat = (ms_rankstat){0};
    if (from->failed || !host || nhost >= sizeof found.host || memchr(host, 0, nhost) || ended > 1 ||
        !stood_at || nstood >= sizeof found.stood_at || memchr(stood_at, 0, nstood) ||
        !isfinite(found.busy_seconds) || !isfinite(found.wait_seconds) || !isfinite(found.stood_seconds)) {
        from->failed = true;
        return MS_FORMAT;
    }
    memcpy(found.host, host, nhost);
    memcpy(found.stood_at, stood_at, nstood);
    *stat = found;
    return MS_OK;
}

double ms_rankstat_imbalance(const ms_rankstat *ranks, size_t n)
{
    double sum = 0;
    double max = 0;
    for (size_t i = 0; i < n; i++) {
        double busy = ranks[i].busy_seconds;
        if (isfinite(busy) && busy > 0) {
            sum += busy;
            max = busy > max ? busy : max;
        }
    }
    double imbalance = sum > 0 ? max / sum * (double)n - 1 : 0; /* sum / n may be too small a number */
    return isfinite(imbalance) && imbalance > 0 ? imbalance : 0;
}
