/* Everything is read through one buffer, so that headers cost no reads of their own and the block after a
 * header can be examined; large reads of contents bypass it. */
#include "logs/stream/tar.h"

#include "logs/stream/tar_header.h"

#include <stdlib.h>
#include <string.h>

enum {
    BUFFER = 64 << 10,
    DIRECT = 16 << 10,   /* reads of contents that bypass the buffer */
    MAX_EXTRA = 1 << 20, /* bytes of a long name or a pax header */
};

/* Extra headers before a member's header, which override it. */
typedef struct tar_extra {
    ms_bytes name;
    bool has_name, has_size, sparse;
    bool sparse_name; /* the name is GNU.sparse.name, and `path` is made up */
    uint64_t size;
} tar_extra;

struct ms_tar {
    ms_source from;
    uint8_t *buf; /* owned, BUFFER bytes: buf[at .. len) is unread */
    size_t at, len;
    bool source_end;
    ms_code source_code; /* the error that ended the source, or MS_OK */
    uint64_t offset;     /* in the archive, of the next byte */
    uint64_t left;       /* unread bytes of the member's contents */
    size_t padding;      /* bytes after the contents up to the next block */
    bool end_mark;       /* a block of zeros follows the last member */
    tar_extra next;      /* of the next member only */
    tar_extra all;       /* of all members from here on */
    ms_bytes name;
    ms_code code; /* the error that ended the archive, or MS_OK */
    ms_err why;
};

ms_code ms_tar_open(ms_tar **tar, ms_source from, ms_err *err)
{
    ms_tar *t = calloc(1, sizeof *t);
    uint8_t *buf = malloc(BUFFER);
    if (!t || !buf) {
        free(t);
        free(buf);
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for an archive");
    }
    t->from = from;
    t->buf = buf;
    *tar = t;
    return MS_OK;
}

void ms_tar_close(ms_tar *tar)
{
    if (!tar) {
        return;
    }
    ms_bytes_fini(&tar->next.name);
    ms_bytes_fini(&tar->all.name);
    ms_bytes_fini(&tar->name);
    free(tar->buf);
    free(tar);
}

/* Fails at the next byte. */
static ms_code stop(ms_tar *tar, ms_code code, const char *what)
{
    tar->code =
        ms_err_set(&tar->why, code, 0, "tar archive: %s at byte %llu", what, (unsigned long long)tar->offset);
    return tar->code;
}

static ms_code no_memory(ms_tar *tar)
{
    tar->code = ms_err_set(&tar->why, MS_NOMEM, 0, "out of memory for an archive");
    return tar->code;
}

/* The archive ends too early: the source failed, or it is cut off. */
static ms_code end_early(ms_tar *tar, const char *what)
{
    if (tar->source_code == MS_OK) {
        return stop(tar, MS_FORMAT, what);
    }
    tar->code = tar->source_code;
    return tar->code;
}

/* Bytes before an error of the source are used first: see end_early. */
static void read_source(ms_tar *tar, uint8_t *buf, size_t cap, size_t *n)
{
    *n = 0;
    if (!tar->source_end) {
        tar->source_code = tar->from.read(tar->from.self, buf, cap, n, &tar->why);
        tar->source_end = *n == 0 || tar->source_code != MS_OK;
    }
}

/* Fills the buffer until it holds a block, or the end; returns the bytes it holds. */
static size_t fill(ms_tar *tar)
{
    if (tar->len - tar->at < MS_TAR_BLOCK && tar->at > 0) {
        memmove(tar->buf, tar->buf + tar->at, tar->len - tar->at);
        tar->len -= tar->at;
        tar->at = 0;
    }
    while (tar->len - tar->at < MS_TAR_BLOCK && !tar->source_end) {
        size_t got = 0;
        read_source(tar, tar->buf + tar->len, BUFFER - tar->len, &got);
        tar->len += got;
    }
    return tar->len - tar->at;
}

static void advance(ms_tar *tar, size_t n)
{
    tar->at += n;
    tar->offset += n;
}

/* Up to cap bytes of the archive, 0 only at its end. */
static size_t read_bytes(ms_tar *tar, uint8_t *buf, size_t cap)
{
    size_t n = 0;
    if (tar->at == tar->len && cap >= DIRECT) {
        read_source(tar, buf, cap, &n);
        tar->offset += n;
        return n;
    }
    n = tar->at < tar->len ? tar->len - tar->at : fill(tar);
    n = n < cap ? n : cap;
    memcpy(buf, tar->buf + tar->at, n);
    advance(tar, n);
    return n;
}

static ms_code read_contents(void *self, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    ms_tar *tar = self;
    *n = 0;
    if (tar->code == MS_OK && tar->left > 0) {
        *n = read_bytes(tar, buf, tar->left < cap ? (size_t)tar->left : cap);
        tar->left -= *n;
        if (*n == 0) {
            (void)end_early(tar, "cut off in a member");
        }
    }
    if (tar->code != MS_OK && err) {
        *err = tar->why;
    }
    return tar->code;
}

ms_source ms_tar_contents(ms_tar *tar)
{
    return (ms_source){.read = read_contents, .self = tar};
}

/* Skips the rest of the member. */
static ms_code skip_member(ms_tar *tar)
{
    while (tar->code == MS_OK && tar->left > 0) {
        size_t n = tar->at < tar->len ? tar->len - tar->at : fill(tar);
        n = tar->left < n ? (size_t)tar->left : n;
        advance(tar, n);
        tar->left -= n;
        if (n == 0) {
            return end_early(tar, "cut off in a member");
        }
    }
    if (tar->code == MS_OK && tar->padding > 0) {
        size_t available = fill(tar);
        advance(tar, tar->padding < available ? tar->padding : available);
        tar->padding = 0;
    }
    return tar->code;
}

static void set_size(ms_tar *tar, uint64_t size)
{
    tar->left = size;
    tar->padding = (MS_TAR_BLOCK - size % MS_TAR_BLOCK) % MS_TAR_BLOCK;
}

static ms_code set_name(tar_extra *extra, const uint8_t *name, size_t n)
{
    ms_bytes_clear(&extra->name);
    extra->has_name = n > 0;
    ms_bytes_append(&extra->name, name, n);
    return ms_bytes_check(&extra->name);
}

static ms_code apply(tar_extra *extra, const ms_pax_record *record)
{
    bool sparse_name = ms_pax_is(record, "GNU.sparse.name");
    if (sparse_name || (ms_pax_is(record, "path") && !extra->sparse_name)) {
        extra->sparse_name = sparse_name;
        return set_name(extra, record->value, record->nvalue);
    }
    if (ms_pax_is(record, "size")) {
        extra->has_size = record->nvalue > 0;
        bool sound = !extra->has_size || (ms_pax_number(record, &extra->size) && extra->size <= INT64_MAX);
        return sound ? MS_OK : MS_FORMAT;
    }
    extra->sparse = extra->sparse || (record->nkey > 11 && memcmp(record->key, "GNU.sparse.", 11) == 0);
    return MS_OK;
}

static ms_code apply_pax(tar_extra *extra, const ms_bytes *header)
{
    ms_pax_record record;
    for (size_t at = 0; at < header->len;) {
        if (!ms_pax_next(header->data, header->len, &at, &record)) {
            return ms_tar_is_zero(header->data + at, header->len - at) ? MS_OK : MS_FORMAT;
        }
        MS_TRY(apply(extra, &record));
    }
    return MS_OK;
}

/* Reads the `size` bytes after an extra header of this type. */
static ms_code read_extra(ms_tar *tar, uint8_t type, uint64_t size)
{
    ms_bytes body = {0};
    ms_code code = MS_OK;
    if (size > MAX_EXTRA) {
        return stop(tar, MS_LIMIT, "a name or a header of more than 1 MiB");
    }
    set_size(tar, size);
    if (ms_bytes_reserve(&body, (size_t)size + 1) != MS_OK) {
        return no_memory(tar);
    }
    for (size_t n = 1; code == MS_OK && tar->left > 0; body.len += n) {
        code = read_contents(tar, body.data + body.len, (size_t)tar->left, &n, NULL);
    }
    if (code == MS_OK && type == 'L') {
        code = set_name(&tar->next, body.data, strnlen((const char *)body.data, body.len));
    } else if (code == MS_OK && type != 'K') {
        code = apply_pax(type == 'g' ? &tar->all : &tar->next, &body);
    }
    ms_bytes_fini(&body);
    if (tar->code == MS_OK && code == MS_NOMEM) {
        return no_memory(tar);
    }
    return tar->code == MS_OK && code != MS_OK ? stop(tar, code, "invalid pax header") : tar->code;
}

/* Links, directories and devices have no contents, but some writers give them a size all the same, and in pax
 * a hard link may have contents. So the next block decides: after a header without contents there is another
 * header, or the end. */
static void drop_false_size(ms_tar *tar, uint8_t type)
{
    const ms_bytes *name = &tar->name;
    bool slash = name->len > 0 && name->data[name->len - 1] == '/';
    bool doubtful = (type >= '1' && type <= '6') || slash;
    if (!doubtful || tar->left == 0) {
        return;
    }
    bool whole = fill(tar) >= MS_TAR_BLOCK;
    const uint8_t *block = tar->buf + tar->at;
    if (!whole || ms_tar_is_header(block) || ms_tar_is_zero(block, MS_TAR_BLOCK)) {
        set_size(tar, 0);
    }
}

/* The header of an old GNU sparse file is followed by further blocks of its map. */
static ms_code skip_map(ms_tar *tar, bool more)
{
    while (more) {
        if (fill(tar) < MS_TAR_BLOCK) {
            return end_early(tar, "cut off in a header");
        }
        more = tar->buf[tar->at + 504] != 0;
        advance(tar, MS_TAR_BLOCK);
    }
    return MS_OK;
}

/* Reads the header of a member, and applies the extra headers before it. */
static ms_code begin_member(ms_tar *tar, const uint8_t *block, uint64_t size, ms_tar_member *member)
{
    const tar_extra *extra = tar->next.has_name ? &tar->next : &tar->all;
    uint8_t type = block[MS_TAR_TYPE];
    bool more_map = type == 'S' && block[482] != 0;
    ms_bytes_clear(&tar->name);
    if (extra->has_name) {
        ms_bytes_append(&tar->name, extra->name.data, extra->name.len);
    } else {
        ms_tar_name(block, &tar->name);
    }
    if (ms_bytes_check(&tar->name) != MS_OK) {
        return no_memory(tar);
    }
    size = tar->next.has_size ? tar->next.size : tar->all.has_size ? tar->all.size : size;
    advance(tar, MS_TAR_BLOCK);
    ms_code code = skip_map(tar, more_map);
    set_size(tar, size);
    drop_false_size(tar, type);
    *member = (ms_tar_member){.name = tar->name.data,
                              .nname = tar->name.len,
                              .size = tar->left,
                              .sparse = type == 'S' || tar->next.sparse || tar->all.sparse};
    tar->next.has_name = tar->next.has_size = tar->next.sparse = tar->next.sparse_name = false;
    return code;
}

/* The header at the buffer's beginning; *found when it is of a member with contents. */
static ms_code read_header(ms_tar *tar, ms_tar_member *member, bool *found)
{
    const uint8_t *block = tar->buf + tar->at;
    uint8_t type = block[MS_TAR_TYPE];
    uint64_t size = 0;
    if (!ms_tar_is_header(block)) {
        return stop(tar, MS_FORMAT, tar->end_mark ? "other data after the end mark" : "invalid header");
    }
    if (!ms_tar_size(block, &size)) {
        return stop(tar, MS_FORMAT, "invalid size");
    }
    tar->end_mark = false;
    if (type == 'L' || type == 'K' || type == 'x' || type == 'X' || type == 'g') {
        advance(tar, MS_TAR_BLOCK);
        return read_extra(tar, type, size);
    }
    ms_code code = begin_member(tar, block, size, member);
    bool names_of_a_directory = type == 'D'; /* GNU, incremental */
    *found = code == MS_OK && !names_of_a_directory && (member->size > 0 || member->sparse);
    return code;
}

/* Less than a block is left. */
static ms_code read_end(ms_tar *tar)
{
    size_t left = tar->len - tar->at;
    bool zero = ms_tar_is_zero(tar->buf + tar->at, left);
    if (tar->source_code != MS_OK || !tar->end_mark) {
        return end_early(tar, zero ? "no end mark (it may be cut off)" : "cut off in a header");
    }
    return zero ? MS_OK : stop(tar, MS_FORMAT, "other data after the end mark");
}

ms_code ms_tar_next(ms_tar *tar, ms_tar_member *member, bool *more, ms_err *err)
{
    bool end = false;
    *member = (ms_tar_member){0};
    *more = false;
    while (!*more && !end && skip_member(tar) == MS_OK) {
        if (fill(tar) < MS_TAR_BLOCK) {
            end = true;
            (void)read_end(tar);
        } else if (ms_tar_is_zero(tar->buf + tar->at, MS_TAR_BLOCK)) {
            tar->end_mark = true;
            advance(tar, MS_TAR_BLOCK);
        } else {
            (void)read_header(tar, member, more);
        }
    }
    if (tar->code != MS_OK) {
        *more = false;
        *err = tar->why;
    }
    return tar->code;
}
