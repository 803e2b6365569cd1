/* PNM text: whether a PNM file with samples as text (P1, P2, P3) has all of them. libvips takes missing ones
 * for 0. */
#ifndef MS_IMAGES_FORMATS_PNM_TEXT_H
#define MS_IMAGES_FORMATS_PNM_TEXT_H

#include <stdbool.h>
#include <stdint.h>

/* samples: the number by the header. True for binary PNM too, where libvips reports truncation. Local. */
bool ms_pnm_is_complete(int fd, uint64_t samples);

#endif
