/* Format: The .xz File Format 1.1.0; all parsing is done by liblzma. */
#include "logs/split/xz_blocks.h"

#include <lzma.h>
#include <stdlib.h>

enum {
    RAW = 64 << 10,
    MAX_INDEX = 16 << 20, /* bytes of memory for the indexes of a file */
};

struct ms_xz_blocks {
    const ms_file *file;
    ms_decode_limits limits;
    lzma_index *index;  /* owned: of all streams */
    lzma_index_iter at; /* the current block, or the next one */
    bool more;          /* there is one */
    uint64_t boundary;  /* offset of the block where reading ends, or the file's size */
    lzma_stream stream; /* owned: of the current block */
    lzma_block block;   /* borrowed by it */
    bool in_block;
    uint64_t next, end; /* offsets: of the block's next byte, and of its end */
    uint8_t raw[RAW];
    ms_code failed; /* final, or MS_OK */
    ms_err why;
};

static ms_code fail(ms_xz_blocks *blocks, const char *what)
{
    blocks->failed = ms_err_set(&blocks->why, MS_FORMAT, 0, "%s", what);
    return blocks->failed;
}

/* Feeds liblzma's index decoder, which seeks in the file. */
static ms_code read_index(ms_xz_blocks *blocks, ms_err *err)
{
    lzma_stream *stream = &blocks->stream;
    uint64_t at = 0;
    lzma_ret ret = lzma_file_info_decoder(stream, &blocks->index, MAX_INDEX, ms_file_size(blocks->file));
    while (ret == LZMA_OK) {
        if (stream->avail_in == 0) {
            size_t n = 0;
            MS_TRY(ms_decode_poll(&blocks->limits, err));
            MS_TRY(ms_file_peek(blocks->file, at, blocks->raw, RAW, &n, err));
            stream->next_in = blocks->raw;
            stream->avail_in = n;
            at += n;
        }
        ret = lzma_code(stream, LZMA_RUN);
        if (ret == LZMA_SEEK_NEEDED) {
            at = stream->seek_pos;
            stream->avail_in = 0;
            ret = LZMA_OK;
        }
    }
    if (ret == LZMA_MEM_ERROR) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for the index of an xz file");
    }
    return ret == LZMA_STREAM_END ? MS_OK : ms_err_set(err, MS_FORMAT, 0, "no index of xz blocks");
}

ms_code ms_xz_blocks_open(ms_xz_blocks **blocks, const ms_file *file, const ms_decode_limits *limits,
                          ms_err *err)
{
    ms_xz_blocks *b = calloc(1, sizeof *b);
    if (!b) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for the index of an xz file");
    }
    b->file = file;
    b->limits = *limits;
    b->stream = (lzma_stream)LZMA_STREAM_INIT;
    ms_code code = read_index(b, err);
    uint64_t max = limits->max_decompressed > 0 ? limits->max_decompressed : UINT64_MAX;
    if (code == MS_OK && lzma_index_uncompressed_size(b->index) > max) {
        code = ms_err_set(err, MS_FORMAT, 0, "more text than --max-decompressed allows");
    }
    if (code != MS_OK) {
        ms_xz_blocks_close(b);
        return code;
    }
    *blocks = b;
    return MS_OK;
}

void ms_xz_blocks_close(ms_xz_blocks *blocks)
{
    if (blocks) {
        lzma_end(&blocks->stream);
        lzma_index_end(blocks->index, NULL);
        free(blocks);
    }
}

uint64_t ms_xz_blocks_count(const ms_xz_blocks *blocks)
{
    return lzma_index_block_count(blocks->index);
}

/* Sets *at to the first block at or after `from`; false without one. */
static bool find(const ms_xz_blocks *blocks, uint64_t from, lzma_index_iter *at)
{
    lzma_index_iter_init(at, blocks->index);
    while (!lzma_index_iter_next(at, LZMA_INDEX_ITER_BLOCK)) {
        if (at->block.compressed_file_offset >= from) {
            return true;
        }
    }
    return false;
}

uint64_t ms_xz_blocks_boundary(const ms_xz_blocks *blocks, uint64_t from)
{
    lzma_index_iter at;
    return find(blocks, from, &at) ? at.block.compressed_file_offset : ms_file_size(blocks->file);
}

void ms_xz_blocks_select(ms_xz_blocks *blocks, uint64_t from, uint64_t to)
{
    blocks->more = find(blocks, from, &blocks->at);
    blocks->boundary = to;
}

static bool is_at_boundary(const ms_xz_blocks *blocks)
{
    return blocks->more && !blocks->in_block && blocks->at.block.compressed_file_offset == blocks->boundary;
}

bool ms_xz_blocks_resume(ms_xz_blocks *blocks)
{
    bool ended_there = is_at_boundary(blocks);
    blocks->boundary = ended_there ? UINT64_MAX : blocks->boundary;
    return ended_there;
}

/* Reads the block's header into blocks->block, with its filters in `filters`, which the caller frees after
 * success. */
static ms_code read_header(ms_xz_blocks *blocks, lzma_filter filters[LZMA_FILTERS_MAX + 1])
{
    const lzma_index_iter *at = &blocks->at;
    lzma_block *block = &blocks->block;
    size_t n = 0;
    blocks->next = at->block.compressed_file_offset;
    blocks->end = blocks->next + at->block.total_size;
    ms_code code =
        ms_file_peek(blocks->file, blocks->next, blocks->raw, LZMA_BLOCK_HEADER_SIZE_MAX, &n, &blocks->why);
    if (code != MS_OK) {
        blocks->failed = code;
        return code;
    }
    *block = (lzma_block){.check = at->stream.flags->check, .filters = filters};
    block->header_size = n > 0 && blocks->raw[0] != 0 ? lzma_block_header_size_decode(blocks->raw[0]) : 0;
    if (block->header_size == 0 || block->header_size > n || !lzma_check_is_supported(block->check) ||
        lzma_block_header_decode(block, NULL, blocks->raw) != LZMA_OK) {
        return fail(blocks, "an invalid xz block header");
    }
    return MS_OK;
}

static ms_code begin_block(ms_xz_blocks *blocks)
{
    lzma_filter filters[LZMA_FILTERS_MAX + 1] = {{.id = LZMA_VLI_UNKNOWN}};
    lzma_block *block = &blocks->block;
    MS_TRY(read_header(blocks, filters));
    uint64_t memory = blocks->limits.max_window > 0 ? blocks->limits.max_window : MS_DEFAULT_WINDOW;
    bool sized = block->uncompressed_size == LZMA_VLI_UNKNOWN ||
                 block->uncompressed_size == blocks->at.block.uncompressed_size;
    block->uncompressed_size = blocks->at.block.uncompressed_size;
    bool sound = sized && lzma_block_compressed_size(block, blocks->at.block.unpadded_size) == LZMA_OK &&
                 lzma_raw_decoder_memusage(filters) <= memory + (1 << 20) &&
                 lzma_block_decoder(&blocks->stream, block) == LZMA_OK;
    lzma_filters_free(filters, NULL);
    block->filters = NULL;
    if (!sound) {
        return fail(blocks, "an xz block that contradicts the index or is too large");
    }
    blocks->next += block->header_size;
    blocks->stream.avail_in = 0;
    blocks->in_block = true;
    return MS_OK;
}

static ms_code feed(ms_xz_blocks *blocks)
{
    lzma_stream *stream = &blocks->stream;
    uint64_t left = blocks->end - blocks->next;
    size_t n = 0;
    ms_code code = MS_OK;
    MS_TRY_OR(failed, ms_decode_poll(&blocks->limits, &blocks->why));
    MS_TRY_OR(failed, ms_file_peek(blocks->file, blocks->next, blocks->raw, left < RAW ? (size_t)left : RAW,
                                   &n, &blocks->why));
    stream->next_in = blocks->raw;
    stream->avail_in = n;
    blocks->next += n;
    return n > 0 ? MS_OK : fail(blocks, "an xz block without an end");
failed:
    blocks->failed = code;
    return code;
}

/* Decodes some of the block into blocks->stream's output. */
static ms_code step(ms_xz_blocks *blocks)
{
    lzma_stream *stream = &blocks->stream;
    bool fed = stream->avail_in > 0 || blocks->next == blocks->end;
    if (!fed) {
        MS_TRY(feed(blocks));
    }
    lzma_ret ret = lzma_code(stream, LZMA_RUN);
    if (ret == LZMA_STREAM_END) {
        blocks->in_block = false;
        blocks->more = !lzma_index_iter_next(&blocks->at, LZMA_INDEX_ITER_BLOCK);
        return stream->avail_in == 0 && blocks->next == blocks->end
                   ? MS_OK
                   : fail(blocks, "an xz block that ends too early");
    }
    return ret == LZMA_OK ? MS_OK : fail(blocks, "a corrupt xz block");
}

ms_code ms_xz_blocks_read(ms_xz_blocks *blocks, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    ms_code code = blocks->failed;
    *n = 0;
    while (code == MS_OK && *n < cap && blocks->more && !is_at_boundary(blocks)) {
        code = blocks->in_block ? MS_OK : begin_block(blocks);
        if (code == MS_OK) {
            blocks->stream.next_out = buf + *n;
            blocks->stream.avail_out = cap - *n;
            code = step(blocks);
            *n = cap - blocks->stream.avail_out;
        }
    }
    if (code == MS_OK || *n > 0) {
        return MS_OK;
    }
    if (err) {
        *err = blocks->why;
    }
    return code;
}
