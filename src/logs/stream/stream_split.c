/* Ranges of a stream's file, and holes. */
#include "logs/stream/stream_internal.h"

#include <string.h>

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
    return code == MS_OK && stream->ops == &ms__stream_text_ops && !stream->spans && !stream->charset &&
           stream->nlayers <= 1 && stream->tail.bytes.len == 0 && !ms__stream_ends_in_archive(stream);
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
                              ms_codec *codec, ms_err *err)
{
    uint8_t head[MS_CODEC_HEAD];
    size_t n = 0;
    ms_code code = ms_file_peek(stream->file, 0, head, sizeof head, &n, err);
    *codec = code == MS_OK ? ms_codec_of(head, n) : MS_CODEC_NONE;
    if (code != MS_OK || !ms_split_supported(*codec)) {
        return code;
    }
    split->decoded = true;
    code = ms_split_open(&stream->split, stream->file, *codec, begin, end, &stream->limits, err);
    if (code == MS_OK) {
        stream->source = ms_split_source(stream->split);
        ms_split_boundaries(stream->split, &split->first, &split->next);
    }
    return code;
}

/* The file's beginning as a source. */
typedef struct beginning {
    const ms_file *file;
    uint64_t at;
} beginning;

static ms_code read_beginning(void *self, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    beginning *b = self;
    MS_TRY(ms_file_peek(b->file, b->at, buf, cap, n, err));
    b->at += *n;
    return MS_OK;
}

/* TEXT_HEAD bytes of the text of a compressed file, or all. */
static ms_code decode_head(const ms_stream *stream, ms_codec codec, uint8_t *head, size_t *n, ms_err *err)
{
    beginning b = {.file = stream->file};
    ms_decoder *decoder = NULL;
    size_t got = 1;
    *n = 0;
    ms_code code = MS_OK;
    MS_TRY(ms_decoder_open(&decoder, codec, (ms_source){.read = read_beginning, .self = &b}, &stream->limits,
                           err));
    ms_source text = ms_decoder_source(decoder);
    for (; code == MS_OK && got > 0 && *n < TEXT_HEAD; *n += got) {
        code = text.read(text.self, head + *n, TEXT_HEAD - *n, &got, err);
    }
    ms_decoder_close(decoder);
    return code;
}

/* What the text that the file begins with says, as when the file is searched whole. */
static ms_code judge_range(ms_stream *stream, bool decoded, ms_codec codec, ms_err *err)
{
    size_t n = 0;
    uint8_t *head = NULL;
    MS_TRY(ms__stream_reserve(&stream->in, TEXT_HEAD, err));
    head = stream->in.data;
    MS_TRY(decoded ? decode_head(stream, codec, head, &n, err)
                   : ms_file_peek(stream->file, 0, head, TEXT_HEAD, &n, err));
    stream->ascii = ms_bytes_are_ascii(head, n);
    MS_TRY(ms__stream_judge(stream, head, n, err));
    return stream->mixed.encoding == MS_ENCODING_BYTES && !stream->charset
               ? MS_OK
               : ms_err_set(err, MS_FORMAT, 0, "is not in the encoding that it had when it was split");
}

ms_code ms_stream_select(ms_stream *stream, uint64_t begin, uint64_t end, ms_stream_split *split, ms_err *err)
{
    ms_codec codec = MS_CODEC_NONE;
    *split = (ms_stream_split){0};
    if (begin > 0) {
        stream->ops = &ms__stream_text_ops;
    }
    stream->is_split = true;
    MS_TRY(select_decoded(stream, begin, end, split, &codec, err));
    MS_TRY(judge_range(stream, split->decoded, codec, err));
    if (!split->decoded) {
        MS_TRY(ms_file_select(stream->file, begin, end, err));
        stream->start = ms_file_offset(stream->file);
    }
    return MS_OK;
}

static bool are_zeros(const uint8_t *data, size_t n)
{
    return n == 0 || (data[0] == 0 && memcmp(data, data + 1, n - 1) == 0);
}

/* Are the next bytes of the text those of the source, but for zeros, of which some were read already? */
static bool next_is_of_source(const ms_stream *stream)
{
    const ms_stream_kept *in = &stream->in;
    bool text = stream->ops == &ms__stream_text_ops && stream->mixed.encoding == MS_ENCODING_BYTES &&
                !stream->charset && !stream->in_end && !stream->found &&
                are_zeros(in->data + in->at, in->len - in->at);
    bool zeros = stream->ops == &ms__stream_zeros_ops && stream->raw_at == stream->raw_len;
    return (text || zeros) && are_zeros(stream->out.data + stream->out.at, stream->out.len - stream->out.at);
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
    bool zeros = stream->ops == &ms__stream_zeros_ops;
    const ms_source *source = next_source(stream);
    bool can_skip = source->skip_zeros && next_is_of_source(stream);
    uint64_t n = can_skip ? source->skip_zeros(source->self, zeros ? RAW : 1) : 0;
    stream->nzeros += zeros ? n : 0;
    stream->nused += zeros ? 0 : n;
    return n;
}
