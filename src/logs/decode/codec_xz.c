/* xz, .lzma and lzip by liblzma, which verifies CRC32, CRC64 and SHA-256 where the format has them. */
#include "logs/decode/codec_internal.h"

#include <lzma.h>
#include <stdlib.h>

/* Beyond its dictionary a decoder needs a few hundred KiB; xz reports 65 MiB for a dictionary of 64. */
enum { TEMPORARY = 1 << 20 };

typedef struct xz_state {
    lzma_stream stream; /* owned */
    uint64_t memory;
    lzma_ret (*restart)(lzma_stream *stream, uint64_t memory);
    bool begun;
} xz_state;

static lzma_ret restart_xz(lzma_stream *stream, uint64_t memory)
{
    return lzma_stream_decoder(stream, memory, LZMA_TELL_UNSUPPORTED_CHECK);
}

static lzma_ret restart_lzma(lzma_stream *stream, uint64_t memory)
{
    return lzma_alone_decoder(stream, memory);
}

static lzma_ret restart_lzip(lzma_stream *stream, uint64_t memory)
{
    return lzma_lzip_decoder(stream, memory, 0);
}

static ms_code open_with(void **state, const ms_decode_limits *limits,
                         lzma_ret (*restart)(lzma_stream *stream, uint64_t memory), ms_err *err)
{
    xz_state *xz = calloc(1, sizeof *xz);
    if (!xz) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for xz data");
    }
    xz->stream = (lzma_stream)LZMA_STREAM_INIT;
    xz->memory = (limits->max_window > 0 ? limits->max_window : MS_DEFAULT_WINDOW) + TEMPORARY;
    xz->restart = restart;
    *state = xz;
    return MS_OK;
}

static ms_code xz_open(void **state, const ms_decode_limits *limits, ms_err *err)
{
    return open_with(state, limits, restart_xz, err);
}

static ms_code lzma_open(void **state, const ms_decode_limits *limits, ms_err *err)
{
    return open_with(state, limits, restart_lzma, err);
}

static ms_code lzip_open(void **state, const ms_decode_limits *limits, ms_err *err)
{
    return open_with(state, limits, restart_lzip, err);
}

static void xz_begin(void *state)
{
    ((xz_state *)state)->begun = false;
}

static ms_step to_step(ms_codec_io *io, lzma_ret code)
{
    switch ((int)code) {
    case LZMA_OK:
    case LZMA_BUF_ERROR: /* no progress: needs input */
        return MS_STEP_MORE;
    case LZMA_STREAM_END:
        return MS_STEP_END;
    case LZMA_MEMLIMIT_ERROR:
        io->why = "need a larger dictionary than --memlimit-decompress allows";
        return MS_STEP_REFUSED;
    case LZMA_MEM_ERROR:
        io->why = "need more memory for their dictionary than available";
        return MS_STEP_REFUSED;
    case LZMA_OPTIONS_ERROR:
    case LZMA_UNSUPPORTED_CHECK:
        io->why = "have a filter, checksum or option that is not supported";
        return MS_STEP_REFUSED;
    case LZMA_FORMAT_ERROR:
        io->why = "an invalid header";
        return MS_STEP_FAILED;
    default:
        io->why = "invalid data or a wrong checksum";
        return MS_STEP_FAILED;
    }
}

static ms_step xz_step(void *state, ms_codec_io *io)
{
    xz_state *xz = state;
    lzma_stream *stream = &xz->stream;
    if (!xz->begun) {
        lzma_ret code = xz->restart(stream, xz->memory);
        if (code != LZMA_OK) {
            return to_step(io, code);
        }
        xz->begun = true;
    }
    stream->next_in = io->in;
    stream->avail_in = io->nin;
    stream->next_out = io->out;
    stream->avail_out = io->nout;
    lzma_ret code = lzma_code(stream, LZMA_RUN);
    io->in = stream->next_in;
    io->nin = stream->avail_in;
    io->out = stream->next_out;
    io->nout = stream->avail_out;
    return to_step(io, code);
}

/* What the last block asked for. */
static uint64_t xz_memory(const void *state)
{
    const xz_state *xz = state;
    return xz->begun ? lzma_memusage(&xz->stream) : 0;
}

static void xz_close(void *state)
{
    xz_state *xz = state;
    if (xz) {
        lzma_end(&xz->stream);
        free(xz);
    }
}

const ms_codec_ops ms__codec_xz = {
    .open = xz_open,
    .begin = xz_begin,
    .step = xz_step,
    .close = xz_close,
    .memory = xz_memory,
};

const ms_codec_ops ms__codec_lzma = {
    .open = lzma_open,
    .begin = xz_begin,
    .step = xz_step,
    .close = xz_close,
    .memory = xz_memory,
};

const ms_codec_ops ms__codec_lzip = {
    .open = lzip_open,
    .begin = xz_begin,
    .step = xz_step,
    .close = xz_close,
    .memory = xz_memory,
};
