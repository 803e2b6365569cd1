#include "journald_reading.h"

#include "unit.h"

#include <errno.h>
#include <string.h>

enum { CAP = 777 };

static ms_code read_memory(void *self, uint64_t offset, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    const memory *m = self;
    *n = 0;
    if (offset + cap > m->fails_at) {
        return ms_err_set(err, MS_IO, EIO, "reading failed");
    }
    *n = offset < m->size ? (size_t)(m->size - offset) : 0;
    *n = *n < cap ? *n : cap;
    if (*n > 0) {
        memcpy(buf, m->data + offset, *n);
    }
    return MS_OK;
}

void free_outcome(outcome *o)
{
    ms_bytes_fini(&o->text);
}

outcome read_all(memory *m, uint64_t size, bool grown, const ms_journald_options *options)
{
    outcome o = {0};
    ms_journald *journal = NULL;
    ck_assert_int_eq(ms_journald_open(&journal, read_memory, m, size, grown, options, &o.err), MS_OK);
    size_t n = 1;
    while (o.code == MS_OK && n > 0) {
        ck_assert_int_eq(ms_bytes_reserve(&o.text, CAP + 1), MS_OK);
        o.code = ms_journald_read(journal, o.text.data + o.text.len, CAP, &n, &o.err);
        ck_assert(n == 0 || o.code == MS_OK);
        o.text.len += n;
    }
    if (o.code != MS_OK) {
        ms_err again = {0};
        ck_assert_int_eq(ms_journald_read(journal, o.text.data, CAP, &n, &again), o.code);
        ck_assert_str_eq(again.text, o.err.text);
    }
    o.text.data[o.text.len] = 0;
    ms_journald_close(journal);
    return o;
}

outcome read_image(const journal_image *image)
{
    memory m = {.data = image->bytes.data, .size = image->bytes.len, .fails_at = UINT64_MAX};
    return read_all(&m, m.size, false, &(ms_journald_options){0});
}

journal_image journal_begin_way(int way, uint64_t version)
{
    static const uint8_t compressions[] = {0, JOURNAL_XZ, JOURNAL_LZ4, JOURNAL_ZSTD};
    return journal_begin((way & 1) != 0, (way & 2) != 0, compressions[way >> 2], version);
}
