#include "logs/split/frame_boundaries.h"

#include <string.h>

enum {
    CHUNK = 64 << 10,
    MAX_BLOCKS = 4,  /* blocks of a frame whose headers are checked */
    NEAR = 16 << 20, /* bytes in which the first boundary has to be */
    MAX_FRAME_HEADER = 18,
    BLOCK_HEADER = 3,
    MAX_BLOCK = 128 << 10,
};

typedef struct magic {
    const char *bytes;
    size_t n;
} magic;

static magic magic_of(ms_codec codec)
{
    return codec == MS_CODEC_ZSTD    ? (magic){"\x28\xB5\x2F\xFD", 4}
           : codec == MS_CODEC_BZIP2 ? (magic){"BZh", 3}
                                     : (magic){0};
}

bool ms_frame_boundaries_supported(ms_codec codec)
{
    return magic_of(codec).n > 0;
}

/* Length of the header of a zstd frame without a dictionary; 0: invalid (RFC 8878, 3.1.1.1). */
static size_t frame_header(const uint8_t *head, size_t n, uint64_t *content)
{
    static const uint8_t sizes[] = {0, 2, 4, 8};
    uint8_t flags = n > 5 ? head[4] : 0xFF;
    bool single = (flags & 0x20) != 0;
    size_t nsize = flags >> 6 == 0 && single ? 1 : sizes[flags >> 6];
    size_t at = single ? 5 : 6;
    *content = UINT64_MAX;
    if ((flags & 0x0B) != 0 || at + nsize > n) { /* a reserved bit, a dictionary */
        return 0;
    }
    for (size_t i = 0; i < nsize; i++) {
        *content = (i == 0 ? 0 : *content) | (uint64_t)head[at + i] << (8 * i);
    }
    *content += nsize == 2 ? 256 : 0;
    return at + nsize;
}

/* Moves *at after the block there; false when its header is invalid (RFC 8878, 3.1.1.2). */
static bool skip_block(const uint8_t *header, uint64_t *at, bool *last)
{
    uint32_t bits = header[0] | (uint32_t)header[1] << 8 | (uint32_t)header[2] << 16;
    uint32_t type = bits >> 1 & 3;
    uint32_t size = bits >> 3;
    *last = (bits & 1) != 0;
    *at += BLOCK_HEADER + (type == 1 ? 1 : size); /* RLE_Block: one byte */
    return type != 3 && size <= MAX_BLOCK;
}

/* Does a frame begin at `at`, whose bytes are head[0 .. n)? Checks the headers of its first blocks too. */
static ms_code is_frame(const ms_file *file, uint64_t at, const uint8_t *head, size_t n, bool *is,
                        ms_err *err)
{
    uint64_t content = 0;
    uint8_t header[BLOCK_HEADER];
    size_t nheader = frame_header(head, n, &content);
    bool last = false;
    *is = nheader > 0;
    at += nheader;
    for (int i = 0; i < MAX_BLOCKS && *is && !last; i++) {
        size_t got = 0;
        MS_TRY(ms_file_peek(file, at, header, sizeof header, &got, err));
        *is = got == sizeof header && skip_block(header, &at, &last);
    }
    return MS_OK;
}

static ms_code is_boundary(const ms_file *file, ms_codec codec, uint64_t at, const uint8_t *head, size_t n,
                           bool *is, ms_err *err)
{
    if (codec == MS_CODEC_ZSTD) {
        return is_frame(file, at, head, n, is, err);
    }
    *is = ms_codec_of(head, n) == codec;
    return MS_OK;
}

/* The first boundary in the n bytes at `from` that begins in their first `limit`. */
static ms_code find_in(const ms_file *file, ms_codec codec, uint64_t from, const uint8_t *bytes, size_t n,
                       size_t limit, size_t *at, bool *found, ms_err *err)
{
    magic what = magic_of(codec);
    *found = false;
    for (*at = 0;; ++*at) {
        const uint8_t *hit = memmem(bytes + *at, n - *at, what.bytes, what.n);
        *at = hit ? (size_t)(hit - bytes) : n;
        if (*at >= limit) {
            return MS_OK;
        }
        MS_TRY(is_boundary(file, codec, from + *at, hit, n - *at, found, err));
        if (*found) {
            return MS_OK;
        }
    }
}

ms_code ms_frame_boundaries_find(const ms_file *file, ms_codec codec, uint64_t from, uint64_t to,
                                 const ms_decode_limits *limits, uint64_t *at, ms_err *err)
{
    uint8_t bytes[CHUNK];
    bool found = false;
    *at = to;
    while (!found && from < to) {
        size_t n = 0;
        size_t within = 0;
        MS_TRY(ms_decode_poll(limits, err));
        MS_TRY(ms_file_peek(file, from, bytes, sizeof bytes, &n, err));
        /* a header that begins closer to the chunk's end may be cut, unless the file ends there */
        size_t limit = n == sizeof bytes ? n - MAX_FRAME_HEADER : n;
        limit = to - from < limit ? (size_t)(to - from) : limit;
        if (n == 0) {
            return MS_OK;
        }
        MS_TRY(find_in(file, codec, from, bytes, n, limit, &within, &found, err));
        *at = found ? from + within : to;
        from += limit;
    }
    return MS_OK;
}

bool ms_frame_boundaries_worthwhile(const ms_file *file, ms_codec codec)
{
    uint8_t head[MAX_FRAME_HEADER];
    uint64_t size = ms_file_size(file);
    uint64_t content = UINT64_MAX;
    uint64_t at = 0;
    size_t n = 0;
    uint64_t near = size < NEAR ? size : NEAR;
    if (size < 2 || !ms_frame_boundaries_supported(codec) ||
        ms_file_peek(file, 0, head, sizeof head, &n, NULL) != MS_OK) {
        return false;
    }
    /* a first frame smaller than the file, however badly it is compressed */
    if (codec == MS_CODEC_ZSTD && !ms_codec_is_skippable(head, n) && frame_header(head, n, &content) > 0 &&
        content < size - size / 64) {
        return true;
    }
    return ms_frame_boundaries_find(file, codec, 1, near, NULL, &at, NULL) == MS_OK && at < near;
}
