/* A JPEG's size and color coding, ITU-T T.81 annex B: from marker to marker up to the frame header. The
 * coding is told as libjpeg tells it (jdapimin.c, default_decompress_parms), since libjpeg is what will read
 * it. */
#include "images/client/client_internal.h"

#include <string.h>

enum {
    SOF0 = 0xC0,
    SOF1 = 0xC1,
    SOF2 = 0xC2,
    DHT = 0xC4,
    JPG = 0xC8,
    SOF9 = 0xC9,
    SOF10 = 0xCA,
    DAC = 0xCC,
    SOF15 = 0xCF,
    RST0 = 0xD0,
    SOI = 0xD8,
    EOI = 0xD9,
    SOS = 0xDA,
    APP0 = 0xE0,
    APP14 = 0xEE,
    TEM = 0x01,
};

typedef struct coding {
    bool jfif;
    bool adobe;
    uint8_t transform; /* of the Adobe marker: 0 as it is, 1 YCbCr, 2 YCCK */
} coding;

/* The offset behind the next marker, whose code goes into *marker; 0 when there is none. */
static uint64_t next_marker(ms__source *source, uint64_t at, uint8_t *marker)
{
    const uint8_t *p = NULL;
    while (ms__source_step(source) && (p = ms__source_take(source, at, 2)) != NULL) {
        if (p[0] == 0xFF && p[1] != 0xFF && p[1] != 0) {
            *marker = p[1];
            return at + 2;
        }
        at++; /* fill bytes, and whatever else stands between segments */
    }
    return 0;
}

static void note_app(ms__source *source, uint64_t at, uint32_t length, uint8_t marker, coding *found)
{
    if (marker == APP0 && length >= 2 + 14) {
        const uint8_t *p = ms__source_take(source, at + 2, 5);
        found->jfif |= p && memcmp(p, "JFIF", 5) == 0;
    }
    if (marker == APP14 && length >= 2 + 12) {
        const uint8_t *p = ms__source_take(source, at + 2, 12);
        if (p && memcmp(p, "Adobe", 5) == 0) {
            found->adobe = true;
            found->transform = p[11];
        }
    }
}

/* Are the three components Y, Cb and Cr? */
static bool is_ycc(const coding *found, const uint8_t *ids)
{
    if (found->jfif) {
        return true;
    }
    if (found->adobe) {
        return found->transform != 0;
    }
    return !(ids[0] == 'R' && ids[1] == 'G' && ids[2] == 'B');
}

/* Length, precision, height, width, number of components, and 3 bytes for each, its id first. */
static void read_frame(ms__source *source, uint64_t at, uint8_t marker, const coding *found,
                       ms_image_probe *probe)
{
    const uint8_t *p = ms__source_take(source, at, 8);
    if (!p) {
        return;
    }
    probe->height = ms__be16(p + 3);
    probe->width = ms__be16(p + 5);
    uint8_t ncomponents = p[7];
    bool readable = p[2] == 8 && (marker <= SOF2 || marker == SOF9 || marker == SOF10);
    if (ncomponents == 1) {
        probe->lossless_way = readable;
    } else if (ncomponents == 3 && (p = ms__source_take(source, at + 8, 9)) != NULL) {
        uint8_t ids[3] = {p[0], p[3], p[6]};
        probe->lossless_way = readable && is_ycc(found, ids);
    }
}

void ms__probe_jpeg(ms__source *source, ms_image_probe *probe)
{
    coding found = {0};
    uint8_t marker = 0;
    uint64_t at = 2;
    while ((at = next_marker(source, at, &marker)) != 0 && marker != EOI && marker != SOS) {
        if (marker == TEM || (marker >= RST0 && marker <= SOI)) {
            continue; /* stand alone */
        }
        const uint8_t *p = ms__source_take(source, at, 2);
        uint32_t length = p ? ms__be16(p) : 0;
        if (length < 2) {
            return;
        }
        if (marker >= SOF0 && marker <= SOF15 && marker != DHT && marker != JPG && marker != DAC) {
            read_frame(source, at, marker, &found, probe);
            return;
        }
        note_app(source, at, length, marker, &found);
        at += length;
    }
}
