/* Tar: the members of an archive in ustar, GNU, pax or version 7 format. */
#include "logs/archive/members_internal.h"
#include "logs/archive/tar_header.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_EXTRA = 1 << 20 }; /* bytes of a long name or a pax header */

/* Extra headers before a member's header, which override it. */
typedef struct tar_extra {
    ms_bytes name;
    bool has_name, has_size, sparse;
    bool sparse_name; /* the name is GNU.sparse.name, and `path` is made up */
    uint64_t size;
} tar_extra;

typedef struct tar_reader {
    ms__archive_reader base;
    uint64_t left;  /* unread bytes of the member's contents */
    size_t padding; /* bytes after the contents up to the next block */
    bool end_mark;  /* a block of zeros follows the last member */
    tar_extra next; /* of the next member only */
    tar_extra all;  /* of all members from here on */
    ms_bytes name;
} tar_reader;

static void tar_close(void *self)
{
    tar_reader *tar = self;
    if (tar) {
        ms_bytes_fini(&tar->next.name);
        ms_bytes_fini(&tar->all.name);
        ms_bytes_fini(&tar->name);
        ms_lookahead_fini(&tar->base.in);
        free(tar);
    }
}

static ms_code tar_open(void **self, const ms_archive_input *input, const ms_members_options *options,
                        ms_err *err)
{
    (void)options;
    tar_reader *tar = calloc(1, sizeof *tar);
    if (!tar) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for an archive");
    }
    tar->base.format = "tar";
    ms_code code = ms_lookahead_init(&tar->base.in, input->source, err);
    if (code != MS_OK) {
        tar_close(tar);
        return code;
    }
    *self = tar;
    return MS_OK;
}

static ms_code tar_read(void *self, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    tar_reader *tar = self;
    *n = 0;
    if (tar->base.code == MS_OK && tar->left > 0) {
        *n = ms_lookahead_read(&tar->base.in, buf, tar->left < cap ? (size_t)tar->left : cap);
        tar->left -= *n;
        tar->base.code = *n > 0 ? MS_OK : ms__archive_end_early(&tar->base, "cut off in a member");
    }
    return ms__archive_error(&tar->base, err);
}

/* Skips the rest of the member. */
static ms_code skip_member(tar_reader *tar)
{
    tar->left -= ms_lookahead_skip(&tar->base.in, tar->base.code == MS_OK ? tar->left : 0);
    if (tar->base.code == MS_OK && tar->left > 0) {
        return ms__archive_end_early(&tar->base, "cut off in a member");
    }
    if (tar->base.code == MS_OK && tar->padding > 0) {
        (void)ms_lookahead_skip(&tar->base.in, tar->padding);
        tar->padding = 0;
    }
    return tar->base.code;
}

static void set_size(tar_reader *tar, uint64_t size)
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
static ms_code read_extra(tar_reader *tar, uint8_t type, uint64_t size)
{
    ms_bytes body = {0};
    ms_code code = MS_OK;
    if (size > MAX_EXTRA) {
        return ms__archive_stop(&tar->base, MS_LIMIT, "a name or a header of more than 1 MiB");
    }
    set_size(tar, size);
    if (ms_bytes_reserve(&body, (size_t)size + 1) != MS_OK) {
        return ms__archive_no_memory(&tar->base);
    }
    for (size_t n = 1; code == MS_OK && tar->left > 0; body.len += n) {
        code = tar_read(tar, body.data + body.len, (size_t)tar->left, &n, NULL);
    }
    if (code == MS_OK && type == 'L') {
        code = set_name(&tar->next, body.data, strnlen((const char *)body.data, body.len));
    } else if (code == MS_OK && type != 'K') {
        code = apply_pax(type == 'g' ? &tar->all : &tar->next, &body);
    }
    ms_bytes_fini(&body);
    if (tar->base.code == MS_OK && code == MS_NOMEM) {
        return ms__archive_no_memory(&tar->base);
    }
    return tar->base.code == MS_OK && code != MS_OK ? ms__archive_stop(&tar->base, code, "invalid pax header")
                                                    : tar->base.code;
}

/* Links, directories and devices have no contents, but some writers give them a size all the same, and in pax
 * a hard link may have contents. So the next block decides: after a header without contents there is another
 * header, or the end. */
static void drop_false_size(tar_reader *tar, uint8_t type)
{
    const ms_bytes *name = &tar->name;
    bool slash = name->len > 0 && name->data[name->len - 1] == '/';
    bool doubtful = (type >= '1' && type <= '6') || slash;
    if (!doubtful || tar->left == 0) {
        return;
    }
    bool whole = ms_lookahead_fill(&tar->base.in, MS_TAR_BLOCK) >= MS_TAR_BLOCK;
    const uint8_t *block = ms_lookahead_bytes(&tar->base.in);
    if (!whole || ms_tar_is_header(block) || ms_tar_is_zero(block, MS_TAR_BLOCK)) {
        set_size(tar, 0);
    }
}

/* The header of an old GNU sparse file is followed by further blocks of its map. */
static ms_code skip_map(tar_reader *tar, bool more)
{
    while (more) {
        if (ms_lookahead_fill(&tar->base.in, MS_TAR_BLOCK) < MS_TAR_BLOCK) {
            return ms__archive_end_early(&tar->base, "cut off in a header");
        }
        more = ms_lookahead_bytes(&tar->base.in)[504] != 0;
        ms_lookahead_advance(&tar->base.in, MS_TAR_BLOCK);
    }
    return MS_OK;
}

/* Reads the header of a member, and applies the extra headers before it. */
static ms_code begin_member(tar_reader *tar, const uint8_t *block, uint64_t size, ms_member *member)
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
        return ms__archive_no_memory(&tar->base);
    }
    size = tar->next.has_size ? tar->next.size : tar->all.has_size ? tar->all.size : size;
    ms_lookahead_advance(&tar->base.in, MS_TAR_BLOCK);
    ms_code code = skip_map(tar, more_map);
    set_size(tar, size);
    drop_false_size(tar, type);
    *member = (ms_member){.name = tar->name.data, .nname = tar->name.len};
    if (type == 'S' || tar->next.sparse || tar->all.sparse) {
        member->code = ms_err_set(&member->why, MS_FORMAT, 0, "a member stored sparse is not searched");
    }
    tar->next.has_name = tar->next.has_size = tar->next.sparse = tar->next.sparse_name = false;
    return code;
}

/* The header at the buffer's beginning; *found when it is of a member with contents. */
static ms_code read_header(tar_reader *tar, ms_member *member, bool *found)
{
    const uint8_t *block = ms_lookahead_bytes(&tar->base.in);
    uint8_t type = block[MS_TAR_TYPE];
    uint64_t size = 0;
    if (!ms_tar_is_header(block)) {
        return ms__archive_stop(&tar->base, MS_FORMAT,
                                tar->end_mark ? "other data after the end mark" : "invalid header");
    }
    if (!ms_tar_size(block, &size)) {
        return ms__archive_stop(&tar->base, MS_FORMAT, "invalid size");
    }
    tar->end_mark = false;
    if (type == 'L' || type == 'K' || type == 'x' || type == 'X' || type == 'g') {
        ms_lookahead_advance(&tar->base.in, MS_TAR_BLOCK);
        return read_extra(tar, type, size);
    }
    ms_code code = begin_member(tar, block, size, member);
    bool names_of_a_directory = type == 'D'; /* GNU, incremental */
    *found = code == MS_OK && !names_of_a_directory && (tar->left > 0 || member->code != MS_OK);
    return code;
}

/* Less than a block is left. */
static ms_code read_end(tar_reader *tar)
{
    size_t left = ms_lookahead_fill(&tar->base.in, 0);
    bool zero = ms_tar_is_zero(ms_lookahead_bytes(&tar->base.in), left);
    if (tar->base.in.code != MS_OK || !tar->end_mark) {
        return ms__archive_end_early(&tar->base,
                                     zero ? "no end mark (it may be cut off)" : "cut off in a header");
    }
    return zero ? MS_OK : ms__archive_stop(&tar->base, MS_FORMAT, "other data after the end mark");
}

static ms_code tar_next(void *self, ms_member *member, bool *more, ms_err *err)
{
    tar_reader *tar = self;
    bool end = false;
    while (!*more && !end && skip_member(tar) == MS_OK) {
        if (ms_lookahead_fill(&tar->base.in, MS_TAR_BLOCK) < MS_TAR_BLOCK) {
            end = true;
            (void)read_end(tar);
        } else if (ms_tar_is_zero(ms_lookahead_bytes(&tar->base.in), MS_TAR_BLOCK)) {
            tar->end_mark = true;
            ms_lookahead_advance(&tar->base.in, MS_TAR_BLOCK);
        } else {
            (void)read_header(tar, member, more);
        }
    }
    return *more && tar->base.code == MS_OK ? MS_OK : ms__archive_result(&tar->base, err);
}

const ms_members_ops ms__tar_ops = {.open = tar_open, .next = tar_next, .read = tar_read, .close = tar_close};
