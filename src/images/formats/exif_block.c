/* Each offset read from the block is checked against its length. Written are only a link, an orientation's
 * value, and the thumbnail's bytes. */
#include "images/formats/exif_block.h"

#include <string.h>

enum {
    ENTRY_SIZE = 12,
    TAG_ORIENTATION = 0x0112,
    TAG_STRIP_OFFSETS = 0x0111,
    TAG_STRIP_COUNTS = 0x0117,
    TAG_JPEG_OFFSET = 0x0201,
    TAG_JPEG_LENGTH = 0x0202,
    TYPE_SHORT = 3,
    TYPE_LONG = 4,
};

typedef struct block {
    uint8_t *data;
    size_t n;
    bool big; /* byte order MM */
} block;

typedef struct directory {
    size_t at; /* of the first entry */
    unsigned count;
    size_t next; /* offset of the link to the next directory; 0 when truncated */
} directory;

static uint32_t get16(const block *b, size_t at)
{
    uint32_t first = b->data[at];
    uint32_t second = b->data[at + 1];
    return b->big ? first << 8 | second : second << 8 | first;
}

static uint32_t get32(const block *b, size_t at)
{
    uint32_t first = get16(b, at);
    uint32_t second = get16(b, at + 2);
    return b->big ? first << 16 | second : second << 16 | first;
}

static bool open_block(block *b, uint8_t *data, size_t n)
{
    *b = (block){data, n, n > 0 && data[0] == 'M'};
    return n >= 14 && (memcmp(data, "II*\0", 4) == 0 || memcmp(data, "MM\0*", 4) == 0);
}

/* The directory at `at`, as far as it lies within the block. */
static bool open_directory(const block *b, size_t at, directory *dir)
{
    if (at < 8 || at > b->n - 2) {
        return false;
    }
    unsigned count = get16(b, at);
    size_t space = (b->n - at - 2) / ENTRY_SIZE;
    bool complete = count <= space && b->n - at - 2 - (size_t)count * ENTRY_SIZE >= 4;
    *dir = (directory){at + 2, count <= space ? count : (unsigned)space, 0};
    dir->next = complete ? dir->at + (size_t)count * ENTRY_SIZE : 0;
    return true;
}

/* Offset of the tag's value field, 0 without such an entry. */
static size_t value_of(const block *b, const directory *dir, uint32_t tag, uint32_t *type)
{
    for (unsigned i = 0; i < dir->count; i++) {
        size_t entry = dir->at + (size_t)i * ENTRY_SIZE;
        if (get16(b, entry) == tag && get32(b, entry + 4) >= 1) {
            *type = get16(b, entry + 2);
            return entry + 8;
        }
    }
    return 0;
}

static uint32_t number_of(const block *b, const directory *dir, uint32_t tag)
{
    uint32_t type = 0;
    size_t at = value_of(b, dir, tag, &type);
    if (at == 0) {
        return 0;
    }
    return type == TYPE_SHORT ? get16(b, at) : type == TYPE_LONG ? get32(b, at) : 0;
}

/* Zeroes the thumbnail at [from, from + len), but not if it overlaps the main directory, as only a forged one
 * does. */
static void erase(block *b, const directory *main_dir, size_t from, size_t len)
{
    size_t main_end = main_dir->at + (size_t)main_dir->count * ENTRY_SIZE + 4;
    if (len == 0 || from >= b->n || from < 8) {
        return;
    }
    len = len < b->n - from ? len : b->n - from;
    if (from < main_end && from + len > main_dir->at - 2) {
        return;
    }
    memset(b->data + from, 0, len);
    if (b->n - (from + len) < 4) { /* only padding after it */
        b->n = from;
    }
}

size_t ms_exif_drop_thumbnail(uint8_t *data, size_t n)
{
    block b;
    directory main_dir;
    directory thumbnail;
    if (!open_block(&b, data, n) || !open_directory(&b, get32(&b, 4), &main_dir)) {
        return 0;
    }
    if (main_dir.next == 0 || get32(&b, main_dir.next) == 0) {
        return n;
    }
    if (open_directory(&b, get32(&b, main_dir.next), &thumbnail)) {
        size_t jpeg = number_of(&b, &thumbnail, TAG_JPEG_OFFSET);
        size_t strip = number_of(&b, &thumbnail, TAG_STRIP_OFFSETS);
        size_t jpeg_len = number_of(&b, &thumbnail, TAG_JPEG_LENGTH);
        size_t strip_len = number_of(&b, &thumbnail, TAG_STRIP_COUNTS);
        erase(&b, &main_dir, strip, strip_len);
        erase(&b, &main_dir, jpeg, jpeg_len);
    }
    memset(b.data + main_dir.next, 0, 4);
    return b.n;
}

/* Offset of the orientation's value, 0 without one of type SHORT. */
static size_t orientation_at(const block *b)
{
    directory dir;
    uint32_t type = 0;
    if (!open_directory(b, get32(b, 4), &dir)) {
        return 0;
    }
    size_t at = value_of(b, &dir, TAG_ORIENTATION, &type);
    return type == TYPE_SHORT ? at : 0;
}

unsigned ms_exif_orientation(const uint8_t *data, size_t n)
{
    block b;
    bool valid = open_block(&b, (uint8_t *)(uintptr_t)data, n); /* nothing below writes */
    size_t at = valid ? orientation_at(&b) : 0;
    uint32_t value = at ? get16(&b, at) : 1;
    return value >= 1 && value <= 8 ? value : 1;
}

void ms_exif_set_orientation(uint8_t *data, size_t n, unsigned orientation)
{
    block b;
    size_t at = open_block(&b, data, n) ? orientation_at(&b) : 0;
    if (at) {
        data[at] = b.big ? 0 : (uint8_t)orientation;
        data[at + 1] = b.big ? (uint8_t)orientation : 0;
    }
}

void ms_exif_minimal(uint8_t to[MS_EXIF_MINIMAL_SIZE], unsigned orientation)
{
    static const uint8_t template[MS_EXIF_MINIMAL_SIZE] = {
        'I',  'I',  '*', 0, 8, 0, 0, 0,       /* header; the directory is at 8 */
        1,    0,                              /* one entry */
        0x12, 0x01, 3,   0, 1, 0, 0, 0, 1, 0, /* orientation, one SHORT */
        0,    0,    0,   0, 0, 0,             /* padding; no next directory */
    };
    memcpy(to, template, sizeof template);
    to[18] = (uint8_t)orientation;
}
