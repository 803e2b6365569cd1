#include "run/work/log_probe.h"

#include "base/escape.h"
#include "logs/stream/stream.h"
#include "run/work/task_common.h"

#include <string.h>

/* Limits of the search for boundaries. Where so many large files have none, they keep all ranks busy unsplit.
 * A file is not decoded to its end when it yields no text in so many buffers, and an xz file with more
 * streams than some thousand stays whole. */
enum { MAX_UNSPLITTABLE = 64, MAX_BUFFERS = 16, MAX_SEEKS = 16384, STEP = 65536 };

/* A ms_decode_limits.on_work. */
static ms_code count_down(void *user)
{
    size_t *left = user;
    return *left > 0 && --*left > 0 ? MS_OK : MS_LIMIT;
}

/* `search`: compressed files too; *compressed: as it is stored. */
static bool splits(ms_stream *stream, bool search, bool *compressed)
{
    size_t left = MAX_BUFFERS;
    ms_decode_limits limits = {.on_work = count_down, .user = &left};
    ms_stream_set_foreign(stream, ms__refuse_images);
    ms_stream_set_limits(stream, &limits);
    if (!ms_stream_can_split(stream, compressed)) {
        return false;
    }
    left = MAX_SEEKS;
    return !*compressed || (search && ms_stream_split_worthwhile(stream, &limits));
}

void ms_log_probe_splits(ms_entries *entries, uint64_t size, uint64_t max_compressed, ms_visit_fn visit,
                         void *user)
{
    size_t nunsplittable = 0;
    for (size_t i = 0; i < entries->paths.count; i++) {
        ms_entry *entry = &entries->list[i];
        ms_str path = ms_str_list_at(&entries->paths, i);
        ms_stream *stream = NULL;
        bool compressed = false;
        if (entry->state != MS_ENTRY_FILE || entry->kind != MS_TASK_LOG || entry->size <= size) {
            continue;
        }
        if (visit) {
            visit(user, path);
        }
        const ms_file_id listed = ms_entries_id(entries, i);
        ms_code code = ms_stream_open_listed(&stream, NULL, path.data, &listed, NULL);
        if (code == MS_OK) {
            bool can = splits(stream, nunsplittable < MAX_UNSPLITTABLE, &compressed);
            entry->splits = can && (!compressed || entry->size <= max_compressed);
            nunsplittable += compressed && !can;
        }
        ms_stream_close(stream);
    }
}

void ms_log_probe_text(ms_bytes *text, const char *path, const ms_file_id *listed,
                       const ms_decode_limits *limits, size_t n)
{
    ms_stream *stream = NULL;
    ms_err ignored = {0};
    if (ms_bytes_reserve(text, n) != MS_OK ||
        ms_stream_open_listed(&stream, NULL, path, listed, &ignored) != MS_OK) {
        ms_stream_close(stream);
        return;
    }
    ms_stream_set_limits(stream, limits);
    size_t got = 1;
    for (size_t used = 0; got > 0 && n - used >= MS_STREAM_MIN_READ; used += got) {
        if (ms_stream_read(stream, text->data + text->len, n - used, &got, &ignored) != MS_OK) {
            got = 0;
        }
        text->len += got;
    }
    ms_stream_close(stream);
}

typedef struct memory {
    const ms_bytes *bytes;
    size_t at;
} memory;

/* Of an ms_source. */
static ms_code read_memory(void *self, uint8_t *buf, size_t cap, size_t *n, ms_err *err)
{
    memory *m = self;
    (void)err;
    *n = m->bytes->len - m->at < cap ? m->bytes->len - m->at : cap;
    if (*n > 0) {
        memcpy(buf, m->bytes->data + m->at, *n);
    }
    m->at += *n;
    return MS_OK;
}

static ms_code read_text(ms_stream *stream, size_t limit, ms_bytes *to, ms_err *err)
{
    size_t before = to->len;
    for (size_t n = 1; n > 0; to->len += n) {
        if (to->len - before > limit) {
            return ms_err_set(err, MS_LIMIT, 0, "has more than %zu MiB of text", limit >> 20);
        }
        if (ms_bytes_reserve(to, STEP) != MS_OK) {
            return ms_err_set(err, MS_NOMEM, 0, "out of memory for a text");
        }
        MS_TRY(ms_stream_read(stream, to->data + to->len, STEP, &n, err));
    }
    return MS_OK;
}

static ms_code decode(const ms_bytes *bytes, bool as_text, const char *encoding, size_t limit, ms_bytes *to,
                      ms_err *err)
{
    memory from = {.bytes = bytes};
    ms_stream *stream = NULL;
    MS_TRY(ms_stream_over(&stream, (ms_source){.read = read_memory, .self = &from}, err));
    ms_stream_set_text(stream, as_text);
    ms_stream_set_encoding(stream, encoding);
    ms_code code = read_text(stream, limit, to, err);
    ms_stream_close(stream);
    return code == MS_ARCHIVE ? ms_err_set(err, MS_FORMAT, 0, "a tar archive, not text") : code;
}

ms_code ms_log_decode(void *text, const ms_bytes *bytes, size_t limit, ms_bytes *to, ms_err *err)
{
    const ms_log_text *options = text;
    size_t before = to->len;
    MS_TRY(decode(bytes, options->as_text, NULL, limit, to, err));
    if (!options->encoding || to->len == before || ms_utf8_valid(to->data + before, to->len - before)) {
        return MS_OK;
    }
    to->len = before;
    return decode(bytes, options->as_text, options->encoding, limit, to, err);
}
