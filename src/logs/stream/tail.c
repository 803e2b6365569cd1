#include "logs/stream/tail.h"

#include "logs/archive/members.h"

#include <string.h>

enum { KEPT = MS_ARCHIVE_TAIL, SIZE = 4 * KEPT };

/* Most members of archives are small: the buffer is as large as they are, up to SIZE. */
static ms_code add(ms_tail *tail, const uint8_t *data, size_t n, ms_err *err)
{
    if (n > KEPT) {
        data += n - KEPT;
        n = KEPT;
    }
    if (n > SIZE - tail->bytes.len) {
        memmove(tail->bytes.data, tail->bytes.data + tail->bytes.len - KEPT, KEPT);
        ms_bytes_cut(&tail->bytes, KEPT);
    }
    ms_bytes_append(&tail->bytes, data, n);
    ms_code code = ms_bytes_check(&tail->bytes);
    return code == MS_OK ? MS_OK : ms_err_set(err, code, 0, "out of memory for the end of a file");
}

ms_code ms_tail_init(ms_tail *tail, ms_source from, const uint8_t *head, size_t n, bool end, ms_err *err)
{
    *tail = (ms_tail){.from = from, .end = end};
    return add(tail, head, n, err);
}

void ms_tail_fini(ms_tail *tail)
{
    ms_bytes_fini(&tail->bytes);
    *tail = (ms_tail){0};
}

static ms_code tail_read(void *self, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    ms_tail *tail = self;
    *n = 0;
    MS_TRY(tail->end ? MS_OK : tail->from.read(tail->from.self, buf, cap, n, err));
    tail->end = *n == 0;
    if (*n > 0) {
        return add(tail, buf, *n, err);
    }
    if (ms_archive_ends_so(tail->bytes.data, tail->bytes.len)) {
        return ms_err_set(err, MS_FORMAT, 0,
                          "ends in a zip archive, which is searched only in a file of its own");
    }
    return MS_OK;
}

static uint64_t tail_skip_zeros(void *self, uint64_t unit)
{
    ms_tail *tail = self;
    uint64_t n = tail->from.skip_zeros ? tail->from.skip_zeros(tail->from.self, unit) : 0;
    if (n > 0) {
        ms_bytes_clear(&tail->bytes);
    }
    return n;
}

ms_source ms_tail_source(ms_tail *tail)
{
    return (ms_source){.read = tail_read, .skip_zeros = tail_skip_zeros, .self = tail};
}
