/* Probe: an image's format and size from its header, cheaply, without decoding and without a library: for the
 * plan, which weighs images by their pixels. Hostile bytes give a guess, never trouble. */
#ifndef MS_IMAGES_CLIENT_PROBE_H
#define MS_IMAGES_CLIENT_PROBE_H

#include "images/protocol/worker_protocol.h"

typedef struct ms_image_probe {
    ms_image_format format;
    uint32_t width, height; /* 0 when the header does not tell within what was read */
    bool lossless_way;      /* a JPEG that will be converted without decoding (Y or YCbCr) */
} ms_image_probe;

/* Looks at the first n bytes. Local. */
void ms_image_probe_bytes(ms_image_probe *probe, const uint8_t *data, size_t n);
/* Reads at most a few tens of KiB of fd by pread (a JPEG's frame header may lie behind long metadata: markers
 * are skipped by seeking). MS_IO. Local. */
MS_MUST_CHECK ms_code ms_image_probe_file(ms_image_probe *probe, int fd, ms_err *err);
/* Cost of converting it, in bytes of plain log text that could be searched meanwhile (the plan's unit).
 * Local. */
uint64_t ms_image_cost(const ms_image_probe *probe, uint64_t file_size);

#endif
