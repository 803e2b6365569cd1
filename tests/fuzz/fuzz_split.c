/* Splits of compressed files: where all of them succeed and follow each other, they are the text of the whole
 * file, which then succeeds too, and none gives a part of a line. The first bytes choose the splits. */
#include "base/bytes.h"
#include "fuzz.h"
#include "logs/stream/stream.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MAX_TEXT = 1 << 20 };

static ms_code read_all(ms_stream *stream, ms_bytes *to, ms_err *err)
{
    ms_code code = MS_OK;
    for (size_t n = 1; n > 0 && code == MS_OK; to->len += n) {
        FUZZ_CHECK(ms_bytes_reserve(to, 777) == MS_OK);
        code = ms_stream_read(stream, to->data + to->len, 777, &n, err);
        FUZZ_CHECK(n <= 777);
    }
    return code;
}

static ms_stream *open_it(const char *path, uint64_t size)
{
    const ms_decode_limits limits = {.max_decompressed = MAX_TEXT, .max_window = MAX_TEXT};
    ms_stream *stream = NULL;
    FUZZ_CHECK(ms_stream_open(&stream, NULL, path, size, NULL) == MS_OK);
    ms_stream_set_limits(stream, &limits);
    return stream;
}

/* Appends the text of all splits of `step` bytes; false when the whole file has to be decoded. */
static bool read_splits(const char *path, uint64_t size, uint64_t step, ms_bytes *to)
{
    uint64_t reached = 0;
    bool good = true;
    for (uint64_t begin = 0; begin < size && good; begin += step) {
        ms_stream *stream = open_it(path, size);
        ms_stream_split split;
        ms_err err = {0};
        size_t before = to->len;
        ms_code code =
            ms_stream_select(stream, begin, size - begin < step ? size : begin + step, &split, &err);
        code = code == MS_OK ? read_all(stream, to, &err) : code;
        bool none = split.next == 0;
        good = code == MS_OK && split.decoded && (none || split.first == reached);
        FUZZ_CHECK(!good || !none || to->len == before);
        FUZZ_CHECK(!good || to->len == before || before == 0 || to->data[before - 1] == '\n');
        reached = none ? reached : split.next;
        ms_stream_close(stream);
    }
    return good && reached == size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    uint64_t step = 1 + (uint64_t)fuzz_take(&data, &size) + (uint64_t)fuzz_take(&data, &size) * 16;
    int fd = memfd_create("split", MFD_CLOEXEC);
    FUZZ_CHECK(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    step = size / step > 400 ? size / 400 : step;
    ms_bytes joined = {0};
    if (size > 0 && read_splits(path, size, step, &joined)) {
        ms_bytes whole = {0};
        ms_err err = {0};
        ms_stream *stream = open_it(path, size);
        FUZZ_CHECK(read_all(stream, &whole, &err) == MS_OK);
        FUZZ_CHECK(whole.len == joined.len);
        FUZZ_CHECK(whole.len == 0 || memcmp(whole.data, joined.data, whole.len) == 0);
        ms_stream_close(stream);
        ms_bytes_fini(&whole);
    }
    ms_bytes_fini(&joined);
    (void)close(fd);
    return 0;
}
