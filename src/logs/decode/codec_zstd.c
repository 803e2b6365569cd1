/* zstd (RFC 8878) by libzstd, which verifies the content checksum and skips skippable frames. It loses a
 * call's output when the same call meets an error, so a call gets at most one block, and no input while
 * output is pending. */
#include "logs/decode/codec_internal.h"

#include <stdlib.h>
#include <zstd.h>
#include <zstd_errors.h>

enum { BLOCK_HEADER = 3 };

typedef struct zstd_state {
    ZSTD_DCtx *context; /* owned */
    size_t hint;        /* bytes to the end of the next block, and of the next block's header */
    bool pending;       /* there may be output that did not fit */
} zstd_state;

static void zstd_close(void *state)
{
    zstd_state *zstd = state;
    if (zstd) {
        (void)ZSTD_freeDCtx(zstd->context);
        free(zstd);
    }
}

/* log2, rounded down, of the largest window. */
static int window_log(const ms_decode_limits *limits)
{
    uint64_t window = limits->max_window > 0 ? limits->max_window : MS_DEFAULT_WINDOW;
    ZSTD_bounds bounds = ZSTD_dParam_getBounds(ZSTD_d_windowLogMax);
    int log = 63 - __builtin_clzll(window);
    return log < bounds.lowerBound ? bounds.lowerBound : log > bounds.upperBound ? bounds.upperBound : log;
}

static ms_code zstd_open(void **state, const ms_decode_limits *limits, ms_err *err)
{
    zstd_state *zstd = calloc(1, sizeof *zstd);
    if (zstd) {
        zstd->context = ZSTD_createDCtx();
    }
    if (!zstd || !zstd->context ||
        ZSTD_isError(ZSTD_DCtx_setParameter(zstd->context, ZSTD_d_windowLogMax, window_log(limits)))) {
        zstd_close(zstd);
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for zstd data");
    }
    *state = zstd;
    return MS_OK;
}

static uint64_t zstd_memory(const void *state)
{
    return ZSTD_sizeof_DCtx(((const zstd_state *)state)->context);
}

static void zstd_begin(void *state)
{
    zstd_state *zstd = state;
    (void)ZSTD_DCtx_reset(zstd->context, ZSTD_reset_session_only);
    zstd->hint = 1;
    zstd->pending = false;
}

static ms_step fail(ms_codec_io *io, size_t code)
{
    switch ((int)ZSTD_getErrorCode(code)) {
    case ZSTD_error_frameParameter_windowTooLarge:
        io->why = "need a larger window than --memlimit-decompress allows";
        return MS_STEP_REFUSED;
    case ZSTD_error_dictionary_wrong:
        io->why = "need a dictionary that is not in the file";
        return MS_STEP_REFUSED;
    case ZSTD_error_memory_allocation:
        io->why = "need more memory for their window than available";
        return MS_STEP_REFUSED;
    case ZSTD_error_frameParameter_unsupported:
    case ZSTD_error_version_unsupported:
        io->why = "are of a version that is not supported";
        return MS_STEP_REFUSED;
    case ZSTD_error_checksum_wrong:
        io->why = "a wrong checksum";
        return MS_STEP_FAILED;
    default:
        io->why = ZSTD_getErrorName(code);
        return MS_STEP_FAILED;
    }
}

/* One call, with `feed` bytes of input. */
static size_t decompress(zstd_state *zstd, ms_codec_io *io, size_t feed)
{
    ZSTD_inBuffer in = {.src = io->in, .size = feed};
    ZSTD_outBuffer out = {.dst = io->out, .size = io->nout};
    size_t code = ZSTD_decompressStream(zstd->context, &out, &in);
    if (!ZSTD_isError(code)) {
        zstd->hint = code;
        zstd->pending = out.pos == out.size;
        io->in += in.pos;
        io->nin -= in.pos;
        io->out += out.pos;
        io->nout -= out.pos;
    }
    return code;
}

static ms_step zstd_step(void *state, ms_codec_io *io)
{
    zstd_state *zstd = state;
    size_t code = zstd->pending ? decompress(zstd, io, 0) : zstd->hint;
    if (!ZSTD_isError(code) && code > 0 && io->nout > 0) {
        size_t feed = zstd->hint > BLOCK_HEADER ? zstd->hint - BLOCK_HEADER : zstd->hint;
        code = decompress(zstd, io, feed < io->nin ? feed : io->nin);
    }
    if (ZSTD_isError(code)) {
        return fail(io, code);
    }
    return code == 0 ? MS_STEP_END : MS_STEP_MORE;
}

const ms_codec_ops ms__codec_zstd = {
    .open = zstd_open,
    .begin = zstd_begin,
    .step = zstd_step,
    .close = zstd_close,
    .memory = zstd_memory,
};
