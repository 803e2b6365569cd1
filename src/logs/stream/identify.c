/* What a stream's bytes are: detected by the first of them, layer by layer: compressed data, an archive,
 * zeros, a format that is not searched, or text. */
#include "logs/decode/known_formats.h"
#include "logs/stream/stream_internal.h"

#include <stdlib.h>
#include <string.h>

enum { LEAST_ASCII = 64 }; /* bytes, after which every format that hides text has others than ASCII */

ms_code ms__stream_read_source(ms_stream *stream, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    return stream->source.read(stream->source.self, buf, cap, n, err);
}

/* Reads until there are TEXT_HEAD bytes, to the end (*end), or to an error, which is kept for text. */
static ms_code read_head(ms_stream *stream, uint8_t *buf, size_t *n, bool *end, ms_err *err)
{
    size_t got = 1;
    *n = 0;
    *end = false;
    while (*n < TEXT_HEAD && got > 0) {
        ms_code code = ms__stream_read_source(stream, buf + *n, TEXT_HEAD - *n, &got, err);
        *n += got;
        if (code != MS_OK && *n == 0) {
            return code;
        }
        if (code != MS_OK) {
            stream->failure = err ? *err : (ms_err){.code = code};
            got = 0;
        }
    }
    *end = got == 0;
    return MS_OK;
}

ms_code ms__stream_read_layer(void *self, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    ms_stream_layer *l = self;
    if (l->nzeros > 0) {
        *n = l->nzeros < cap ? (size_t)l->nzeros : cap;
        memset(buf, 0, *n);
        l->nzeros -= *n;
        return MS_OK;
    }
    if (l->at == l->n) {
        return l->below.read(l->below.self, buf, cap, n, err);
    }
    *n = l->n - l->at < cap ? l->n - l->at : cap;
    memcpy(buf, l->head + l->at, *n);
    l->at += *n;
    return MS_OK;
}

/* Returns the n bytes read, and the zeros before them, to the source. */
static ms_code push_back(ms_stream *stream, const uint8_t *head, size_t n, ms_err *err)
{
    ms_stream_layer *l = &stream->layers[stream->nlayers];
    *l = (ms_stream_layer){.below = stream->source, .nzeros = stream->nzeros, .head = malloc(n + 1), .n = n};
    if (!l->head) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for the beginning of a file");
    }
    memcpy(l->head, head, n);
    stream->source = (ms_source){.read = ms__stream_read_layer, .self = l};
    return MS_OK;
}

static ms_code add_layer(ms_stream *stream, ms_codec codec, const uint8_t *head, size_t n, ms_err *err)
{
    if (stream->nlayers == MAX_LAYERS) {
        return ms_err_set(err, MS_FORMAT, 0, "data compressed more than twice are not searched");
    }
    ms_stream_layer *l = &stream->layers[stream->nlayers];
    ms_code code = push_back(stream, head, n, err);
    stream->failure = (ms_err){0}; /* the decoder meets it again */
    stream->nlayers++;             /* in any case: the layer owns the head */
    MS_TRY(code);
    MS_TRY(ms_decoder_open(&l->decoder, codec, stream->source, &stream->limits, err));
    stream->source = ms_decoder_source(l->decoder);
    return MS_OK;
}

static ms_code zeros_error(const char *format, ms_err *err)
{
    return ms_err_set(err, MS_FORMAT, 0, "%s data after zeros are not searched", format);
}

bool ms__stream_ends_in_archive(ms_stream *stream)
{
    return stream->file && stream->nlayers == 0 && !stream->is_split &&
           ms_archive_after_prefix(ms_file_pread, stream->file, ms_file_size(stream->file),
                                   &stream->archive_prefix);
}

/* An archive may follow a program or a script, or other binary data. */
static bool may_precede_archive(const ms_stream *stream, const uint8_t *head, size_t n)
{
    return ((!stream->ascii && ms_bytes_are_binary(head, n)) || (n >= 2 && memcmp(head, "#!", 2) == 0)) &&
           !ms_journald_looks_like(head, n);
}

/* The format of an archive that begins so; or that follows other data in a file, which is not looked for in
 * what is text by its first bytes and by its name. */
static ms_archive_format archive_of(ms_stream *stream, const uint8_t *head, size_t n)
{
    ms_archive_format format = ms_archive_format_of(head, n);
    bool looks = format == MS_ARCHIVE_NONE && (stream->named || may_precede_archive(stream, head, n));
    return looks && ms__stream_ends_in_archive(stream) ? MS_ARCHIVE_ZIP : format;
}

/* What is no file of its own is read to its end before one can tell. *end: the head is all of it; false, when
 * that is found out by reading on. */
static ms_code watch_end(ms_stream *stream, const uint8_t *head, size_t n, bool *end, ms_err *err)
{
    bool is_file = stream->file && stream->nlayers == 0;
    if (is_file || stream->as_text || !may_precede_archive(stream, head, n < HEAD ? n : HEAD)) {
        return MS_OK;
    }
    MS_TRY(ms_tail_init(&stream->tail, stream->source, head, n, *end, err));
    *end = false;
    stream->source = ms_tail_source(&stream->tail);
    return MS_OK;
}

/* Is it UTF-16 or UTF-32? */
static bool is_wide(const uint8_t *head, size_t n)
{
    ms_mixed mixed;
    (void)ms_mixed_begin(&mixed, head, n);
    return mixed.encoding != MS_ENCODING_BYTES;
}

/* MS_FORMAT or MS_FOREIGN for bytes that are not searched. Formats are proved by HEAD bytes. */
static ms_code refuse(const ms_stream *stream, const uint8_t *head, size_t n, ms_codec codec, ms_err *err)
{
    if (stream->foreign) {
        MS_TRY(stream->foreign(head, n, err));
    }
    n = n < HEAD ? n : HEAD;
    if (stream->is_split && codec != MS_CODEC_NONE) {
        return ms_err_set(err, MS_FORMAT, 0, "has become %s data since it was split", ms_codec_name(codec));
    }
    if (codec != MS_CODEC_NONE || stream->as_text || stream->ascii || stream->archive != MS_ARCHIVE_NONE) {
        return MS_OK;
    }
    const char *format = ms_hidden_format(head, n);
    if (format) {
        return ms_err_set(err, MS_FORMAT, 0, "%s data are not searched", format);
    }
    if (stream->named && stream->nlayers == 0 && ms_bytes_are_binary(head, n) && !is_wide(head, n) &&
        !ms_journald_looks_like(head, n) && !ms_is_plain_format(head, n)) {
        return ms_format_has_magic(stream->named)
                   ? ms_err_set(err, MS_FORMAT, 0, "damaged: the name says %s, but the data are not",
                                stream->named)
                   : ms_err_set(err, MS_FORMAT, 0, "%s data, by the name, are not searched", stream->named);
    }
    format = n > 0 && head[0] == 0 ? ms_hidden_after_zeros(head, n) : NULL;
    return format ? zeros_error(format, err) : MS_OK;
}

/* "inside gzip data: " for each layer. */
static ms_code prefix_layers(const ms_stream *stream, ms_code code, ms_err *err)
{
    for (size_t i = stream->nlayers; err && i > 0; i--) {
        ms_codec outer = ms_decoder_codec(stream->layers[i - 1].decoder);
        code = ms_err_prefix(err, "inside %s data", ms_codec_name(outer));
    }
    return code;
}

/* Detects what the bytes are, after the layers so far: text, compressed data (one more layer), or an error.
 */
static ms_code identify(ms_stream *stream, const uint8_t *head, size_t n, ms_codec *codec, ms_err *err)
{
    size_t nproof = n < HEAD ? n : HEAD;
    stream->ascii = n >= LEAST_ASCII && ms_bytes_are_ascii(head, n);
    *codec = ms_codec_proved(head, nproof);
    stream->archive = *codec == MS_CODEC_NONE ? archive_of(stream, head, nproof) : MS_ARCHIVE_NONE;
    ms_code code = refuse(stream, head, n, *codec, err);
    if (code == MS_OK) {
        return *codec == MS_CODEC_NONE ? MS_OK : add_layer(stream, *codec, head, n, err);
    }
    return prefix_layers(stream, code, err);
}

static ms_code begin_archive(ms_stream *stream, ms_archive_format format, const uint8_t *head, size_t n,
                             ms_err *err)
{
    const char *name = ms_archive_format_name(format);
    if (stream->is_split) {
        return ms_err_set(err, MS_FORMAT, 0, "has become a %s archive since it was split", name);
    }
    stream->archive = format;
    MS_TRY(push_back(stream, head, n, err));
    return ms_err_set(err, MS_ARCHIVE, 0, "is a %s archive", name);
}

/* Fills `raw`, to the end of the data if that is first. */
static ms_code fill_raw(ms_stream *stream, ms_err *err)
{
    size_t got = 1;
    stream->raw_at = 0;
    while (stream->raw_len < RAW && got > 0) {
        ms_code code =
            ms__stream_read_source(stream, stream->raw + stream->raw_len, RAW - stream->raw_len, &got, err);
        stream->raw_len += got;
        if (code != MS_OK) {
            return stream->raw_len > 0 ? MS_OK : code;
        }
    }
    return MS_OK;
}

/* A block that is not all zeros: an archive's header, or text from here on. */
static ms_code end_zeros(ms_stream *stream, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    const uint8_t *head = stream->raw + stream->raw_at;
    size_t nhead = stream->raw_len - stream->raw_at;
    const char *format = stream->as_text ? NULL : ms_hidden_after_zeros(head, nhead);
    if (ms_tar_looks_like(head, nhead)) {
        return begin_archive(stream, MS_ARCHIVE_TAR, head, nhead, err);
    }
    if (format) {
        return zeros_error(format, err);
    }
    stream->nzeros = 0;
    stream->ops = &ms__stream_text_ops;
    MS_TRY(push_back(stream, head, nhead, err));
    return stream->ops->read(stream, buf, cap, n, err);
}

/* Fills `raw` and counts its leading blocks of zeros. */
static ms_code fill_zeros(ms_stream *stream, ms_err *err)
{
    ms_code code = fill_raw(stream, err);
    size_t at = 0;
    for (size_t n = 0; at < stream->raw_len; at += n) {
        n = stream->raw_len - at < MS_TAR_BLOCK ? stream->raw_len - at : MS_TAR_BLOCK;
        if (!ms_tar_is_zero(stream->raw + at, n)) {
            break;
        }
    }
    stream->raw_zeros = at;
    return code;
}

static ms_code read_zeros(ms_stream *stream, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    ms_code code = MS_OK;
    *n = 0;
    if (stream->raw_at == stream->raw_len) {
        stream->raw_len = 0;
        code = fill_zeros(stream, err);
    }
    if (code != MS_OK || stream->raw_len == 0) {
        return code;
    }
    if (stream->raw_at == stream->raw_zeros) {
        return end_zeros(stream, buf, cap, n, err);
    }
    *n = stream->raw_zeros - stream->raw_at < cap ? stream->raw_zeros - stream->raw_at : cap;
    memset(buf, 0, *n);
    stream->raw_at += *n;
    stream->nzeros += *n;
    return MS_OK;
}

const ms_stream_ops ms__stream_plain_ops = {.read = ms__stream_read_source};
const ms_stream_ops ms__stream_zeros_ops = {.read = read_zeros};

/* A stream that begins with a block of zeros: they are returned as text, but a tar archive may follow any
 * number of them. */
static ms_code begin_zeros(ms_stream *stream, const uint8_t *head, size_t n, ms_err *err)
{
    stream->raw = malloc(RAW);
    if (!stream->raw) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for the beginning of a file");
    }
    stream->ops = &ms__stream_zeros_ops;
    stream->binary = true;
    memcpy(stream->raw, head, n);
    stream->raw_len = n;
    return fill_zeros(stream, err);
}

/* A systemd journal: read in place if it is all of a file, else from a temporary copy. */
static ms_code begin_journal(ms_stream *stream, const uint8_t *head, size_t n, ms_err *err)
{
    ms_journald_options options = {.limits = stream->limits, .fields = stream->journal_fields};
    if (stream->is_split) {
        return ms_err_set(err, MS_FORMAT, 0, "has become a systemd journal since it was split");
    }
    ms_file *file =
        stream->nlayers == 0 && stream->file && ms_file_size(stream->file) > 0 ? stream->file : NULL;
    MS_TRY(push_back(stream, head, n, err));
    MS_TRY(ms_journald_open_source(&stream->journal, file, stream->source, &options, err));
    stream->source = ms_journald_source(stream->journal);
    stream->ops = &ms__stream_plain_ops;
    return MS_OK;
}

/* The first bytes, in buf, which has room for TEXT_HEAD of them: what they are, and how to read the rest. */
static ms_code begin(ms_stream *stream, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    ms_codec codec = MS_CODEC_NONE;
    bool end = false;
    do {
        MS_TRY(read_head(stream, buf, n, &end, err));
        MS_TRY(identify(stream, buf, *n, &codec, err));
    } while (codec != MS_CODEC_NONE);
    if (stream->archive != MS_ARCHIVE_NONE) {
        return begin_archive(stream, stream->archive, buf, *n, err);
    }
    if (*n >= MS_TAR_BLOCK && ms_tar_is_zero(buf, MS_TAR_BLOCK)) {
        MS_TRY(begin_zeros(stream, buf, *n, err));
        return read_zeros(stream, buf, cap, n, err);
    }
    if (ms_journald_looks_like(buf, *n)) {
        MS_TRY(begin_journal(stream, buf, *n, err));
        return ms__stream_read_source(stream, buf, cap, n, err);
    }
    MS_TRY(watch_end(stream, buf, *n, &end, err));
    ms_code code = ms__stream_begin_text(stream, buf, cap, n, end, err);
    return code == MS_FORMAT ? prefix_layers(stream, code, err) : code;
}

/* The first read. What does not fit into a small buffer is returned later (ms_stream_read). */
static ms_code read_first(ms_stream *stream, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    ms_code code = MS_OK;
    ms_stream_kept *out = &stream->out;
    if (cap >= TEXT_HEAD) {
        MS_TRY_OR(failed, begin(stream, buf, cap, n, err));
        return MS_OK;
    }
    MS_TRY_OR(failed, ms__stream_reserve(out, TEXT_HEAD, err));
    MS_TRY_OR(failed, begin(stream, out->data, out->cap, &out->len, err));
    *n = 0;
    return out->len > 0 ? ms_stream_read(stream, buf, cap, n, err) : MS_OK;
failed:
    stream->out.len = 0;
    *n = 0;
    return code;
}

const ms_stream_ops ms__stream_first_ops = {.read = read_first};
