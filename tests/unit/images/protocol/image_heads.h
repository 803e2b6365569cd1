/* Samples for the suites of probe: how files of each format begin, and what is to be found in them. */
#ifndef TESTS_UNIT_IMAGES_IMAGE_HEADS_H
#define TESTS_UNIT_IMAGES_IMAGE_HEADS_H

#include "images/client/probe.h"

typedef struct image_head {
    const char *name;
    const uint8_t *data;
    size_t n;
    ms_image_probe expected;
} image_head;

extern const image_head image_heads[];
extern const size_t nimage_heads;

#endif
