/* GIF blocks: whether a GIF file goes on to its trailer, and how many frames it has till then: libnsgif takes
 * the frames that it finds for the whole. */
#ifndef MS_IMAGES_FORMATS_GIF_BLOCKS_H
#define MS_IMAGES_FORMATS_GIF_BLOCKS_H

#include <stdint.h>

/* Frames before the trailer; 0 when there is no trailer, or something else in its place. Local. */
uint32_t ms_gif_frames(int fd);

#endif
