/* bzip2 by libbz2, which verifies the checksum of each block and of the stream. It takes less than 4 MB. */
#include "logs/decode/codec_internal.h"

#include <bzlib.h>
#include <limits.h>
#include <stdlib.h>

typedef struct bzip2_state {
    bz_stream stream;
    bool begun; /* stream is in use */
} bzip2_state;

static ms_code bzip2_open(void **state, const ms_decode_limits *limits, ms_err *err)
{
    (void)limits;
    bzip2_state *bzip2 = calloc(1, sizeof *bzip2);
    if (!bzip2) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for bzip2 data");
    }
    *state = bzip2;
    return MS_OK;
}

static void bzip2_begin(void *state)
{
    bzip2_state *bzip2 = state;
    if (bzip2->begun) {
        (void)BZ2_bzDecompressEnd(&bzip2->stream);
    }
    *bzip2 = (bzip2_state){0};
}

static unsigned at_most(size_t n)
{
    return n < UINT_MAX ? (unsigned)n : UINT_MAX;
}

static ms_step to_step(ms_codec_io *io, int code)
{
    if (code == BZ_OK || code == BZ_STREAM_END) {
        return code == BZ_OK ? MS_STEP_MORE : MS_STEP_END;
    }
    if (code == BZ_MEM_ERROR) {
        io->why = "need more memory than available";
        return MS_STEP_REFUSED;
    }
    io->why = code == BZ_DATA_ERROR_MAGIC ? "an invalid header" : "invalid data or a wrong checksum";
    return MS_STEP_FAILED;
}

static ms_step bzip2_step(void *state, ms_codec_io *io)
{
    bzip2_state *bzip2 = state;
    bz_stream *stream = &bzip2->stream;
    int code = BZ_OK;
    if (!bzip2->begun) {
        code = BZ2_bzDecompressInit(stream, 0, 0);
        bzip2->begun = code == BZ_OK;
    }
    if (code != BZ_OK) {
        return to_step(io, code);
    }
    stream->next_in = (char *)(uintptr_t)io->in; /* libbz2 does not write there */
    stream->avail_in = at_most(io->nin);
    stream->next_out = (char *)io->out;
    stream->avail_out = at_most(io->nout);
    code = BZ2_bzDecompress(stream);
    size_t used = at_most(io->nin) - stream->avail_in;
    size_t made = at_most(io->nout) - stream->avail_out;
    io->in += used;
    io->nin -= used;
    io->out += made;
    io->nout -= made;
    return to_step(io, code);
}

static void bzip2_close(void *state)
{
    if (state) {
        bzip2_begin(state);
        free(state);
    }
}

const ms_codec_ops ms__codec_bzip2 = {
    .open = bzip2_open,
    .begin = bzip2_begin,
    .step = bzip2_step,
    .close = bzip2_close,
};
