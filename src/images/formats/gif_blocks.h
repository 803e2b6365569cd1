/* GIF blocks: counts a GIF file's frames without decoding. libnsgif accepts a truncated file as one of fewer
 * frames. */
#ifndef MS_IMAGES_FORMATS_GIF_BLOCKS_H
#define MS_IMAGES_FORMATS_GIF_BLOCKS_H

#include <stdint.h>

/* Frames before the trailer; 0 without a trailer. Local. */
uint32_t ms_gif_frames(int fd);

#endif
