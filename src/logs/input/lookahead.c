#include "logs/input/lookahead.h"

#include <stdlib.h>
#include <string.h>

enum {
    SIZE = MS_LOOKAHEAD_BACK + MS_LOOKAHEAD_MAX,
    DIRECT = 16 << 10, /* reads that bypass the buffer */
};

ms_code ms_lookahead_init(ms_lookahead *ahead, ms_source from, ms_err *err)
{
    *ahead = (ms_lookahead){.from = from, .buf = malloc(SIZE)};
    return ahead->buf ? MS_OK : ms_err_set(err, MS_NOMEM, 0, "out of memory for a buffer");
}

void ms_lookahead_fini(ms_lookahead *ahead)
{
    free(ahead->buf);
    *ahead = (ms_lookahead){0};
}

/* Bytes before an error of the source are used first. */
static size_t read_source(ms_lookahead *ahead, uint8_t *buf, size_t cap)
{
    size_t n = 0;
    if (!ahead->end) {
        ahead->code = ahead->from.read(ahead->from.self, buf, cap, &n, &ahead->why);
        ahead->end = n == 0 || ahead->code != MS_OK;
    }
    return n;
}

size_t ms_lookahead_fill(ms_lookahead *ahead, size_t want)
{
    if (ahead->len - ahead->at < want && ahead->at > MS_LOOKAHEAD_BACK) {
        size_t dropped = ahead->at - MS_LOOKAHEAD_BACK;
        memmove(ahead->buf, ahead->buf + dropped, ahead->len - dropped);
        ahead->len -= dropped;
        ahead->at -= dropped;
    }
    while (ahead->len - ahead->at < want && !ahead->end) {
        ahead->len += read_source(ahead, ahead->buf + ahead->len, SIZE - ahead->len);
    }
    return ahead->len - ahead->at;
}

const uint8_t *ms_lookahead_bytes(const ms_lookahead *ahead)
{
    return ahead->buf + ahead->at;
}

void ms_lookahead_advance(ms_lookahead *ahead, size_t n)
{
    ahead->at += n;
    ahead->offset += n;
}

void ms_lookahead_back(ms_lookahead *ahead, size_t n)
{
    ahead->at -= n;
    ahead->offset -= n;
}

size_t ms_lookahead_read(ms_lookahead *ahead, uint8_t *buf, size_t cap)
{
    size_t n = 0;
    if (ahead->at == ahead->len && cap >= DIRECT) {
        n = read_source(ahead, buf, cap);
        ahead->offset += n;
        return n;
    }
    n = ms_lookahead_fill(ahead, 1);
    n = n < cap ? n : cap;
    memcpy(buf, ahead->buf + ahead->at, n);
    ms_lookahead_advance(ahead, n);
    return n;
}

uint64_t ms_lookahead_skip(ms_lookahead *ahead, uint64_t n)
{
    uint64_t left = n;
    while (left > 0) {
        size_t held = ms_lookahead_fill(ahead, 1);
        held = left < held ? (size_t)left : held;
        if (held == 0) {
            break;
        }
        ms_lookahead_advance(ahead, held);
        left -= held;
    }
    return n - left;
}
