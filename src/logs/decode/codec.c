#include "logs/decode/codec.h"

#include "logs/decode/codec_internal.h"

#include <string.h>

typedef struct magic {
    ms_codec codec;
    size_t min; /* shortest truncated magic that is detected, as it cannot be text */
    size_t n;
    const char *bytes;
} magic;

static const magic magics[] = {
    {MS_CODEC_GZIP, 2, 3, "\x1F\x8B\x08"},         /* RFC 1952, 2.3.1 */
    {MS_CODEC_ZSTD, 2, 4, "\x28\xB5\x2F\xFD"},     /* RFC 8878, 3.1.1 */
    {MS_CODEC_XZ, 2, 6, "\xFD\x37\x7A\x58\x5A\0"}, /* The .xz File Format 1.1.0, 2.1.1.1 */
    {MS_CODEC_LZ4, 2, 4, "\x04\x22\x4D\x18"},      /* LZ4 Frame Format 1.6.2 */
    {MS_CODEC_LZIP, 5, 5, "LZIP\x01"},             /* draft-diaz-lzip */
    {MS_CODEC_LZIP, 5, 5, "LZIP\0"},               /* version 0: without the member's size in its trailer */
};

static bool is_bzip2(const uint8_t *head, size_t n)
{
    static const uint8_t block[] = {0x31, 0x41, 0x59, 0x26, 0x53, 0x59};
    static const uint8_t end[] = {0x17, 0x72, 0x45, 0x38, 0x50, 0x90};
    if (n < 6 || memcmp(head, "BZh", 3) != 0 || head[3] < '1' || head[3] > '9') {
        return false;
    }
    n = n < 10 ? n - 4 : sizeof block;
    return memcmp(head + 4, block, n) == 0 || memcmp(head + 4, end, n) == 0;
}

/* Is it a valid dictionary size? Writers use 2^n or 2^n + 2^(n-1), at least 4096. */
static bool is_dictionary(uint32_t size)
{
    uint32_t rest = size & (size - 1); /* without the lowest set bit */
    return size == UINT32_MAX || (size >= 4096 && (rest == 0 || rest == (size - rest) << 1));
}

/* LZMA alone has no magic: properties, a dictionary size, an uncompressed size that is unknown (all ones) or
 * known, and the range coder's first byte, which is 0. With the usual properties any dictionary of a multiple
 * of 64 KiB is accepted. As in liblzma, known sizes must be below 2^38. */
static bool is_lzma_alone(const uint8_t *head, size_t n)
{
    static const uint8_t unknown[8] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
    if (n < 13 || (n > 13 && head[13] != 0)) {
        return false;
    }
    uint32_t size =
        (uint32_t)head[1] | (uint32_t)head[2] << 8 | (uint32_t)head[3] << 16 | (uint32_t)head[4] << 24;
    bool usual = head[0] == 0x5D && (size & 0xFFFF) == 0;
    bool sound = head[0] < 9 * 5 * 5 && head[0] % 9 + head[0] / 9 % 5 <= 4 && is_dictionary(size);
    bool sized = head[9] < 1 << 6 && head[10] == 0 && head[11] == 0 && head[12] == 0;
    return (usual || sound) && (sized || memcmp(head + 5, unknown, sizeof unknown) == 0);
}

bool ms_codec_is_skippable(const uint8_t *head, size_t n)
{
    return n >= 4 && head[0] >> 4 == 5 && memcmp(head + 1, "\x2A\x4D\x18", 3) == 0;
}

static ms_codec by_magic(const uint8_t *head, size_t n)
{
    for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++) {
        const magic *m = &magics[i];
        if (n >= m->min && memcmp(head, m->bytes, n < m->n ? n : m->n) == 0) {
            return m->codec;
        }
    }
    return MS_CODEC_NONE;
}

ms_codec ms_codec_of(const uint8_t *head, size_t n)
{
    if (ms_codec_is_skippable(head, n)) {
        return MS_CODEC_ZSTD;
    }
    ms_codec codec = by_magic(head, n);
    if (codec == MS_CODEC_NONE && is_bzip2(head, n)) {
        return MS_CODEC_BZIP2;
    }
    return codec == MS_CODEC_NONE && is_lzma_alone(head, n) ? MS_CODEC_LZMA : codec;
}

bool ms_codec_continues(ms_codec codec, const uint8_t *head, size_t n)
{
    bool skips = codec == MS_CODEC_ZSTD || codec == MS_CODEC_LZ4;
    return skips && ms_codec_is_skippable(head, n) ? true : ms_codec_of(head, n) == codec;
}

static const struct {
    const char *name;
    const ms_codec_ops *ops;
} codecs[] = {
    [MS_CODEC_NONE] = {"no", NULL},
    [MS_CODEC_GZIP] = {"gzip", &ms__codec_gzip},
    [MS_CODEC_ZSTD] = {"zstd", &ms__codec_zstd},
    [MS_CODEC_XZ] = {"xz", &ms__codec_xz},
    [MS_CODEC_BZIP2] = {"bzip2", &ms__codec_bzip2},
    [MS_CODEC_LZ4] = {"lz4", &ms__codec_lz4},
    [MS_CODEC_LZMA] = {"lzma", &ms__codec_lzma},
    [MS_CODEC_LZIP] = {"lzip", &ms__codec_lzip},
    [MS_CODEC_DEFLATE] = {"deflate", &ms__codec_deflate},
};

const char *ms_codec_name(ms_codec codec)
{
    return codecs[codec].name;
}

ms_code ms_decode_poll(const ms_decode_limits *limits, ms_err *err)
{
    ms_code code = limits && limits->on_work ? limits->on_work(limits->user) : MS_OK;
    return code == MS_OK ? MS_OK : ms_err_set(err, code, 0, "%s", ms_code_text(code));
}

ms_code ms_decode_spend(const ms_decode_limits *limits, uint64_t n, ms_err *err)
{
    ms_decode_budget *budget = limits->budget;
    if (!budget) {
        return MS_OK;
    }
    budget->nmade += n;
    if (limits->max_decompressed > 0 && budget->nmade > limits->max_decompressed) {
        return ms_err_set(err, MS_FORMAT, 0,
                          "holds more than %llu bytes of decoded data (--max-decompressed)",
                          (unsigned long long)limits->max_decompressed);
    }
    if (limits->max_ratio > 0 && budget->nstored > 0 && budget->nmade > MS_RATIO_FROM &&
        budget->nmade / limits->max_ratio > budget->nstored) {
        return ms_err_set(err, MS_FORMAT, 0,
                          "%llu bytes hold more than %llu times as many: a decompression bomb? (--max-ratio)",
                          (unsigned long long)budget->nstored, (unsigned long long)limits->max_ratio);
    }
    return MS_OK;
}

ms_code ms_decode_keep(const ms_decode_limits *limits, uint64_t *held, uint64_t now, ms_err *err)
{
    ms_decode_budget *budget = limits->budget;
    uint64_t max = 2 * (limits->max_window > 0 ? limits->max_window : MS_DEFAULT_WINDOW);
    if (!budget || now == *held) {
        return MS_OK;
    }
    budget->memory = budget->memory - *held + now;
    *held = now;
    return budget->memory <= max
               ? MS_OK
               : ms_err_set(err, MS_FORMAT, 0,
                            "compressed data within others need more than %llu MiB of memory "
                            "(--memlimit-decompress)",
                            (unsigned long long)(max >> 20));
}

const ms_codec_ops *ms_codec_ops_of(ms_codec codec)
{
    return codecs[codec].ops;
}
