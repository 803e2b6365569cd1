/* Suite of logs/journald: single damages, what is said of them, and how many lines are left. */
#include "journald_reading.h"
#include "unit.h"

#include <stdio.h>
#include <string.h>

/* What is changed in a journal of three entries, and what is said. */
typedef void (*change_fn)(journal_image *image);

static uint64_t first_entry(const journal_image *image)
{
    uint64_t array = journal_get(image, 176);
    return journal_get(image, array + 24);
}

static void unknown_flag(journal_image *image)
{
    image->bytes.data[12] |= 0x80;
}
static void unknown_state(journal_image *image)
{
    image->bytes.data[16] = 9;
}
static void small_header(journal_image *image)
{
    journal_set(image, 88, 200);
}
static void no_array(journal_image *image)
{
    journal_set(image, 176, 0);
}
static void no_array_online(journal_image *image)
{
    journal_set(image, 176, 0);
    image->bytes.data[16] = 1;
}
static void other_array(journal_image *image)
{
    journal_set(image, 176, image->header_size);
}
static void array_beyond(journal_image *image)
{
    journal_set(image, 176, UINT64_MAX - 7);
}
static void array_to_itself(journal_image *image)
{
    uint64_t array = journal_get(image, 176);
    journal_set(image, array + 16, array);
}
static void large_array(journal_image *image)
{
    journal_set(image, journal_get(image, 176) + 8, UINT64_MAX);
}
static void more_entries(journal_image *image)
{
    journal_set(image, 152, 4);
}
static void more_entries_archived(journal_image *image)
{
    journal_set(image, 152, UINT64_MAX);
    image->bytes.data[16] = 2;
}
static void more_entries_online(journal_image *image)
{
    journal_set(image, 152, 4);
    image->bytes.data[16] = 1;
}
static void fewer_entries(journal_image *image)
{
    journal_set(image, 152, 1);
}
static void missing_item(journal_image *image)
{
    journal_set(image, journal_get(image, 176) + 24 + 8, 0);
}
static void same_item(journal_image *image)
{
    uint64_t array = journal_get(image, 176);
    journal_set(image, array + 32, journal_get(image, array + 24));
}
static void odd_item(journal_image *image)
{
    journal_set(image, journal_get(image, 176) + 24, first_entry(image) + 4);
}
static void item_to_array(journal_image *image)
{
    journal_set(image, first_entry(image) + 64, journal_get(image, 176));
}
static void item_beyond(journal_image *image)
{
    journal_set(image, first_entry(image) + 64, image->bytes.len);
}
static void item_zero(journal_image *image)
{
    journal_set(image, first_entry(image) + 64, 0);
}
static void item_to_other_field(journal_image *image)
{
    journal_set(image, first_entry(image) + 64, journal_get(image, first_entry(image) + 80));
}
static void entry_without_items(journal_image *image)
{
    journal_set(image, first_entry(image) + 8, 64);
}
static void entry_cut(journal_image *image)
{
    journal_set(image, first_entry(image) + 8, journal_get(image, first_entry(image) + 8) - 8);
}
static void entry_without_number(journal_image *image)
{
    journal_set(image, first_entry(image) + 16, 0);
}
static void entry_without_time(journal_image *image)
{
    journal_set(image, first_entry(image) + 24, 0);
}
static void other_text(journal_image *image)
{
    image->bytes.data[journal_get(image, first_entry(image) + 64) + 64 + 9] ^= 0x20;
}
static void other_compression(journal_image *image)
{
    image->bytes.data[journal_get(image, first_entry(image) + 64) + 1] = 3;
}
static void not_compressed(journal_image *image)
{
    image->bytes.data[journal_get(image, first_entry(image) + 64) + 1] = 4;
}
static void not_compressed_lz4(journal_image *image)
{
    image->bytes.data[journal_get(image, first_entry(image) + 64) + 1] = 2;
}
static void not_compressed_xz(journal_image *image)
{
    image->bytes.data[journal_get(image, first_entry(image) + 64) + 1] = 1;
}
static void field_of_another_entry(journal_image *image)
{
    journal_set(image, journal_get(image, first_entry(image) + 80) + 40, first_entry(image) + 8);
}
static void cut_short(journal_image *image)
{
    image->bytes.len -= 24;
}
static void cut_in_header(journal_image *image)
{
    image->bytes.len = 100;
}
static void text_after_it(journal_image *image)
{
    ms_bytes_append(&image->bytes, "LPKSHHRH", 8);
}
static void text_after_it_online(journal_image *image)
{
    image->bytes.data[16] = 1;
    text_after_it(image);
}
static void zeros_after_it(journal_image *image)
{
    ms_bytes_append(&image->bytes, "\0\0\0\0", 3);
}
static void tag(journal_image *image)
{
    (void)journal_object(image, 7, 64);
    journal_end(image);
    image->bytes.data[8] = 1; /* sealed */
}
static void unknown_object(journal_image *image)
{
    (void)journal_object(image, 99, 64);
    journal_add(image, TIME, FIELDS("MESSAGE=x"));
    journal_end(image);
}

#define CORRUPT(what) "the journal is corrupt at byte " what
static const struct {
    const char *why;
    ms_code code;
    int nlines; /* -1: any number */
    change_fn change;
} damages[] = {
    {"unknown incompatible flags (0x80 at byte 12)", MS_FORMAT, 0, unknown_flag},
    {CORRUPT("16: an unknown state"), MS_FORMAT, 3, unknown_state},
    {CORRUPT("88: an invalid size of the header"), MS_FORMAT, 0, small_header},
    {CORRUPT("176: fewer entries are listed"), MS_FORMAT, 3, no_array},
    {NULL, MS_OK, 0, no_array_online},
    {"an ENTRY_ARRAY object is expected", MS_FORMAT, 3, other_array},
    {"an invalid offset of an object", MS_FORMAT, 3, array_beyond},
    {"the chain of entry arrays goes back", MS_FORMAT, 3, array_to_itself},
    {"an invalid size of an object", MS_FORMAT, 1, large_array},
    {"fewer entries are listed", MS_FORMAT, 3, more_entries},
    {"fewer entries are listed", MS_FORMAT, 3, more_entries_archived},
    {NULL, MS_OK, 3, more_entries_online},
    {NULL, MS_OK, 3, fewer_entries},
    {"items of an entry array are missing", MS_FORMAT, 2, missing_item},
    {"entries are not in order", MS_FORMAT, 3, same_item},
    {"an invalid offset of an object", MS_FORMAT, 3, odd_item},
    {"a DATA object is expected", MS_FORMAT, 3, item_to_array},
    {"an invalid offset of an object", MS_FORMAT, 3, item_beyond},
    {CORRUPT("0: an invalid offset of an object"), MS_FORMAT, 3, item_zero},
    {"an item refers to another field", MS_FORMAT, 3, item_to_other_field},
    {"an invalid size of an object", MS_FORMAT, 3, entry_without_items},
    {"an invalid entry", MS_FORMAT, 3, entry_cut},
    {"an invalid entry", MS_FORMAT, 3, entry_without_number},
    {"an invalid entry", MS_FORMAT, 3, entry_without_time},
    {"a wrong hash of a field", MS_FORMAT, 3, other_text},
    {"an unknown compression of a field", MS_FORMAT, 3, other_compression},
    {"invalid zstd data", MS_FORMAT, 3, not_compressed},
    {"invalid lz4 data", MS_FORMAT, 3, not_compressed_lz4},
    {"invalid xz data", MS_FORMAT, 3, not_compressed_xz},
    {"a field does not refer to its entry", MS_FORMAT, 3, field_of_another_entry},
    {"the journal is cut short", MS_FORMAT, -1, cut_short},
    {CORRUPT("100: it ends within its header"), MS_FORMAT, 0, cut_in_header},
    {"other data follow", MS_FORMAT, 3, text_after_it},
    {NULL, MS_OK, 3, text_after_it_online},
    {NULL, MS_OK, 3, zeros_after_it},
    {NULL, MS_OK, 3, tag},
    {NULL, MS_OK, 4, unknown_object},
};

TEST_EACH(damage_is_a_fault_and_costs_what_it_hits, damages)
{
    journal_image image = journal_begin_way(0, 264);
    for (int i = 0; i < 3; i++) {
        char message[32];
        (void)snprintf(message, sizeof message, "MESSAGE=number %d", i);
        journal_add(&image, TIME, FIELDS(HOST, message));
    }
    journal_end(&image);
    damages[_i].change(&image);
    outcome o = read_image(&image);
    int nlines = 0;
    for (size_t i = 0; i < o.text.len; i++) {
        nlines += o.text.data[i] == '\n';
    }
    ck_assert_msg(o.code == damages[_i].code, "code %d: %s", o.code, o.err.text);
    ck_assert_msg(!damages[_i].why || strstr(o.err.text, damages[_i].why), "%s", o.err.text);
    ck_assert_msg(damages[_i].nlines < 0 || nlines == damages[_i].nlines, "%d lines", nlines);
    free_outcome(&o);
    ms_bytes_fini(&image.bytes);
}
