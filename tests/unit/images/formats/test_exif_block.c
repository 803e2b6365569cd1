/* Suite of images/formats/exif_block.c: an orientation and a thumbnail in either byte order, and hostile
 * blocks. */
#include "images/formats/exif_block.h"

#include "unit.h"

#include <string.h>

enum { SIZE = 66, THUMBNAIL = 56, LINK = 22 };

static void put(uint8_t *to, bool big, unsigned n, uint32_t value)
{
    for (unsigned i = 0; i < n; i++) {
        to[big ? n - 1 - i : i] = (uint8_t)(value >> (8 * i));
    }
}

static void entry(uint8_t *to, bool big, uint32_t tag, uint32_t type, uint32_t value)
{
    put(to, big, 2, tag);
    put(to + 2, big, 2, type);
    put(to + 4, big, 4, 1);
    put(to + 8, big, type == 3 ? 2 : 4, value);
}

/* One entry: the orientation; then IFD1 with a picture of ten bytes at the block's end. */
static void make(uint8_t block[SIZE], bool big, unsigned orientation)
{
    memset(block, 0, SIZE);
    memcpy(block, big ? "MM\0*" : "II*\0", 4);
    put(block + 4, big, 4, 8);
    put(block + 8, big, 2, 1);
    entry(block + 10, big, 0x112, 3, orientation);
    put(block + LINK, big, 4, 26);
    put(block + 26, big, 2, 2);
    entry(block + 28, big, 0x201, 4, THUMBNAIL);
    entry(block + 40, big, 0x202, 4, SIZE - THUMBNAIL);
    memcpy(block + THUMBNAIL, "\xFF\xD8thumb!!!", 10);
}

TEST_RANGE(orientation, 0, 2)
{
    uint8_t block[SIZE];
    for (unsigned value = 0; value < 11; value++) {
        make(block, _i, value);
        ck_assert_uint_eq(ms_exif_orientation(block, SIZE), value >= 1 && value <= 8 ? value : 1);
        ms_exif_set_orientation(block, SIZE, 5);
        ck_assert_uint_eq(ms_exif_orientation(block, SIZE), 5);
    }
    ck_assert_uint_eq(ms_exif_orientation((const uint8_t *)"nonsense is not EXIF", 20), 1);
    ck_assert_uint_eq(ms_exif_orientation(block, 0), 1);
}

TEST_RANGE(thumbnail_is_dropped, 0, 2)
{
    uint8_t block[SIZE];
    make(block, _i, 6);
    size_t n = ms_exif_drop_thumbnail(block, SIZE);
    ck_assert_uint_ge(n, 26);
    ck_assert_uint_le(n, THUMBNAIL);
    ck_assert_uint_eq(ms_exif_orientation(block, n), 6);
    ck_assert_mem_eq(block + LINK, "\0\0\0\0", 4);
    ck_assert_ptr_null(memmem(block, SIZE, "thumb", 5));
    ck_assert_uint_eq(ms_exif_drop_thumbnail(block, n), n); /* nothing left to drop */
    ck_assert_uint_eq(ms_exif_drop_thumbnail((uint8_t[]){'x'}, 1), 0);
}

/* Truncated anywhere, and with every byte replaced: nothing outside is read or written (by sanitizers), and
 * nothing of the thumbnail is left when the link is valid. */
TEST_RANGE(hostile_blocks, 0, 2)
{
    uint8_t block[SIZE];
    for (size_t n = 0; n <= SIZE; n++) {
        for (unsigned value = 0; value < 256; value += 51) {
            make(block, _i, 3);
            block[n % SIZE] = (uint8_t)value;
            size_t left = ms_exif_drop_thumbnail(block, n);
            ck_assert_uint_le(left, n);
            ms_exif_set_orientation(block, left, 2);
            (void)ms_exif_orientation(block, left);
        }
    }
}

TEST(minimal)
{
    uint8_t block[MS_EXIF_MINIMAL_SIZE];
    for (unsigned value = 1; value <= 8; value++) {
        ms_exif_minimal(block, value);
        ck_assert_uint_eq(ms_exif_orientation(block, sizeof block), value);
        ck_assert_uint_eq(ms_exif_drop_thumbnail(block, sizeof block), sizeof block);
    }
}
