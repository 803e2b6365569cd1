/* Logs lie in the same directories as images: where a format's magic is text that a log may begin with (BMP,
 * PNM), the rest of the header has to be valid too. */
#include "images/protocol/image_format.h"

#include <string.h>

/* Formats that are not written as themselves: a GIF becomes a lossless WebP, which keeps all frames with
 * their times, transparency and all 256 grays (a GIF would be quantized to a palette again, a PNG holds one
 * frame); a BMP becomes a PNG, as libvips does not write BMP; HEIC, AVIF, JPEG 2000 and JPEG XL become PNG,
 * which keeps 10, 12 and 16 bits and alpha without a second loss and is in every build of libvips (their own
 * encoders are optional and slow). */
static const struct {
    const char *name;
    const char *ext;
    ms_image_format target;
    /* See ms_image_byte_cost; plain text is searched at 10 bytes a nanosecond. Medians over the files above
     * 20 kB of 7 public test corpora, one worker on one core. JPEG XL: not measured. */
    uint32_t byte_cost;
} formats[MS_IMAGE_FORMAT_COUNT] = {
    [MS_IMAGE_NONE] = {"none", "", MS_IMAGE_NONE, 0},
    [MS_IMAGE_JPEG] = {"jpeg", "jpg", MS_IMAGE_JPEG, 80},
    [MS_IMAGE_PNG] = {"png", "png", MS_IMAGE_PNG, 500},
    [MS_IMAGE_TIFF] = {"tiff", "tiff", MS_IMAGE_TIFF, 500},
    [MS_IMAGE_WEBP] = {"webp", "webp", MS_IMAGE_WEBP, 9000},
    [MS_IMAGE_GIF] = {"gif", "gif", MS_IMAGE_WEBP, 5000},
    [MS_IMAGE_BMP] = {"bmp", "bmp", MS_IMAGE_PNG, 150},
    [MS_IMAGE_PPM] = {"ppm", "ppm", MS_IMAGE_PPM, 150},
    [MS_IMAGE_HEIF] = {"heic", "heic", MS_IMAGE_PNG, 4500},
    [MS_IMAGE_AVIF] = {"avif", "avif", MS_IMAGE_PNG, 20000},
    [MS_IMAGE_JP2] = {"jpeg2000", "jp2", MS_IMAGE_PNG, 5000},
    [MS_IMAGE_JXL] = {"jpegxl", "jxl", MS_IMAGE_PNG, 5000},
};

static ms_image_format known(ms_image_format format)
{
    return (unsigned)format < MS_IMAGE_FORMAT_COUNT ? format : MS_IMAGE_NONE;
}

const char *ms_image_format_name(ms_image_format format)
{
    return formats[known(format)].name;
}

const char *ms_image_format_ext(ms_image_format format)
{
    return formats[known(format)].ext;
}

uint32_t ms_image_byte_cost(ms_image_format format)
{
    return formats[known(format)].byte_cost;
}

ms_image_format ms_image_target_of(ms_image_format from, ms_image_format requested)
{
    return formats[known(requested != MS_IMAGE_NONE ? requested : from)].target;
}

enum { HEAD_MAX = 32 }; /* bytes considered, so that the result does not depend on how many were read */

typedef struct head {
    const uint8_t *data;
    size_t n;
} head;

static bool has(head h, size_t at, const char *bytes, size_t n)
{
    return at <= h.n && n <= h.n - at && memcmp(h.data + at, bytes, n) == 0;
}
#define HAS(h, at, literal) has((h), (at), (literal), sizeof(literal) - 1)

static uint32_t le32(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static uint32_t le16(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static bool is_blank(uint8_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* TIFF 6.0, section 2; BigTIFF: 43 for 42, then the size of offsets, 8, and 0. */
static bool is_tiff(head h)
{
    return HAS(h, 0, "II*\0") || HAS(h, 0, "MM\0*") || HAS(h, 0, "II+\0\x08\0\0\0") ||
           HAS(h, 0, "MM\0+\0\x08\0\0");
}

/* BITMAPFILEHEADER, then the size, planes and bits a pixel of one of the known info headers. */
static bool is_bmp(head h)
{
    if (!HAS(h, 0, "BM") || h.n < 30) {
        return false;
    }
    static const uint8_t sizes[] = {12, 16, 40, 52, 56, 64, 108, 124};
    uint32_t size = le32(h.data + 14);
    if (size > 255 || !memchr(sizes, (int)size, sizeof sizes)) {
        return false;
    }
    size_t planes = size == 12 ? 22 : 26; /* OS/2 1.x has widths of 16 bits */
    uint32_t bits = le16(h.data + planes + 2);
    uint32_t pixels_at = le32(h.data + 10);
    return le16(h.data + planes) == 1 && bits <= 32 && pixels_at >= 14 + size && pixels_at < 1U << 24;
}

/* Skips blanks and comments (to the end of the line); false when the head ends before. */
static bool skip_blanks(head h, size_t *at)
{
    while (*at < h.n && (is_blank(h.data[*at]) || h.data[*at] == '#')) {
        if (h.data[*at] == '#') {
            while (*at < h.n && h.data[*at] != '\n') {
                ++*at;
            }
        } else {
            ++*at;
        }
    }
    return *at < h.n;
}

/* A number other than 0, followed by a blank. */
static bool skip_number(head h, size_t *at)
{
    size_t from = *at;
    bool zero = true;
    while (*at < h.n && h.data[*at] >= '0' && h.data[*at] <= '9') {
        zero = zero && h.data[*at] == '0';
        ++*at;
    }
    return !zero && *at - from <= 9 && *at < h.n && is_blank(h.data[*at]);
}

/* P1..P6 of netpbm: "P5", blank, width, blank, height, blank, and but for bitmaps maximum, blank. Writers end
 * the line after the magic or after the whole header, which a log line that continues with words does not. A
 * comment in the line after the magic may be longer than the head. */
static bool is_pnm(head h)
{
    if (h.n < 3 || h.data[0] != 'P' || h.data[1] < '1' || h.data[1] > '6' || !is_blank(h.data[2])) {
        return false;
    }
    bool magic_line = h.data[2] == '\n' || h.data[2] == '\r';
    bool bitmap = h.data[1] == '1' || h.data[1] == '4';
    size_t at = 2;
    for (int left = bitmap ? 2 : 3; left > 0; left--) {
        if (!skip_blanks(h, &at) || !skip_number(h, &at)) {
            return at == HEAD_MAX && magic_line;
        }
    }
    return magic_line || h.data[at] == '\n' || h.data[at] == '\r';
}

/* P7: netpbm's PAM. */
static bool is_pam(head h)
{
    return HAS(h, 0, "P7\nWIDTH ") || HAS(h, 0, "P7\nHEIGHT ") || HAS(h, 0, "P7\nDEPTH ") ||
           HAS(h, 0, "P7\nMAXVAL ") || HAS(h, 0, "P7\nTUPLTYPE ") || HAS(h, 0, "P7\n#");
}

/* ISO/IEC 14496-12 "ftyp": size, "ftyp", major brand, version, compatible brands. ISO/IEC 23008-12 and the
 * AVIF specification name the brands; mif1 and msf1 name only the structure, the codec's brand is among the
 * compatible ones. */
static ms_image_format heif_of(head h)
{
    static const char avif[][5] = {"avif", "avis"};
    static const char heif[][5] = {"heic", "heix", "heim", "heis", "hevc",
                                   "hevx", "hevm", "hevs", "mif1", "msf1"};
    if (!HAS(h, 4, "ftyp") || h.n < 12 || h.data[0] != 0 || h.data[1] != 0) {
        return MS_IMAGE_NONE;
    }
    uint32_t size = (uint32_t)h.data[2] << 8 | h.data[3];
    bool is_heif = false;
    bool generic = has(h, 8, "mif1", 4) || has(h, 8, "msf1", 4);
    for (size_t at = 8; at + 4 <= size && at + 4 <= h.n; at += at == 8 ? 8 : 4) {
        for (size_t i = 0; i < sizeof avif / sizeof avif[0]; i++) {
            if (has(h, at, avif[i], 4)) {
                return MS_IMAGE_AVIF;
            }
        }
        for (size_t i = 0; i < sizeof heif / sizeof heif[0]; i++) {
            is_heif |= has(h, at, heif[i], 4);
        }
        if (at == 8 && is_heif && !generic) {
            return MS_IMAGE_HEIF;
        }
    }
    return is_heif ? MS_IMAGE_HEIF : MS_IMAGE_NONE;
}

/* A raw code stream has a magic of two bytes only, FF 0A (ISO/IEC 18181-1). Of random bytes after them some
 * 38 % are text; with more than 75 % the file is taken for a log with one odd byte. */
static bool is_jxl(head h)
{
    if (HAS(h, 0, "\0\0\0\x0CJXL \r\n\x87\n")) {
        return true;
    }
    size_t ntext = 0;
    for (size_t at = 2; at < h.n; at++) {
        ntext += (h.data[at] >= 0x20 && h.data[at] < 0x7F) || is_blank(h.data[at]);
    }
    return HAS(h, 0, "\xFF\n") && h.n > 2 && ntext <= (h.n - 2) * 3 / 4;
}

ms_image_format ms_image_format_of(const uint8_t *data, size_t n)
{
    head h = {data, n < HEAD_MAX ? n : HEAD_MAX};
    if (HAS(h, 0, "\xFF\xD8\xFF")) {
        return MS_IMAGE_JPEG;
    }
    if (HAS(h, 0, "\x89PNG\r\n\x1A\n")) {
        return MS_IMAGE_PNG;
    }
    if (is_tiff(h)) {
        return MS_IMAGE_TIFF;
    }
    if (HAS(h, 0, "RIFF") && HAS(h, 8, "WEBPVP8")) {
        return MS_IMAGE_WEBP;
    }
    if (HAS(h, 0, "GIF87a") || HAS(h, 0, "GIF89a")) {
        return MS_IMAGE_GIF;
    }
    if (is_bmp(h)) {
        return MS_IMAGE_BMP;
    }
    if (is_pnm(h) || is_pam(h)) {
        return MS_IMAGE_PPM;
    }
    if (HAS(h, 0, "\0\0\0\x0CjP  \r\n\x87\n") || HAS(h, 0, "\xFF\x4F\xFF\x51")) {
        return MS_IMAGE_JP2;
    }
    return is_jxl(h) ? MS_IMAGE_JXL : heif_of(h);
}

/* SVG 2, 5.1: the root element is <svg>, after an optional XML declaration, document type, comments. */
bool ms_image_is_svg(const uint8_t *data, size_t n)
{
    static const char *const starts[] = {"<svg", "<?xml", "<!DOCTYPE svg", "<!--"};
    size_t at = n >= 3 && memcmp(data, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    while (at < n && is_blank(data[at])) {
        at++;
    }
    bool has_start = false;
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        size_t length = strlen(starts[i]);
        has_start = has_start || (n - at >= length && memcmp(data + at, starts[i], length) == 0);
    }
    return has_start && memmem(data + at, n - at, "<svg", 4) != NULL;
}
