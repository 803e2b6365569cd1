#include "result/rankstat.h"

#include <math.h>
#include <string.h>

ms_code ms_rankstat_encode(const ms_rankstat *stat, ms_bytes *to)
{
    ms_bytes_put_u32(to, stat->rank);
    ms_bytes_put_blob(to, stat->host, strnlen(stat->host, sizeof stat->host - 1));
    ms_bytes_put_u32(to, stat->ncores);
    ms_bytes_put_u64(to, stat->tasks);
    ms_bytes_put_u64(to, stat->tasks_stolen);
    ms_bytes_put_u64(to, stat->tasks_given);
    ms_bytes_put_u64(to, stat->steal_requests);
    ms_bytes_put_u64(to, stat->nbytes);
    ms_bytes_put_f64(to, stat->busy_seconds);
    ms_bytes_put_f64(to, stat->wait_seconds);
    ms_bytes_put_u8(to, stat->journal_failed ? 1 : 0);
    ms_bytes_put_f64(to, stat->stall_seconds);
    ms_bytes_put_blob(to, stat->stall_path, strnlen(stat->stall_path, sizeof stat->stall_path - 1));
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
    found.tasks_stolen = ms_reader_u64(from);
    found.tasks_given = ms_reader_u64(from);
    found.steal_requests = ms_reader_u64(from);
    found.nbytes = ms_reader_u64(from);
    found.busy_seconds = ms_reader_f64(from);
    found.wait_seconds = ms_reader_f64(from);
    uint8_t failed = ms_reader_u8(from);
    found.journal_failed = failed == 1;
    found.stall_seconds = ms_reader_f64(from);
    size_t npath = 0;
    const uint8_t *stall_path = ms_reader_blob(from, &npath);
    *stat = (ms_rankstat){0};
    if (from->failed || !host || nhost >= sizeof found.host || memchr(host, 0, nhost) || failed > 1 ||
        !stall_path || npath >= sizeof found.stall_path || memchr(stall_path, 0, npath) ||
        !isfinite(found.busy_seconds) || !isfinite(found.wait_seconds) || !isfinite(found.stall_seconds)) {
        from->failed = true;
        return MS_FORMAT;
    }
    memcpy(found.host, host, nhost);
    memcpy(found.stall_path, stall_path, npath);
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
