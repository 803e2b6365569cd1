/* lz4 frames (LZ4 Frame Format 1.6.2) by liblz4, which verifies the checksums of blocks and contents and
 * skips skippable frames. It loses a call's output when the same call meets an error, so a call gets at most
 * one block, and no input while output is pending. */
#include "logs/decode/codec_internal.h"

#include <lz4frame.h>
#include <stdlib.h>
#include <string.h>

enum {
    BLOCK_HEADER = 4,
    FLAGS_AT = 4, /* offset in a frame of its flags */
    HAS_DICTIONARY = 1,
};

typedef struct lz4_state {
    LZ4F_dctx *context; /* owned */
    size_t hint;        /* bytes to the end of the next block, and of the next block's header */
    bool pending;       /* there may be output that did not fit */
    bool begun;
} lz4_state;

static void lz4_close(void *state)
{
    lz4_state *lz4 = state;
    if (lz4) {
        (void)LZ4F_freeDecompressionContext(lz4->context);
        free(lz4);
    }
}

static ms_code lz4_open(void **state, const ms_decode_limits *limits, ms_err *err)
{
    (void)limits;
    lz4_state *lz4 = calloc(1, sizeof *lz4);
    if (!lz4 || LZ4F_isError(LZ4F_createDecompressionContext(&lz4->context, LZ4F_VERSION))) {
        lz4_close(lz4);
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for lz4 data");
    }
    *state = lz4;
    return MS_OK;
}

static void lz4_begin(void *state)
{
    lz4_state *lz4 = state;
    LZ4F_resetDecompressionContext(lz4->context);
    lz4->hint = 1;
    lz4->pending = false;
    lz4->begun = false;
}

static ms_step fail(ms_codec_io *io, size_t code)
{
    const char *name = LZ4F_getErrorName(code);
    if (strcmp(name, "ERROR_allocation_failed") == 0) {
        io->why = "need more memory than available";
        return MS_STEP_REFUSED;
    }
    io->why = strstr(name, "hecksum") ? "a wrong checksum" : "invalid data";
    return MS_STEP_FAILED;
}

/* One call, with `feed` bytes of input. */
static size_t decompress(lz4_state *lz4, ms_codec_io *io, size_t feed)
{
    size_t made = io->nout;
    size_t code = LZ4F_decompress(lz4->context, io->out, &made, io->in, &feed, NULL);
    if (!LZ4F_isError(code)) {
        lz4->hint = code;
        lz4->pending = made == io->nout;
        io->in += feed;
        io->nin -= feed;
        io->out += made;
        io->nout -= made;
    }
    return code;
}

static ms_step lz4_step(void *state, ms_codec_io *io)
{
    lz4_state *lz4 = state;
    if (!lz4->begun && io->nin > FLAGS_AT && io->in[0] == 0x04 && (io->in[FLAGS_AT] & HAS_DICTIONARY)) {
        io->why = "need a dictionary that is not in the file";
        return MS_STEP_REFUSED;
    }
    lz4->begun = true;
    size_t code = lz4->pending ? decompress(lz4, io, 0) : lz4->hint;
    if (!LZ4F_isError(code) && code > 0 && io->nout > 0) {
        size_t feed = lz4->hint > BLOCK_HEADER ? lz4->hint - BLOCK_HEADER : lz4->hint;
        code = decompress(lz4, io, feed < io->nin ? feed : io->nin);
    }
    if (LZ4F_isError(code)) {
        return fail(io, code);
    }
    return code == 0 ? MS_STEP_END : MS_STEP_MORE;
}

const ms_codec_ops ms__codec_lz4 = {
    .open = lz4_open,
    .begin = lz4_begin,
    .step = lz4_step,
    .close = lz4_close,
};
