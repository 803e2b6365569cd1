#include "logs_pack.h"

#include "logs/decode/decoder.h"

#include <bzlib.h>
#include <check.h>
#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>
#include <lz4frame.h>
#include <lzma.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

enum { SLACK = 65536 };

static uint8_t *room_for(ms_bytes *to, size_t n)
{
    ck_assert_int_eq(ms_bytes_reserve(to, n), MS_OK);
    return to->data + to->len;
}

static void put_number(ms_bytes *to, uint64_t value, size_t nbytes)
{
    for (size_t i = 0; i < nbytes; i++) {
        uint8_t byte = (uint8_t)(value >> 8 * i);
        ms_bytes_append(to, &byte, 1);
    }
}

static void put_gzip_header(unsigned flags, ms_bytes *to)
{
    size_t begin = to->len;
    uint8_t head[10] = {0x1F, 0x8B, 8, (uint8_t)flags, 1, 2, 3, 4, 0, 3};
    ms_bytes_append(to, head, sizeof head);
    if (flags & GZIP_EXTRA) {
        ms_bytes_append(to, "\x05\0extra", 7);
    }
    if (flags & GZIP_NAME) {
        ms_bytes_append(to, "a name.log", 11);
    }
    if (flags & GZIP_COMMENT) {
        ms_bytes_append(to, "a comment", 10);
    }
    if (flags & GZIP_HCRC) {
        put_number(to, crc32_gzip_refl(0, to->data + begin, to->len - begin), 2);
    }
}

void logs_pack_gzip(unsigned flags, const void *text, size_t n, ms_bytes *to)
{
    struct isal_zstream *stream = calloc(1, sizeof *stream);
    uint8_t *level = malloc(ISAL_DEF_LVL1_DEFAULT);
    ck_assert(stream && level);
    put_gzip_header(flags, to);
    isal_deflate_init(stream);
    stream->level = 1;
    stream->level_buf = level;
    stream->level_buf_size = ISAL_DEF_LVL1_DEFAULT;
    stream->end_of_stream = 1;
    stream->next_in = (uint8_t *)(uintptr_t)text;
    stream->avail_in = (uint32_t)n;
    stream->next_out = room_for(to, n + n / 8 + SLACK);
    stream->avail_out = (uint32_t)(n + n / 8 + SLACK);
    ck_assert_int_eq(isal_deflate(stream), COMP_OK);
    ck_assert_int_eq(stream->internal_state.state, ZSTATE_END);
    to->len += stream->total_out;
    put_number(to, crc32_gzip_refl(0, text, n), 4);
    put_number(to, n, 4);
    free(level);
    free(stream);
}

void logs_pack_zstd(int window_log, const void *text, size_t n, ms_bytes *to)
{
    ZSTD_CCtx *context = ZSTD_createCCtx();
    ck_assert_ptr_nonnull(context);
    ck_assert(!ZSTD_isError(ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)));
    ck_assert(!ZSTD_isError(ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log)));
    ck_assert(!ZSTD_isError(ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, window_log > 0 ? 0 : 1)));
    size_t most = ZSTD_compressBound(n) + SLACK;
    ZSTD_outBuffer out = {.dst = room_for(to, most), .size = most};
    ZSTD_inBuffer in = {.src = text, .size = n};

    if (window_log > 0) { /* so that the window is not made to fit the text */
        ck_assert_uint_eq(ZSTD_compressStream2(context, &out, &in, ZSTD_e_flush), 0);
    }
    ck_assert_uint_eq(ZSTD_compressStream2(context, &out, &in, ZSTD_e_end), 0);
    to->len += out.pos;
    ZSTD_freeCCtx(context);
}

void logs_pack_skippable(unsigned variant, size_t n, ms_bytes *to)
{
    put_number(to, 0x184D2A50U + variant, 4);
    put_number(to, n, 4);
    for (size_t i = 0; i < n; i++) {
        ms_bytes_append(to, "x", 1);
    }
}

/* The payload of .lzma and lzip: LZMA1 with lc 3, lp 0, pb 2. */
static lzma_options_lzma lzma_options(void)
{
    lzma_options_lzma options;
    ck_assert(!lzma_lzma_preset(&options, 1));
    options.dict_size = 1U << 16;
    return options;
}

static void pack_lzma(const void *text, size_t n, ms_bytes *to)
{
    lzma_options_lzma options = lzma_options();
    lzma_stream stream = LZMA_STREAM_INIT;
    ck_assert_int_eq(lzma_alone_encoder(&stream, &options), LZMA_OK);
    stream.next_in = text;
    stream.avail_in = n;
    stream.next_out = room_for(to, n + n / 8 + SLACK);
    stream.avail_out = n + n / 8 + SLACK;
    ck_assert_int_eq(lzma_code(&stream, LZMA_FINISH), LZMA_STREAM_END);
    to->len += stream.total_out;
    lzma_end(&stream);
}

/* draft-diaz-lzip: magic, version, coded size of the dictionary; LZMA1 with an end marker; CRC32 of the text,
 * its size, the member's size. */
static void pack_lzip(const void *text, size_t n, ms_bytes *to)
{
    lzma_options_lzma options = lzma_options();
    lzma_filter filters[] = {{.id = LZMA_FILTER_LZMA1, .options = &options}, {.id = LZMA_VLI_UNKNOWN}};
    lzma_stream stream = LZMA_STREAM_INIT;
    size_t begin = to->len;
    ms_bytes_append(to, "LZIP\x01\x10", 6);
    ck_assert_int_eq(lzma_raw_encoder(&stream, filters), LZMA_OK);
    stream.next_in = text;
    stream.avail_in = n;
    stream.next_out = room_for(to, n + n / 8 + SLACK);
    stream.avail_out = n + n / 8 + SLACK;
    ck_assert_int_eq(lzma_code(&stream, LZMA_FINISH), LZMA_STREAM_END);
    to->len += stream.total_out;
    lzma_end(&stream);
    put_number(to, lzma_crc32(text, n, 0), 4);
    put_number(to, n, 8);
    put_number(to, to->len - begin + 8, 8);
}

static void pack_xz(const void *text, size_t n, ms_bytes *to)
{
    size_t used = 0;
    size_t most = lzma_stream_buffer_bound(n);
    ck_assert_int_eq(
        lzma_easy_buffer_encode(1, LZMA_CHECK_CRC64, NULL, text, n, room_for(to, most), &used, most),
        LZMA_OK);
    to->len += used;
}

static void pack_bzip2(const void *text, size_t n, ms_bytes *to)
{
    unsigned most = (unsigned)(n + n / 64 + SLACK);
    char *room = (char *)room_for(to, most);
    ck_assert_int_eq(BZ2_bzBuffToBuffCompress(room, &most, (char *)(uintptr_t)text, (unsigned)n, 1, 0, 0),
                     BZ_OK);
    to->len += most;
}

static void pack_lz4(const void *text, size_t n, ms_bytes *to)
{
    LZ4F_preferences_t how = {.frameInfo = {.blockSizeID = LZ4F_max64KB,
                                            .blockMode = LZ4F_blockLinked,
                                            .contentChecksumFlag = LZ4F_contentChecksumEnabled,
                                            .blockChecksumFlag = LZ4F_blockChecksumEnabled}};
    size_t most = LZ4F_compressFrameBound(n, &how);
    size_t used = LZ4F_compressFrame(room_for(to, most), most, text, n, &how);
    ck_assert(!LZ4F_isError(used));
    to->len += used;
}

/* What is between a gzip header of 10 bytes and the CRC and length after it. */
static void pack_deflate(const void *text, size_t n, ms_bytes *to)
{
    ms_bytes gzip = {0};
    logs_pack_gzip(0, text, n, &gzip);
    ms_bytes_append(to, gzip.data + 10, gzip.len - 18);
    ms_bytes_fini(&gzip);
}

void logs_pack(ms_codec codec, const void *text, size_t n, ms_bytes *to)
{
    text = text ? text : "";
    switch (codec) {
    case MS_CODEC_GZIP:
        logs_pack_gzip(GZIP_NAME, text, n, to);
        break;
    case MS_CODEC_ZSTD:
        logs_pack_zstd(0, text, n, to);
        break;
    case MS_CODEC_XZ:
        pack_xz(text, n, to);
        break;
    case MS_CODEC_BZIP2:
        pack_bzip2(text, n, to);
        break;
    case MS_CODEC_LZ4:
        pack_lz4(text, n, to);
        break;
    case MS_CODEC_LZMA:
        pack_lzma(text, n, to);
        break;
    case MS_CODEC_LZIP:
        pack_lzip(text, n, to);
        break;
    case MS_CODEC_DEFLATE:
        pack_deflate(text, n, to);
        break;
    case MS_CODEC_NONE:
        ms_bytes_append(to, text, n);
        break;
    }
}

static ms_code read_piece(void *self, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    logs_pieces *p = self;
    size_t left = p->n - p->at;
    *n = left < p->piece ? left : p->piece;
    *n = *n < cap ? *n : cap;
    memcpy(buf, p->data + p->at, *n);
    p->at += *n;
    return *n == 0 && p->failure != MS_OK ? ms_err_set(err, p->failure, 0, "the source fails") : MS_OK;
}

ms_source logs_pieces_source(logs_pieces *pieces)
{
    return (ms_source){.read = read_piece, .self = pieces};
}

ms_code logs_unpack(ms_codec codec, logs_pieces *from, const ms_decode_limits *limits, size_t room,
                    ms_bytes *to, ms_err *err)
{
    ms_decoder *decoder = NULL;
    ms_code code = MS_OK;
    ck_assert_int_eq(ms_decoder_open(&decoder, codec, logs_pieces_source(from), limits, err), MS_OK);
    size_t n = 1;
    uint8_t *buf = malloc(room); /* of its own, so that a sanitizer sees a write beyond it */
    ck_assert_ptr_nonnull(buf);
    while (code == MS_OK && n > 0) {
        code = ms_decoder_read(decoder, buf, room, &n, err);
        ck_assert_uint_le(n, room);
        ck_assert(code == MS_OK || n == 0);
        ms_bytes_append(to, buf, n);
    }
    ms_err again = {0};
    ck_assert_int_eq(ms_decoder_read(decoder, buf, room, &n, &again), code);
    ck_assert_uint_eq(n, 0);
    ck_assert(code == MS_OK || strcmp(err->text, again.text) == 0);
    free(buf);
    ms_decoder_close(decoder);
    return code;
}
