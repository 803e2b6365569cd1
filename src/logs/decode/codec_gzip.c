/* gzip (RFC 1952) by ISA-L, which verifies CRC32 and ISIZE; and its deflate data alone. */
#include "logs/decode/codec_internal.h"

#include <isa-l/igzip_lib.h>
#include <stdlib.h>
#include <string.h>

/* On an error ISA-L's fast loop may count output that it never wrote; its careful loop, used for little
 * input, does not. So a step saves the state, and is repeated byte by byte when it fails. */
typedef struct gzip_state {
    struct inflate_state inflate;
    struct inflate_state before; /* before the step; of its history only what is valid */
    /* Kept between calls: isal_inflate would lose it when a header is cut by the end of the input. */
    struct isal_gzip_header header;
    bool in_header;
    const char *why; /* pending error, reported after the text decoded before it */
} gzip_state;

static ms_code gzip_open(void **state, const ms_decode_limits *limits, ms_err *err)
{
    (void)limits;
    gzip_state *gzip = malloc(sizeof *gzip);
    if (!gzip) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for gzip data");
    }
    isal_inflate_init(&gzip->inflate);
    *state = gzip;
    return MS_OK;
}

static void gzip_begin(void *state)
{
    gzip_state *gzip = state;
    isal_inflate_reset(&gzip->inflate);
    gzip->inflate.crc_flag = ISAL_GZIP;
    isal_gzip_header_init(&gzip->header);
    gzip->in_header = true;
    gzip->why = NULL;
}

static void deflate_begin(void *state)
{
    gzip_state *gzip = state;
    isal_inflate_reset(&gzip->inflate);
    gzip->inflate.crc_flag = ISAL_DEFLATE;
    gzip->in_header = false;
    gzip->why = NULL;
}

static const char *error_text(int code)
{
    switch (code) {
    case ISAL_INVALID_BLOCK:
        return "an invalid block";
    case ISAL_INVALID_SYMBOL:
        return "an invalid symbol";
    case ISAL_INVALID_LOOKBACK:
        return "a reference before the beginning";
    case ISAL_UNSUPPORTED_METHOD:
        return "not the deflate method";
    case ISAL_INCORRECT_CHECKSUM:
        return "a wrong checksum or length";
    default:
        return "an invalid header";
    }
}

/* After an error ISA-L still holds decoded bytes that did not fit into the output. */
static ms_step drain(gzip_state *gzip, ms_codec_io *io)
{
    struct inflate_state *inflate = &gzip->inflate;
    size_t left = (size_t)(inflate->tmp_out_valid - inflate->tmp_out_processed);
    size_t n = left < io->nout ? left : io->nout;
    memcpy(io->out, inflate->tmp_out_buffer + inflate->tmp_out_processed, n);
    inflate->tmp_out_processed += (int32_t)n;
    io->out += n;
    io->nout -= n;
    io->why = gzip->why;
    return n < left || io->nout == 0 ? MS_STEP_MORE : MS_STEP_FAILED;
}

static void copy_state(struct inflate_state *to, const struct inflate_state *from)
{
    memcpy(to, from, offsetof(struct inflate_state, tmp_out_buffer) + (size_t)from->tmp_out_valid);
}

/* isal_inflate on io, which it advances. */
static int inflate_io(struct inflate_state *inflate, ms_codec_io *io)
{
    inflate->next_in = (uint8_t *)(uintptr_t)io->in; /* ISA-L does not write there */
    inflate->avail_in = (uint32_t)io->nin;
    inflate->next_out = io->out;
    inflate->avail_out = (uint32_t)io->nout;
    int code = isal_inflate(inflate);
    if (code >= 0) {
        io->in += io->nin - inflate->avail_in;
        io->nin = inflate->avail_in;
    }
    io->out += io->nout - inflate->avail_out;
    io->nout = inflate->avail_out;
    return code;
}

/* Repeats the failed step up to the byte at which it fails. */
static int inflate_carefully(struct inflate_state *inflate, ms_codec_io *io)
{
    int code = ISAL_DECOMP_OK;
    for (bool more = true; code >= 0 && more;) {
        ms_codec_io one = {.in = io->in, .nin = io->nin > 0 ? 1 : 0, .out = io->out, .nout = io->nout};
        size_t given = one.nin;
        code = inflate_io(inflate, &one);
        size_t used = given - one.nin;
        more = io->nout > 0 && (used > 0 || one.nout < io->nout);
        io->in += used;
        io->nin -= used;
        io->out = one.out;
        io->nout = one.nout;
    }
    return code;
}

static int read_header(gzip_state *gzip, ms_codec_io *io)
{
    struct inflate_state *inflate = &gzip->inflate;
    inflate->next_in = (uint8_t *)(uintptr_t)io->in;
    inflate->avail_in = (uint32_t)io->nin;
    int code = isal_read_gzip_header(inflate, &gzip->header);
    io->in += io->nin - inflate->avail_in;
    io->nin = inflate->avail_in;
    gzip->in_header = code != ISAL_DECOMP_OK;
    return code;
}

static ms_step gzip_step(void *state, ms_codec_io *io)
{
    gzip_state *gzip = state;
    struct inflate_state *inflate = &gzip->inflate;
    int code = ISAL_DECOMP_OK;
    if (gzip->why) {
        return drain(gzip, io);
    }
    if (gzip->in_header) {
        code = read_header(gzip, io);
    } else {
        ms_codec_io first = *io;
        copy_state(&gzip->before, inflate);
        code = inflate_io(inflate, io);
        if (code < 0) {
            copy_state(inflate, &gzip->before);
            *io = first;
            code = inflate_carefully(inflate, io);
        }
    }
    if (code < 0) {
        gzip->why = error_text(code);
        return drain(gzip, io);
    }
    return !gzip->in_header && inflate->block_state == ISAL_BLOCK_FINISH ? MS_STEP_END : MS_STEP_MORE;
}

/* What ISA-L has read ahead follows the data. */
static ms_step deflate_step(void *state, ms_codec_io *io)
{
    struct inflate_state *inflate = &((gzip_state *)state)->inflate;
    ms_step done = gzip_step(state, io);
    if (done == MS_STEP_END) {
        size_t ahead = (size_t)inflate->read_in_length / 8;
        io->in -= ahead;
        io->nin += ahead;
    }
    return done;
}

static void gzip_close(void *state)
{
    free(state);
}

const ms_codec_ops ms__codec_gzip = {
    .open = gzip_open,
    .begin = gzip_begin,
    .step = gzip_step,
    .close = gzip_close,
};

const ms_codec_ops ms__codec_deflate = {
    .open = gzip_open,
    .begin = deflate_begin,
    .step = deflate_step,
    .close = gzip_close,
};
