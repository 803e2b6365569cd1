/* The format of a file by its first bytes, see ms_image_format_of in gray.h. Logs lie in the same
 * directories: where a format begins with letters that a log may begin with too (BMP, PNM), the rest of its
 * header has to fit as well. */
#include "images/protocol/worker_protocol.h"

#include <string.h>

enum { HEAD_MAX = 32 }; /* what is looked at, so that the answer does not depend on how much was read */

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

/* Skips blanks and comments; false when the head ends within. A comment runs to the end of its line. */
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

/* A number other than 0 with a blank behind it. */
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

/* P1..P6 of netpbm: "P5", blank, width, blank, height, blank (not for bitmaps: maximum, blank). Writers end
 * the magic's line there, or the whole header's; a line of a log that goes on with words has neither. A
 * comment in the magic's own next line may be longer than the head. */
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

/* P7: netpbm's PAM, a line of its own before "WIDTH 640" and the like. */
static bool is_pam(head h)
{
    return HAS(h, 0, "P7\nWIDTH ") || HAS(h, 0, "P7\nHEIGHT ") || HAS(h, 0, "P7\nDEPTH ") ||
           HAS(h, 0, "P7\nMAXVAL ") || HAS(h, 0, "P7\nTUPLTYPE ") || HAS(h, 0, "P7\n#");
}

/* ISO/IEC 14496-12 "ftyp": size, "ftyp", major brand, version, compatible brands. ISO/IEC 23008-12 and the
 * AVIF specification name the brands; mif1 and msf1 tell only the structure, the codec's brand stands among
 * the others. */
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

/* A raw code stream begins with two bytes only, FF 0A (ISO/IEC 18181-1). What is behind them has no more text
 * than chance gives it, some 38 %: else it is a log with one odd byte. */
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

/* SVG 2, 5.1: the root element is <svg>; before it may stand the XML declaration, a document type, comments.
 */
bool ms_image_is_drawing(const uint8_t *data, size_t n)
{
    static const char *const starts[] = {"<svg", "<?xml", "<!DOCTYPE svg", "<!--"};
    size_t at = n >= 3 && memcmp(data, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    while (at < n && is_blank(data[at])) {
        at++;
    }
    bool starts_so = false;
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        size_t length = strlen(starts[i]);
        starts_so = starts_so || (n - at >= length && memcmp(data + at, starts[i], length) == 0);
    }
    return starts_so && memmem(data + at, n - at, "<svg", 4) != NULL;
}
