/* The lines of a record. */
#include "result/record.h"

#include "base/escape.h"
#include "result/result_internal.h"

enum {
    LINE_HEAD_BYTES = 8 + 8 + 8 + 1 + 4, /* up to and with nids */
    OFFSET_BYTES = 8,                    /* text_offset */
    ID_BYTES = 4,
    BLOB_HEAD_BYTES = 8
};

uint32_t ms_line_id(const ms_line *line, uint32_t i)
{
    return ms__load_u32(line->ids + (size_t)i * ID_BYTES);
}

ms_code ms_record_put_line(ms_bytes *lines, const ms_line *line, const uint32_t *ids, uint32_t nids)
{
    bool offset = line->text_offset > 0;
    size_t size = LINE_HEAD_BYTES + (size_t)nids * ID_BYTES + (offset ? OFFSET_BYTES : 0) + BLOB_HEAD_BYTES +
                  line->ntext;
    ms_code code = ms_bytes_reserve(lines, size);
    if (code != MS_OK) {
        return code;
    }
    uint8_t *to = lines->data + lines->len;
    to = ms__store_u64(to, line->line_no);
    to = ms__store_u64(to, line->offset);
    to = ms__store_u64(to, line->nbytes);
    *to++ = ms__line_flags(line->is_context, line->is_cut, line->text_offset > 0);
    to = ms__store_u32(to, nids);
    for (uint32_t i = 0; i < nids; i++) {
        to = ms__store_u32(to, ids[i]);
    }
    to = offset ? ms__store_u64(to, line->text_offset) : to;
    (void)ms__store_blob(to, line->text, line->ntext);
    lines->len += size;
    return MS_OK;
}

/* The line at `data`, which has `left` bytes: returns the bytes it takes, or 0 when it is not a whole line.
 */
static size_t line_at(const uint8_t *data, size_t left, ms_line *line)
{
    if (left < LINE_HEAD_BYTES || data[24] > MS__LINE_FLAGS) {
        return 0;
    }
    line->line_no = ms__load_u64(data);
    line->offset = ms__load_u64(data + 8);
    line->nbytes = ms__load_u64(data + 16);
    line->is_context = (data[24] & MS__LINE_CONTEXT) != 0;
    line->is_cut = (data[24] & MS__LINE_CUT) != 0;
    line->nids = ms__load_u32(data + 25);
    line->ids = data + LINE_HEAD_BYTES;
    line->text_offset = 0;
    uint64_t before_text = LINE_HEAD_BYTES + (uint64_t)line->nids * ID_BYTES + BLOB_HEAD_BYTES;
    if ((data[24] & MS__LINE_OFFSET) != 0) {
        before_text += OFFSET_BYTES;
        line->text_offset =
            before_text <= left ? ms__load_u64(data + before_text - BLOB_HEAD_BYTES - OFFSET_BYTES) : 0;
        before_text = line->text_offset > 0 ? before_text : SIZE_MAX;
    }
    if (before_text > left) {
        return 0;
    }
    line->text = data + before_text;
    uint64_t ntext = ms__load_u64(line->text - BLOB_HEAD_BYTES);
    if (ntext > left - before_text) {
        return 0;
    }
    line->ntext = (size_t)ntext;
    return (size_t)(before_text + ntext);
}

/* Bytes before a UTF-8 sequence that is cut at the end of the text; n when none is. */
static size_t before_cut_sequence(const uint8_t *text, size_t n)
{
    for (size_t back = 1; back <= 3 && back <= n; back++) {
        uint8_t byte = text[n - back];
        if ((byte & 0xC0) != 0x80) {
            size_t whole = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC2 ? 2 : 1;
            return whole > back ? n - back : n;
        }
    }
    return n;
}

size_t ms_line_shown(const ms_line *line)
{
    bool cut = line->ntext < line->nbytes - line->text_offset;
    size_t shown = cut ? before_cut_sequence(line->text, line->ntext) : line->ntext;
    return shown < line->ntext && ms_utf8_valid(line->text, shown) ? shown : line->ntext;
}

/* The run that byte `at` of a joined record's lines is in. */
static const ms_line_run *find_run(const ms_record *record, size_t at)
{
    size_t low = 0, high = record->nruns;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (record->runs[middle].before <= at) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return &record->runs[low];
}

bool ms_record_next_line(const ms_record *record, size_t *at, ms_line *line)
{
    if (*at >= record->nline_bytes) {
        return false;
    }
    ms_line_run all = {.lines = record->lines, .nbytes = record->nline_bytes};
    const ms_line_run *run = record->nruns > 0 ? find_run(record, *at) : &all;
    size_t used = line_at(run->lines + (*at - run->before), run->nbytes - (*at - run->before), line);
    if (used == 0) {
        return false;
    }
    line->line_no += run->add_line_no;
    line->offset += run->add_offset;
    *at += used;
    return true;
}
