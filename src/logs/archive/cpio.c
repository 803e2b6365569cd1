/* cpio: the members of an archive in the formats newc ("070701"), crc ("070702"), odc ("070707"), afio's
 * ("070727") and binary of either byte order. Source: cpio(5) of FreeBSD; initramfs, "buffer format" of the
 * Linux documentation. */
#include "logs/archive/cpio_header.h"
#include "logs/archive/members_internal.h"

#include <stdlib.h>
#include <string.h>

enum { SEARCHED = 8 << 10 }; /* bytes that are searched for a header at once, at least */

typedef struct cpio_reader {
    ms__archive_reader base;
    uint64_t left;  /* unread bytes of the member's contents */
    size_t padding; /* bytes after them */
    bool has_sum;   /* of the contents, which is verified at their end */
    uint32_t sum, want_sum;
    bool end_mark; /* the last header was the trailer */
    bool rest;     /* the member is all that follows the end mark */
    ms_bytes name;
} cpio_reader;

static void cpio_close(void *self)
{
    cpio_reader *cpio = self;
    if (cpio) {
        ms_bytes_fini(&cpio->name);
        ms_lookahead_fini(&cpio->base.in);
        free(cpio);
    }
}

static ms_code cpio_open(void **self, const ms_archive_input *input, const ms_members_options *options,
                         ms_err *err)
{
    (void)options;
    cpio_reader *cpio = calloc(1, sizeof *cpio);
    if (!cpio) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for an archive");
    }
    cpio->base.format = "cpio";
    ms_code code = ms_lookahead_init(&cpio->base.in, input->source, err);
    if (code != MS_OK) {
        cpio_close(cpio);
        return code;
    }
    *self = cpio;
    return MS_OK;
}

static void add_sum(cpio_reader *cpio, const uint8_t *data, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        cpio->sum += data[i];
    }
}

static ms_code cpio_read(void *self, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    cpio_reader *cpio = self;
    *n = 0;
    if (cpio->base.code == MS_OK && (cpio->left > 0 || cpio->rest)) {
        bool bounded = !cpio->rest && cpio->left < cap;
        *n = ms_lookahead_read(&cpio->base.in, buf, bounded ? (size_t)cpio->left : cap);
        cpio->left -= cpio->rest ? 0 : *n;
        cpio->rest = cpio->rest && *n > 0;
        if (*n == 0 && (cpio->left > 0 || cpio->base.in.code != MS_OK)) {
            cpio->base.code = ms__archive_end_early(&cpio->base, "cut off in a member");
        }
        if (cpio->has_sum) {
            add_sum(cpio, buf, *n);
        }
    }
    if (cpio->base.code == MS_OK && *n == 0 && cpio->has_sum && cpio->sum != cpio->want_sum) {
        return ms_err_set(err, MS_FORMAT, 0, "cpio archive: the contents have a wrong checksum");
    }
    return ms__archive_error(&cpio->base, err);
}

/* Skips the rest of the member. */
static ms_code skip_member(cpio_reader *cpio)
{
    uint64_t left = cpio->rest ? UINT64_MAX : cpio->left;
    if (cpio->base.code != MS_OK) {
        return cpio->base.code;
    }
    left -= ms_lookahead_skip(&cpio->base.in, left);
    if (!cpio->rest && left > 0) {
        return ms__archive_end_early(&cpio->base, "cut off in a member");
    }
    (void)ms_lookahead_skip(&cpio->base.in, cpio->padding);
    cpio->left = 0;
    cpio->padding = 0;
    cpio->rest = false;
    return MS_OK;
}

/* Reads the name, and the bytes after it up to the contents. */
static ms_code read_name(cpio_reader *cpio, const ms_cpio_header *header, bool *valid)
{
    ms_lookahead *in = &cpio->base.in;
    size_t nheader = header->size + header->nname + header->name_padding;
    ms_bytes_clear(&cpio->name);
    if (ms_lookahead_fill(in, nheader) < nheader) {
        return ms__archive_end_early(&cpio->base, "cut off in a header");
    }
    const uint8_t *name = ms_lookahead_bytes(in) + header->size;
    *valid = ms_cpio_is_name(name, header->nname);
    if (!*valid) {
        return MS_OK;
    }
    ms_bytes_append(&cpio->name, name, header->nname - 1);
    ms_lookahead_advance(in, nheader);
    return ms_bytes_check(&cpio->name) == MS_OK ? MS_OK : ms__archive_no_memory(&cpio->base);
}

/* Continues at the next header, if there is one. */
static ms_code skip_damage(cpio_reader *cpio)
{
    ms_lookahead *in = &cpio->base.in;
    ms__archive_damage(&cpio->base, "invalid header", in->offset);
    for (size_t n = ms_lookahead_fill(in, SEARCHED); n >= MS_CPIO_HEAD; n = ms_lookahead_fill(in, SEARCHED)) {
        const uint8_t *bytes = ms_lookahead_bytes(in);
        size_t at = 1;
        while (at + MS_CPIO_HEAD <= n && !ms_cpio_looks_like(bytes + at, n - at)) {
            at++;
        }
        ms_lookahead_advance(in, at);
        if (n - at >= MS_CPIO_HEAD) {
            return MS_OK;
        }
    }
    return ms__archive_end_early(&cpio->base, "no end mark (it may be cut off)");
}

/* The header at the next byte; *found when it is of a file. */
static ms_code read_header(cpio_reader *cpio, bool *found)
{
    ms_cpio_header header;
    bool valid = false;
    size_t n = ms_lookahead_fill(&cpio->base.in, MS_CPIO_HEAD);
    if (!ms_cpio_parse(ms_lookahead_bytes(&cpio->base.in), n, &header)) {
        return n < MS_CPIO_HEAD ? ms__archive_end_early(&cpio->base, "no end mark (it may be cut off)")
                                : skip_damage(cpio);
    }
    MS_TRY(read_name(cpio, &header, &valid));
    if (!valid) {
        return skip_damage(cpio);
    }
    cpio->end_mark = cpio->name.len == 10 && memcmp(cpio->name.data, "TRAILER!!!", 10) == 0;
    cpio->left = header.contents;
    cpio->padding = header.padding;
    cpio->has_sum = header.has_sum && header.is_file;
    cpio->sum = 0;
    cpio->want_sum = header.sum;
    *found = !cpio->end_mark && header.is_file && (header.contents > 0 || !header.is_link);
    return MS_OK;
}

/* After the end mark, zeros fill the archive's last block. Then another archive may follow; or other data, as
 * in an initramfs, where it is a compressed archive: then they are a member. */
static ms_code read_after_end(cpio_reader *cpio, bool *found, bool *end)
{
    static const char name[] = "(data after the end mark)";
    ms_lookahead *in = &cpio->base.in;
    size_t n = ms_lookahead_fill(in, MS_CPIO_HEAD);
    const uint8_t *bytes = ms_lookahead_bytes(in);
    size_t nzeros = 0;
    ms_cpio_header header;
    while (nzeros < n && bytes[nzeros] == 0) {
        nzeros++;
    }
    if (nzeros > 0) {
        ms_lookahead_advance(in, nzeros);
        return MS_OK;
    }
    *end = n == 0;
    if (*end) {
        return in->code == MS_OK ? MS_OK : ms__archive_end_early(&cpio->base, "");
    }
    cpio->end_mark = false;
    if (ms_cpio_parse(bytes, n, &header)) {
        return MS_OK;
    }
    if (ms_codec_of(bytes, n) == MS_CODEC_NONE) {
        ms__archive_damage(&cpio->base, "other data after the end mark", in->offset);
    }
    cpio->rest = true;
    cpio->end_mark = true;
    cpio->has_sum = false;
    ms_bytes_clear(&cpio->name);
    ms_bytes_append(&cpio->name, name, sizeof name - 1);
    *found = true;
    return ms_bytes_check(&cpio->name) == MS_OK ? MS_OK : ms__archive_no_memory(&cpio->base);
}

static ms_code cpio_next(void *self, ms_member *member, bool *more, ms_err *err)
{
    cpio_reader *cpio = self;
    bool end = false;
    while (!*more && !end && skip_member(cpio) == MS_OK) {
        ms_code code = cpio->end_mark ? read_after_end(cpio, more, &end) : read_header(cpio, more);
        end = end || code != MS_OK;
    }
    *member = (ms_member){.name = cpio->name.data, .nname = cpio->name.len};
    return *more && cpio->base.code == MS_OK ? MS_OK : ms__archive_result(&cpio->base, err);
}

const ms_members_ops ms__cpio_ops = {
    .open = cpio_open, .next = cpio_next, .read = cpio_read, .close = cpio_close};
