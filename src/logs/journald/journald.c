#include "logs/journald/journald_internal.h"

#include <stdlib.h>
#include <string.h>

enum {
    BATCH = 64 << 10,    /* bytes of lines that are made at once */
    KEEP_MAX = 1 << 20,  /* bytes of a buffer that are kept after a large entry */
    TRAILING = 16 << 10, /* bytes after the end that are looked at */
};

bool ms_journald_looks_like(const uint8_t *head, size_t n)
{
    static const char magic[] = "LPKSHHRH";
    size_t end = n < MS_JOURNALD_HEAD ? n : MS_JOURNALD_HEAD;
    return n >= 8 && memcmp(head, magic, 8) == 0 && memchr(head + 8, 0, end - 8);
}

ms_code ms_journald_open(ms_journald **journal, ms_pread_fn pread, void *self, uint64_t size, bool grown,
                         const ms_journald_options *options, ms_err *err)
{
    ms_journald *j = calloc(1, sizeof *j);
    if (!j) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for a journal");
    }
    j->options = *options;
    j->grown = grown;
    j->slots = calloc(MS__NJSLOTS, sizeof *j->slots);
    ms_code code = j->slots ? ms__journald_bytes_init(&j->bytes, pread, self, size, err)
                            : ms_err_set(err, MS_NOMEM, 0, "out of memory for a journal");
    if (code != MS_OK) {
        ms_journald_close(j);
        return code;
    }
    *journal = j;
    return MS_OK;
}

static bool is_fault(ms_code code)
{
    return code == MS_OK || code == MS_IO || code == MS_FORMAT || code == MS_LIMIT;
}

ms_code ms_journald_open_source(ms_journald **journal, ms_file *file, ms_source from,
                                const ms_journald_options *options, ms_err *err)
{
    if (file) {
        return ms_journald_open(journal, ms_file_pread, file, ms_file_size(file), ms_file_has_grown(file),
                                options, err);
    }
    ms_spool *spool = NULL;
    ms_err why = {0};
    ms_code spooled = ms_spool_open(&spool, from, &why);
    if (!spool || !is_fault(spooled)) {
        ms_spool_close(spool);
        return ms_err_set(err, spooled, 0, "%s", why.text);
    }
    ms_code code = ms_journald_open(journal, ms_spool_pread, spool, ms_spool_size(spool), spooled != MS_OK,
                                    options, err);
    if (code != MS_OK) {
        ms_spool_close(spool);
        return code;
    }
    (*journal)->spool = spool;
    (*journal)->spool_code = spooled;
    (*journal)->spool_why = why;
    return MS_OK;
}

void ms_journald_close(ms_journald *journal)
{
    if (!journal) {
        return;
    }
    ms__journald_unpack_close(journal);
    ms_bytes_fini(&journal->values);
    ms_bytes_fini(&journal->others);
    ms_bytes_fini(&journal->line);
    free(journal->bytes.pages);
    free(journal->slots);
    ms_spool_close(journal->spool);
    free(journal);
}

/* Anything but zeros after what the header calls the journal's end was appended by something else. */
static ms_code check_trailing(ms_journald *j, ms_err *err)
{
    const uint8_t *at = NULL;
    uint64_t end = j->header_size + j->arena_size;
    if (j->state == MS__JSTATE_ONLINE || end < j->header_size || end >= j->bytes.size) {
        return MS_OK;
    }
    size_t n = j->bytes.size - end < TRAILING ? (size_t)(j->bytes.size - end) : TRAILING;
    MS_TRY(ms__journald_bytes_at(&j->bytes, end, n, &at, err));
    bool zero = at[0] == 0 && memcmp(at, at + 1, n - 1) == 0;
    return zero ? MS_OK : ms__journald_damage(j, end, "other data follow");
}

/* All entries have been read: the error of the whole. */
static ms_code conclude(ms_journald *j, ms_err *err)
{
    if (j->begun) {
        MS_TRY(ms__journald_tolerate(check_trailing(j, err)));
    }
    if (j->spool_code != MS_OK) {
        *err = j->spool_why;
        return j->spool_code;
    }
    if (j->nfaults > 1 && j->fault.code == MS_FORMAT) {
        return ms_err_set(err, MS_FORMAT, 0, "%s (and %llu more)", j->fault.text,
                          (unsigned long long)j->nfaults - 1);
    }
    *err = j->fault;
    return j->nfaults > 0 ? j->fault.code : MS_OK;
}

/* The limit has been reached: the text ends there. */
static ms_code over_limit(ms_journald *j, ms_err *err)
{
    return ms_err_set(err, MS_LIMIT, 0, "holds more than %llu bytes of text (--max-decompressed)",
                      (unsigned long long)j->options.limits.max_decompressed);
}

/* Makes lines until there are BATCH bytes. *more false at the end. */
static ms_code fill(ms_journald *j, bool *more, ms_err *err)
{
    uint64_t max = j->options.limits.max_decompressed;
    ms__journald_entry entry;
    *more = true;
    while (*more && j->line.len < BATCH) {
        MS_TRY(ms__journald_next_entry(j, &entry, more, err));
        size_t before = j->line.len;
        if (*more) {
            ms_code code = ms__journald_put_line(j, &entry, err);
            if (code != MS_OK) {
                ms_bytes_cut(&j->line, before);
                return code;
            }
        }
        j->ntext += j->line.len - before;
        if (max > 0 && j->ntext > max) {
            ms_bytes_cut(&j->line, j->line.len - (size_t)(j->ntext - max));
            return over_limit(j, err);
        }
    }
    return MS_OK;
}

static void shrink(ms_bytes *bytes)
{
    if (bytes->cap > KEEP_MAX) {
        ms_bytes_fini(bytes);
    }
}

/* The next lines, or the end. */
static ms_code next_lines(ms_journald *j, ms_err *err)
{
    bool more = false;
    ms_code code = MS_OK;
    ms_bytes_clear(&j->line);
    j->line_at = 0;
    shrink(&j->line);
    shrink(&j->values);
    shrink(&j->others);
    shrink(&j->payload);
    MS_TRY(ms_decode_poll(&j->options.limits, err));
    if (!j->begun) {
        code = ms__journald_header(j, err);
        j->begun = code == MS_OK;
    }
    if (code == MS_OK) {
        code = fill(j, &more, err);
    }
    if (ms__journald_tolerate(code) == MS_OK && !more) {
        j->ended = true;
        code = conclude(j, err);
    }
    return code;
}

ms_code ms_journald_read(ms_journald *journal, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    ms_journald *j = journal;
    *n = 0;
    if (j->line_at == j->line.len && !j->ended && j->code == MS_OK) {
        j->code = next_lines(j, &j->why);
    }
    size_t left = j->line.len - j->line_at;
    if (left > 0) {
        *n = left < cap ? left : cap;
        memcpy(buf, j->line.data + j->line_at, *n);
        j->line_at += *n;
        return MS_OK;
    }
    if (j->code != MS_OK && err) {
        *err = j->why;
    }
    return j->code;
}

static ms_code source_read(void *self, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    return ms_journald_read(self, buf, cap, n, err);
}

ms_source ms_journald_source(ms_journald *journal)
{
    return (ms_source){.read = source_read, .self = journal};
}
