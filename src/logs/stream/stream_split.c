/* Ranges of a stream's file, and holes. */
#include "logs/stream/stream_internal.h"

enum { MAX_ZEROS = 16 << 20 }; /* at the beginning of a file that can be split */

bool ms_stream_can_split(ms_stream *stream, bool *decoded)
{
    uint8_t head[4 * HEAD];
    size_t n = 0;
    *decoded = false;
    ms_code code = ms_stream_read(stream, head, sizeof head, &n, NULL);
    while (code == MS_OK && n > 0 && stream->ops == &ms__stream_zeros_ops && stream->nzeros < MAX_ZEROS) {
        code = ms_stream_read(stream, head, sizeof head, &n, NULL);
    }
    *decoded = stream->nlayers > 0;
    return code == MS_OK && stream->ops == &ms__stream_plain_ops && stream->nlayers <= 1 &&
           !stream->journal && stream->tail.bytes.len == 0 && !ms__stream_ends_in_archive(stream);
}

bool ms_stream_split_worthwhile(const ms_stream *stream, const ms_decode_limits *limits)
{
    return ms_split_worthwhile(stream->file, ms_decoder_codec(stream->layers[0].decoder), limits);
}

void ms_stream_drop_cache(ms_stream *stream)
{
    ms_file_drop_cache(stream->file);
}

/* Opens the split of a compressed file, if it is one. */
static ms_code select_decoded(ms_stream *stream, uint64_t begin, uint64_t end, ms_stream_split *split,
                              ms_err *err)
{
    uint8_t head[MS_CODEC_HEAD];
    size_t n = 0;
    ms_code code = ms_file_peek(stream->file, 0, head, sizeof head, &n, err);
    ms_codec codec = code == MS_OK ? ms_codec_of(head, n) : MS_CODEC_NONE;
    if (code != MS_OK || !ms_split_supported(codec)) {
        return code;
    }
    split->decoded = true;
    code = ms_split_open(&stream->split, stream->file, codec, begin, end, &stream->limits, err);
    if (code == MS_OK) {
        stream->source = ms_split_source(stream->split);
        ms_split_boundaries(stream->split, &split->first, &split->next);
    }
    return code;
}

ms_code ms_stream_select(ms_stream *stream, uint64_t begin, uint64_t end, ms_stream_split *split, ms_err *err)
{
    *split = (ms_stream_split){0};
    if (begin > 0) {
        stream->ops = &ms__stream_plain_ops;
    }
    stream->is_split = true;
    ms_code code = select_decoded(stream, begin, end, split, err);
    if (code == MS_OK && !split->decoded) {
        code = ms_file_select(stream->file, begin, end, err);
        stream->start = ms_file_offset(stream->file);
    }
    return code;
}

/* The source of the next bytes: what a layer without a decoder has not kept is of the one below. */
static const ms_source *next_source(const ms_stream *stream)
{
    const ms_source *source = &stream->source;
    if (source->read == ms__stream_read_layer) {
        const ms_stream_layer *l = source->self;
        source = l->nzeros == 0 && l->at == l->n ? &l->below : source;
    }
    return source;
}

uint64_t ms_stream_skip_zeros(ms_stream *stream)
{
    bool zeros = stream->ops == &ms__stream_zeros_ops && stream->raw_at == stream->raw_len;
    const ms_source *source = next_source(stream);
    bool can_skip = source->skip_zeros && (zeros || stream->ops == &ms__stream_plain_ops);
    uint64_t n = can_skip ? source->skip_zeros(source->self, zeros ? RAW : 1) : 0;
    stream->nzeros += zeros ? n : 0;
    return n;
}
