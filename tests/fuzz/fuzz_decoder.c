/* Every codec on any bytes: what is decoded, and how it ends, is the same whatever the input pieces and the
 * output size; but of a block that is itself corrupt bzip2 and lz4 may hand on more or less. The first bytes
 * choose codec, piece and output. */
#include "base/bytes.h"
#include "fuzz.h"
#include "logs/decode/decoder.h"

#include <string.h>

enum { MOST_TEXT = 1 << 20, MOST_ROOM = 1 << 16 };

typedef struct pieces {
    const uint8_t *data;
    size_t n, at, piece;
} pieces;

static ms_code read_piece(void *self, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    pieces *p = self;
    (void)err;
    *n = p->n - p->at < p->piece ? p->n - p->at : p->piece;
    *n = *n < cap ? *n : cap;
    memcpy(buf, p->data + p->at, *n);
    p->at += *n;
    return MS_OK;
}

/* The code that ended it; `to` gets the text. */
static ms_code decode(ms_codec codec, pieces from, size_t nout, ms_bytes *to, ms_err *err)
{
    const ms_decode_limits limits = {.max_decompressed = MOST_TEXT, .max_window = MOST_TEXT};
    ms_source source = {.read = read_piece, .self = &from};
    ms_decoder *decoder = NULL;
    ms_code code = ms_decoder_open(&decoder, codec, source, &limits, err);
    FUZZ_CHECK(code == MS_OK);
    uint8_t *buf = malloc(nout);
    FUZZ_CHECK(buf);
    for (size_t n = 1; n > 0 && code == MS_OK;) {
        code = ms_decoder_read(decoder, buf, nout, &n, err);
        FUZZ_CHECK(n <= nout && (code == MS_OK || n == 0));
        ms_bytes_append(to, buf, n);
        FUZZ_CHECK(ms_bytes_check(to) == MS_OK);
    }
    FUZZ_CHECK(to->len <= MOST_TEXT);
    FUZZ_CHECK(code == MS_OK || (code == MS_FORMAT && err->text[0] != 0));
    free(buf);
    ms_decoder_close(decoder);
    return code;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ms_codec codec = (ms_codec)(MS_CODEC_GZIP + fuzz_take(&data, &size) % 7);
    size_t piece = 1 + (size_t)fuzz_take(&data, &size) * 4;
    size_t nout = 1 + (size_t)fuzz_take(&data, &size) * 16;
    ms_bytes whole = {0};
    ms_bytes parts = {0};
    ms_err err = {0};
    ms_err err_parts = {0};
    pieces from = {.data = data, .n = size, .piece = SIZE_MAX};
    ms_code code = decode(codec, from, MOST_ROOM, &whole, &err);
    from.piece = piece;
    FUZZ_CHECK(decode(codec, from, nout, &parts, &err_parts) == code);
    size_t same = whole.len < parts.len ? whole.len : parts.len;
    bool by_block = codec == MS_CODEC_BZIP2 || codec == MS_CODEC_LZ4;
    FUZZ_CHECK(whole.len == parts.len || (code != MS_OK && by_block));
    FUZZ_CHECK(same == 0 || memcmp(whole.data, parts.data, same) == 0);
    ms_bytes_fini(&whole);
    ms_bytes_fini(&parts);
    return 0;
}
