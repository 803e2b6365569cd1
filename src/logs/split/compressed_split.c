#include "logs/split/compressed_split.h"

#include "logs/decode/decoder.h"
#include "logs/split/frame_boundaries.h"
#include "logs/split/xz_blocks.h"

#include <stdlib.h>
#include <string.h>

struct ms_split {
    ms_decoder *decoder;  /* owned: for members; or NULL */
    ms_xz_blocks *blocks; /* owned: for xz blocks; or NULL */
    uint64_t first, next; /* see ms_split_boundaries */
    bool skipping;        /* before the first newline of a split that is not the first */
    bool past_end;        /* after E: reading on up to the first newline */
    bool ended;
};

bool ms_split_supported(ms_codec codec)
{
    return codec == MS_CODEC_XZ || ms_frame_boundaries_supported(codec);
}

bool ms_split_worthwhile(const ms_file *file, ms_codec codec, const ms_decode_limits *limits)
{
    ms_xz_blocks *blocks = NULL;
    if (codec != MS_CODEC_XZ) {
        return ms_frame_boundaries_worthwhile(file, codec);
    }
    bool worthwhile =
        ms_xz_blocks_open(&blocks, file, limits, NULL) == MS_OK && ms_xz_blocks_count(blocks) > 1;
    ms_xz_blocks_close(blocks);
    return worthwhile;
}

/* The first boundary in [from, to); `to` without one. */
static ms_code find(const ms_split *split, const ms_file *file, ms_codec codec, uint64_t from, uint64_t to,
                    const ms_decode_limits *limits, uint64_t *boundary, ms_err *err)
{
    if (split->blocks) {
        uint64_t at = ms_xz_blocks_boundary(split->blocks, from);
        *boundary = at < to ? at : to;
        return MS_OK;
    }
    return ms_frame_boundaries_find(file, codec, from, to, limits, boundary, err);
}

static ms_code begin_text(ms_split *split, ms_file *file, ms_codec codec, const ms_decode_limits *limits,
                          ms_err *err)
{
    if (split->blocks) {
        ms_xz_blocks_select(split->blocks, split->first, split->next);
        return MS_OK;
    }
    ms_file_seek(file, split->first);
    ms_code code = ms_decoder_open(&split->decoder, codec, ms_file_source(file), limits, err);
    if (code == MS_OK && split->next < ms_file_size(file)) {
        ms_decoder_stop_at(split->decoder, split->next - split->first);
    }
    return code;
}

static ms_code open_split(ms_split *split, ms_file *file, ms_codec codec, uint64_t begin, uint64_t end,
                          const ms_decode_limits *limits, ms_err *err)
{
    uint64_t size = ms_file_size(file);
    if (codec == MS_CODEC_XZ) {
        MS_TRY(ms_xz_blocks_open(&split->blocks, file, limits, err));
    }
    if (begin > 0) {
        MS_TRY(find(split, file, codec, begin, end, limits, &split->first, err));
    }
    split->ended = split->first == end;
    split->skipping = begin > 0;
    if (split->ended) {
        split->first = 0;
        return MS_OK;
    }
    split->next = size;
    if (end < size) {
        MS_TRY(find(split, file, codec, end, size, limits, &split->next, err));
    }
    return begin_text(split, file, codec, limits, err);
}

ms_code ms_split_open(ms_split **split, ms_file *file, ms_codec codec, uint64_t begin, uint64_t end,
                      const ms_decode_limits *limits, ms_err *err)
{
    ms_split *s = calloc(1, sizeof *s);
    if (!s) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for a split");
    }
    ms_code code = open_split(s, file, codec, begin, end, limits, err);
    if (code != MS_OK) {
        ms_split_close(s);
        return code;
    }
    *split = s;
    return MS_OK;
}

void ms_split_close(ms_split *split)
{
    if (split) {
        ms_decoder_close(split->decoder);
        ms_xz_blocks_close(split->blocks);
        free(split);
    }
}

void ms_split_boundaries(const ms_split *split, uint64_t *first, uint64_t *next)
{
    *first = split->first;
    *next = split->next;
}

static ms_code read_text(ms_split *split, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    return split->blocks ? ms_xz_blocks_read(split->blocks, buf, cap, n, err)
                         : ms_decoder_read(split->decoder, buf, cap, n, err);
}

/* End of text: at the boundary E, or at the end of the file. */
static void at_end(ms_split *split)
{
    bool boundary = split->blocks ? ms_xz_blocks_resume(split->blocks) : ms_decoder_resume(split->decoder);
    split->ended = !boundary || split->skipping; /* without a newline so far, no line begins in the split */
    split->past_end = split->past_end || boundary;
}

/* Drops everything up to the first newline: it belongs to an earlier split. */
static void skip(ms_split *split, uint8_t *buf, size_t *n)
{
    const uint8_t *newline = memchr(buf, '\n', *n);
    size_t skipped = newline ? (size_t)(newline - buf) + 1 : *n;
    *n -= skipped;
    memmove(buf, buf + skipped, *n);
    split->skipping = !newline;
}

/* After E, the first newline ends the split's last line. */
static void cut(ms_split *split, const uint8_t *buf, size_t *n)
{
    const uint8_t *newline = memchr(buf, '\n', *n);
    *n = newline ? (size_t)(newline - buf) + 1 : *n;
    split->ended = newline;
}

static ms_code read_lines(void *self, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    ms_split *split = self;
    ms_code code = MS_OK;
    *n = 0;
    while (code == MS_OK && *n == 0 && !split->ended) {
        code = read_text(split, buf, cap, n, err);
        if (code == MS_OK && *n == 0) {
            at_end(split);
        } else if (split->skipping) {
            skip(split, buf, n);
        } else if (split->past_end) {
            cut(split, buf, n);
        }
    }
    return code;
}

ms_source ms_split_source(ms_split *split)
{
    return (ms_source){.read = read_lines, .self = split};
}
