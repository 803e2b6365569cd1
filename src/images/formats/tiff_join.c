/* Each file is appended to the others; every offset in its directory, and every offset of strips or tiles,
 * grows by the position of the file (TIFF 6.0, section 2). */
#include "images/formats/tiff_join.h"

#include <string.h>

enum {
    HEAD = 8,
    ENTRY = 12,
    TAG_STRIP_OFFSETS = 273,
    TAG_TILE_OFFSETS = 324,
    TYPE_LONG = 4,
};

typedef struct file {
    uint8_t *data;
    size_t n;
    bool big; /* byte order MM */
} file;

static uint32_t get(const file *f, size_t at, size_t size)
{
    uint32_t value = 0;
    for (size_t i = 0; i < size; i++) {
        value |= (uint32_t)f->data[at + i] << (8 * (f->big ? size - 1 - i : i));
    }
    return value;
}

static void put32(const file *f, size_t at, uint32_t value)
{
    for (size_t i = 0; i < 4; i++) {
        f->data[at + i] = (uint8_t)(value >> (8 * (f->big ? 3 - i : i)));
    }
}

static size_t size_of(uint32_t type)
{
    static const uint8_t sizes[] = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4};
    return type < sizeof sizes ? sizes[type] : 0;
}

/* Adjusts one entry of the directory, and the offsets that it points to. False when it points outside the
 * file. */
static bool move_entry(const file *f, size_t entry, uint32_t base)
{
    uint32_t tag = get(f, entry, 2);
    uint32_t type = get(f, entry + 2, 2);
    size_t count = get(f, entry + 4, 4);
    size_t values = entry + 8;
    if (size_of(type) == 0 || count > f->n) {
        return false;
    }
    if (size_of(type) * count > 4) {
        values = get(f, values, 4);
        if (values > f->n || size_of(type) * count > f->n - values) {
            return false;
        }
        put32(f, entry + 8, (uint32_t)values + base);
    }
    if (tag != TAG_STRIP_OFFSETS && tag != TAG_TILE_OFFSETS) {
        return true;
    }
    for (size_t i = 0; i < count && type == TYPE_LONG; i++) {
        put32(f, values + 4 * i, get(f, values + 4 * i, 4) + base);
    }
    return type == TYPE_LONG;
}

/* Adjusts a file that will be at `base`; *directory and *link: offsets in it of its directory, and of the
 * link to the next. */
static bool move_file(const file *f, uint32_t base, size_t *directory, size_t *link)
{
    if (f->n < HEAD || get(f, 2, 2) != 42) {
        return false;
    }
    size_t at = get(f, 4, 4);
    if (at > f->n - 2) {
        return false;
    }
    size_t count = get(f, at, 2);
    if (count * ENTRY + 6 > f->n - at) {
        return false;
    }
    for (size_t i = 0; i < count && base > 0; i++) {
        if (!move_entry(f, at + 2 + i * ENTRY, base)) {
            return false;
        }
    }
    *directory = at;
    *link = at + 2 + count * ENTRY;
    return true;
}

static ms_code write_last(ms_tiff_join *join, ms_err *err)
{
    if (ms_gray_output_write(join->output, join->last.data, join->last.len) != MS_OK) {
        *err = join->output->err;
        return err->code;
    }
    ms_bytes_fini(&join->last);
    return MS_OK;
}

/* Links `next` to the last page, and writes that. */
static ms_code append(ms_tiff_join *join, ms_bytes *next, ms_err *err)
{
    size_t directory = 0;
    size_t link = 0;
    if (join->last.len % 2 == 1) {
        ms_bytes_put_u8(&join->last, 0);
    }
    if (ms_bytes_check(&join->last) != MS_OK) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory");
    }
    uint64_t base = join->base + join->last.len;
    file last = {join->last.data, join->last.len, join->last.data[0] == 'M'};
    file moved = {next->data, next->len, next->data[0] == 'M'};
    if (base + next->len > UINT32_MAX) {
        return ms_err_set(err, MS_LIMIT, 0, "multi-page TIFF larger than 4 GiB");
    }
    if ((join->base == 0 && !move_file(&last, 0, &directory, &join->link)) ||
        !move_file(&moved, (uint32_t)base, &directory, &link)) {
        return ms_err_set(err, MS_FORMAT, 0, "cannot join TIFF pages");
    }
    put32(&last, join->link, (uint32_t)(base + directory));
    ms_code code = write_last(join, err);
    join->base = base;
    join->link = link;
    return code;
}

ms_code ms_tiff_join_add(ms_tiff_join *join, ms_bytes *take_file, ms_err *err)
{
    ms_bytes next = *take_file;
    *take_file = (ms_bytes){0};
    ms_code code = MS_OK;
    if (next.len < HEAD) {
        code = ms_err_set(err, MS_FORMAT, 0, "cannot join TIFF pages: empty page");
    } else if (join->last.len > 0) {
        code = append(join, &next, err);
    }
    if (code != MS_OK) {
        ms_bytes_fini(&next);
        return code;
    }
    join->last = next;
    return MS_OK;
}

ms_code ms_tiff_join_end(ms_tiff_join *join, ms_err *err)
{
    return write_last(join, err);
}

void ms_tiff_join_fini(ms_tiff_join *join)
{
    ms_bytes_fini(&join->last);
    *join = (ms_tiff_join){0};
}
