/* Every length is checked against the rest of the file, and a frame with a wrong checksum is never returned.
 */
#include "result/store/frame.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

enum { HEAD_BYTES = MS_FRAME_MARK_BYTES + 8, READ_BYTES = 1 << 20 };

static uint64_t checksum(const uint8_t *content, size_t n)
{
    return (uint64_t)XXH3_64bits_withSeed(content, n, (XXH64_hash_t)n);
}

size_t ms_frame_begin(ms_bytes *to, ms_frame_kind kind)
{
    ms_bytes_append(to, MS_FRAME_MARK, MS_FRAME_MARK_BYTES);
    size_t at = to->len;
    ms_bytes_put_u64(to, 0);
    ms_bytes_put_u8(to, (uint8_t)kind);
    return at;
}

ms_code ms_frame_end(ms_bytes *to, size_t at)
{
    MS_TRY(ms_bytes_check(to));
    size_t n = to->len - at - 8;
    ms_bytes_set_u64(to, at, n);
    ms_bytes_put_u64(to, checksum(to->data + at + 8, n));
    return ms_bytes_check(to);
}

ms_code ms_frame_put_header(ms_bytes *to, ms_frame_file file, const ms_str_list *settings)
{
    size_t at = ms_frame_begin(to, MS_FRAME_HEADER);
    ms_bytes_put_u32(to, MS_FRAME_VERSION);
    ms_bytes_put_u8(to, (uint8_t)file);
    MS_TRY(ms_str_list_encode(settings, to));
    return ms_frame_end(to, at);
}

static ms_code no_memory(const ms_frames *frames, ms_err *err)
{
    return ms_err_set(err, MS_NOMEM, 0, "out of memory reading %s", frames->shown);
}

/* Makes at least `least` unused bytes ready, fewer only at the file's end. */
static ms_code fill(ms_frames *frames, size_t least, ms_err *err)
{
    ms_bytes *window = &frames->window;
    if (window->len - frames->used >= least) {
        return MS_OK;
    }
    if (frames->used > 0) {
        memmove(window->data, window->data + frames->used, window->len - frames->used);
    }
    frames->at += frames->used;
    window->len -= frames->used;
    frames->used = 0;
    size_t wanted = least < READ_BYTES ? READ_BYTES : least;
    if (ms_bytes_reserve(window, wanted - window->len) != MS_OK) {
        return no_memory(frames, err);
    }
    while (window->len < wanted && frames->at + window->len < frames->size) {
        ssize_t n = pread(frames->fd, window->data + window->len, wanted - window->len,
                          (off_t)(frames->at + window->len));
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return ms_err_set(err, MS_IO, errno, "cannot read %s", frames->shown);
        }
        if (n == 0) {
            frames->size = frames->at + window->len;
        }
        window->len += (size_t)n;
    }
    return MS_OK;
}

static const uint8_t *unused(const ms_frames *frames, size_t *n)
{
    *n = frames->window.len - frames->used;
    return frames->window.data + frames->used;
}

uint64_t ms_frames_offset(const ms_frames *frames)
{
    return frames->at + frames->used;
}

ms_code ms_frames_next(ms_frames *frames, ms_frame *frame, bool *found, ms_err *err)
{
    size_t have = 0;
    *found = false;
    MS_TRY(fill(frames, HEAD_BYTES, err));
    const uint8_t *data = unused(frames, &have);
    if (have < HEAD_BYTES || memcmp(data, MS_FRAME_MARK, MS_FRAME_MARK_BYTES) != 0) {
        return MS_OK;
    }
    ms_reader head = ms_reader_over(data + MS_FRAME_MARK_BYTES, 8);
    uint64_t n = ms_reader_u64(&head);
    uint64_t left = frames->size - ms_frames_offset(frames);
    if (n == 0 || n > left || HEAD_BYTES + n + 8 > left) {
        return MS_OK;
    }
    MS_TRY(fill(frames, (size_t)(HEAD_BYTES + n + 8), err));
    data = unused(frames, &have);
    if (have < HEAD_BYTES + n + 8) {
        return MS_OK;
    }
    const uint8_t *content = data + HEAD_BYTES;
    ms_reader tail = ms_reader_over(content + n, 8);
    if (ms_reader_u64(&tail) != checksum(content, (size_t)n)) {
        return MS_OK;
    }
    *frame = (ms_frame){.offset = ms_frames_offset(frames),
                        .kind = content[0],
                        .body = ms_reader_over(content + 1, (size_t)n - 1)};
    frames->used += (size_t)(HEAD_BYTES + n + 8);
    *found = true;
    return MS_OK;
}

ms_code ms_frames_skip(ms_frames *frames, ms_err *err)
{
    frames->used++;
    for (;;) {
        size_t have = 0;
        MS_TRY(fill(frames, MS_FRAME_MARK_BYTES, err));
        const uint8_t *data = unused(frames, &have);
        const uint8_t *mark = memmem(data, have, MS_FRAME_MARK, MS_FRAME_MARK_BYTES);
        if (mark || have < MS_FRAME_MARK_BYTES) {
            frames->used += mark ? (size_t)(mark - data) : have;
            return MS_OK;
        }
        frames->used += have - (MS_FRAME_MARK_BYTES - 1);
    }
}

void ms_frames_fini(ms_frames *frames)
{
    ms_bytes_fini(&frames->window);
    *frames = (ms_frames){0};
}

ms_code ms_frame_take_header(const ms_frame *frame, ms_frame_file file, const char *shown,
                             ms_str_list *settings, ms_err *err)
{
    ms_reader body = frame->body;
    uint32_t version = ms_reader_u32(&body);
    uint8_t found = ms_reader_u8(&body);
    *settings = (ms_str_list){0};
    if (frame->kind != MS_FRAME_HEADER || body.failed) {
        return ms_err_set(err, MS_FORMAT, 0, "%s is damaged: no header", shown);
    }
    if (version != MS_FRAME_VERSION) {
        return ms_err_set(err, MS_USAGE, 0, "%s has format version %u; this mpiscan reads version %u", shown,
                          (unsigned)version, MS_FRAME_VERSION);
    }
    if (found != (uint8_t)file && (found == MS_FRAME_JOURNAL || found == MS_FRAME_RESULT)) {
        return ms_err_set(err, MS_USAGE, 0,
                          file == MS_FRAME_RESULT
                              ? "%s is a journal, not a result file: continue its run with --resume"
                              : "%s is a result file, not a journal",
                          shown);
    }
    ms_code code = found == (uint8_t)file ? ms_str_list_decode(settings, &body) : MS_FORMAT;
    if (code == MS_OK && ms_reader_left(&body) > 0) {
        ms_str_list_fini(settings);
        code = MS_FORMAT;
    }
    return code == MS_OK ? MS_OK
                         : ms_err_set(err, code, 0, "%s: %s", shown,
                                      code == MS_NOMEM ? "out of memory" : "damaged: invalid header");
}

static bool has_from(const ms_str_list *list, size_t from, ms_str word)
{
    size_t i = from;
    while (i < list->count && ms_str_compare(ms_str_list_at(list, i), word) != 0) {
        i++;
    }
    return i < list->count;
}

ms_difference ms_settings_difference(const ms_str_list *a, const ms_str_list *b, ms_str *word_a,
                                     ms_str *word_b)
{
    size_t i = 0;
    while (i < a->count && i < b->count && ms_str_compare(ms_str_list_at(a, i), ms_str_list_at(b, i)) == 0) {
        i++;
    }
    if (i == a->count && i == b->count) {
        return MS_DIFFERENCE_NONE;
    }
    *word_a = i < a->count ? ms_str_list_at(a, i) : (ms_str){"", 0};
    *word_b = i < b->count ? ms_str_list_at(b, i) : (ms_str){"", 0};
    bool only_a = i < a->count && !has_from(b, i, *word_a);
    bool only_b = i < b->count && !has_from(a, i, *word_b);
    return only_a && only_b ? MS_DIFFERENCE_VALUE
           : only_a         ? MS_DIFFERENCE_ONLY_A
           : only_b         ? MS_DIFFERENCE_ONLY_B
                            : MS_DIFFERENCE_ORDER;
}
