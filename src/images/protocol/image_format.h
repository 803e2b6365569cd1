/* Image format: the formats that are converted: detection by the first bytes (never by a file name), names,
 * the format written for each, and what converting costs. */
#ifndef MS_IMAGES_PROTOCOL_IMAGE_FORMAT_H
#define MS_IMAGES_PROTOCOL_IMAGE_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

/* The format of a file by its first n bytes; 32 are enough. Local. */
ms_image_format ms_image_format_of(const uint8_t *head, size_t n);
/* Whether a file that begins so (1 KiB is enough) is an SVG drawing: text, so not an image here. Local. */
bool ms_image_is_svg(const uint8_t *head, size_t n);
/* "jpeg", "png" ... and the file name extension "jpg", "png" ...; never NULL. Local. */
const char *ms_image_format_name(ms_image_format format);
const char *ms_image_format_ext(ms_image_format format);
/* Estimated cost of converting one byte of a file, in bytes of plain log text searched in the same time (the
 * unit of the plan). Local. */
uint32_t ms_image_byte_cost(ms_image_format format);
/* The format to write: `requested`, or with MS_IMAGE_NONE the input's own; for formats that are not written
 * (GIF, BMP, HEIC, AVIF, JPEG 2000, JPEG XL) the substitute listed in image_format.c. Local. */
ms_image_format ms_image_target_of(ms_image_format from, ms_image_format requested);

#endif
