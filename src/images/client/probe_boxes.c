/* Sizes from files of boxes: HEIF and AVIF (ISO/IEC 14496-12, 23008-12), JPEG 2000 (ISO/IEC 15444-1) and JPEG
 * XL (ISO/IEC 18181). A box is a size, a type, and contents, which may be boxes again; sizes lie, so every
 * walk is bounded by its parent and by the number of steps. */
#include "images/client/client_internal.h"

#include <string.h>

typedef struct box {
    uint64_t begin; /* of the contents */
    uint64_t end;   /* behind them */
    char type[4];
} box;

/* The box at `at`, within `end`. */
static bool read_box(ms__source *source, uint64_t at, uint64_t end, box *got)
{
    const uint8_t *p = ms__source_step(source) ? ms__source_take(source, at, 8) : NULL;
    if (!p) {
        return false;
    }
    uint64_t size = ms__be32(p);
    uint64_t head = 8;
    memcpy(got->type, p + 4, sizeof got->type);
    if (size == 1) {
        p = ms__source_take(source, at, 16);
        size = p ? ms__be64(p + 8) : 0;
        head = 16;
    } else if (size == 0) {
        size = end - at; /* the last one */
    }
    if (size < head || size > end - at) {
        size = size < head ? 0 : end - at;
    }
    got->begin = at + head;
    got->end = at + size;
    return size >= head;
}

/* The first box of a type among those between begin and end. */
static bool find_box(ms__source *source, uint64_t begin, uint64_t end, const char *type, box *got)
{
    while (begin < end && read_box(source, begin, end, got)) {
        if (memcmp(got->type, type, sizeof got->type) == 0) {
            return true;
        }
        begin = got->end;
    }
    return false;
}

/* The largest of the sizes in meta/iprp/ipco: tiles and thumbnails have theirs there too. 23008-12, 6.5.3. */
void ms__probe_heif(ms__source *source, ms_image_probe *probe)
{
    box meta, props, all, one;
    if (!find_box(source, 0, INT64_MAX, "meta", &meta) ||
        !find_box(source, meta.begin + 4, meta.end, "iprp", &props) ||
        !find_box(source, props.begin, props.end, "ipco", &all)) {
        return;
    }
    uint64_t most = 0;
    for (uint64_t at = all.begin; at < all.end && find_box(source, at, all.end, "ispe", &one); at = one.end) {
        const uint8_t *p = ms__source_take(source, one.begin, 12);
        if (p && (uint64_t)ms__be32(p + 4) * ms__be32(p + 8) > most) {
            probe->width = ms__be32(p + 4);
            probe->height = ms__be32(p + 8);
            most = (uint64_t)probe->width * probe->height;
        }
    }
}

/* Raw: SOC, then SIZ (15444-1, A.5.1): the grid's size without its offset. In boxes: jp2h/ihdr (I.5.3.1). */
void ms__probe_jp2(ms__source *source, ms_image_probe *probe)
{
    const uint8_t *p = ms__source_take(source, 0, 24);
    if (p && memcmp(p, "\xFF\x4F\xFF\x51", 4) == 0) {
        uint32_t x = ms__be32(p + 8), y = ms__be32(p + 12);
        uint32_t x0 = ms__be32(p + 16), y0 = ms__be32(p + 20);
        probe->width = x > x0 ? x - x0 : 0;
        probe->height = y > y0 ? y - y0 : 0;
        return;
    }
    box header, size;
    if (find_box(source, 0, INT64_MAX, "jp2h", &header) &&
        find_box(source, header.begin, header.end, "ihdr", &size) &&
        (p = ms__source_take(source, size.begin, 8)) != NULL) {
        probe->height = ms__be32(p);
        probe->width = ms__be32(p + 4);
    }
}

typedef struct bits {
    uint64_t rest; /* the next bit is the lowest */
} bits;

static uint32_t take_bits(bits *from, unsigned n)
{
    uint32_t value = (uint32_t)(from->rest & ((1U << n) - 1));
    from->rest >>= n;
    return value;
}

static uint32_t take_size(bits *from, bool eighth)
{
    static const uint8_t widths[] = {9, 13, 18, 30};
    return eighth ? 8 * (1 + take_bits(from, 5)) : 1 + take_bits(from, widths[take_bits(from, 2)]);
}

/* 18181-1, SizeHeader: at most 1 + 32 + 3 + 32 bits, of which a whole height of 30 bits and a width of 28 fit
 * here; wider ones are beyond every limit. */
static void read_size_header(ms__source *source, uint64_t at, ms_image_probe *probe)
{
    static const uint8_t ratios[][2] = {{1, 1}, {1, 1}, {12, 10}, {4, 3}, {3, 2}, {16, 9}, {5, 4}, {2, 1}};
    const uint8_t *p = ms__source_take(source, at, 10);
    if (!p || p[0] != 0xFF || p[1] != 0x0A) {
        return;
    }
    bits from = {(uint64_t)ms__le32(p + 6) << 32 | ms__le32(p + 2)};
    bool eighth = take_bits(&from, 1) == 1;
    probe->height = take_size(&from, eighth);
    uint32_t ratio = take_bits(&from, 3);
    uint64_t width = (uint64_t)probe->height * ratios[ratio][0] / ratios[ratio][1];
    probe->width =
        ratio == 0 ? take_size(&from, eighth) : (uint32_t)(width < UINT32_MAX ? width : UINT32_MAX);
}

/* In boxes: the code stream is that of jxlc, or of the first jxlp behind its number. */
void ms__probe_jxl(ms__source *source, ms_image_probe *probe)
{
    const uint8_t *p = ms__source_take(source, 0, 2);
    if (p && p[0] == 0xFF) {
        read_size_header(source, 0, probe);
        return;
    }
    box one;
    for (uint64_t at = 0; read_box(source, at, INT64_MAX, &one) && one.end > at; at = one.end) {
        bool part = memcmp(one.type, "jxlp", 4) == 0;
        if (part || memcmp(one.type, "jxlc", 4) == 0) {
            read_size_header(source, one.begin + (part ? 4 : 0), probe);
            return;
        }
    }
}
