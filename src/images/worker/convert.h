/* Convert: one image behind two open descriptors, from its first bytes to the reply. The way is chosen here.
 */
#ifndef MS_IMAGES_WORKER_CONVERT_H
#define MS_IMAGES_WORKER_CONVERT_H

#include "images/protocol/worker_protocol.h"

/* Starts libvips: one thread, no cache, untrusted loaders blocked but those for formats of gray.h. Loads its
 * modules (HEIF, JPEG XL), as nothing can be loaded once the worker is confined. Once per process. MS_FORMAT.
 * Local. */
MS_MUST_CHECK ms_code ms_convert_begin(ms_err *err);
/* Converts `in` (a regular file) into `out` (empty). What goes wrong is in the reply. Local. */
void ms_convert(int in, int out, const ms_gray_request *request, ms_gray_reply *reply);

#endif
