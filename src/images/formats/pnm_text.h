/* PNM text: whether a PNM file whose samples are written as text (P1, P2, P3) has them all: libvips takes
 * those that are missing for 0. */
#ifndef MS_IMAGES_FORMATS_PNM_TEXT_H
#define MS_IMAGES_FORMATS_PNM_TEXT_H

#include <stdbool.h>
#include <stdint.h>

/* True for the binary kinds too, where libvips notices. samples: all that the header promises. Local. */
bool ms_pnm_is_whole(int fd, uint64_t samples);

#endif
