#include "logs/decode/known_formats.h"
#include "logs/stream/stream_internal.h"
#include "logs/text/byte_test.h"

#include <stdlib.h>
#include <string.h>

static ms_code read_plain(ms_stream *stream, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    return stream->source.read(stream->source.self, buf, cap, n, err);
}

static ms_code read_utf16(ms_stream *stream, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    *n = 0;
    while (*n == 0 && !stream->raw_end) {
        if (stream->raw_at == stream->raw_len) {
            stream->raw_at = 0;
            stream->raw_len = 0;
            MS_TRY(read_plain(stream, stream->raw, RAW, &stream->raw_len, err));
            if (stream->raw_len == 0) {
                stream->raw_end = true;
                *n = ms_utf16_finish(&stream->utf16, buf);
                return MS_OK;
            }
        }
        size_t used = stream->raw_len - stream->raw_at;
        *n = cap;
        ms_utf16_decode(&stream->utf16, stream->raw + stream->raw_at, &used, buf, n);
        stream->raw_at += used;
    }
    return MS_OK;
}

const ms_stream_ops ms__stream_plain_ops = {.read = read_plain};
static const ms_stream_ops utf16_ops = {.read = read_utf16};

static ms_code begin_utf16(ms_stream *stream, const uint8_t *head, size_t n, ms_err *err)
{
    stream->raw = malloc(RAW);
    if (!stream->raw) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for a UTF-16 file");
    }
    stream->ops = &utf16_ops;
    stream->utf16.big_endian = head[0] == 0xFE;
    stream->raw_len = n - 2;
    memcpy(stream->raw, head + 2, n - 2);
    return MS_OK;
}

/* Reads until there are HEAD bytes, to the end, or to an error, which the next read gives again. */
static ms_code read_head(ms_stream *stream, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    size_t got = 1;
    *n = 0;
    cap = cap < RAW ? cap : RAW;
    while (*n < HEAD && *n < cap && got > 0) {
        ms_code code = read_plain(stream, buf + *n, cap - *n, &got, err);
        *n += got;
        if (code != MS_OK) {
            return *n > 0 ? MS_OK : code;
        }
    }
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
    stream->nlayers++; /* in any case: the layer owns the head */
    MS_TRY(code);
    MS_TRY(ms_decoder_open(&l->decoder, codec, stream->source, &stream->limits, err));
    stream->source = ms_decoder_source(l->decoder);
    return MS_OK;
}

/* Plain text, after a byte-order mark if there is one. */
static ms_code begin_text(ms_stream *stream, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    bool utf16 = *n >= 2 && ((buf[0] == 0xFF && buf[1] == 0xFE) || (buf[0] == 0xFE && buf[1] == 0xFF));
    if (utf16 && stream->is_split) {
        return ms_err_set(err, MS_FORMAT, 0, "has become UTF-16 since it was split");
    }
    if (utf16) {
        MS_TRY(begin_utf16(stream, buf, *n, err));
        return read_utf16(stream, buf, cap, n, err);
    }
    stream->ops = &ms__stream_plain_ops;
    if (*n >= 3 && memcmp(buf, "\xEF\xBB\xBF", 3) == 0) {
        stream->start = 3;
        *n -= 3;
        memmove(buf, buf + 3, *n);
        return *n > 0 ? MS_OK : read_plain(stream, buf, cap, n, err);
    }
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
static bool may_precede_archive(const uint8_t *head, size_t n)
{
    return (ms_bytes_are_binary(head, n) || (n >= 2 && memcmp(head, "#!", 2) == 0)) &&
           !ms_journald_looks_like(head, n);
}

/* The format of an archive that begins so; or that follows other data in a file, which is not looked for in
 * what is text by its first bytes and by its name. */
static ms_archive_format archive_of(ms_stream *stream, const uint8_t *head, size_t n)
{
    ms_archive_format format = ms_archive_format_of(head, n);
    bool looks = format == MS_ARCHIVE_NONE && (stream->named || may_precede_archive(head, n));
    return looks && ms__stream_ends_in_archive(stream) ? MS_ARCHIVE_ZIP : format;
}

/* What is no file of its own is read to its end before one can tell. */
static ms_code watch_end(ms_stream *stream, const uint8_t *head, size_t n, ms_err *err)
{
    bool is_file = stream->file && stream->nlayers == 0;
    if (is_file || stream->as_text || !may_precede_archive(head, n < HEAD ? n : HEAD)) {
        return MS_OK;
    }
    MS_TRY(ms_tail_init(&stream->tail, stream->source, head, n, err));
    stream->source = ms_tail_source(&stream->tail);
    return MS_OK;
}

/* MS_FORMAT or MS_FOREIGN for bytes that are not searched. */
static ms_code refuse(const ms_stream *stream, const uint8_t *head, size_t n, ms_codec codec, ms_err *err)
{
    if (stream->foreign) {
        MS_TRY(stream->foreign(head, n, err));
    }
    if (stream->is_split && codec != MS_CODEC_NONE) {
        return ms_err_set(err, MS_FORMAT, 0, "has become %s data since it was split", ms_codec_name(codec));
    }
    if (codec != MS_CODEC_NONE || stream->as_text || stream->archive != MS_ARCHIVE_NONE) {
        return MS_OK;
    }
    const char *format = ms_hidden_format(head, n);
    if (format) {
        return ms_err_set(err, MS_FORMAT, 0, "%s data are not searched", format);
    }
    if (stream->named && stream->nlayers == 0 && ms_bytes_are_binary(head, n)) {
        return ms_err_set(err, MS_FORMAT, 0, "damaged: the name says %s, but the data are not",
                          stream->named);
    }
    if (!stream->is_split && ms_bytes_are_random(head, n)) {
        return ms_err_set(err, MS_FORMAT, 0, "not text (unknown compressed or encrypted data)");
    }
    format = n > 0 && head[0] == 0 ? ms_hidden_after_zeros(head, n) : NULL;
    return format ? zeros_error(format, err) : MS_OK;
}

/* Detects what the bytes are, after the layers so far: text, compressed data (one more layer), an error. */
static ms_code identify(ms_stream *stream, const uint8_t *head, size_t n, ms_codec *codec, ms_err *err)
{
    size_t nproof = n < HEAD ? n : HEAD; /* so that the answer does not depend on the buffer */
    *codec = ms_codec_proved(head, nproof);
    stream->archive = *codec == MS_CODEC_NONE ? archive_of(stream, head, nproof) : MS_ARCHIVE_NONE;
    ms_code code = refuse(stream, head, nproof, *codec, err);
    if (code == MS_OK) {
        return *codec == MS_CODEC_NONE ? MS_OK : add_layer(stream, *codec, head, n, err);
    }
    for (size_t i = stream->nlayers; err && i > 0; i--) {
        ms_codec outer = ms_decoder_codec(stream->layers[i - 1].decoder);
        code = ms_err_prefix(err, "inside %s data", ms_codec_name(outer));
    }
    return code;
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
        ms_code code = read_plain(stream, stream->raw + stream->raw_len, RAW - stream->raw_len, &got, err);
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
    const char *format = ms_hidden_after_zeros(head, nhead);
    if (ms_tar_looks_like(head, nhead)) {
        return begin_archive(stream, MS_ARCHIVE_TAR, head, nhead, err);
    }
    if (format) {
        return zeros_error(format, err);
    }
    stream->nzeros = 0;
    stream->ops = &ms__stream_plain_ops;
    MS_TRY(push_back(stream, head, nhead, err));
    return read_plain(stream, buf, cap, n, err);
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

/* The first read: detects the format and selects how to read the rest. A buf smaller than HEAD is too small
 * for that. */
static ms_code read_first(ms_stream *stream, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    ms_codec codec = MS_CODEC_NONE;
    ms_code code = MS_OK;
    uint8_t spare[HEAD];
    uint8_t *head = cap < HEAD ? spare : buf;
    do {
        MS_TRY_OR(failed, read_head(stream, head, cap < HEAD ? HEAD : cap, n, err));
        MS_TRY_OR(failed, identify(stream, head, *n, &codec, err));
    } while (codec != MS_CODEC_NONE);
    if (stream->archive != MS_ARCHIVE_NONE) {
        MS_TRY_OR(failed, begin_archive(stream, stream->archive, head, *n, err));
    }
    if (*n >= MS_TAR_BLOCK && ms_tar_is_zero(head, MS_TAR_BLOCK)) {
        MS_TRY_OR(failed, begin_zeros(stream, head, *n, err));
        return read_zeros(stream, buf, cap, n, err);
    }
    if (ms_journald_looks_like(head, *n)) {
        MS_TRY_OR(failed, begin_journal(stream, head, *n, err));
        return read_plain(stream, buf, cap, n, err);
    }
    MS_TRY_OR(failed, watch_end(stream, head, *n, err));
    if (head == spare) {
        MS_TRY_OR(failed, push_back(stream, head, *n, err));
        MS_TRY_OR(failed, read_plain(stream, buf, cap, n, err));
    }
    MS_TRY_OR(failed, begin_text(stream, buf, cap, n, err));
    return MS_OK;
failed:
    *n = 0;
    return code;
}

static const ms_stream_ops first_ops = {.read = read_first};

ms_code ms_stream_over(ms_stream **stream, ms_source source, ms_err *err)
{
    ms_stream *s = calloc(1, sizeof *s);
    if (!s) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for a stream");
    }
    s->ops = &first_ops;
    s->source = source;
    *stream = s;
    return MS_OK;
}

ms_code ms_stream_open_listed(ms_stream **stream, ms_directory_cache *cache, const char *path,
                              const ms_file_id *listed, ms_err *err)
{
    ms_file *file = NULL;
    ms_code opened = ms_file_open_listed(&file, cache, path, listed, err);
    ms_code code = file ? ms_stream_over(stream, ms_file_source(file), err) : opened;
    if (code != MS_OK) {
        ms_file_close(file);
        return code;
    }
    (*stream)->file = file;
    return opened;
}

ms_code ms_stream_open(ms_stream **stream, ms_directory_cache *cache, const char *path, uint64_t size,
                       ms_err *err)
{
    const ms_file_id listed = {.size = size, .link = true};
    return ms_stream_open_listed(stream, cache, path, &listed, err);
}

void ms_stream_close(ms_stream *stream)
{
    if (!stream) {
        return;
    }
    for (size_t i = MAX_LAYERS + 1; i > 0; i--) {
        ms_decoder_close(stream->layers[i - 1].decoder);
        free(stream->layers[i - 1].head);
    }
    ms_split_close(stream->split);
    ms_journald_close(stream->journal);
    ms_tail_fini(&stream->tail);
    ms_file_close(stream->file);
    free(stream->raw);
    free(stream);
}

ms_code ms_stream_read(ms_stream *stream, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    return stream->ops->read(stream, buf, cap, n, err);
}

ms_archive_input ms_stream_archive(const ms_stream *stream)
{
    return (ms_archive_input){
        .source = stream->source, .format = stream->archive, .prefix = stream->archive_prefix};
}

uint64_t ms_stream_start(const ms_stream *stream)
{
    return stream->start;
}

void ms_stream_set_limits(ms_stream *stream, const ms_decode_limits *limits)
{
    stream->limits = *limits;
}

void ms_stream_set_text(ms_stream *stream, bool as_text)
{
    stream->as_text = as_text;
}

void ms_stream_set_named(ms_stream *stream, const char *format)
{
    stream->named = format;
}

void ms_stream_set_journal_fields(ms_stream *stream, bool fields)
{
    stream->journal_fields = fields;
}

void ms_stream_set_foreign(ms_stream *stream, ms_stream_foreign_fn foreign)
{
    stream->foreign = foreign;
}
