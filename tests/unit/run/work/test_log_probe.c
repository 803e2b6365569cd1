/* Suite of run/work/log_probe.c: which logs can be split. (Images are tested with the whole program.) */
#include "run/work/log_probe.h"

#include "scratch.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

TEST_FIXTURE(scratch_enter, scratch_leave);

static void add(ms_entries *entries, const char *path, uint64_t size, ms_entry_state state)
{
    size_t n = entries->paths.count;
    entries->list = realloc(entries->list, (n + 1) * sizeof *entries->list);
    ck_assert_ptr_nonnull(entries->list);
    entries->list[n] = (ms_entry){.size = size, .state = (uint8_t)state, .kind = MS_TASK_LOG};
    ms_str_list_push(&entries->paths, path, strlen(path));
}

static const struct {
    const char *data;
    size_t n;
    bool splits;
} heads[] = {
    {"plain text, as long as it takes to be split", 43, true},
    {"\xEF\xBB\xBFplain texts after a mark, long enough", 40, true},
    {"\xFF\xFEw\0i\0d\0e\0 \0t\0e\0x\0t\0,\0 \0l\0o\0n\0g\0", 32, false},
    {"\x1F\x8B\x08\0\0\0\0\0\0\3 whatever follows, it is gzip", 40, false},
    {"\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\0\0\0\0\x3A\x7E\x9B\x55\0\0\0\xFFIDAT", 41, false},
    {"\x89PNG\r\n\x1A\nand so on, in a log", 26, true},
    {"7z\xBC\xAF\x27\x1C which is not searched at all", 33, false},
    {"PK\3\4 is no zip by itself; this is a text", 40, true},
    {"PK\3\4\24\0\0\0 a zip archive: nothing is plain", 38, false},
    {"short", 5, false},
    {"\x28\xB5\x2F\xFD\0\x70\x29\0\0plain\x28\xB5\x2F\xFD\0\x70\x29\0\0frame", 28, true},
    {"\x28\xB5\x2F\xFD\0\x70\x29\0\0FF\xFE++\x28\xB5\x2F\xFD\0\x70\x31\0\0 frame", 29, true},
    {"\x28\xB5\x2F\xFD\0\x70\x29\0\0FF\xFE\0\0\x28\xB5\x2F\xFD\0\x70\x31\0\0 frame", 29, false},
    {"\x28\xB5\x2F\xFD\0\x70\x29\0\0\xFF\xFE\0\1\0\x28\xB5\x2F\xFD\0\x70\x31\0\0 frame", 29, false},
    {"\x28\xB5\x2F\xFD\0\x70\xA1\0\0a frame alone, 20 by", 29, false},
};

TEST_EACH(text_is_split_where_it_can_be, heads)
{
    file_write("file", heads[_i].data, heads[_i].n);
    ms_entries entries = {0};
    add(&entries, "file", heads[_i].n, MS_ENTRY_FILE);
    add(&entries, "/nowhere/at/all", 1000, MS_ENTRY_FILE);
    add(&entries, "file", heads[_i].n, MS_ENTRY_SKIP);
    ms_log_probe_splits(&entries, 20, 1000, NULL, NULL);
    ck_assert_int_eq(entries.list[0].splits, heads[_i].splits);
    ms_log_probe_splits(&entries, 20, 27, NULL, NULL); /* larger than what may be split if it is compressed */
    ck_assert_int_eq(entries.list[0].splits, heads[_i].splits && heads[_i].data[0] != '\x28');
    ck_assert(!entries.list[1].splits && !entries.list[2].splits);
    ms_entries_fini(&entries);
}

/* Two frames of zstd after one that is passed over: what yields no text for megabytes is not decoded here to
 * find that it could be split. */
TEST_RANGE(frames_without_text_are_not_split, 0, 2)
{
    static const char frames[] = "\x28\xB5\x2F\xFD\0\x70\x29\0\0plain\x28\xB5\x2F\xFD\0\x70\x29\0\0frame";
    size_t passed = (size_t)(_i == 0 ? 1 : 16) << 19;
    size_t n = 8 + passed + 28;
    uint8_t *bytes = calloc(1, n);
    ck_assert_ptr_nonnull(bytes);
    memcpy(bytes, "\x50\x2A\x4D\x18", 4);
    bytes[6] = (uint8_t)(passed >> 16);
    memcpy(bytes + 8 + passed, frames, 28);
    file_write("file", bytes, n);
    free(bytes);
    ms_entries entries = {0};
    add(&entries, "file", n, MS_ENTRY_FILE);
    ms_log_probe_splits(&entries, 1000, UINT64_MAX, NULL, NULL);
    ck_assert_int_eq(entries.list[0].splits, _i == 0);
    ms_entries_fini(&entries);
}
