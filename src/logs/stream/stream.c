#include "logs/stream/stream_internal.h"

#include <stdlib.h>
#include <string.h>

ms_code ms_stream_over(ms_stream **stream, ms_source source, ms_err *err)
{
    ms_stream *s = calloc(1, sizeof *s);
    if (!s) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for a stream");
    }
    s->ops = &ms__stream_first_ops;
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
    ms_charset_close(stream->charset);
    free(stream->in.data);
    free(stream->out.data);
    free(stream->raw);
    free(stream);
}

ms_code ms_stream_read(ms_stream *stream, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    ms_stream_kept *out = &stream->out;
    if (out->at == out->len) {
        return stream->ops->read(stream, buf, cap, n, err);
    }
    *n = out->len - out->at < cap ? out->len - out->at : cap;
    memcpy(buf, out->data + out->at, *n);
    out->at += *n;
    return MS_OK;
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

void ms_stream_set_encoding(ms_stream *stream, const char *encoding)
{
    stream->encoding = encoding;
}

bool ms_stream_is_binary(const ms_stream *stream)
{
    return stream->binary;
}

void ms_stream_set_journal_fields(ms_stream *stream, bool fields)
{
    stream->journal_fields = fields;
}

void ms_stream_set_foreign(ms_stream *stream, ms_stream_foreign_fn foreign)
{
    stream->foreign = foreign;
}
