/* A stream of any bytes gives the same text in pieces and buffers of any size, and loses no run of words in
 * ASCII, whatever encodings are around it. The first bytes: size of a piece, of a buffer, an encoding. */
#include "fuzz.h"
#include "logs/stream/stream.h"

#include <string.h>

typedef struct pieces {
    const uint8_t *data;
    size_t n, at, piece;
} pieces;

static ms_code read_piece(void *self, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    pieces *p = self;
    (void)err;
    *n = p->n - p->at < cap ? p->n - p->at : cap;
    *n = *n < p->piece ? *n : p->piece;
    memcpy(buf, p->data + p->at, *n);
    p->at += *n;
    return MS_OK;
}

typedef struct text {
    uint8_t *data;
    size_t n;
    ms_code code;
} text;

static text read_text(const uint8_t *data, size_t size, size_t piece, size_t cap, bool as_text,
                      const char *encoding)
{
    pieces from = {.data = data, .n = size, .piece = piece};
    text t = {.data = malloc(4 * size + 200000)};
    ms_stream *stream = NULL;
    size_t n = 1;
    FUZZ_CHECK(t.data);
    FUZZ_CHECK(ms_stream_over(&stream, (ms_source){.read = read_piece, .self = &from}, NULL) == MS_OK);
    ms_decode_limits limits = {.max_decompressed = 2 * size + 1000, .max_window = 1 << 20};
    ms_stream_set_limits(stream, &limits);
    ms_stream_set_text(stream, as_text);
    ms_stream_set_encoding(stream, encoding);
    ms_stream_set_named(stream, "gzip");
    while (t.code == MS_OK && n > 0) {
        t.code = ms_stream_read(stream, t.data + t.n, cap, &n, NULL);
        t.n += n;
        FUZZ_CHECK(t.n <= 4 * size + 100000);
    }
    ms_stream_close(stream);
    return t;
}

static bool is_word(uint8_t byte)
{
    return (byte >= 'a' && byte <= 'z') || byte == ' ';
}

/* Words of ASCII of 64 bytes and more, blanks at even and odd places among the first 16 bytes. */
static void check_words(const uint8_t *data, size_t size, const text *t)
{
    for (size_t at = 0; at < size;) {
        size_t n = 0;
        bool blanks[2] = {false, false};
        while (at + n < size && is_word(data[at + n])) {
            blanks[n % 2] |= n < 16 && data[at + n] == ' ';
            n++;
        }
        if (n >= 64 && blanks[0] && blanks[1]) {
            FUZZ_CHECK(memmem(t->data, t->n, data + at + 16, n - 32));
        }
        at += n + 1;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"SHIFT_JIS", "GB18030", "UTF-16LE", "ISO-8859-1"};
    size_t piece = (size_t)fuzz_take(&data, &size) * 37 + 1;
    size_t cap = (size_t)fuzz_take(&data, &size) * 199 + 16;
    uint8_t choice = fuzz_take(&data, &size);
    bool as_text = choice % 2 != 0;
    const char *encoding = choice % 8 < 4 ? NULL : names[choice / 8 % 4];
    text whole = read_text(data, size, size + 1, 1 << 16, as_text, encoding);
    text parts = read_text(data, size, piece, cap, as_text, encoding);
    FUZZ_CHECK(whole.code == parts.code && whole.n == parts.n &&
               memcmp(whole.data, parts.data, whole.n) == 0);
    if (as_text && !encoding && whole.code == MS_OK) {
        check_words(data, size, &whole);
    }
    free(whole.data);
    free(parts.data);
    return 0;
}
