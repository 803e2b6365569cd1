/* Records as rank 0 gathers them: refused, or the same bytes when they are written again, and safe to walk
 * through. */
#include "fuzz.h"
#include "result/record.h"

#include <string.h>

static void walk(const ms_record *record)
{
    uint64_t nlines = 0;
    size_t at = 0;
    ms_line line;
    uint64_t sum = 0;
    for (uint32_t i = 0; i < record->ncounts; i++) {
        uint32_t id = 0;
        uint64_t count = 0;
        ms_record_count(record, i, &id, &count);
        FUZZ_CHECK(count > 0 && count <= record->nmatching);
    }
    while (ms_record_next_line(record, &at, &line)) {
        nlines++;
        for (uint32_t i = 0; i < line.nids; i++) {
            FUZZ_CHECK(i == 0 || ms_line_id(&line, i - 1) < ms_line_id(&line, i));
        }
        for (size_t i = 0; i < line.ntext; i++) {
            sum += line.text[i];
        }
        FUZZ_CHECK(line.ntext <= line.nbytes && sum <= UINT64_MAX / 2);
    }
    FUZZ_CHECK(nlines == record->nlines && at == record->nline_bytes);
}

static void walk_members(const ms_record *record)
{
    ms_str name;
    ms_record member;
    uint64_t nmatching = 0;
    size_t sum = 0;
    for (size_t at = 0; ms_record_next_member(record, &at, &name, &member);) {
        for (size_t i = 0; i < name.len; i++) {
            sum += (uint8_t)name.data[i];
        }
        walk(&member);
        nmatching += member.nmatching;
        FUZZ_CHECK(member.entry == record->entry && member.nmember_bytes == 0 && at <= record->nmember_bytes);
    }
    FUZZ_CHECK(nmatching <= record->nmatching && sum <= SIZE_MAX / 2);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ms_reader reader = ms_reader_over(data, size);
    while (ms_reader_left(&reader) > 0) {
        size_t from = reader.at;
        ms_record record;
        ms_bytes again = {0};
        if (ms_record_decode(&record, &reader) != MS_OK) {
            FUZZ_CHECK(reader.failed && record.ncounts == 0 && !record.lines);
            break;
        }
        walk(&record);
        walk_members(&record);
        FUZZ_CHECK(ms_record_encode(&record, &again) == MS_OK);
        FUZZ_CHECK(again.len == reader.at - from && memcmp(again.data, data + from, again.len) == 0);
        ms_record view = ms_record_view(data + from);
        FUZZ_CHECK(view.entry == record.entry && view.lines == record.lines &&
                   view.message == record.message);
        ms_bytes_fini(&again);
    }
    return 0;
}
