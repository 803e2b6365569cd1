/* Gray: what is asked of the conversion of one image, and what came of it. Shared by the worker program,
 * which converts, and its client in every rank, which asks; the form as bytes is what goes over the socket
 * between them. */
#ifndef MS_IMAGES_PROTOCOL_WORKER_PROTOCOL_H
#define MS_IMAGES_PROTOCOL_WORKER_PROTOCOL_H

#include "base/bytes.h"

/* File formats, told by their first bytes, never by a name. */
typedef enum ms_image_format {
    MS_IMAGE_NONE, /* not an image */
    MS_IMAGE_JPEG,
    MS_IMAGE_PNG,
    MS_IMAGE_TIFF,
    MS_IMAGE_WEBP,
    MS_IMAGE_GIF,
    MS_IMAGE_BMP,
    MS_IMAGE_PPM,  /* PNM: P1..P7 */
    MS_IMAGE_HEIF, /* HEIC */
    MS_IMAGE_AVIF,
    MS_IMAGE_JP2, /* JPEG 2000: JP2 box or raw code stream */
    MS_IMAGE_JXL, /* JPEG XL: code stream or container */
    MS_IMAGE_FORMAT_COUNT
} ms_image_format;

/* The gray value of R, G, B. Of the stored (non-linear) values:
 *   BT601  Y = 0.299 R + 0.587 G + 0.114 B      ITU-R BT.601-7, 2.5.1; a JPEG's Y (JFIF), Pillow's "L"
 *   BT709  Y = 0.2126 R + 0.7152 G + 0.0722 B   ITU-R BT.709-6, 3.2
 * LINEAR weighs linear light by BT.709 and encodes the sum again by sRGB's curve (IEC 61966-2-1).
 * Pixel 200,100,50 becomes 124, 117, 128. */
typedef enum ms_gray_formula { MS_GRAY_BT601, MS_GRAY_BT709, MS_GRAY_LINEAR } ms_gray_formula;

typedef enum ms_gray_way {
    MS_GRAY_WAY_NONE,
    MS_GRAY_WAY_JPEG_LOSSLESS, /* Y coefficients kept, color ones dropped */
    MS_GRAY_WAY_GENERAL        /* decoded, converted, encoded */
} ms_gray_way;

typedef struct ms_gray_request {
    ms_gray_formula formula;
    ms_image_format target; /* NONE: the same as the input's, or its documented stand-in */
    bool strip;             /* drop EXIF and XMP */
    uint64_t max_pixels;    /* width * height * pages that may be decoded */
    uint32_t max_scans;     /* of a JPEG */
    uint64_t serial; /* the client's; comes back with the reply, so that no late one passes for another's */
} ms_gray_request;

/* What came of it. A fault has code != MS_OK and a text; the output is then of no use. */
typedef struct ms_gray_reply {
    ms_code code; /* MS_OK, MS_FORMAT (not an image, or broken), MS_LIMIT (pixels, scans), MS_IO, MS_NOMEM */
    ms_gray_way way;
    ms_image_format from, to;
    uint32_t width, height; /* of one page, as stored */
    uint32_t pages;
    uint64_t nbytes;  /* written */
    uint64_t serial;  /* the request's */
    uint8_t hash[16]; /* XXH3-128 of the bytes written */
    char text[200];   /* printable; empty when all is well */
} ms_gray_reply;

/* Appends; the inverse validates everything and gives MS_FORMAT for bytes that are not one. Local. */
MS_MUST_CHECK ms_code ms_gray_request_encode(const ms_gray_request *request, ms_bytes *to);
MS_MUST_CHECK ms_code ms_gray_request_decode(ms_gray_request *request, const void *data, size_t n);
MS_MUST_CHECK ms_code ms_gray_reply_encode(const ms_gray_reply *reply, ms_bytes *to);
MS_MUST_CHECK ms_code ms_gray_reply_decode(ms_gray_reply *reply, const void *data, size_t n);

/* The format of a file by its first n bytes (32 are enough for all). Local. */
ms_image_format ms_image_format_of(const uint8_t *head, size_t n);
/* Is the beginning of a file (1 KiB will do) that of an SVG drawing? Those are text, and no pixels. Local. */
bool ms_image_is_drawing(const uint8_t *head, size_t n);
/* "jpeg", "png" ... ; never NULL. ext: the file name's ending that suits the format, "jpg", "png" ... */
const char *ms_image_format_name(ms_image_format format);
const char *ms_image_format_ext(ms_image_format format);
/* About what it costs to convert one byte of a file of this format, in bytes of plain log text that could be
 * searched meanwhile (the plan's unit). Local. */
uint32_t ms_image_byte_cost(ms_image_format format);
/* The format that an input is written back in when nothing else is asked: its own, or the stand-in for what
 * cannot be written (GIF, BMP, HEIC, AVIF, JPEG 2000, JPEG XL: see the table in gray.c). Local. */
ms_image_format ms_image_target_of(ms_image_format from, ms_image_format asked);

#endif
