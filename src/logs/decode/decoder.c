/* A member may be followed by another one, zeros (padding of tapes and of xz), the end, or other data, which
 * is an error. Skippable frames belong to zstd and to lz4; which of the two it is may show only after
 * them. */
#include "logs/decode/decoder.h"

#include <stdlib.h>
#include <string.h>

enum { RAW = 65536 };

struct ms_decoder {
    ms_codec codec;
    const ms_codec_ops *ops;
    void *state; /* owned, of the codec */
    ms_source source;
    ms_decode_limits limits;
    uint8_t *raw; /* owned, RAW bytes: input from `at` to `len` */
    size_t at, len;
    bool raw_end;
    uint64_t nread;      /* bytes of the source read so far, including those in raw */
    uint64_t nmade;      /* decoded bytes so far */
    uint64_t held;       /* bytes that the codec keeps, for the budget */
    uint64_t nmembers;   /* begun so far */
    bool only_skippable; /* all members so far are skippable frames */
    uint64_t boundary;   /* offset of the member at which reading ends; 0: none */
    bool at_boundary;    /* it has been reached */
    bool in_member, ended;
    ms_code failed; /* final, or MS_OK */
    ms_err why;
};

ms_code ms_decoder_open(ms_decoder **decoder, ms_codec codec, ms_source source,
                        const ms_decode_limits *limits, ms_err *err)
{
    ms_decoder *d = calloc(1, sizeof *d);
    if (!d) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for a decoder");
    }
    d->codec = codec;
    d->ops = ms_codec_ops_of(codec);
    d->source = source;
    d->limits = *limits;
    d->raw = malloc(RAW);
    ms_code code = d->raw ? d->ops->open(&d->state, limits, err)
                          : ms_err_set(err, MS_NOMEM, 0, "out of memory for a decoder");
    if (code != MS_OK) {
        ms_decoder_close(d);
        return code;
    }
    *decoder = d;
    return MS_OK;
}

void ms_decoder_close(ms_decoder *decoder)
{
    if (!decoder) {
        return;
    }
    if (decoder->limits.budget) {
        decoder->limits.budget->memory -= decoder->held;
    }
    decoder->ops->close(decoder->state);
    free(decoder->raw);
    free(decoder);
}

/* Offset in the source of the next byte of input. */
static unsigned long long offset(const ms_decoder *d)
{
    return (unsigned long long)(d->nread - (d->len - d->at));
}

static ms_code fail(ms_decoder *d, ms_code code)
{
    d->failed = code;
    return code;
}

/* Moves the remaining input to the front and reads more. */
static ms_code refill(ms_decoder *d)
{
    size_t got = 0;
    memmove(d->raw, d->raw + d->at, d->len - d->at);
    d->len -= d->at;
    d->at = 0;
    ms_code code = MS_OK;
    MS_TRY_OR(failed, ms_decode_poll(&d->limits, &d->why));
    MS_TRY_OR(failed, d->source.read(d->source.self, d->raw + d->len, RAW - d->len, &got, &d->why));
    d->raw_end = got == 0;
    d->len += got;
    d->nread += got;
    return MS_OK;
failed:
    return fail(d, code);
}

/* Reads until there are MS_CODEC_HEAD bytes, or to the end. */
static ms_code refill_head(ms_decoder *d)
{
    while (!d->raw_end && d->len - d->at < MS_CODEC_HEAD) {
        MS_TRY(refill(d));
    }
    return MS_OK;
}

static ms_code skip_zeros(ms_decoder *d)
{
    do {
        while (d->at < d->len && d->raw[d->at] == 0) {
            d->at++;
        }
        MS_TRY(refill_head(d));
    } while (d->at < d->len && d->raw[d->at] == 0);
    return MS_OK;
}

/* Skippable frames are followed by one of lz4. */
static ms_code switch_to_lz4(ms_decoder *d)
{
    d->ops->close(d->state);
    d->state = NULL;
    d->codec = MS_CODEC_LZ4;
    d->ops = ms_codec_ops_of(MS_CODEC_LZ4);
    ms_code code = d->ops->open(&d->state, &d->limits, &d->why);
    return code == MS_OK ? MS_OK : fail(d, code);
}

static ms_code begin_member(ms_decoder *d)
{
    const uint8_t *head = d->raw + d->at;
    size_t n = d->len - d->at;
    bool lz4 = d->only_skippable && ms_codec_of(head, n) == MS_CODEC_LZ4;
    if (lz4 && d->codec != MS_CODEC_LZ4) {
        MS_TRY(switch_to_lz4(d));
    }
    if (d->nmembers > 0 && !ms_codec_continues(d->codec, head, n)) {
        return fail(d,
                    ms_err_set(&d->why, MS_FORMAT, 0,
                               "the %s data end at byte %llu, but something else follows: it is not searched",
                               ms_codec_name(d->codec), offset(d)));
    }
    d->ops->begin(d->state);
    d->only_skippable = (d->only_skippable || d->nmembers == 0) && ms_codec_is_skippable(head, n);
    d->in_member = true;
    d->nmembers++;
    return MS_OK;
}

static ms_code next_member(ms_decoder *d)
{
    MS_TRY(d->nmembers > 0 ? skip_zeros(d) : refill_head(d));
    bool more = d->at < d->len;
    if (d->nmembers == 0) {
        return begin_member(d);
    }
    if (d->boundary > 0 && (!more || offset(d) > d->boundary)) {
        return fail(d, ms_err_set(&d->why, MS_FORMAT, 0, "no member of the %s data begins at byte %llu",
                                  ms_codec_name(d->codec), (unsigned long long)d->boundary));
    }
    d->ended = !more;
    d->at_boundary = more && offset(d) == d->boundary;
    return d->ended || d->at_boundary ? MS_OK : begin_member(d);
}

/* One step of the codec; reads input when it needs some. */
static ms_code step(ms_decoder *d, ms_codec_io *io)
{
    size_t cap = io->nout;
    io->in = d->raw + d->at;
    io->nin = d->len - d->at;
    size_t left = io->nin;
    ms_step done = d->ops->step(d->state, io);
    d->at = d->len - io->nin;
    if (done == MS_STEP_FAILED) {
        return fail(d, ms_err_set(&d->why, MS_FORMAT, 0, "the %s data are corrupt at byte %llu: %s",
                                  ms_codec_name(d->codec), offset(d), io->why));
    }
    if (done == MS_STEP_REFUSED) {
        return fail(d, ms_err_set(&d->why, MS_FORMAT, 0, "the %s data at byte %llu %s",
                                  ms_codec_name(d->codec), offset(d), io->why));
    }
    d->in_member = done == MS_STEP_MORE;
    if (!d->in_member || io->nout < cap || io->nin < left) {
        return MS_OK;
    }
    if (d->raw_end) {
        return fail(d, ms_err_set(&d->why, MS_FORMAT, 0, "the %s data are truncated: they end at byte %llu",
                                  ms_codec_name(d->codec), offset(d)));
    }
    return refill(d);
}

static ms_code fill(ms_decoder *d, ms_codec_io *io)
{
    ms_code code = d->failed;
    if (code == MS_OK && ms_decode_poll(&d->limits, &d->why) != MS_OK) {
        return fail(d, d->why.code);
    }
    while (code == MS_OK && io->nout > 0 && !d->ended && !d->at_boundary) {
        code = d->in_member ? step(d, io) : next_member(d);
    }
    uint64_t held = d->ops->memory ? d->ops->memory(d->state) : 0;
    if (code == MS_OK && ms_decode_keep(&d->limits, &d->held, held, &d->why) != MS_OK) {
        code = fail(d, d->why.code);
    }
    return code;
}

/* The limit has been reached: is there more? */
static ms_code probe_limit(ms_decoder *d)
{
    uint8_t byte = 0;
    ms_codec_io io = {.out = &byte, .nout = 1};
    ms_code code = fill(d, &io);
    if (io.nout == 0) {
        return fail(d, ms_err_set(&d->why, MS_FORMAT, 0,
                                  "holds more than %llu bytes of %s data (--max-decompressed)",
                                  (unsigned long long)d->limits.max_decompressed, ms_codec_name(d->codec)));
    }
    return code;
}

ms_code ms_decoder_read(ms_decoder *decoder, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    ms_decoder *d = decoder;
    ms_code code = MS_OK;
    uint64_t left = d->limits.max_decompressed > 0 ? d->limits.max_decompressed - d->nmade : UINT64_MAX;
    *n = 0;
    if (left == 0) {
        code = probe_limit(d);
    } else {
        ms_codec_io io = {.out = buf, .nout = cap < left ? cap : (size_t)left};
        code = fill(d, &io);
        *n = (size_t)(io.out - buf);
        d->nmade += *n;
        if (ms_decode_spend(&d->limits, *n, &d->why) != MS_OK) {
            code = fail(d, d->why.code);
        }
    }
    if (code == MS_OK || *n > 0) {
        return MS_OK;
    }
    if (err) {
        *err = d->why;
    }
    return code;
}

static ms_code source_read(void *self, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    return ms_decoder_read(self, buf, cap, n, err);
}

ms_source ms_decoder_source(ms_decoder *decoder)
{
    return (ms_source){.read = source_read, .self = decoder};
}

void ms_decoder_stop_at(ms_decoder *decoder, uint64_t offset)
{
    decoder->boundary = offset;
}

bool ms_decoder_resume(ms_decoder *decoder)
{
    bool ended_there = decoder->at_boundary;
    decoder->boundary = ended_there ? 0 : decoder->boundary;
    decoder->at_boundary = false;
    return ended_there;
}

ms_codec ms_decoder_codec(const ms_decoder *decoder)
{
    return decoder->codec;
}
