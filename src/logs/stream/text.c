/* The text of a stream, after its layers. Text as it is goes straight into the reader's buffer, but for the
 * last KiB, which may belong to a span of UTF-16 that begins there; the rest is decoded. */
#include "logs/decode/known_formats.h"
#include "logs/stream/stream_internal.h"

#include <stdlib.h>
#include <string.h>

enum {
    WINDOW = 4096,      /* bytes by which it is judged whether compressed data follow a text */
    LEAST_WINDOW = 128, /* fewer are not */
    LEAST_TEXT = 64,    /* bytes before the first NUL of a text */
    SMALL = 4 * WINDOW, /* a buffer that is too small to decode into */
};

ms_code ms__stream_reserve(ms_stream_kept *kept, size_t cap, ms_err *err)
{
    if (kept->cap >= cap) {
        return MS_OK;
    }
    uint8_t *data = realloc(kept->data, cap);
    if (!data) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for a part of a file");
    }
    kept->data = data;
    kept->cap = cap;
    return MS_OK;
}

/* Reads into buf[*n .. cap) until there are `least` bytes. An error is an end here; it comes again. */
static void read_more(ms_stream *stream, uint8_t *buf, size_t cap, size_t least, size_t *n)
{
    while (!stream->in_end && *n < least) {
        size_t got = 0;
        ms_code code = ms__stream_read_source(stream, buf + *n, cap - *n, &got, &stream->failure);
        *n += got;
        stream->failure.code = code;
        stream->in_end = got == 0 || code != MS_OK;
    }
}

/* Keeps the rest of a buffer for the next read. */
static ms_code keep(ms_stream *stream, const uint8_t *data, size_t n, ms_err *err)
{
    stream->in.at = 0;
    stream->in.len = 0;
    if (n > 0) {
        MS_TRY(ms__stream_reserve(&stream->in, n, err));
        memcpy(stream->in.data, data, n);
        stream->in.len = n;
    }
    return MS_OK;
}

/* Do compressed data begin here, or a few bytes before? A NUL is at `nul`. */
static const char *compressed_at(const uint8_t *data, size_t nul, size_t n)
{
    for (size_t back = 0; back <= 8 && back <= nul; back++) {
        ms_codec codec = ms_codec_of(data + nul - back, n - nul + back);
        if (codec != MS_CODEC_NONE && codec != MS_CODEC_LZMA) {
            return ms_codec_name(codec);
        }
    }
    size_t window = n - nul < WINDOW ? n - nul : WINDOW;
    bool random = window >= LEAST_WINDOW && ms_bytes_are_random(data + nul, window);
    return random ? "unknown compressed or encrypted" : NULL;
}

/* Text so far: judges its first NUL. *n is reduced where the text ends, or more bytes are needed. */
static void watch(ms_stream *stream, uint8_t *buf, size_t cap, size_t nul, size_t *n)
{
    if (!stream->in_end && *n - nul < WINDOW) {
        if (nul >= 2 * MS_MIXED_LEAST) {
            *n = nul;
            return;
        }
        read_more(stream, buf, cap, nul + WINDOW, n);
    }
    stream->found = compressed_at(buf, nul, *n);
    stream->watch = false;
    *n = stream->found ? nul : *n;
}

/* Does a span of UTF-16 cross the end of the range, whose last bytes these are? Its newline would have a NUL
 * there. */
static bool ends_in_span(const uint8_t *data, size_t n)
{
    uint8_t tail[MS_MIXED_LEAST];
    ms_mixed mixed = {.work = MS_MIXED_LEAST * MS_MIXED_LEAST};
    size_t mark = 0;
    size_t used = n < sizeof tail ? n : sizeof tail - 1;
    if (n == 0 || data[n - 1] != '\n') {
        return false;
    }
    memcpy(tail, data + n - used, used);
    tail[used] = 0;
    (void)ms_mixed_bytes(&mixed, tail, used + 1, true, &mark);
    return mixed.encoding != MS_ENCODING_BYTES;
}

/* A span of another encoding in a range might be cut where the range is. */
static ms_code check_range(const ms_stream *stream, const uint8_t *data, size_t n, ms_err *err)
{
    bool span = stream->mixed.encoding != MS_ENCODING_BYTES || (stream->in_end && ends_in_span(data, n));
    return stream->is_split && span ? ms_err_set(err, MS_FORMAT, 0, "has UTF-16 or UTF-32 text within")
                                    : MS_OK;
}

/* data[0 .. have) are the next bytes, after which `more` are kept: how many of them are text? *used of them
 * are read. */
static size_t take_bytes(ms_stream *stream, uint8_t *data, size_t cap, size_t *have, bool more, size_t *used)
{
    size_t mark = 0;
    size_t judged = *have;
    if (stream->elf) {
        *used = *have;
        stream->nused += *have;
        return *have;
    }
    size_t tested = stream->mixed.tested; /* that many bytes have no NUL to be judged */
    const uint8_t *nul = judged > tested ? memchr(data + tested, 0, judged - tested) : NULL;
    if (nul && stream->watch) {
        watch(stream, data, cap, (size_t)(nul - data), &judged);
        *have = judged > *have ? judged : *have;
    }
    stream->mixed.tested = nul ? tested : judged;
    bool end = stream->found || (stream->in_end && !more && judged == *have);
    size_t n = ms_mixed_bytes(&stream->mixed, data, judged, end, &mark);
    stream->spans = stream->spans || stream->mixed.encoding != MS_ENCODING_BYTES;
    *used = stream->found ? *have : n + mark;
    stream->nused += n + mark;
    return n;
}

/* buf[0 .. have) are the next bytes: returns as many as are text, and keeps the others. */
static ms_code split_buffer(ms_stream *stream, uint8_t *buf, size_t cap, size_t have, size_t *n, ms_err *err)
{
    size_t used = 0;
    *n = take_bytes(stream, buf, cap, &have, false, &used);
    MS_TRY(keep(stream, buf + used, have - used, err));
    return check_range(stream, buf, have, err);
}

/* From what was kept alone. */
static ms_code read_kept(ms_stream *stream, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    ms_stream_kept *in = &stream->in;
    uint8_t *kept = in->data + in->at;
    size_t have = in->len - in->at;
    size_t part = have < cap ? have : cap;
    size_t used = 0;
    *n = take_bytes(stream, kept, part, &part, part < have, &used);
    memcpy(buf, kept, *n);
    in->at += used;
    return check_range(stream, kept, have, err);
}

/* Text as it is: what was kept, then what follows. */
static ms_code read_bytes(ms_stream *stream, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    size_t have = stream->in.len - stream->in.at;
    if (have > cap / 2) {
        return read_kept(stream, buf, cap, n, err);
    }
    if (have > 0) {
        memcpy(buf, stream->in.data + stream->in.at, have);
    }
    read_more(stream, buf, cap, have + 1 > MS_MIXED_LEAST ? have + 1 : MS_MIXED_LEAST, &have);
    return split_buffer(stream, buf, cap, have, n, err);
}

/* Fills the kept bytes, of which less than a part is left. */
static ms_code fill(ms_stream *stream, ms_err *err)
{
    ms_stream_kept *in = &stream->in;
    MS_TRY(ms__stream_reserve(in, RAW, err));
    if (in->len - in->at < RAW / 4 && !stream->in_end) {
        memmove(in->data, in->data + in->at, in->len - in->at);
        in->len -= in->at;
        in->at = 0;
        read_more(stream, in->data, in->cap, RAW / 2, &in->len);
    }
    return MS_OK;
}

static ms_code read_decoded(ms_stream *stream, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    ms_stream_kept *in = &stream->in;
    MS_TRY(fill(stream, err));
    size_t used = in->len - in->at;
    *n = cap;
    if (stream->charset) {
        ms_charset_decode(stream->charset, in->data + in->at, &used, stream->in_end, buf, n);
    } else {
        ms_mixed_decode(&stream->mixed, in->data + in->at, &used, stream->in_end, buf, n);
    }
    in->at += used;
    stream->nused += used;
    return MS_OK;
}

/* Into a buffer that is not small. */
static ms_code read_large(ms_stream *stream, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    *n = 0;
    while (*n == 0 && !stream->ended) {
        bool bytes = stream->mixed.encoding == MS_ENCODING_BYTES && !stream->charset;
        MS_TRY(bytes ? read_bytes(stream, buf, cap, n, err) : read_decoded(stream, buf, cap, n, err));
        bool all = stream->in_end && stream->in.at == stream->in.len;
        stream->ended = *n == 0 && (all || stream->found);
    }
    if (*n == 0 && stream->found) {
        return ms_err_set(err, MS_FORMAT, 0, "text up to byte %llu, then %s data, which are not searched",
                          (unsigned long long)stream->nused, stream->found);
    }
    if (*n > 0 || stream->failure.code == MS_OK) {
        return MS_OK;
    }
    if (err) {
        *err = stream->failure;
    }
    return stream->failure.code;
}

static ms_code read_text(ms_stream *stream, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    *n = 0;
    if (cap >= SMALL) {
        return read_large(stream, buf, cap, n, err);
    }
    ms_stream_kept *out = &stream->out;
    MS_TRY(ms__stream_reserve(out, SMALL, err));
    out->at = 0;
    out->len = 0;
    MS_TRY(read_large(stream, out->data, out->cap, &out->len, err));
    return out->len > 0 ? ms_stream_read(stream, buf, cap, n, err) : MS_OK;
}

const ms_stream_ops ms__stream_text_ops = {.read = read_text};

/* Is it binary, and not only for the NULs of a span of UTF-16? */
static bool is_binary(const ms_stream *stream, const uint8_t *head, size_t n)
{
    ms_mixed mixed = stream->mixed;
    size_t mark = 0;
    if (!ms_bytes_are_binary(head, n)) {
        return false;
    }
    size_t nbytes = ms_mixed_bytes(&mixed, head, n, true, &mark);
    return mixed.encoding == MS_ENCODING_BYTES || ms_bytes_are_binary(head, nbytes);
}

/* Text up to the first NUL, if there is one? */
static bool begins_as_text(const uint8_t *head, size_t n)
{
    const uint8_t *nul = n > 0 ? memchr(head, 0, n) : NULL;
    size_t ntext = nul ? (size_t)(nul - head) : n;
    return !ms_bytes_are_binary(head, ntext) &&
           (!nul || (ntext >= LEAST_TEXT && !ms_is_plain_format(head, n)));
}

ms_code ms__stream_judge(ms_stream *stream, const uint8_t *head, size_t n, ms_err *err)
{
    if (stream->judged) {
        return MS_OK;
    }
    stream->judged = true;
    bool ascii = stream->ascii && !stream->encoding; /* nearly every log */
    stream->mark = ms_mixed_begin(&stream->mixed, head, ascii ? 0 : n);
    if (stream->encoding && stream->mark == 0) {
        stream->mixed.encoding = MS_ENCODING_BYTES;
        return ms_charset_open(&stream->charset, stream->encoding, err);
    }
    bool bytes = stream->mixed.encoding == MS_ENCODING_BYTES;
    stream->binary = bytes && !ascii && is_binary(stream, head + stream->mark, n - stream->mark);
    bool plain = bytes && !ascii && ms_is_plain_format(head, n);
    stream->elf = plain && memcmp(head, "\177ELF", 4) == 0;
    stream->watch = bytes && !stream->elf && !stream->as_text &&
                    (ascii || begins_as_text(head + stream->mark, n - stream->mark));
    if (bytes && !ascii && !stream->as_text && !plain && ms_bytes_are_random(head, n)) {
        return ms_err_set(err, MS_FORMAT, 0, "not text (unknown compressed or encrypted data)");
    }
    return MS_OK;
}

ms_code ms__stream_begin_text(ms_stream *stream, uint8_t *buf, size_t cap, size_t *n, bool end, ms_err *err)
{
    size_t have = *n;
    *n = 0;
    MS_TRY(ms__stream_judge(stream, buf, have, err));
    size_t mark = stream->mark < have ? stream->mark : have;
    stream->ops = &ms__stream_text_ops;
    stream->spans = stream->mixed.encoding != MS_ENCODING_BYTES;
    stream->in_end = end;
    stream->nused = mark;
    if (stream->charset || stream->spans) {
        MS_TRY(check_range(stream, buf, 0, err));
        MS_TRY(keep(stream, buf + mark, have - mark, err));
        return read_large(stream, buf, cap, n, err);
    }
    stream->start = mark;
    memmove(buf, buf + mark, have - mark);
    MS_TRY(split_buffer(stream, buf, cap, have - mark, n, err));
    return *n > 0 ? MS_OK : read_large(stream, buf, cap, n, err);
}
