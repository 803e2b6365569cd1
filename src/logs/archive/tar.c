/* tar: the members of an archive in ustar, GNU, pax or version 7 format. */
#include "logs/archive/tar_internal.h"

#include <stdlib.h>

/* Fields of an old GNU header of a sparse file: its map, whether blocks with more of it follow, its size; in
 * those blocks the map comes first. */
enum { MAP = 386, NMAP = 4, MORE = 482, REAL_SIZE = 483, MORE_NMAP = 21, MORE_MORE = 504, NUMBER = 12 };

static void tar_close(void *self)
{
    ms__tar_reader *tar = self;
    if (tar) {
        ms_bytes_fini(&tar->next.name);
        ms_bytes_fini(&tar->all.name);
        ms_bytes_fini(&tar->name);
        ms__tar_sparse_fini(&tar->sparse);
        ms_lookahead_fini(&tar->base.in);
        free(tar);
    }
}

static ms_code tar_open(void **self, const ms_archive_input *input, const ms_members_options *options,
                        ms_err *err)
{
    ms__tar_reader *tar = calloc(1, sizeof *tar);
    if (!tar) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for an archive");
    }
    tar->base.format = "tar";
    tar->sparse.limits = options->limits;
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
    ms__tar_reader *tar = self;
    *n = 0;
    if (tar->base.code == MS_OK && tar->sparse.is_sparse) {
        MS_TRY(ms__tar_sparse_read(&tar->sparse, &tar->base.in, &tar->left, buf, cap, n, err));
    } else if (tar->base.code == MS_OK && tar->left > 0) {
        *n = ms_lookahead_read(&tar->base.in, buf, tar->left < cap ? (size_t)tar->left : cap);
        tar->left -= *n;
    }
    if (tar->base.code == MS_OK && *n == 0 && tar->left > 0) {
        tar->base.code = ms__archive_end_early(&tar->base, "cut off in a member");
    }
    return ms__archive_error(&tar->base, err);
}

static uint64_t tar_skip_zeros(void *self, uint64_t unit)
{
    ms__tar_reader *tar = self;
    return tar->sparse.is_sparse ? ms__tar_sparse_skip_hole(&tar->sparse, unit) : 0;
}

/* Skips the rest of the member. */
static ms_code skip_member(ms__tar_reader *tar)
{
    MS_TRY(tar->base.code);
    tar->left -= ms_lookahead_skip(&tar->base.in, tar->left);
    if (tar->left > 0) {
        return ms__archive_end_early(&tar->base, "cut off in a member");
    }
    (void)ms_lookahead_skip(&tar->base.in, tar->padding);
    tar->padding = 0;
    if (tar->in_member) {
        ms__tar_sparse_clear(&tar->sparse);
        tar->in_member = false;
    }
    return MS_OK;
}

static void set_size(ms__tar_reader *tar, uint64_t size)
{
    tar->left = size;
    tar->padding = (MS_TAR_BLOCK - size % MS_TAR_BLOCK) % MS_TAR_BLOCK;
}

/* Links, directories and devices have no contents, but some writers give them a size all the same, and in pax
 * a hard link may have contents. So the next block decides: after a header without contents there is another
 * header, or the end. */
static void drop_false_size(ms__tar_reader *tar, uint8_t type)
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

/* Up to n parts of a map in the old GNU format. */
static ms_code add_parts(ms__tar_sparse *sparse, const uint8_t *map, size_t n)
{
    for (size_t i = 0; i < n; i++, map += (size_t)2 * NUMBER) {
        uint64_t offset = 0;
        uint64_t size = 0;
        if (map[NUMBER] == 0) {
            break;
        }
        sparse->invalid = sparse->invalid || !ms_tar_number(map, NUMBER, &offset) ||
                          !ms_tar_number(map + NUMBER, NUMBER, &size);
        MS_TRY(ms__tar_sparse_add(sparse, offset));
        MS_TRY(ms__tar_sparse_add(sparse, size));
    }
    return MS_OK;
}

/* The map in an old GNU header, at the next byte, and in the blocks after it; all are consumed. */
static ms_code read_old_map(ms__tar_reader *tar)
{
    ms__tar_sparse *sparse = &tar->sparse;
    const uint8_t *block = ms_lookahead_bytes(&tar->base.in);
    bool more = block[MORE] != 0;
    ms__tar_sparse_clear(sparse);
    sparse->is_sparse = true;
    sparse->invalid = !ms_tar_number(block + REAL_SIZE, NUMBER, &sparse->real_size);
    ms_code code = add_parts(sparse, block + MAP, NMAP);
    ms_lookahead_advance(&tar->base.in, MS_TAR_BLOCK);
    while (more && code == MS_OK) {
        if (ms_lookahead_fill(&tar->base.in, MS_TAR_BLOCK) < MS_TAR_BLOCK) {
            return ms__archive_end_early(&tar->base, "cut off in a header");
        }
        block = ms_lookahead_bytes(&tar->base.in);
        more = block[MORE_MORE] != 0;
        code = add_parts(sparse, block, MORE_NMAP);
        ms_lookahead_advance(&tar->base.in, MS_TAR_BLOCK);
    }
    return code == MS_OK ? MS_OK : ms__archive_no_memory(&tar->base);
}

/* The map of a sparse member is complete, or comes first in its contents. */
static ms_code begin_sparse(ms__tar_reader *tar, ms_member *member)
{
    ms__tar_sparse *sparse = &tar->sparse;
    uint64_t nread = 0;
    if (sparse->is_sparse && sparse->in_data) {
        ms_code code = ms__tar_sparse_read_map(sparse, &tar->base.in, tar->left, &nread);
        tar->left -= nread;
        if (code != MS_OK) {
            return ms__archive_no_memory(&tar->base);
        }
    }
    if (sparse->is_sparse && !ms__tar_sparse_begin(sparse, tar->left)) {
        member->code =
            ms_err_set(&member->why, MS_FORMAT, 0, "tar archive: the map of a sparse file is invalid");
    }
    return MS_OK;
}

static ms_code take_name(ms__tar_reader *tar, const uint8_t *block)
{
    const ms__tar_extra *extra = tar->next.has_name ? &tar->next : &tar->all;
    ms_bytes_clear(&tar->name);
    if (extra->has_name) {
        ms_bytes_append(&tar->name, extra->name.data, extra->name.len);
    } else {
        ms_tar_name(block, &tar->name);
    }
    return ms_bytes_check(&tar->name) == MS_OK ? MS_OK : ms__archive_no_memory(&tar->base);
}

/* Reads the header of a member, and applies the extra headers before it. */
static ms_code begin_member(ms__tar_reader *tar, uint64_t size, ms_member *member)
{
    const uint8_t *block = ms_lookahead_bytes(&tar->base.in);
    uint8_t type = block[MS_TAR_TYPE];
    MS_TRY(take_name(tar, block));
    size = tar->next.has_size ? tar->next.size : tar->all.has_size ? tar->all.size : size;
    tar->next.has_name = tar->next.has_size = tar->next.sparse_name = false;
    tar->in_member = true;
    if (type == 'S') {
        MS_TRY(read_old_map(tar));
    } else {
        ms_lookahead_advance(&tar->base.in, MS_TAR_BLOCK);
    }
    set_size(tar, size);
    drop_false_size(tar, type);
    *member = (ms_member){.name = tar->name.data, .nname = tar->name.len};
    return begin_sparse(tar, member);
}

/* Continues at the next header, if there is one. */
static ms_code skip_damage(ms__tar_reader *tar)
{
    ms_lookahead *in = &tar->base.in;
    ms__archive_damage(&tar->base, tar->end_mark ? "other data after the end mark" : "invalid header",
                       in->offset);
    do {
        ms_lookahead_advance(in, MS_TAR_BLOCK);
    } while (ms_lookahead_fill(in, MS_TAR_BLOCK) >= MS_TAR_BLOCK &&
             !(ms_tar_looks_like(ms_lookahead_bytes(in), MS_TAR_BLOCK) &&
               ms_tar_is_header(ms_lookahead_bytes(in))));
    return MS_OK;
}

/* The header at the next byte; *found when it is of a file. */
static ms_code read_header(ms__tar_reader *tar, ms_member *member, bool *found)
{
    const uint8_t *block = ms_lookahead_bytes(&tar->base.in);
    uint8_t type = block[MS_TAR_TYPE];
    uint64_t size = 0;
    if (!ms_tar_is_header(block) || !ms_tar_size(block, &size)) {
        return skip_damage(tar);
    }
    tar->end_mark = false;
    if (type == 'L' || type == 'K' || type == 'x' || type == 'X' || type == 'g') {
        ms_lookahead_advance(&tar->base.in, MS_TAR_BLOCK);
        return ms__tar_read_extra(tar, type, size);
    }
    MS_TRY(begin_member(tar, size, member));
    bool names_of_a_directory = type == 'D'; /* GNU, incremental */
    bool slash = tar->name.len > 0 && tar->name.data[tar->name.len - 1] == '/';
    bool is_file = (type == 0 || type == '0' || type == '7' || tar->sparse.is_sparse) && !slash;
    *found = !names_of_a_directory && (tar->left > 0 || is_file || member->code != MS_OK);
    return MS_OK;
}

/* Less than a block is left. */
static ms_code read_end(ms__tar_reader *tar)
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
    ms__tar_reader *tar = self;
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

const ms_members_ops ms__tar_ops = {
    .open = tar_open, .next = tar_next, .read = tar_read, .skip_zeros = tar_skip_zeros, .close = tar_close};
