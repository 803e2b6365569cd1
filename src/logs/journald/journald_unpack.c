/* What is stored in a DATA object: plain, an xz stream, a zstd frame, or the size (little-endian u64) and a
 * block of lz4. */
#include "logs/journald/journald_internal.h"

#include <lz4.h>
#include <string.h>

enum { XZ = 1, LZ4 = 2, ZSTD = 4, LZ4_SIZE = 8, MORE = 64 << 10, BEGIN_XZ = 16 << 10, BEGIN_ZSTD = 1 << 10 };

/* Appends n stored bytes to the payload. */
static ms_code copy(ms_journald *j, uint64_t offset, uint64_t n, ms_err *err)
{
    while (n > 0) {
        const uint8_t *at = NULL;
        size_t piece = n < MS__JRANGE ? (size_t)n : MS__JRANGE;
        MS_TRY(ms__journald_bytes_at(&j->bytes, offset, piece, &at, err));
        ms_bytes_append(&j->payload, at, piece);
        offset += piece;
        n -= piece;
    }
    ms_code code = ms_bytes_check(&j->payload);
    return code == MS_OK ? MS_OK : ms_err_set(err, code, 0, "out of memory for a field of a journal");
}

/* One step of a codec, from the stored bytes at *at to the payload, which has `want` bytes at most. */
static ms_code step(ms_journald *j, const ms_codec_ops *codec, void *state, uint64_t *at, uint64_t end,
                    size_t want, ms_step *result, ms_err *err)
{
    static const uint8_t none[1];
    const uint8_t *in = none;
    size_t nin = end - *at < MS__JRANGE ? (size_t)(end - *at) : MS__JRANGE;
    size_t nout = want - j->payload.len < MORE ? want - j->payload.len : MORE;
    if (ms_bytes_reserve(&j->payload, nout) != MS_OK) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for a field of a journal");
    }
    if (nin > 0) {
        MS_TRY(ms__journald_bytes_at(&j->bytes, *at, nin, &in, err));
    }
    ms_codec_io io = {.in = in, .nin = nin, .out = j->payload.data + j->payload.len, .nout = nout};
    *result = codec->step(state, &io);
    bool progress = io.nin < nin || io.nout < nout;
    *at += nin - io.nin;
    j->payload.len += nout - io.nout;
    if (*result == MS_STEP_MORE && !progress) {
        *result = MS_STEP_FAILED;
    }
    return ms__journald_work(j, nout - io.nout + 64, err);
}

static ms_code decode(ms_journald *j, ms_codec id, void **state, uint64_t at, uint64_t end, size_t want,
                      bool *whole, ms_err *err)
{
    const ms_codec_ops *codec = ms_codec_ops_of(id);
    const uint64_t begin = at;
    ms_step result = MS_STEP_MORE;
    if (!*state) {
        MS_TRY(codec->open(state, &j->options.limits, err));
    }
    codec->begin(*state);
    MS_TRY(ms__journald_work(j, id == MS_CODEC_XZ ? BEGIN_XZ : BEGIN_ZSTD, err));
    while (result == MS_STEP_MORE && j->payload.len < want) {
        MS_TRY(step(j, codec, *state, &at, end, want, &result, err));
    }
    *whole = result == MS_STEP_END;
    return result == MS_STEP_MORE || *whole
               ? MS_OK
               : ms__journald_damage(j, begin, id == MS_CODEC_XZ ? "invalid xz data" : "invalid zstd data");
}

static ms_code decode_lz4(ms_journald *j, uint64_t at, uint64_t stored, size_t want, bool *whole, ms_err *err)
{
    if (stored <= LZ4_SIZE) {
        return ms__journald_damage(j, at, "invalid lz4 data");
    }
    if (stored > (uint64_t)LZ4_COMPRESSBOUND(MS__JFIELD_MAX)) {
        ms__journald_over_limit(j, at, "a field of more than 16 MiB");
        return MS_FORMAT;
    }
    MS_TRY(copy(j, at, stored, err));
    uint64_t size = ms__journald_u64(j->payload.data);
    size_t n = size < want ? (size_t)size : want;
    if (ms_bytes_reserve(&j->payload, n + 1) != MS_OK) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for a field of a journal");
    }
    char *to = (char *)j->payload.data + stored;
    const char *from = (const char *)j->payload.data + LZ4_SIZE;
    int ngot = size > want ? LZ4_decompress_safe_partial(from, to, (int)(stored - LZ4_SIZE), (int)n, (int)n)
                           : LZ4_decompress_safe(from, to, (int)(stored - LZ4_SIZE), (int)n);
    if (ngot < 0 || (size_t)ngot != n) {
        return ms__journald_damage(j, at, "invalid lz4 data");
    }
    memmove(j->payload.data, to, n);
    ms_bytes_cut(&j->payload, n);
    *whole = size <= want;
    return ms__journald_work(j, n + 64, err);
}

ms_code ms__journald_unpack(ms_journald *journal, uint64_t offset, uint64_t stored, uint8_t flags,
                            size_t want, const uint8_t **data, size_t *n, bool *whole, ms_err *err)
{
    ms_journald *j = journal;
    ms_bytes_clear(&j->payload);
    if (flags == 0 && (stored <= MS__JRANGE || want <= MS__JRANGE)) {
        *n = stored < want ? (size_t)stored : want;
        *whole = *n == stored;
        return ms__journald_bytes_at(&j->bytes, offset, *n, data, err);
    }
    switch (flags) {
    case 0:
        *whole = stored <= want;
        MS_TRY(copy(j, offset, *whole ? stored : want, err));
        break;
    case XZ:
        MS_TRY(decode(j, MS_CODEC_XZ, &j->xz, offset, offset + stored, want, whole, err));
        break;
    case LZ4:
        MS_TRY(decode_lz4(j, offset, stored, want, whole, err));
        break;
    case ZSTD:
        MS_TRY(decode(j, MS_CODEC_ZSTD, &j->zstd, offset, offset + stored, want, whole, err));
        break;
    default:
        return ms__journald_damage(j, offset, "an unknown compression of a field");
    }
    *data = j->payload.data;
    *n = j->payload.len;
    return MS_OK;
}

void ms__journald_unpack_close(ms_journald *journal)
{
    ms_codec_ops_of(MS_CODEC_XZ)->close(journal->xz);
    ms_codec_ops_of(MS_CODEC_ZSTD)->close(journal->zstd);
    ms_bytes_fini(&journal->payload);
}
