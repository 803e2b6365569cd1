/* Image proof: is what begins like an image one? A magic number is a few bytes, which a log line may begin
 * with, and whatever is taken for an image is not searched. */
#ifndef MS_IMAGES_PROTOCOL_IMAGE_PROOF_H
#define MS_IMAGES_PROTOCOL_IMAGE_PROOF_H

#include "images/protocol/image_format.h"

/* Do the first n bytes (32 KiB are enough) have the structure of this format, as far as they go, and no text
 * after it? Local. */
bool ms_image_is_sound(ms_image_format format, const uint8_t *head, size_t n);

#endif
