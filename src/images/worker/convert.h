/* Convert: one image, open as two descriptors, from its first bytes to the reply. Selects the method. */
#ifndef MS_IMAGES_WORKER_CONVERT_H
#define MS_IMAGES_WORKER_CONVERT_H

#include "images/protocol/worker_protocol.h"

/* Starts libvips: one thread, no cache, untrusted loaders blocked but for supported formats. Loads its
 * modules (HEIF, JPEG XL), as the sandbox allows no loading later. Once per process. MS_FORMAT. Local. */
MS_MUST_CHECK ms_code ms_convert_begin(ms_err *err);
/* Converts `in` (a regular file) into `out` (empty). Errors are in the reply. Local. */
void ms_convert(int in, int out, const ms_gray_request *request, ms_gray_reply *reply);

#endif
