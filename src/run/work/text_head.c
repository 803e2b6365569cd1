#include "run/work/text_head.h"

#include "logs/stream/stream.h"

void ms_text_head(ms_bytes *text, const char *path, uint64_t size, const ms_decode_limits *limits, size_t n)
{
    ms_stream *stream = NULL;
    ms_err ignored = {0};
    if (ms_bytes_reserve(text, n) != MS_OK || ms_stream_open(&stream, NULL, path, size, &ignored) != MS_OK) {
        return;
    }
    ms_stream_set_limits(stream, limits);
    size_t got = 1;
    for (size_t used = 0; got > 0 && n - used >= MS_STREAM_LEAST; used += got) {
        if (ms_stream_read(stream, text->data + text->len, n - used, &got, &ignored) != MS_OK) {
            got = 0;
        }
        text->len += got;
    }
    ms_stream_close(stream);
}
