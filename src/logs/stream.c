/* Stream: see stream.h. */
#include "logs/stream.h"

#include "logs/file.h"
#include "logs/utf16.h"

#include <stdlib.h>
#include <string.h>

enum {
    HEAD = 16, /* enough to tell what a file is */
    RAW = 65536,
};

typedef struct ms_stream_ops {
    ms_code (*read)(ms_stream *stream, uint8_t *buf, size_t cap, size_t *n, ms_err *err);
} ms_stream_ops;

struct ms_stream {
    const ms_stream_ops *ops;
    ms_file *file; /* owned */
    bool part;     /* only a range of the file, which must be plain text */
    uint64_t start;
    ms_stream_foreign_fn foreign; /* NULL: every file is a log */
    ms_utf16 utf16;
    uint8_t *raw; /* owned: undecoded bytes of an encoded stream, else NULL */
    size_t raw_at, raw_len;
    bool raw_end;
};

static ms_code read_file(ms_stream *stream, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    return ms_file_read(stream->file, buf, cap, n, err);
}

static ms_code read_utf16(ms_stream *stream, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    *n = 0;
    while (*n == 0 && !stream->raw_end) {
        if (stream->raw_at == stream->raw_len) {
            stream->raw_at = 0;
            ms_code code = read_file(stream, stream->raw, RAW, &stream->raw_len, err);
            if (code != MS_OK) {
                return code;
            }
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

static const ms_stream_ops plain_ops = {.read = read_file};
static const ms_stream_ops utf16_ops = {.read = read_utf16};

/* Data that must not be searched as if they were text: that would be a silent miss. */
static bool is_bzip2(const uint8_t *head, size_t n)
{
    return n >= 6 && memcmp(head, "BZh", 3) == 0 && head[3] >= '1' && head[3] <= '9' &&
           (head[4] == 0x31 || head[4] == 0x17);
}

/* LZMA alone has no magic: properties, a dictionary size, and a size that is unknown (all ones) or below
 * 2^48. */
static bool is_lzma_alone(const uint8_t *head, size_t n)
{
    static const uint8_t unknown[8] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
    return n >= 13 && head[0] == 0x5D && head[1] == 0 && head[2] == 0 &&
           (memcmp(head + 5, unknown, sizeof unknown) == 0 || (head[11] == 0 && head[12] == 0));
}

static const char *refused_kind(const uint8_t *head, size_t n)
{
    static const struct {
        const char *name;
        size_t n;
        uint8_t magic[6];
    } kinds[] = {
        {"gzip", 3, {0x1F, 0x8B, 0x08}},             /* RFC 1952 */
        {"compress", 2, {0x1F, 0x9D}},               /* .Z */
        {"zstd", 4, {0x28, 0xB5, 0x2F, 0xFD}},       /* RFC 8878 */
        {"xz", 6, {0xFD, '7', 'z', 'X', 'Z', 0x00}}, /* The .xz File Format 1.1 */
        {"lz4", 4, {0x04, 0x22, 0x4D, 0x18}},        /* LZ4 Frame Format 1.6 */
        {"lzip", 5, {'L', 'Z', 'I', 'P', 1}},
        {"lzop", 4, {0x89, 'L', 'Z', 'O'}},
        {"zip", 4, {'P', 'K', 3, 4}},
        {"7z", 6, {'7', 'z', 0xBC, 0xAF, 0x27, 0x1C}},
        {"rar", 6, {'R', 'a', 'r', '!', 0x1A, 0x07}},
        {"UTF-32", 4, {0xFF, 0xFE, 0x00, 0x00}}, /* its mark begins like that of UTF-16 */
        {"UTF-32", 4, {0x00, 0x00, 0xFE, 0xFF}},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (n >= kinds[i].n && memcmp(head, kinds[i].magic, kinds[i].n) == 0) {
            return kinds[i].name;
        }
    }
    return is_bzip2(head, n) ? "bzip2" : is_lzma_alone(head, n) ? "lzma" : NULL;
}

static ms_code begin_utf16(ms_stream *stream, const uint8_t *head, size_t n, ms_err *err)
{
    stream->raw = malloc(RAW);
    if (!stream->raw) {
        return ms_err_set(err, MS_NOMEM, 0, "no memory for a UTF-16 file");
    }
    stream->ops = &utf16_ops;
    stream->utf16.big_endian = head[0] == 0xFE;
    stream->raw_len = n - 2;
    memcpy(stream->raw, head + 2, n - 2);
    return MS_OK;
}

/* The first read: looks at the beginning of the file and chooses how all of it is read. */
static ms_code read_first(ms_stream *stream, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    size_t got = 1;
    *n = 0;
    cap = cap < RAW ? cap : RAW;
    while (*n < HEAD && *n < cap && got > 0) {
        ms_code code = read_file(stream, buf + *n, cap - *n, &got, err);
        if (code != MS_OK) {
            return code;
        }
        *n += got;
    }
    if (stream->foreign && stream->foreign(buf, *n, err) != MS_OK) {
        *n = 0;
        return MS_FOREIGN;
    }
    const char *kind = refused_kind(buf, *n);
    if (kind) {
        *n = 0;
        return ms_err_set(err, MS_FORMAT, 0, "%s data are not searched", kind);
    }
    bool utf16 = *n >= 2 && ((buf[0] == 0xFF && buf[1] == 0xFE) || (buf[0] == 0xFE && buf[1] == 0xFF));
    if (utf16 && stream->part) {
        *n = 0;
        return ms_err_set(err, MS_FORMAT, 0, "has become UTF-16 since it was split into ranges");
    }
    if (utf16) {
        ms_code code = begin_utf16(stream, buf, *n, err);
        return code == MS_OK ? read_utf16(stream, buf, cap, n, err) : code;
    }
    stream->ops = &plain_ops;
    if (*n >= 3 && memcmp(buf, "\xEF\xBB\xBF", 3) == 0) {
        stream->start = 3;
        *n -= 3;
        memmove(buf, buf + 3, *n);
        return *n > 0 ? MS_OK : read_file(stream, buf, cap, n, err);
    }
    return MS_OK;
}

static const ms_stream_ops first_ops = {.read = read_first};

ms_code ms_stream_open(ms_stream **stream, const char *path, uint64_t size, ms_err *err)
{
    ms_stream *s = calloc(1, sizeof *s);
    if (!s) {
        return ms_err_set(err, MS_NOMEM, 0, "no memory for a stream");
    }
    s->ops = &first_ops;
    ms_code code = ms_file_open(&s->file, path, size, err);
    if (code != MS_OK) {
        ms_stream_close(s);
        return code;
    }
    *stream = s;
    return MS_OK;
}

void ms_stream_close(ms_stream *stream)
{
    if (!stream) {
        return;
    }
    ms_file_close(stream->file);
    free(stream->raw);
    free(stream);
}

bool ms_stream_splits(ms_stream *stream)
{
    uint8_t head[4 * HEAD];
    size_t n = 0;
    return ms_stream_read(stream, head, sizeof head, &n, NULL) == MS_OK && stream->ops == &plain_ops;
}

ms_code ms_stream_select(ms_stream *stream, uint64_t begin, uint64_t end, ms_err *err)
{
    if (begin > 0) {
        stream->ops = &plain_ops;
    }
    stream->part = true;
    ms_code code = ms_file_select(stream->file, begin, end, err);
    stream->start = ms_file_offset(stream->file);
    return code;
}

ms_code ms_stream_read(ms_stream *stream, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    return stream->ops->read(stream, buf, cap, n, err);
}

uint64_t ms_stream_start(const ms_stream *stream)
{
    return stream->start;
}

void ms_stream_set_foreign(ms_stream *stream, ms_stream_foreign_fn foreign)
{
    stream->foreign = foreign;
}
