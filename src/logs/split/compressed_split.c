/* Range: see range.h. */
#include "logs/split/compressed_split.h"

#include "logs/decode/decoder.h"
#include "logs/split/frame_boundaries.h"
#include "logs/split/xz_blocks.h"

#include <stdlib.h>
#include <string.h>

struct ms_split {
    ms_decoder *decoder;  /* owned: of members; or NULL */
    ms_xz_blocks *blocks; /* owned: of blocks; or NULL */
    uint64_t first, next; /* see ms_split_boundaries */
    bool skipping;        /* the first newline has not come yet, of a range that is not the first */
    bool passed;          /* the text of the next range is being read, up to its first newline */
    bool ended;
};

bool ms_split_known(ms_codec codec)
{
    return codec == MS_CODEC_XZ || ms_frame_boundaries_known(codec);
}

bool ms_split_pays(const ms_file *file, ms_codec codec, const ms_decode_limits *limits)
{
    ms_xz_blocks *blocks = NULL;
    if (codec != MS_CODEC_XZ) {
        return ms_frame_boundaries_pay(file, codec);
    }
    bool pays = ms_xz_blocks_open(&blocks, file, limits, NULL) == MS_OK && ms_xz_blocks_count(blocks) > 1;
    ms_xz_blocks_close(blocks);
    return pays;
}

/* The first boundary at `from` or behind it, in front of `to`; else `to`. */
static ms_code find(const ms_split *range, const ms_file *file, ms_codec codec, uint64_t from, uint64_t to,
                    const ms_decode_limits *limits, uint64_t *boundary, ms_err *err)
{
    if (range->blocks) {
        uint64_t at = ms_xz_blocks_boundary(range->blocks, from);
        *boundary = at < to ? at : to;
        return MS_OK;
    }
    return ms_frame_boundaries_find(file, codec, from, to, limits, boundary, err);
}

static ms_code begin_text(ms_split *range, ms_file *file, ms_codec codec, const ms_decode_limits *limits,
                          ms_err *err)
{
    if (range->blocks) {
        ms_xz_blocks_select(range->blocks, range->first, range->next);
        return MS_OK;
    }
    ms_file_seek(file, range->first);
    ms_code code = ms_decoder_open(&range->decoder, codec, ms_file_source(file), limits, err);
    if (code == MS_OK && range->next < ms_file_size(file)) {
        ms_decoder_stop_at(range->decoder, range->next - range->first);
    }
    return code;
}

static ms_code open_range(ms_split *range, ms_file *file, ms_codec codec, uint64_t begin, uint64_t end,
                          const ms_decode_limits *limits, ms_err *err)
{
    uint64_t size = ms_file_size(file);
    if (codec == MS_CODEC_XZ) {
        MS_TRY(ms_xz_blocks_open(&range->blocks, file, limits, err));
    }
    if (begin > 0) {
        MS_TRY(find(range, file, codec, begin, end, limits, &range->first, err));
    }
    range->ended = range->first == end;
    range->skipping = begin > 0;
    if (range->ended) {
        range->first = 0;
        return MS_OK;
    }
    range->next = size;
    if (end < size) {
        MS_TRY(find(range, file, codec, end, size, limits, &range->next, err));
    }
    return begin_text(range, file, codec, limits, err);
}

ms_code ms_split_open(ms_split **range, ms_file *file, ms_codec codec, uint64_t begin, uint64_t end,
                      const ms_decode_limits *limits, ms_err *err)
{
    ms_split *r = calloc(1, sizeof *r);
    if (!r) {
        return ms_err_set(err, MS_NOMEM, 0, "no memory for a range");
    }
    ms_code code = open_range(r, file, codec, begin, end, limits, err);
    if (code != MS_OK) {
        ms_split_close(r);
        return code;
    }
    *range = r;
    return MS_OK;
}

void ms_split_close(ms_split *range)
{
    if (range) {
        ms_decoder_close(range->decoder);
        ms_xz_blocks_close(range->blocks);
        free(range);
    }
}

void ms_split_boundaries(const ms_split *range, uint64_t *first, uint64_t *next)
{
    *first = range->first;
    *next = range->next;
}

static ms_code read_text(ms_split *range, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    return range->blocks ? ms_xz_blocks_read(range->blocks, buf, cap, n, err)
                         : ms_decoder_read(range->decoder, buf, cap, n, err);
}

/* No text has come: at the boundary E, or at the end. */
static void at_end(ms_split *range)
{
    bool boundary = range->blocks ? ms_xz_blocks_pass(range->blocks) : ms_decoder_pass(range->decoder);
    range->ended = !boundary || range->skipping; /* without a newline so far, no line begins in the range */
    range->passed = range->passed || boundary;
}

/* Drops what stands up to the first newline: it belongs to a range before this one. */
static void skip(ms_split *range, uint8_t *buf, size_t *n)
{
    const uint8_t *newline = memchr(buf, '\n', *n);
    size_t skipped = newline ? (size_t)(newline - buf) + 1 : *n;
    *n -= skipped;
    memmove(buf, buf + skipped, *n);
    range->skipping = !newline;
}

/* Behind E, the first newline ends the range's last line. */
static void cut(ms_split *range, const uint8_t *buf, size_t *n)
{
    const uint8_t *newline = memchr(buf, '\n', *n);
    *n = newline ? (size_t)(newline - buf) + 1 : *n;
    range->ended = newline;
}

static ms_code read_lines(void *self, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    ms_split *range = self;
    ms_code code = MS_OK;
    *n = 0;
    while (code == MS_OK && *n == 0 && !range->ended) {
        code = read_text(range, buf, cap, n, err);
        if (code == MS_OK && *n == 0) {
            at_end(range);
        } else if (range->skipping) {
            skip(range, buf, n);
        } else if (range->passed) {
            cut(range, buf, n);
        }
    }
    return code;
}

ms_source ms_split_source(ms_split *range)
{
    return (ms_source){.read = read_lines, .self = range};
}
